import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { poolsQuery, queueQuery } from "@/api/queries";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { Answer, Empty } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import styles from "./LocationFacts.module.css";
import { PoolLimit } from "./PoolLimit";

type Queue = Schemas["Queue"];

/** What runs, what waits and for what; the limits that hold; pools and their slots. */
export function CapacityTab() {
  const queue = useQuery(queueQuery());
  const pools = useQuery(poolsQuery());
  return (
    <div className={styles.stack}>
      <div className={styles.columns}>
        <Panel title="Limits">
          <Answer of={queue}>{(told) => <Limits limits={told.limits} />}</Answer>
        </Panel>
        <Panel title="Pools" isFlush>
          <Answer of={pools}>{(told) => <Pools pools={told} />}</Answer>
        </Panel>
      </div>
      <Answer of={queue}>
        {(told) => (
          <>
            <Runs runs={told.runs} />
            <Steps steps={told.steps} />
          </>
        )}
      </Answer>
    </div>
  );
}

const limit = (value: number | null): string => (value === null ? "unlimited" : String(value));

function Limits({ limits }: { limits: Queue["limits"] }) {
  return (
    <Facts
      of={[
        ["Runs at once", limit(limits.max_concurrent_runs)],
        ["Steps at once", limit(limits.max_concurrent_steps)],
        ...Object.entries(limits.location_limits).map(
          ([name, value]) => [`Steps at once in ${name}`, value] as const,
        ),
        ["Slots of a pool without its own", limit(limits.default_pool_limit)],
        ["A slot is held by", `a ${limits.pool_granularity}`],
        ...limits.tag_concurrency_limits.map(
          (each) => [`Runs with the tag ${String(each.key)}`, tagLimit(each)] as const,
        ),
        [
          "Change them under",
          <Link key="to" to="/deployment" search={{ tab: "configuration" }}>
            Configuration
          </Link>,
        ],
      ]}
    />
  );
}

function tagLimit(each: Readonly<Record<string, unknown>>): string {
  const which = each.per_value ? ", each value by itself" : each.value ? ` = ${each.value}` : "";
  return `${each.limit}${which}`;
}

function Pools({ pools }: { pools: readonly Schemas["Pool"][] }) {
  if (pools.length === 0) {
    return (
      <Empty title="No pools">
        A step is put into one with `pool="database"` on its asset; the pool's limit says how many
        of its steps run at once.
      </Empty>
    );
  }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Pool</th>
          <th scope="col">Slots taken</th>
          <th scope="col">Steps that wait</th>
          <th scope="col">Limit</th>
        </tr>
      </thead>
      <tbody>
        {pools.map((pool) => (
          <tr key={pool.name}>
            <td>{pool.name}</td>
            <td>
              {pool.taken} of {limit(pool.limit)}
            </td>
            <td>{pool.waiting}</td>
            <td>
              <PoolLimit pool={pool} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Runs({ runs }: { runs: Queue["runs"] }) {
  return (
    <Panel title={`${count(runs.under_way, "run")} under way, ${runs.waiting} waiting`} isFlush>
      {runs.items.length === 0 ? (
        <Empty title="No run is under way or waits" />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col">Asked for</th>
              <th scope="col">Priority</th>
              <th scope="col">Waits for</th>
            </tr>
          </thead>
          <tbody>
            {runs.items.map((run) => (
              <tr key={run.run_id}>
                <td>
                  <Link to="/runs/$runId" params={{ runId: run.run_id }}>
                    {run.job ?? shortId(run.run_id)}
                  </Link>
                </td>
                <td>
                  <StatusTag kind="run" status={run.status} />
                </td>
                <td>
                  <Ago at={run.created_at} />
                </td>
                <td>{run.priority}</td>
                <td>{run.waits_for}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Steps({ steps }: { steps: Queue["steps"] }) {
  return (
    <Panel
      title={`${count(steps.running, "step")} running, ${steps.waiting} waiting for room`}
      isFlush
    >
      {steps.items.length === 0 ? (
        <Empty title="No step runs or waits for room" />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Location</th>
              <th scope="col">Run</th>
              <th scope="col">Pool</th>
              <th scope="col">Waits for</th>
            </tr>
          </thead>
          <tbody>
            {steps.items.map((step) => (
              <tr key={`${step.run_id} ${step.step}`}>
                <td>{step.step}</td>
                <td>
                  <Island name={step.location} />
                </td>
                <td>
                  <Link to="/runs/$runId" params={{ runId: step.run_id }}>
                    {shortId(step.run_id)}
                  </Link>
                </td>
                <td>{step.pool}</td>
                <td>{step.waits_for || "it runs"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
