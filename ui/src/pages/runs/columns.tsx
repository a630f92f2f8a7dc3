import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Run } from "@/api/queries";
import { Island } from "@/design/Island";
import { Ago, Took } from "@/design/Moment";
import { partitionText } from "@/design/partitions";
import { RetryMark, RunSubject } from "@/design/RunSubject";
import { shortId, titleOf } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import type { Column } from "@/design/VirtualTable";
import { RowMenu } from "./RowMenu";
import styles from "./RunsPage.module.css";

/** Tags that the machinery sets tell nothing that the row does not. */
const OWN = /^(atoll|dagster)\//;
const SHOWN = 2;

interface Choice {
  chosen: ReadonlySet<string>;
  choose: (ids: readonly string[], isChosen: boolean) => void;
  /** Whether there are runs that are not loaded, so that all of these are not all. */
  hasMore: boolean;
}

export function columnsOf(
  runs: readonly Run[],
  { chosen, choose, hasMore }: Choice,
): Column<Run>[] {
  const all = runs.length > 0 && runs.every((run) => chosen.has(run.run_id));
  const some = runs.some((run) => chosen.has(run.run_id));
  return [
    {
      key: "choice",
      title: (
        <Checkbox
          size="xs"
          aria-label="Choose all runs that are shown"
          checked={all && !hasMore}
          indeterminate={some && (hasMore || !all)}
          onChange={() =>
            choose(
              runs.map((run) => run.run_id),
              !all,
            )
          }
        />
      ),
      width: "22px",
      isExtra: true,
      cell: ({ run_id }) => (
        <Checkbox
          size="xs"
          aria-label={`Choose run ${shortId(run_id)}`}
          checked={chosen.has(run_id)}
          onChange={(event) => choose([run_id], event.currentTarget.checked)}
        />
      ),
    },
    {
      key: "id",
      title: "Run",
      width: "166px",
      isExtra: true,
      cell: (run) => (
        <>
          <Link
            to="/runs/$runId"
            params={{ runId: run.run_id }}
            className={styles.id}
            title={run.run_id}
          >
            {shortId(run.run_id)}
          </Link>
          {run.retry_of !== null && <RetryMark of={run.retry_of} />}
        </>
      ),
    },
    {
      key: "makes",
      title: "Makes",
      width: "minmax(0, 1.6fr)",
      cell: (run) => (
        <>
          <span className={styles.wide}>
            <RunSubject run={run} />
          </span>
          <Link to="/runs/$runId" params={{ runId: run.run_id }} className={styles.narrow}>
            {titleOf(run)}
          </Link>
          <span className={styles.under}>
            {shortId(run.run_id)} · <Ago at={run.started_at ?? run.created_at} />
            {run.partition && ` · ${partitionText(run.partition)}`}
          </span>
        </>
      ),
    },
    {
      key: "status",
      title: "Status",
      width: "104px",
      cell: (run) => (
        <span title={run.message || undefined}>
          <StatusTag kind="run" status={run.status} />
        </span>
      ),
    },
    {
      key: "locations",
      title: "Locations",
      width: "minmax(0, 1.2fr)",
      isExtra: true,
      cell: (run) => <Places names={run.locations} />,
    },
    {
      key: "partition",
      title: "Partition",
      width: "minmax(0, 0.7fr)",
      isExtra: true,
      cell: ({ partition }) =>
        partition && (
          <Link to="/runs" search={{ partition }} title={partitionText(partition)}>
            {partitionText(partition)}
          </Link>
        ),
    },
    {
      key: "tags",
      title: "Tags",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (run) => <Tags of={run} />,
    },
    {
      key: "started",
      title: "Started",
      width: "86px",
      isExtra: true,
      cell: (run) =>
        run.started_at === null ? (
          <span className={styles.quiet} title="Asked for">
            <Ago at={run.created_at} />
          </span>
        ) : (
          <Ago at={run.started_at} />
        ),
    },
    {
      key: "took",
      title: "Took",
      width: "92px",
      isExtra: true,
      cell: (run) => <Took from={run.started_at} to={run.ended_at} />,
    },
    {
      key: "actions",
      title: <span className={styles.quiet}>{""}</span>,
      width: "30px",
      isExtra: true,
      cell: (run) => <RowMenu run={run} />,
    },
  ];
}

function Places({ names }: { names: readonly string[] }) {
  const more = names.length - SHOWN;
  return (
    <span className={styles.tags}>
      {names.slice(0, SHOWN).map((name) => (
        <Island key={name} name={name} />
      ))}
      {more > 0 && (
        <span className={styles.quiet} title={names.slice(SHOWN).join(", ")}>
          + {more}
        </span>
      )}
    </span>
  );
}

function Tags({ of }: { of: Run }) {
  const tags = Object.entries(of.tags).filter(([name]) => !OWN.test(name));
  const texts = tags.map(([name, value]) => `${name}=${value}`);
  return (
    <span className={styles.tags} title={texts.join("\n")}>
      {texts.slice(0, SHOWN).map((text) => (
        <Link key={text} to="/runs" search={{ tag: [text] }} className={styles.tag}>
          {text}
        </Link>
      ))}
      {texts.length > SHOWN && <span className={styles.quiet}>+ {texts.length - SHOWN}</span>}
    </span>
  );
}
