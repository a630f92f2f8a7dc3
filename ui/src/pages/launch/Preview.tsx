import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { splatOf } from "@/api/assetAddress";
import type { PlannedStep, RunPlan } from "@/api/plans";
import { Island } from "@/design/Island";
import { JsonValue } from "@/design/metadata/JsonValue";
import { Empty, Loading, Problem, Warning } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { partitionText } from "@/design/partitions";
import { count } from "@/design/size";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import styles from "./Launch.module.css";

const SHOWN_KEYS = 30;

interface PreviewProps {
  plan: RunPlan | undefined;
  /** Why there is none; one that concerns a field is shown there. */
  problem: unknown;
  hasSubject: boolean;
  /** Whether the form names a partition. */
  hasPartition: boolean;
  isOld: boolean;
}

/** What the run would do. */
export function Preview({ plan, problem, hasSubject, hasPartition, isOld }: PreviewProps) {
  return (
    <Panel title="What it would do" isFlush>
      <div className={styles.preview} data-old={isOld || undefined} aria-busy={isOld}>
        {!hasSubject ? (
          <Empty title="Nothing is selected">
            Name assets or choose a job; the steps of the run then stand here, in their order.
          </Empty>
        ) : problem ? (
          <div className={styles.padded}>
            <Problem error={problem} />
          </div>
        ) : plan === undefined ? (
          <Loading />
        ) : (
          <Planned plan={plan} hasPartition={hasPartition} />
        )}
      </div>
    </Panel>
  );
}

function Planned({ plan, hasPartition }: { plan: RunPlan; hasPartition: boolean }) {
  const rows = useMemo(
    () => plan.steps.map((step, index) => ({ step, number: index + 1 })),
    [plan],
  );
  const columns = useMemo(() => columnsOf(plan.steps), [plan]);
  const read = plan.read_only.filter((key) => !plan.left_out.includes(key));
  if (plan.waits_for) {
    return (
      <div className={styles.padded}>
        <Warning title="It cannot be planned yet">
          {plan.waits_for} The run can be launched: it is planned as soon as that is over.
        </Warning>
      </div>
    );
  }
  return (
    <>
      <div className={styles.padded}>
        <Counts steps={plan.steps} />
        {plan.needs_partition && !hasPartition && plan.partitions && (
          <p className={styles.note}>
            What is selected has partitions ({plan.partitions.summary}): choose one, or a range.
          </p>
        )}
        {plan.left_out.length > 0 && (
          <p className={styles.note}>
            Left out, because nothing here makes them: <Keys of={plan.left_out} />
          </p>
        )}
        {read.length > 0 && (
          <p className={styles.note}>
            Read as they are, not made: <Keys of={read} />
          </p>
        )}
      </div>
      <VirtualTable
        label="Planned steps"
        rows={rows}
        columns={columns}
        rowKey={({ step }) => step.key}
        rowHeight={36}
        height={`min(56dvh, ${rows.length * 36 + 36}px)`}
      />
    </>
  );
}

/** How many steps there are, and how many in each location. */
function Counts({ steps }: { steps: readonly PlannedStep[] }) {
  const counts = new Map<string, number>();
  for (const { location } of steps) counts.set(location, (counts.get(location) ?? 0) + 1);
  const sum = (of: (step: PlannedStep) => readonly string[]) =>
    steps.reduce((all, step) => all + of(step).length, 0);
  const [number, assets, checks] = [
    steps.length,
    sum((step) => step.assets),
    sum((step) => step.checks),
  ];
  return (
    <div className={styles.counts}>
      <strong>
        {count(number, "step")}
        {assets !== number && assets > 0 && `, ${count(assets, "asset")}`}
        {checks > 0 && `, ${count(checks, "check")}`}
      </strong>
      {[...counts].map(([location, many]) => (
        <span key={location} className={styles.count}>
          <Island name={location} /> {many}
        </span>
      ))}
    </div>
  );
}

function Keys({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.slice(0, SHOWN_KEYS).map((key, index) => (
        <span key={key}>
          {index > 0 && ", "}
          <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
            {key}
          </Link>
        </span>
      ))}
      {of.length > SHOWN_KEYS && ` and ${of.length - SHOWN_KEYS} more`}
    </>
  );
}

interface Row {
  step: PlannedStep;
  number: number;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: "number",
    title: "#",
    width: "36px",
    cell: ({ number }) => <span className={styles.about}>{number}</span>,
  },
  {
    key: "step",
    title: "Step",
    width: "minmax(0, 3fr)",
    cell: ({ step }) => <StepName step={step} />,
  },
  {
    key: "location",
    title: "Location",
    width: "minmax(0, 2fr)",
    cell: ({ step }) => <Island name={step.location} />,
  },
  {
    key: "needs",
    title: "After",
    width: "minmax(0, 2fr)",
    isExtra: true,
    cell: ({ step: { needs = [] } }) => (
      <span className={styles.about} title={needs.join(", ")}>
        {needs.length > 2 ? `${needs.length} steps` : needs.join(", ")}
      </span>
    ),
  },
  {
    key: "checks",
    title: "Checks",
    width: "minmax(0, 1fr)",
    isExtra: true,
    cell: ({ step: { checks } }) => (
      <span className={styles.about} title={checks.join("\n")}>
        {checks.length > 0 ? count(checks.length, "check") : ""}
      </span>
    ),
  },
  {
    key: "partition",
    title: "Partition",
    width: "minmax(0, 1fr)",
    isExtra: true,
    cell: ({ step: { partition } }) => (
      <span className={styles.about} title={partition ?? undefined}>
        {partition && partitionText(partition)}
      </span>
    ),
  },
  {
    key: "pool",
    title: "Pool",
    width: "minmax(0, 1fr)",
    isExtra: true,
    cell: ({ step }) => step.pool,
  },
];

/** Those that say something of this plan: few steps have checks, a partition of their own, a pool. */
function columnsOf(steps: readonly PlannedStep[]): readonly Column<Row>[] {
  const isThere: Readonly<Record<string, boolean>> = {
    checks: steps.some((step) => step.checks.length > 0),
    partition: steps.some((step) => step.partition !== null),
    pool: steps.some((step) => step.pool !== null),
  };
  return COLUMNS.filter(({ key }) => isThere[key] ?? true);
}

function StepName({ step }: { step: PlannedStep }) {
  const [first, ...others] = step.assets;
  if (first === undefined) return <span title={step.key}>{step.key}</span>;
  if (others.length > 0) {
    return (
      <span
        title={step.assets.join(", ")}
      >{`${step.key} (${count(step.assets.length, "asset")})`}</span>
    );
  }
  return (
    <Link to="/assets/$" params={{ _splat: splatOf(first) }} title={first}>
      {first}
    </Link>
  );
}

/** What lies under the form: a job's own config and tags. */
export function Below({
  job,
  config,
  tags,
}: {
  job: string;
  config: Readonly<Record<string, unknown>>;
  tags: Readonly<Record<string, string>>;
}) {
  const hasConfig = Object.keys(config).length > 0;
  const named = Object.entries(tags);
  if (!hasConfig && named.length === 0) return null;
  return (
    <Panel title={`Under the form: what the job ${job} has of its own`}>
      <Facts
        of={[
          ["Tags", named.length > 0 && named.map(([name, value]) => `${name}=${value}`).join(", ")],
          ["Config", hasConfig && <JsonValue value={config} />],
        ].map(([name, value]) => [String(name), value || null] as const)}
      />
    </Panel>
  );
}
