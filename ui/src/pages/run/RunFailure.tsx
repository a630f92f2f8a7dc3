import { useQuery } from "@tanstack/react-query";
import { CircleX } from "lucide-react";
import { failuresQuery } from "@/api/oneRun";
import type { Event, Run } from "@/api/queries";
import { FailureView } from "@/design/FailureView";
import { failureOf } from "@/design/failure";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** Why a run failed: what it says itself, and the first step that did, the user's frames first. */
export function RunFailure({ run }: { run: Run }) {
  const { look } = useRun();
  const { data } = useQuery({ ...failuresQuery(run.run_id), enabled: run.status === "FAILURE" });
  if (run.status !== "FAILURE") return null;
  // What was tried again and went well is no reason; the last told of is what it came to.
  const first = data?.items.find((event) => event.kind === "STEP_FAILURE") ?? data?.items[0];
  const failure = failureOf(first?.data.failure);
  // The run's own words name the step as well, mostly.
  const isTold = first?.step != null && run.message.includes(`"${first.step}"`);
  const lookAt = ({ id, step }: Event) =>
    look(
      {
        event: id,
        tab: "log",
        only: undefined,
        step: step ?? undefined,
        level: undefined,
        kind: undefined,
        search: undefined,
      },
      true,
    );
  const more = (data?.total ?? 0) - 1;
  return (
    <section className={styles.failure} aria-label="Why it failed">
      <CircleX size={18} aria-hidden />
      <div>
        {!isTold && <strong>{run.message || "The run failed"}</strong>}
        {first && (
          <p className={styles.first}>
            <button type="button" className={styles.inline} onClick={() => lookAt(first)}>
              {first.step ? `Step ${first.step} failed` : "The first failure"}
            </button>
            {more > 0 && `; ${more} more in the log`}
          </p>
        )}
        {failure && <FailureView failure={failure} />}
      </div>
    </section>
  );
}
