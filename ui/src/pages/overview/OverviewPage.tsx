import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { CheckCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { catalogQuery, locationsQuery, type Run, runCountsQuery, runsQuery } from "@/api/queries";
import { useNow } from "@/design/Moment";
import { Answer, Empty, Warning } from "@/design/Notice";
import { Page, Panel } from "@/design/Page";
import { UNDER_WAY } from "@/design/status";
import { duration } from "@/design/time";
import styles from "./OverviewPage.module.css";
import { RunLines } from "./RunLines";
import { rowsByLocation, rowsByWhat } from "./rows";
import { type Search, WINDOWS, type Window } from "./search";
import { failuresSeenAt, markFailuresSeen } from "./seen";
import { TimelineView } from "./TimelineView";

const MOST_RUNS = 1_000;
const MOST_LINES = 20;
const DAY_S = 86_400;
const RUNNING = UNDER_WAY.filter((status) => status !== "QUEUED");

/** How the deployment is: what ran, what runs, what went wrong since one last looked. */
export function OverviewPage() {
  const { window: chosen = "6h" } = useSearch({ from: "/" });
  return (
    <Page title="Overview" actions={<WindowChoice chosen={chosen} />}>
      <Tiles />
      <Runs window={chosen} />
      <div className={styles.columns}>
        <UnderWay />
        <Failures />
      </div>
    </Page>
  );
}

function WindowChoice({ chosen }: { chosen: Window }) {
  const { by = "what" } = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const change = (search: Search) =>
    void navigate({ search: (old) => ({ ...old, ...search }), replace: true });
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Rows of the timeline"
        value={by}
        data={[
          { value: "what", label: "By job and group" },
          { value: "location", label: "By location" },
        ]}
        onChange={(value) => change({ by: value as Search["by"] })}
      />
      <SegmentedControl
        size="xs"
        aria-label="How far back"
        value={chosen}
        data={Object.keys(WINDOWS)}
        onChange={(value) => change({ window: value as Window })}
      />
    </>
  );
}

function Tiles() {
  const counts = useQuery(runCountsQuery()).data;
  const locations = useQuery(locationsQuery()).data;
  const catalog = useQuery(catalogQuery()).data;
  const of = (...statuses: string[]) =>
    counts && statuses.reduce((sum, status) => sum + (counts.counts[status] ?? 0), 0);
  const well = locations?.filter((each) => each.status === "loaded").length;
  return (
    <div className={styles.tiles}>
      <Link to="/runs" search={{ status: RUNNING }}>
        <Tile name="Running" value={of(...RUNNING)} />
      </Link>
      <Link to="/runs" search={{ status: ["QUEUED"] }}>
        <Tile name="Queued" value={of("QUEUED")} most={counts?.most} />
      </Link>
      <Link to="/assets">
        <Tile name="Assets" value={catalog?.assets.length} />
      </Link>
      <Link to="/deployment">
        <Tile
          name="Locations loaded"
          value={well}
          of={locations?.length}
          isBad={well !== undefined && well !== locations?.length}
        />
      </Link>
    </div>
  );
}

function Tile(props: {
  name: string;
  value?: number;
  of?: number;
  most?: number;
  isBad?: boolean;
}) {
  const { name, value, of, most, isBad } = props;
  const text = value === undefined ? "…" : value.toLocaleString("en");
  return (
    <span className={styles.tile} data-bad={isBad || undefined}>
      <span className={styles.number}>
        {text}
        {most !== undefined && value !== undefined && value >= most && "+"}
        {of !== undefined && <span className={styles.of}> of {of}</span>}
      </span>
      <span className={styles.name}>{name}</span>
    </span>
  );
}

function Runs({ window: chosen }: { window: Window }) {
  const { by = "what" } = useSearch({ from: "/" });
  const length = WINDOWS[chosen];
  // The window moves on in steps, so that its runs are asked for once a step and not each second.
  const step = Math.max(60, length / 120);
  const to = Math.ceil(useNow(step / 4) / step) * step;
  const from = to - length;
  const asked = useQuery(runsQuery({ since: from }, MOST_RUNS));
  const { data: catalog } = useQuery(catalogQuery());
  const groups = useMemo(
    () => new Map(catalog?.assets.map((asset) => [asset.key, asset.group])),
    [catalog],
  );
  const items = asked.data?.items;
  const rows = useMemo(() => {
    if (items === undefined) return [];
    return by === "location" ? rowsByLocation(items) : rowsByWhat(items, (key) => groups.get(key));
  }, [items, groups, by]);
  return (
    <Panel title={`Runs of the last ${duration(length)}`} isFlush>
      <Answer of={asked} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={`Nothing ran in the last ${duration(length)}`}>
              <Link to="/launch">Launch a run</Link>, or look further back.
            </Empty>
          ) : (
            <>
              {page.next && (
                <div className={styles.note}>
                  <Warning title={`The newest ${MOST_RUNS.toLocaleString("en")} runs are drawn`}>
                    There were more; choose a shorter time.
                  </Warning>
                </div>
              )}
              <TimelineView rows={rows} from={from} to={to} />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function UnderWay() {
  const asked = useQuery(runsQuery({ status: [...UNDER_WAY] }, MOST_LINES));
  return (
    <Panel title="Under way" isFlush>
      <Answer of={asked} rows={3}>
        {({ items }) =>
          items.length === 0 ? <Empty title="Nothing runs" /> : <RunLines runs={items} />
        }
      </Answer>
    </Panel>
  );
}

function Failures() {
  const [since, setSince] = useState(() => failuresSeenAt(Date.now() / 1000 - DAY_S));
  const asked = useQuery(runsQuery({ status: ["FAILURE"], since: Math.floor(since) }, MOST_LINES));
  const isNew = (run: Run) => (run.ended_at ?? run.created_at) > since;
  const runs = asked.data?.items.filter(isNew);
  const see = () => {
    const now = Date.now() / 1000;
    markFailuresSeen(now);
    setSince(now);
  };
  return (
    <Panel
      title="Failed since you last looked"
      isFlush
      actions={
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<CheckCheck size={14} aria-hidden />}
          disabled={!runs?.length}
          onClick={see}
        >
          Seen
        </Button>
      }
    >
      <Answer of={{ ...asked, data: runs }} rows={3}>
        {(failed) =>
          failed.length === 0 ? (
            <Empty title="No run has failed" />
          ) : (
            <RunLines runs={failed} withMessage />
          )
        }
      </Answer>
    </Panel>
  );
}
