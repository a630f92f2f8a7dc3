import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Steps, stepsQuery } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { chosen, mistakeIn } from "@/canvas/gantt/selection";
import { Answer, Empty } from "@/design/Notice";
import { UNDER_WAY } from "@/design/status";
import { GanttView } from "./GanttView";
import styles from "./RunPage.module.css";
import { StepBar } from "./StepBar";
import { StepsTable } from "./StepsTable";
import { StepsTools } from "./StepsTools";
import type { Search } from "./search";
import { useIsNarrow, useRun } from "./useRun";

/** The steps of a run: over time or as a table, counted, narrowed, and one of them looked at. */
export function StepsPane({ run }: { run: Run }) {
  const { search } = useRun();
  const isNarrow = useIsNarrow();
  const asked = useQuery(stepsQuery(run.run_id));
  const shown = useShown(asked.data, search);
  const isTable = isNarrow || search.table === true;
  return (
    <section className={styles.box} aria-label="Steps">
      <Answer of={asked}>
        {(steps) => (
          <>
            <StepsTools steps={steps} shown={shown.length} isTable={isTable} />
            <StepBar run={run} steps={steps} />
            {shown.length === 0 ? (
              <NoSteps
                run={run}
                isPlanned={steps.items.length > 0}
                mistake={mistakeIn(steps.items, search.steps ?? "")}
              />
            ) : isTable ? (
              <StepsTable steps={shown} />
            ) : (
              <GanttView run={run} all={steps.items} shown={shown} />
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

/** The steps that pass what the address says. */
function useShown(steps: Steps | undefined, { steps: filter, state, begun }: Search) {
  return useMemo(() => {
    const items = steps?.items ?? [];
    const named = chosen(items, filter ?? "");
    return items.filter(
      (step) =>
        (named === null || named.has(step.key)) &&
        (state === undefined || state.includes(step.status)) &&
        (begun !== true || step.attempts.length > 0),
    );
  }, [steps, filter, state, begun]);
}

interface NoStepsProps {
  run: Run;
  isPlanned: boolean;
  /** What of the filter cannot be read. */
  mistake: string | null;
}

function NoSteps({ run, isPlanned, mistake }: NoStepsProps) {
  if (isPlanned && mistake !== null) return <CannotRead term={mistake} />;
  if (isPlanned) return <Empty title="No step passes these filters" />;
  if (!UNDER_WAY.includes(run.status)) {
    return <Empty title="It had no steps">It ended before it was planned.</Empty>;
  }
  return (
    <Empty title="Not planned yet">{run.message || "Its steps are known when it starts."}</Empty>
  );
}

function CannotRead({ term }: { term: string }) {
  return (
    <Empty title={`The filter cannot be read: ${term}`}>
      Steps are chosen by words of their names, <code>*</code> for any text, <code>+step</code> with
      what comes before and <code>step+</code> with what follows.
    </Empty>
  );
}
