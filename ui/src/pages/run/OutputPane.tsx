import { Button, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useRef } from "react";
import { type RunStep, stepsQuery } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { act } from "@/design/act";
import { Answer, Empty } from "@/design/Notice";
import { size } from "@/design/size";
import { downloadOutput } from "./download";
import { OutputText } from "./OutputText";
import { outputQuery } from "./output";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** What the attempts at a step have printed. */
export function OutputPane({ run }: { run: Run }) {
  const { search } = useRun();
  const asked = useQuery(stepsQuery(run.run_id));
  // What one began to read stays, however the steps go on.
  const first = useRef<string>(undefined);
  return (
    <section className={styles.box} aria-label="Output">
      <Answer of={asked}>
        {({ items }) => {
          const begun = items.filter((step) => step.attempts.length > 0);
          first.current ??= mostTelling(begun)?.key;
          const named = (key: string | undefined) => begun.find((each) => each.key === key);
          const step = named(search.step) ?? named(first.current);
          if (step === undefined) {
            return <Empty title="Nothing printed yet">No step has started.</Empty>;
          }
          return <Of run={run} step={step} begun={begun} />;
        }}
      </Answer>
    </section>
  );
}

/** The step whose output one most likely came for. */
function mostTelling(begun: readonly RunStep[]): RunStep | undefined {
  const of = (status: string) => begun.find((step) => step.status === status);
  return of("FAILURE") ?? of("RUNNING") ?? begun[0];
}

function Of({ run, step, begun }: { run: Run; step: RunStep; begun: readonly RunStep[] }) {
  const { search, look } = useRun();
  const newest = step.attempts.at(-1)?.attempt ?? 1;
  const attempt = step.attempts.find((each) => each.attempt === search.attempt)?.attempt ?? newest;
  const stream = search.stream ?? (step.status === "FAILURE" ? "stderr" : "stdout");
  const isOpen = step.attempts.find((each) => each.attempt === attempt)?.ended_at === null;
  const asked = useQuery(outputQuery(run.run_id, step.key, attempt, stream, isOpen));
  return (
    <>
      <div className={styles.tools}>
        <Select
          size="xs"
          className={styles.stepChoice}
          aria-label="Step"
          data={begun.map((each) => each.key)}
          limit={200}
          searchable
          allowDeselect={false}
          value={step.key}
          onChange={(key) => look({ step: key ?? undefined, attempt: undefined })}
        />
        {step.attempts.length > 1 && (
          <Select
            size="xs"
            className={styles.attemptChoice}
            aria-label="Attempt"
            data={step.attempts.map((each) => ({
              value: String(each.attempt),
              label: `Attempt ${each.attempt}`,
            }))}
            allowDeselect={false}
            value={String(attempt)}
            onChange={(value) => look({ attempt: Number(value) })}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label="Stream"
          value={stream}
          data={["stdout", "stderr"]}
          onChange={(value) => look({ stream: value as "stdout" | "stderr" })}
        />
        {asked.data && <span className={styles.quiet}>{size(asked.data.buffer.size)}</span>}
        <span className={styles.wide}>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Download size={13} aria-hidden />}
            disabled={!asked.data || asked.data.buffer.size === 0}
            onClick={() => void act(() => downloadOutput(run.run_id, step.key, attempt, stream))}
          >
            Download
          </Button>
        </span>
      </div>
      <Answer of={asked}>
        {({ buffer, isComplete }) => (
          <>
            {!isComplete && (
              <p className={styles.elsewhere}>The rest is being fetched from the server.</p>
            )}
            {buffer.lines.length === 0 ? (
              <Empty title={`Nothing was written to ${stream}${isOpen ? " yet" : ""}`} />
            ) : (
              <OutputText
                key={`${step.key} ${attempt} ${stream}`}
                label={`${stream} of ${step.key}`}
                lines={buffer.lines}
                isCut={buffer.isCut}
              />
            )}
          </>
        )}
      </Answer>
    </>
  );
}
