import { Link } from "@tanstack/react-router";
import { RotateCcw, Workflow } from "lucide-react";
import { splatOf } from "@/api/assetAddress";
import type { Run } from "@/api/queries";
import styles from "./RunSubject.module.css";
import { shortId, titleOf } from "./runs";

const SHOWN = 2;

/** What a run makes, with a mark for jobs and links to its first assets. */
export function RunSubject({ run }: { run: Run }) {
  if (run.job !== null) {
    return (
      <span className={styles.subject}>
        <Workflow size={14} aria-label="Job" />
        <Link
          to="/jobs/$name"
          params={{ name: run.job }}
          search={run.locations.length === 1 ? { location: run.locations[0] } : {}}
          title={`Job ${run.job}`}
        >
          {run.job}
        </Link>
      </span>
    );
  }
  if (run.assets.length === 0) return <span className={styles.subject}>{titleOf(run)}</span>;
  const more = run.asset_count - SHOWN;
  return (
    <span className={styles.subject}>
      {run.assets.slice(0, SHOWN).map((key) => (
        <Link key={key} to="/assets/$" params={{ _splat: splatOf(key) }} title={key}>
          {key}
        </Link>
      ))}
      {more > 0 && <span className={styles.more}>+ {more.toLocaleString("en")} more</span>}
    </span>
  );
}

/** Leads to the run that another one makes again. */
export function RetryMark({ of }: { of: string }) {
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: of }}
      className={styles.retry}
      title={`Makes ${shortId(of)} again`}
      aria-label={`Retry of run ${shortId(of)}`}
    >
      <RotateCcw size={14} aria-hidden />
    </Link>
  );
}
