import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RefreshCw, Search } from "lucide-react";
import { useState } from "react";
import { reloadLocation } from "@/api/locations";
import { type Location, locationsQuery } from "@/api/queries";
import { act } from "@/design/act";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { Answer, Empty, Warning } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { StatusTag } from "@/design/StatusTag";
import { count, size } from "@/design/size";
import { duration } from "@/design/time";
import styles from "./LocationsTab.module.css";
import { loadedFrom } from "./loaded";

const MANY = 10;

/** Every code location of the workspace, in its order. */
export function LocationsTab() {
  const asked = useQuery(locationsQuery());
  const [wanted, setWanted] = useState("");
  const locations = asked.data?.filter((each) =>
    each.name.toLowerCase().includes(wanted.toLowerCase()),
  );
  const reloadAll = () =>
    act(
      () => Promise.all((asked.data ?? []).map((each) => reloadLocation(each.name))),
      (all) => `${count(all.length, "location")} being loaded anew`,
    );
  return (
    <Panel
      title="Code locations"
      isFlush
      actions={
        <>
          {(asked.data?.length ?? 0) > MANY && (
            <TextInput
              size="xs"
              placeholder="Filter by name"
              aria-label="Filter by name"
              leftSection={<Search size={14} aria-hidden />}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            onClick={reloadAll}
          >
            Reload all
          </Button>
        </>
      }
    >
      <Answer of={{ ...asked, data: locations }}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={wanted ? "No location has such a name" : "The workspace is empty"}>
              {!wanted &&
                "Name a module or a file: `atoll dev -f definitions.py`, or a workspace.yaml."}
            </Empty>
          ) : (
            <ul className={styles.list}>
              {found.map((location) => (
                <LocationLine key={location.name} location={location} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}

function LocationLine({ location }: { location: Location }) {
  return (
    <li className={styles.location} data-location={location.name}>
      <div className={styles.top}>
        <StatusTag kind="location" status={location.status} />
        <Island name={location.name} />
        <code className={styles.from}>{loadedFrom(location)}</code>
        <span className={styles.when}>
          <Ago at={location.updated_at} />
        </span>
        <ReloadButton name={location.name} />
      </div>
      <div className={styles.facts}>
        <Defined location={location} />
        {location.python_version && <span>Python {location.python_version}</span>}
        {location.generation !== null && <span>generation {location.generation}</span>}
        {location.loading.length > 0 && <span>loading {location.loading.join(", ")}</span>}
        {location.draining.length > 0 && (
          <span title="Older generations that finish the runs that they began">
            draining {location.draining.join(", ")}
          </span>
        )}
        {location.load_seconds !== null && <span>loaded in {duration(location.load_seconds)}</span>}
        {location.rss_bytes !== null && <span>{size(location.rss_bytes)}</span>}
        {location.cpu_seconds !== null && <span>{duration(location.cpu_seconds)} of CPU</span>}
        {location.pid !== null && <span>pid {location.pid}</span>}
        {location.restarts > 0 && <span>{count(location.restarts, "restart")} in a row</span>}
      </div>
      {location.stale && <Warning title="Its assets are shown as they were when it last served" />}
      {location.error_text && <pre className={styles.error}>{location.error_text}</pre>}
      {location.conflicts.map((conflict) => (
        <Warning key={conflict} title={conflict} />
      ))}
    </li>
  );
}

function Defined({ location }: { location: Location }) {
  const { assets = 0, groups = 0, jobs = 0, resources = 0 } = location.counts;
  const search = { location: [location.name] };
  return (
    <>
      <Link to="/assets" search={search}>
        {count(assets, "asset")}
      </Link>
      {groups > 1 && <span>{count(groups, "group")}</span>}
      {jobs > 0 && (
        <Link to="/deployment/locations/$name" params={{ name: location.name }}>
          {count(jobs, "job")}
        </Link>
      )}
      {resources > 0 && <span>{count(resources, "resource")}</span>}
    </>
  );
}

/** Loads one location anew; the generation that serves stays until the next is there. */
export function ReloadButton({ name }: { name: string }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<RefreshCw size={13} aria-hidden />}
      aria-label={`Reload ${name}`}
      onClick={() =>
        act(
          () => reloadLocation(name),
          () => `${name} is being loaded anew`,
        )
      }
    >
      Reload
    </Button>
  );
}
