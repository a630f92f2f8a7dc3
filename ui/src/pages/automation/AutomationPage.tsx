import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarClock, Radar } from "lucide-react";
import { useMemo } from "react";
import { splatOf } from "@/api/assetAddress";
import { schedulesQuery, sensorsQuery } from "@/api/automation";
import { Island } from "@/design/Island";
import { Answer, Empty, Warning } from "@/design/Notice";
import { Page, Panel } from "@/design/Page";
import { SourceLink } from "@/design/SourceLink";
import styles from "./Automation.module.css";
import { type Declared, declaredOf } from "./declared";

const SHOWN = 3;

/** The schedules and sensors that are declared; none of them runs yet. */
export function AutomationPage() {
  const schedules = useQuery(schedulesQuery());
  const sensors = useQuery(sensorsQuery());
  const rows = useMemo(
    () => declaredOf(schedules.data ?? [], sensors.data ?? []),
    [schedules.data, sensors.data],
  );
  return (
    <Page title="Automation">
      <Warning title="Schedules and sensors are declared, and do not run yet">
        A coming release runs them. Until then a run of what they target is launched by hand, or by
        whatever calls the API.
      </Warning>
      <Panel title="Schedules and sensors" isFlush>
        <Answer of={schedules}>
          {() => <Answer of={sensors}>{() => <Table rows={rows} />}</Answer>}
        </Answer>
      </Panel>
    </Page>
  );
}

function Table({ rows }: { rows: readonly Declared[] }) {
  if (rows.length === 0) {
    return (
      <Empty title="Nothing is declared">
        Give a code location's <code>Definitions</code> schedules or sensors; they stand here then.
      </Empty>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroller} aria-label="Schedules and sensors" tabIndex={0}>
      <table className={styles.table} aria-label="Schedules and sensors">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">When</th>
            <th scope="col">Timezone</th>
            <th scope="col">Target</th>
            <th scope="col">By default</th>
            <th scope="col">Location</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Line key={`${row.kind} ${row.location} ${row.name}`} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ row }: { row: Declared }) {
  const Icon = row.isSchedule ? CalendarClock : Radar;
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>
          <Icon size={15} aria-hidden />
          <span>
            {row.name}
            {row.description && <span className={styles.about}>{row.description}</span>}
            {row.file && (
              <span className={styles.about}>
                <SourceLink file={row.file} line={row.line} label={placeOf(row)} />
              </span>
            )}
          </span>
        </span>
      </th>
      <td>{row.kind}</td>
      <td title={row.title} className={styles.when}>
        {row.when}
      </td>
      <td>{row.timezone}</td>
      <td>
        <Target row={row} />
      </td>
      <td>{row.startsRunning ? "Running" : "Stopped"}</td>
      <td>
        <Island name={row.location} />
      </td>
    </tr>
  );
}

/** The file by its name alone, so that the table stays narrow. */
function placeOf({ file, line }: Declared): string {
  const name = file?.split("/").at(-1) ?? "";
  return line === null ? name : `${name}:${line}`;
}

function Target({ row: { jobs, assets, location } }: { row: Declared }) {
  return (
    <>
      {jobs.map((job) => (
        <span key={job} className={styles.target}>
          <Link to="/jobs/$name" params={{ name: job }} search={{ location }}>
            {job}
          </Link>
        </span>
      ))}
      {assets.slice(0, SHOWN).map((key) => (
        <span key={key} className={styles.target}>
          <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
            {key}
          </Link>
        </span>
      ))}
      {assets.length > SHOWN && <span>and {assets.length - SHOWN} more</span>}
    </>
  );
}
