import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { type LogFilter, logEndQuery, readLog } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { CHUNK, type LogEvent } from "@/canvas/log/LogCache";
import { act } from "@/design/act";
import { Empty, Problem } from "@/design/Notice";
import { LogTable, type LogTableHandle } from "./LogTable";
import { LogTools } from "./LogTools";
import styles from "./RunPage.module.css";
import type { Search } from "./search";
import { useRun } from "./useRun";

const FAILURES = ["STEP_FAILURE", "STEP_WORKER_LOST", "RESOURCE_INIT_FAILURE", "RUN_FAILURE"];

/** What the address narrows the log to. */
export const filterOf = ({ level, kind, step, search }: Search): LogFilter => ({
  // What is worse than an error is one.
  level: level?.includes("ERROR") ? [...level, "CRITICAL"] : level,
  kind,
  step,
  search,
});

/** The events of a run, of which the server tells what is in sight. */
export function LogPane({ run }: { run: Run }) {
  const { search, look } = useRun();
  const { level, kind, step, search: text } = search;
  const filter = useMemo(
    () => filterOf({ level, kind, step, search: text }),
    [level, kind, step, text],
  );
  const asked = useQuery(logEndQuery(run.run_id, filter, CHUNK));
  const table = useRef<LogTableHandle>(null);
  const [isFollowing, setFollowing] = useState(false);
  const [isElsewhere, setElsewhere] = useState(false);
  const total = asked.data?.total;
  const nextFailure = async () => {
    const from = search.event ?? table.current?.lookedAt() ?? 0;
    const found = await act(() => failureAfter(run.run_id, step, from));
    if (found) look({ event: found.id });
  };
  return (
    <section className={styles.box} aria-label="Log">
      <LogTools
        total={total}
        isFollowing={isFollowing}
        isLive={run.ended_at === null}
        toStart={() => table.current?.toStart()}
        toEnd={() => table.current?.follow()}
        nextFailure={() => void nextFailure()}
      />
      {asked.error && !asked.data && <Problem error={asked.error} retry={asked.refetch} />}
      {isElsewhere && (
        <p className={styles.elsewhere} role="status">
          Event {search.event} does not pass these filters.{" "}
          <button
            type="button"
            className={styles.inline}
            onClick={() =>
              look({ level: undefined, kind: undefined, step: undefined, search: undefined })
            }
          >
            Show all events
          </button>
        </p>
      )}
      <LogTable
        // Another filter is another log.
        key={JSON.stringify(filter)}
        ref={table}
        run={run}
        filter={filter}
        end={asked.data}
        onFollow={setFollowing}
        onElsewhere={setElsewhere}
      />
      {total === 0 && (
        <div className={styles.noEvents}>
          <NoEvents isNarrowed={Boolean(level || kind || step || text)} />
        </div>
      )}
    </section>
  );
}

/** The first failure behind an event; the first of all where there is none. */
async function failureAfter(
  id: string,
  step: string | undefined,
  event: number,
): Promise<LogEvent | undefined> {
  const filter = { kind: FAILURES, step };
  const near = await readLog(id, filter, { around: event, limit: 40 });
  const next = near.items.find((each) => each.id > event);
  if (next) return next;
  return (await readLog(id, filter, { offset: 0, limit: 1 })).items[0];
}

function NoEvents({ isNarrowed }: { isNarrowed: boolean }) {
  return isNarrowed ? (
    <Empty title="No event passes these filters" />
  ) : (
    <Empty title="No events yet">The first one comes when the run is taken up.</Empty>
  );
}
