import { SegmentedControl, Tabs } from "@mantine/core";
import type { Run } from "@/api/queries";
import { Split } from "@/design/Split";
import { ConfigPane } from "./ConfigPane";
import { LogPane } from "./LogPane";
import { OutputPane } from "./OutputPane";
import { RunFailure } from "./RunFailure";
import styles from "./RunPage.module.css";
import { RunSummary } from "./RunSummary";
import { StepsPane } from "./StepsPane";
import { PANES, type Pane, TABS } from "./search";
import { useIsNarrow, useRun } from "./useRun";

const NAMES: Readonly<Record<Pane, string>> = {
  summary: "Summary",
  steps: "Steps",
  log: "Log",
  output: "Output",
  config: "Config and tags",
};
const HALF = 45;

/** Steps above, events below; in a narrow window one thing at a time. */
export function RunLayout({ run }: { run: Run }) {
  return useIsNarrow() ? <Stacked run={run} /> : <Halves run={run} />;
}

function Halves({ run }: { run: Run }) {
  const { search, look } = useRun();
  const steps = <StepsPane run={run} />;
  const events = <Below run={run} />;
  return (
    <>
      <div className={styles.top}>
        <RunSummary run={run} />
        <SegmentedControl
          size="xs"
          aria-label="What is shown"
          value={search.only ?? "both"}
          data={[
            { value: "both", label: "Both" },
            { value: "steps", label: "Steps" },
            { value: "events", label: "Events" },
          ]}
          onChange={(value) =>
            look({ only: value === "both" ? undefined : (value as "steps" | "events") })
          }
        />
      </div>
      <RunFailure run={run} />
      {search.only === "steps" && steps}
      {search.only === "events" && events}
      {search.only === undefined && (
        <Split
          label="Height of the steps"
          share={search.split ?? HALF}
          onShare={(split) => look({ split: split === HALF ? undefined : split })}
          above={steps}
          below={events}
        />
      )}
    </>
  );
}

function Below({ run }: { run: Run }) {
  const { search, look } = useRun();
  const tab = TABS.find((each) => each === search.tab) ?? "log";
  return (
    <Tabs
      value={tab}
      onChange={(value) => look({ tab: value as Pane })}
      className={styles.panes}
      keepMounted={false}
    >
      <Tabs.List>
        {TABS.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {NAMES[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} className={styles.pane}>
        <Content pane={tab} run={run} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Stacked({ run }: { run: Run }) {
  const { search, look } = useRun();
  const pane = search.tab ?? "summary";
  return (
    <Tabs
      value={pane}
      onChange={(value) => look({ tab: value as Pane })}
      className={styles.stacked}
      keepMounted={false}
    >
      <Tabs.List className={styles.narrowTabs}>
        {PANES.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {each === "config" ? "Config" : NAMES[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={pane} className={styles.narrowPane} data-pane={pane}>
        <Content pane={pane} run={run} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Content({ pane, run }: { pane: Pane; run: Run }) {
  if (pane === "summary") {
    return (
      <>
        <RunSummary run={run} />
        <RunFailure run={run} />
      </>
    );
  }
  if (pane === "steps") return <StepsPane run={run} />;
  if (pane === "output") return <OutputPane run={run} />;
  return pane === "config" ? <ConfigPane run={run} /> : <LogPane run={run} />;
}
