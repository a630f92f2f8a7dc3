import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { catalogQuery, type Location } from "@/api/queries";
import { Empty, Warning } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { count, size } from "@/design/size";
import { duration } from "@/design/time";
import styles from "./LocationFacts.module.css";
import list from "./LocationsTab.module.css";
import { loadedFrom } from "./loaded";

/** How a location is: its error first, then what it defines, its process, and what loading took. */
export function LocationFacts({ location }: { location: Location }) {
  return (
    <div className={styles.stack}>
      {location.error_text && (
        <Panel title={location.generation === null ? "It did not load" : "The last load failed"}>
          {location.generation !== null && (
            <p className={styles.note}>
              Generation {location.generation} serves on, with the definitions that it had.
            </p>
          )}
          <pre className={list.error}>{location.error_text}</pre>
        </Panel>
      )}
      {location.stale && <Warning title="Its assets are shown as they were when it last served" />}
      {[...location.conflicts, ...location.notices].map((text) => (
        <Warning key={text} title={text} />
      ))}
      <div className={styles.columns}>
        <Panel title="What it defines">
          <Defines location={location} />
        </Panel>
        <Panel title="Process">
          <Process location={location} />
        </Panel>
        <Panel title="What loading took">
          <Imports location={location} />
        </Panel>
        <Panel title="Generations" isFlush>
          <Generations location={location} />
        </Panel>
      </div>
    </div>
  );
}

function Defines({ location }: { location: Location }) {
  const { data: catalog } = useQuery(catalogQuery());
  const jobs = catalog?.jobs.filter((job) => job.location === location.name) ?? [];
  const { assets = 0, groups = 0, resources = 0 } = location.counts;
  const server = Object.entries(location.server).filter(([name]) => name !== "address");
  return (
    <Facts
      of={[
        ["Loaded from", <code key="from">{loadedFrom(location)}</code>],
        ...Object.entries(location.loaded_from)
          .filter(([name]) => !name.startsWith("python_"))
          .map(
            ([name, value]) =>
              [name.replaceAll("_", " "), <code key={name}>{value}</code>] as const,
          ),
        ...server.map(([name, value]) => [name, JSON.stringify(value)] as const),
        [
          "Assets",
          <Link key="assets" to="/assets" search={{ location: [location.name] }}>
            {count(assets, "asset")} in {count(groups, "group")}
          </Link>,
        ],
        [
          "Jobs",
          jobs.length === 0 ? (
            "none"
          ) : (
            <ul key="jobs" className={styles.jobs}>
              {jobs.map((job) => (
                <li key={job.name}>
                  <Link
                    to="/jobs/$name"
                    params={{ name: job.name }}
                    search={{ location: job.location }}
                  >
                    {job.name}
                  </Link>{" "}
                  (
                  {job.step_count > 0
                    ? count(job.step_count, "op")
                    : count(job.asset_count, "asset")}
                  )
                </li>
              ))}
            </ul>
          ),
        ],
        ["Resources", resources],
      ]}
    />
  );
}

function Process({ location }: { location: Location }) {
  const { worker, worker_reason: reason } = location;
  return (
    <Facts
      of={[
        ["Python", [location.python_version, location.platform].filter(Boolean).join(" on ")],
        ["Interpreter", location.executable && <code>{location.executable}</code>],
        ["Process id", location.pid],
        ["Memory", location.rss_bytes === null ? null : size(location.rss_bytes)],
        [
          "CPU since its start",
          location.cpu_seconds === null ? null : duration(location.cpu_seconds),
        ],
        ["Workers", worker && `${worker}${reason ? `: ${reason}` : ""}`],
        ["Limits of steps by", location.limits_by],
        ["Restarts in a row", location.restarts],
        ["Server id", location.server_id && <code>{location.server_id}</code>],
      ]}
    />
  );
}

function Imports({ location }: { location: Location }) {
  const slowest = Object.entries(location.slowest_imports);
  const total = location.load_seconds;
  if (total === null) return <Empty title="It has not loaded yet" />;
  const most = Math.max(total, ...slowest.map(([, took]) => took));
  return (
    <>
      <p className={styles.note}>{duration(total)} from start to definitions; of it:</p>
      <ul className={styles.bars}>
        {slowest.map(([name, took]) => (
          <li key={name}>
            <code>{name}</code>
            <span className={styles.bar} style={{ width: `${(took / most) * 100}%` }} />
            <span>{duration(took)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Generations({ location }: { location: Location }) {
  if (location.generations.length === 0) return <Empty title="No process runs" />;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">Phase</th>
          <th scope="col">Pid</th>
          <th scope="col">Runs to finish</th>
          <th scope="col">Restarts</th>
        </tr>
      </thead>
      <tbody>
        {location.generations.map((each) => (
          <tr key={String(each.generation)}>
            {["generation", "phase", "pid", "runs", "restarts"].map((name) => (
              <td key={name}>{String(each[name] ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
