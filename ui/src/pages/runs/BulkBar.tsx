import { Button, Modal } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ban, CircleCheck, CircleX, RotateCcw, StepForward, X } from "lucide-react";
import { useState } from "react";
import type { Run } from "@/api/queries";
import { cancelRuns, type RunOutcome, retryRuns } from "@/api/runFeed";
import { act } from "@/design/act";
import { Confirm } from "@/design/Confirm";
import { useOnce } from "@/design/once";
import { shortId } from "@/design/runs";
import { UNDER_WAY } from "@/design/status";
import styles from "./RunsPage.module.css";

interface Done {
  title: string;
  outcomes: readonly RunOutcome[];
}

/** What one can do about the chosen runs at once, and what became of each. */
export function BulkBar({
  runs,
  loaded,
  hasMore,
  clear,
}: {
  runs: readonly Run[];
  /** How many runs the feed has loaded, of which these were chosen. */
  loaded: number;
  /** Whether there are more than it has loaded. */
  hasMore: boolean;
  clear: () => void;
}) {
  const [done, setDone] = useState<Done | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, once] = useOnce();
  const idsOf = (those: readonly Run[]) => those.map((run) => run.run_id);
  const underWay = runs.filter((run) => UNDER_WAY.includes(run.status));
  const ended = runs.filter((run) => !UNDER_WAY.includes(run.status));
  const failed = ended.filter((run) => run.status !== "SUCCESS");
  const retry = async (those: readonly Run[], isFromFailure: boolean) => {
    const outcomes = await once(() => act(() => retryRuns(idsOf(those), isFromFailure)));
    if (outcomes === undefined) return;
    setDone({ title: isFromFailure ? "Retried from failure" : "Retried", outcomes });
    clear();
  };
  return (
    <>
      {runs.length > 0 && (
        <section className={styles.bar} aria-label="Chosen runs">
          <strong>
            {hasMore ? `${runs.length} of ${loaded} loaded runs` : count(runs.length)} chosen
          </strong>
          {hasMore && runs.length === loaded && (
            <span className={styles.quiet}>There are more: scroll down to load them</span>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<Ban size={14} aria-hidden />}
            disabled={underWay.length === 0}
            title={underWay.length === 0 ? "All of them have ended" : undefined}
            onClick={() => setAsking(true)}
          >
            Cancel…
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<StepForward size={14} aria-hidden />}
            disabled={failed.length === 0}
            loading={isBusy}
            title={failed.length === 0 ? "None of them has failed" : undefined}
            onClick={() => void retry(failed, true)}
          >
            Retry from failure
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<RotateCcw size={14} aria-hidden />}
            disabled={ended.length === 0}
            loading={isBusy}
            title={ended.length === 0 ? "None of them has ended" : undefined}
            onClick={() => void retry(ended, false)}
          >
            Retry every step
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            leftSection={<X size={14} aria-hidden />}
            onClick={clear}
          >
            Choose none
          </Button>
        </section>
      )}
      {isAsking && (
        <Confirm
          title={`Cancel ${count(underWay.length)}?`}
          action={`Cancel ${count(underWay.length)}`}
          onClose={() => setAsking(false)}
          run={async () => {
            const outcomes = await cancelRuns(idsOf(underWay));
            setDone({ title: "Canceled", outcomes });
            clear();
          }}
        >
          Steps that run are interrupted; what has succeeded stays.
        </Confirm>
      )}
      {done && <Outcomes done={done} onClose={() => setDone(null)} />}
    </>
  );
}

function Outcomes({ done, onClose }: { done: Done; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${done.title}: ${count(done.outcomes.length)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ul className={styles.outcomes}>
        {done.outcomes.map(({ run_id, problem, retried_as }) => (
          <li key={run_id}>
            {problem === null ? (
              <CircleCheck size={14} aria-hidden color="var(--good)" />
            ) : (
              <CircleX size={14} aria-hidden color="var(--bad)" />
            )}{" "}
            <Link to="/runs/$runId" params={{ runId: run_id }} className={styles.id}>
              {shortId(run_id)}
            </Link>{" "}
            {problem ?? (retried_as === null ? "is being canceled" : "is made again as ")}
            {retried_as !== null && (
              <Link to="/runs/$runId" params={{ runId: retried_as }} className={styles.id}>
                {shortId(retried_as)}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function count(runs: number): string {
  return `${runs} run${runs === 1 ? "" : "s"}`;
}
