import { CloseButton, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { Filter } from "lucide-react";
import type { Steps } from "@/api/oneRun";
import { mistakeIn } from "@/canvas/gantt/selection";
import { StatusMark } from "@/design/StatusTag";
import { count } from "@/design/size";
import { STEP, statusOf } from "@/design/status";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

const ORDER = Object.keys(STEP);

/** How many steps are how, which of them are shown, and in which form. */
export function StepsTools({
  steps,
  shown,
  isTable,
}: {
  steps: Steps;
  shown: number;
  isTable: boolean;
}) {
  const { search, look } = useRun();
  const total = steps.items.length;
  return (
    <div className={styles.tools}>
      <Counts of={steps.counts} />
      <TextInput
        size="xs"
        type="search"
        className={styles.stepFilter}
        aria-label="Filter steps"
        placeholder="Step, +step, step+, raw*"
        leftSection={<Filter size={13} aria-hidden />}
        rightSection={
          search.steps && (
            <CloseButton
              size="xs"
              aria-label="Clear the filter"
              onClick={() => look({ steps: undefined })}
            />
          )
        }
        error={mistakeIn(steps.items, search.steps ?? "") !== null}
        value={search.steps ?? ""}
        onChange={(event) => look({ steps: event.currentTarget.value || undefined })}
      />
      <span className={styles.quiet} role="status">
        {shown === 0 && mistakeIn(steps.items, search.steps ?? "") !== null
          ? "The filter cannot be read"
          : shown === total
            ? count(total, "step")
            : `${shown.toLocaleString("en")} of ${count(total, "step")}`}
      </span>
      <span className={styles.wide}>
        <Switch
          size="xs"
          label="Started only"
          checked={search.begun === true}
          onChange={(event) => look({ begun: event.currentTarget.checked || undefined })}
        />
        <Switch
          size="xs"
          label="By location"
          disabled={isTable}
          checked={search.grouped === true}
          onChange={(event) => look({ grouped: event.currentTarget.checked || undefined })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Form of the steps"
          value={isTable ? "table" : "time"}
          data={[
            { value: "time", label: "Timeline" },
            { value: "table", label: "Table" },
          ]}
          onChange={(value) => look({ table: value === "table" || undefined })}
        />
      </span>
    </div>
  );
}

/** Steps by status; each narrows to it. */
function Counts({ of }: { of: Steps["counts"] }) {
  const { search, look } = useRun();
  const state = search.state ?? [];
  const names = Object.keys(of)
    .filter((name) => (of[name] ?? 0) > 0 || state.includes(name))
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const toggle = (name: string) => {
    const next = state.includes(name) ? state.filter((each) => each !== name) : [...state, name];
    look({ state: next.length > 0 ? next : undefined });
  };
  return (
    <fieldset className={styles.counts} aria-label="Steps by status">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={styles.count}
          aria-pressed={state.includes(name)}
          onClick={() => toggle(name)}
        >
          <StatusMark kind="step" status={name} />
          {statusOf("step", name).word} <b>{(of[name] ?? 0).toLocaleString("en")}</b>
        </button>
      ))}
    </fieldset>
  );
}
