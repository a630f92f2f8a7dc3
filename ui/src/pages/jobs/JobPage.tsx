import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { splatOf } from "@/api/assetAddress";
import { stepsQuery } from "@/api/oneRun";
import { type Job, jobQuery } from "@/api/plans";
import { type Run, runsQuery } from "@/api/queries";
import { quoted } from "@/api/selection";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { JsonValue } from "@/design/metadata/JsonValue";
import { Metadata } from "@/design/metadata/Metadata";
import { MarkdownValue } from "@/design/metadata/Value";
import { Answer, Empty, Warning } from "@/design/Notice";
import { Facts, Page, Panel } from "@/design/Page";
import { partitionText } from "@/design/partitions";
import { shortId } from "@/design/runs";
import { SourceLink } from "@/design/SourceLink";
import { StatusTag } from "@/design/StatusTag";
import styles from "./Jobs.module.css";
import { contentOf } from "./JobsPage";
import { StepList } from "./StepList";

const StepGraph = lazy(() => import("./StepGraph"));
const route = getRouteApi("/jobs/$name");
const SHOWN_RUNS = 8;
const SHOWN_ASSETS = 60;

/** A job: what it is made of, how its latest run went, and launching it. */
export function JobPage() {
  const { name } = route.useParams();
  const { location } = route.useSearch();
  const told = useQuery(jobQuery(name, location ?? null));
  const job = told.data;
  return (
    <Page
      title={name}
      above={<Link to="/jobs">Jobs</Link>}
      beside={job && <Island name={job.location} />}
      actions={
        job &&
        !job.not_supported && (
          <Button
            leftSection={<Rocket size={15} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/launch" search={{ job: job.name, location: job.location }} {...props} />
            )}
          >
            Launch…
          </Button>
        )
      }
    >
      <Answer of={told}>{(found) => <Known key={found.location} job={found} />}</Answer>
    </Page>
  );
}

function Known({ job }: { job: Job }) {
  const runs = useQuery(runsQuery({ job: job.name, location: [job.location] }, SHOWN_RUNS));
  const latest = runs.data?.items[0];
  return (
    <>
      {job.not_supported && (
        <Warning title="It cannot be launched yet">{job.not_supported}</Warning>
      )}
      {job.steps.length > 0 && <Steps job={job} latest={latest} />}
      <div className={styles.columns}>
        <div className={styles.column}>
          {job.description && (
            <Panel title="Description">
              <MarkdownValue text={job.description} />
            </Panel>
          )}
          {job.assets.length > 0 && <Assets job={job} />}
          <Panel title="Latest runs" isFlush>
            <Answer of={runs} rows={3}>
              {({ items }) => <Runs items={items} job={job.name} />}
            </Answer>
          </Panel>
        </div>
        <div className={styles.column}>
          <Panel title="Facts">
            <Facts of={factsOf(job)} />
          </Panel>
          {Object.keys(job.config).length > 0 && (
            <Panel title="Config of its own">
              <JsonValue value={job.config} />
            </Panel>
          )}
          {Object.keys(job.metadata).length > 0 && (
            <Panel title="Of its definition">
              <Metadata entries={job.metadata} />
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}

/** Its ops as a graph, and as a list, each as it stands in the latest run. */
function Steps({ job, latest }: { job: Job; latest: Run | undefined }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery({
    ...stepsQuery(latest?.run_id ?? ""),
    enabled: latest !== undefined,
  });
  const statuses = useMemo(
    () => new Map(data?.items.map((step) => [step.key, step.status])),
    [data],
  );
  const choose = (step: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, step }), replace: true, resetScroll: false });
  return (
    <Panel
      title="Steps"
      isFlush
      actions={
        latest && (
          <span className={styles.quiet}>
            as in the latest run,{" "}
            <Link to="/runs/$runId" params={{ runId: latest.run_id }}>
              {shortId(latest.run_id)}
            </Link>
          </span>
        )
      }
    >
      <div className={styles.steps}>
        <Suspense fallback={<div className={styles.graph} />}>
          <StepGraph job={job} statuses={statuses} chosen={search.step} onChoose={choose} />
        </Suspense>
        <StepList job={job} statuses={statuses} chosen={search.step} onChoose={choose} />
      </div>
    </Panel>
  );
}

function Assets({ job }: { job: Job }) {
  const filter = job.assets.map(({ key }) => quoted(key)).join(" or ");
  return (
    <Panel
      title={`Assets (${job.assets.length.toLocaleString("en")})`}
      actions={
        job.assets.length <= SHOWN_ASSETS && (
          <Link to="/lineage" search={{ filter }} className={styles.quiet}>
            In the lineage
          </Link>
        )
      }
    >
      <ul className={styles.assets}>
        {job.assets.slice(0, SHOWN_ASSETS).map(({ key }) => (
          <li key={key}>
            <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
              {key}
            </Link>
          </li>
        ))}
      </ul>
      {job.assets.length > SHOWN_ASSETS && (
        <p className={styles.quiet}>and {job.assets.length - SHOWN_ASSETS} more</p>
      )}
    </Panel>
  );
}

function Runs({ items, job }: { items: readonly Run[]; job: string }) {
  if (items.length === 0) return <Empty title="It has not been launched yet" />;
  return (
    <>
      <ul className={styles.runs} aria-label="Latest runs">
        {items.map((run) => (
          <li key={run.run_id}>
            <StatusTag kind="run" status={run.status} />
            <Link to="/runs/$runId" params={{ runId: run.run_id }}>
              {shortId(run.run_id)}
            </Link>
            {run.partition && <span>{partitionText(run.partition)}</span>}
            <span className={styles.when}>
              <Ago at={run.started_at ?? run.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.all}>
        <Link to="/runs" search={{ job }}>
          All its runs
        </Link>
      </p>
    </>
  );
}

function factsOf(job: Job) {
  const pairs = (of: Readonly<Record<string, string>>) =>
    Object.entries(of)
      .map(([name, value]) => (value ? `${name}=${value}` : name))
      .join(", ");
  return [
    ["Of", contentOf(job)],
    ["Owners", job.owners.join(", ")],
    ["Tags", pairs(job.tags)],
    ["Tags of its runs", pairs(job.run_tags)],
    ["Steps at once", job.max_concurrent_steps],
    [
      "Defined at",
      job.file === null ? null : <SourceLink key="file" file={job.file} line={job.line} />,
    ],
  ] as const;
}
