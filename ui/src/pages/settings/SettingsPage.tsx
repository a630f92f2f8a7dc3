import { Autocomplete, SegmentedControl, Select, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Moment } from "@/design/Moment";
import { Page, Panel } from "@/design/Page";
import { EDITORS, type Preferences, prefer, usePreferences } from "@/settings/preferences";
import styles from "./SettingsPage.module.css";

/** What a person prefers; it is kept in this browser and holds at once. */
export function SettingsPage() {
  const preferred = usePreferences();
  return (
    <Page title="Settings">
      <Panel title="How pages look">
        <div className={styles.rows}>
          <Row name="Theme">
            <SegmentedControl
              aria-label="Theme"
              value={preferred.theme}
              data={[
                { value: "auto", label: "As the system" },
                { value: "light", label: "Light" },
                { value: "dark", label: "Dark" },
              ]}
              onChange={(theme) => prefer({ theme: theme as Preferences["theme"] })}
            />
          </Row>
          <Row name="Time zone">
            <TimeZone />
          </Row>
          <Row name="Hours">
            <SegmentedControl
              aria-label="Hours"
              value={preferred.hours}
              data={[
                { value: "24", label: "24 h" },
                { value: "12", label: "12 h" },
              ]}
              onChange={(hours) => prefer({ hours: hours as Preferences["hours"] })}
            />
          </Row>
          <Row name="A time looks like">
            <Moment at={Date.now() / 1000} />
          </Row>
        </div>
      </Panel>
      <Panel title="Links to source code">
        <div className={styles.rows}>
          <Row name="Editor">
            <Select
              aria-label="Editor"
              allowDeselect={false}
              data={[
                { value: "", label: "No links" },
                ...Object.entries(EDITORS).map(([label, value]) => ({ value, label })),
                ...(preferred.editor && !Object.values(EDITORS).includes(preferred.editor)
                  ? [{ value: preferred.editor, label: "Another" }]
                  : []),
              ]}
              value={preferred.editor}
              onChange={(editor) => prefer({ editor: editor ?? "" })}
            />
          </Row>
          <Row name="Address">
            <TextInput
              aria-label="Address that opens a file"
              placeholder="editor://open?file={file}&line={line}"
              value={preferred.editor}
              onChange={(event) => prefer({ editor: event.currentTarget.value })}
            />
          </Row>
        </div>
      </Panel>
    </Page>
  );
}

const ZONES = ["local", "UTC", ...Intl.supportedValuesOf("timeZone")];

function TimeZone() {
  const [text, setText] = useState(usePreferences().timeZone);
  return (
    <Autocomplete
      aria-label="Time zone"
      data={ZONES}
      limit={50}
      value={text}
      error={ZONES.includes(text) ? undefined : "No time zone has this name"}
      onChange={(timeZone) => {
        setText(timeZone);
        if (ZONES.includes(timeZone)) prefer({ timeZone });
      }}
    />
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span>{name}</span>
      <div>{children}</div>
    </div>
  );
}
