import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runQuery } from "@/api/queries";
import { Copy } from "@/design/metadata/Copy";
import { Answer, present } from "@/design/Notice";
import { Page } from "@/design/Page";
import { shortId, titleOf } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import { RunActions } from "./RunActions";
import { RunLayout } from "./RunLayout";
import styles from "./RunPage.module.css";
import { useIsNarrow, useRun } from "./useRun";

/** One run: its steps over time, its log, what its steps printed, and what to do about it. */
export function RunPage() {
  const { runId } = useRun();
  const isNarrow = useIsNarrow();
  const asked = useQuery(runQuery(runId));
  const run = present(asked);
  return (
    <Page
      isFull={!isNarrow}
      title={run ? `${titleOf(run)} · ${shortId(runId)}` : `Run ${shortId(runId)}`}
      above={
        <nav aria-label="Where this is" className={styles.above}>
          <Link to="/runs">Runs</Link>
          <span aria-hidden>/</span>
          <code>{runId}</code>
          <Copy text={runId} what="id" />
        </nav>
      }
      beside={run && <StatusTag kind="run" status={run.status} />}
      actions={run && <RunActions run={run} />}
    >
      <Answer of={asked} rows={10}>
        {(known) => <RunLayout run={known} />}
      </Answer>
    </Page>
  );
}
