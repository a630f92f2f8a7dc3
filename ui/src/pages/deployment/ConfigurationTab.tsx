import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { changeSettings } from "@/api/capacity";
import type { Schemas } from "@/api/client";
import { settingsQuery } from "@/api/queries";
import { act } from "@/design/act";
import { Answer } from "@/design/Notice";
import { Panel } from "@/design/Page";
import styles from "./LocationFacts.module.css";
import pool from "./PoolLimit.module.css";

type Setting = Schemas["Setting"];

/** Every setting with its value and where that comes from; those that can change are changed here. */
export function ConfigurationTab() {
  const asked = useQuery(settingsQuery());
  return (
    <Panel title="Settings" isFlush>
      <Answer of={asked}>
        {(settings) => (
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Value</th>
                <th scope="col">Where it comes from</th>
              </tr>
            </thead>
            <tbody>
              {settings.map((setting) => (
                <tr key={setting.name}>
                  <td>
                    <code>{setting.name}</code>
                    {setting.about && <div className={styles.note}>{setting.about}</div>}
                  </td>
                  <td>
                    <span className={pool.limit}>
                      <code>{text(setting.value)}</code>
                      {setting.is_storable && <Change setting={setting} />}
                    </span>
                  </td>
                  <td>{origin(setting)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Answer>
    </Panel>
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function origin({ origin: from, variable }: Setting): string {
  if (from === "default") return variable ? `the default; ${variable} changes it` : "the default";
  if (from === "stored") return "stored: it was set while the deployment ran";
  if (from === "option") return "an option of the command";
  if (from === "engine") return "the engine, in another process, was started so";
  return `the variable ${from}`;
}

function Change({ setting }: { setting: Setting }) {
  const [isOpen, setOpen] = useState(false);
  const [value, setValue] = useState(text(setting.value));
  const change = async (to: unknown) => {
    const done = await act(
      async () => {
        await changeSettings({ [setting.name]: to });
        return true;
      },
      () => `${setting.name} holds from now on`,
    );
    if (done) setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus position="bottom-end" withArrow>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Change ${setting.name}`}
          onClick={() => {
            setValue(text(setting.value));
            setOpen(!isOpen);
          }}
        >
          <Pencil size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={pool.form}
          onSubmit={(event) => {
            event.preventDefault();
            void change(value);
          }}
        >
          <TextInput
            label={setting.name}
            size="xs"
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" size="xs">
            Store
          </Button>
          {setting.origin === "stored" && (
            <Button size="xs" variant="default" onClick={() => void change(null)}>
              Let go of what is stored
            </Button>
          )}
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
