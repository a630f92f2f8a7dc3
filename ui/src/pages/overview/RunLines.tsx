import { Link } from "@tanstack/react-router";
import type { Run } from "@/api/queries";
import { Island } from "@/design/Island";
import { Ago, Took } from "@/design/Moment";
import { titleOf } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import styles from "./RunLines.module.css";

/** Runs as lines: status, what, where, when; with what went wrong below. */
export function RunLines({ runs, withMessage }: { runs: readonly Run[]; withMessage?: boolean }) {
  return (
    <ul className={styles.lines}>
      {runs.map((run) => (
        <li key={run.run_id}>
          <div className={styles.line}>
            <StatusTag kind="run" status={run.status} />
            <Link to="/runs/$runId" params={{ runId: run.run_id }} className={styles.title}>
              {titleOf(run)}
            </Link>
            <span className={styles.islands}>
              {run.locations.slice(0, 3).map((name) => (
                <Island key={name} name={name} />
              ))}
            </span>
            <span className={styles.when}>
              {run.ended_at ? (
                <Ago at={run.ended_at} />
              ) : (
                <Took from={run.started_at ?? run.created_at} to={null} />
              )}
            </span>
          </div>
          {(withMessage || run.status === "QUEUED") && run.message && (
            <p className={styles.message}>{run.message}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
