import { Link } from "@tanstack/react-router";
import { Clock, CornerDownRight, CornerUpLeft } from "lucide-react";
import type { Run } from "@/api/queries";
import { Island } from "@/design/Island";
import { Ago, Took } from "@/design/Moment";
import { partitionText } from "@/design/partitions";
import { RunSubject } from "@/design/RunSubject";
import { shortId } from "@/design/runs";
import styles from "./RunPage.module.css";

/** What a run makes, where, since when, and what it goes back to or led to. */
export function RunSummary({ run }: { run: Run }) {
  return (
    <div className={styles.summary}>
      <RunSubject run={run} />
      {run.locations.map((name) => (
        <Island key={name} name={name} />
      ))}
      {run.partition && <span>Partition {partitionText(run.partition)}</span>}
      <span className={styles.fact}>
        {run.started_at === null ? (
          <>
            Asked for <Ago at={run.created_at} />
          </>
        ) : (
          <>
            Started <Ago at={run.started_at} />
          </>
        )}
      </span>
      {run.started_at !== null && (
        <span className={styles.fact}>
          {run.ended_at === null ? "Runs for" : "Took"}{" "}
          <Took from={run.started_at} to={run.ended_at} />
        </span>
      )}
      {run.retry_of && (
        <span className={styles.fact}>
          <CornerUpLeft size={14} aria-hidden /> Makes <RunLink id={run.retry_of} /> again
        </span>
      )}
      {run.retried_as.length > 0 && (
        <span className={styles.fact}>
          <CornerDownRight size={14} aria-hidden /> Made again as{" "}
          {run.retried_as.map((id) => (
            <RunLink key={id} id={id} />
          ))}
        </span>
      )}
      {run.status === "QUEUED" && run.message && (
        <span className={styles.waits}>
          <Clock size={14} aria-hidden /> {run.message}
        </span>
      )}
    </div>
  );
}

function RunLink({ id }: { id: string }) {
  return (
    <Link to="/runs/$runId" params={{ runId: id }} className={styles.id} title={id}>
      {shortId(id)}
    </Link>
  );
}
