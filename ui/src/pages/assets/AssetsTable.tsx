import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp } from "lucide-react";
import {
  createContext,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
} from "react";
import { splatOf } from "@/api/assetAddress";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { FailedChecks, StatusTag } from "@/design/StatusTag";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import styles from "./Assets.module.css";
import { type AssetRow, isRow, type Line } from "./rows";
import type { Search, Sort } from "./search";

interface TableProps {
  lines: readonly Line[];
  search: Search;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onChange: (change: Partial<Search>) => void;
}

const lineKey = (line: Line) => (isRow(line) ? line.asset.key : `head ${line.head}`);
const NARROW = "(max-width: 700px)";

/** The assets, with what is known of each. */
export function AssetsTable({ lines, search, chosen, onChoose, onChange }: TableProps) {
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const keys = useMemo(() => lines.filter(isRow).map((row) => row.asset.key), [lines]);
  const isAll = keys.length > 0 && keys.every((key) => chosen.has(key));
  const last = useRef<string | null>(null);
  const now = useRef({ keys, chosen, onChoose });
  now.current = { keys, chosen, onChoose };
  const choose = useCallback((key: string, event: MouseEvent) => {
    const from = event.shiftKey ? last.current : null;
    last.current = key;
    now.current.onChoose(withRange(now.current.chosen, now.current.keys, from, key));
  }, []);
  const cells = useMemo(() => cellsOf(search.by, choose), [search.by, choose]);
  const columns = useMemo((): Column<Line>[] => {
    const all = (
      <input
        type="checkbox"
        aria-label="Select all that are shown"
        checked={isAll}
        onChange={() => now.current.onChoose(new Set(isAll ? [] : now.current.keys))}
      />
    );
    const order = search.order === "desc" ? ("descending" as const) : ("ascending" as const);
    const head = (by: Sort, title: string) => ({
      title: <SortButton {...{ by, title, search, onChange }} />,
      sorted: (search.sort ?? "key") === by ? order : undefined,
    });
    const more = { isExtra: true };
    return [
      { key: "chosen", title: all, width: "18px", cell: cells.chosen, ...more },
      { key: "key", ...head("key", "Asset"), width: "minmax(0, 2.4fr)", cell: cells.key },
      { key: "status", ...head("status", "Status"), width: "168px", cell: cells.status, ...more },
      {
        key: "location",
        ...head("location", "Location"),
        width: "minmax(0, 1.1fr)",
        cell: cells.location,
        ...more,
      },
      {
        key: "group",
        ...head("group", "Group"),
        width: "minmax(0, 1fr)",
        cell: cells.group,
        ...more,
      },
      { key: "kinds", title: "Kinds", width: "minmax(0, 1fr)", cell: cells.kinds, ...more },
      { key: "owners", title: "Owners", width: "minmax(0, 1fr)", cell: cells.owners, ...more },
      { key: "at", ...head("at", "Materialized"), width: "112px", cell: cells.at, ...more },
    ];
  }, [cells, search, isAll, onChange]);
  return (
    <Chosen value={chosen}>
      <VirtualTable
        key={String(isNarrow)}
        label="Assets"
        rows={lines}
        columns={columns}
        rowKey={lineKey}
        rowHeight={isNarrow ? 62 : 38}
        height="100%"
        isSelected={(line) => isRow(line) && chosen.has(line.asset.key)}
      />
    </Chosen>
  );
}

/** The selection after a click on the box of one row, or with shift on the end of a range. */
function withRange(
  chosen: ReadonlySet<string>,
  keys: readonly string[],
  from: string | null,
  key: string,
): ReadonlySet<string> {
  const next = new Set(chosen);
  const isOn = !next.has(key);
  const start = from === null ? -1 : keys.indexOf(from);
  const end = keys.indexOf(key);
  const range = start < 0 ? [key] : keys.slice(Math.min(start, end), Math.max(start, end) + 1);
  for (const each of range) isOn ? next.add(each) : next.delete(each);
  return next;
}

type Cell = (line: Line) => ReactNode;

/** What stands in the columns; the same functions as long as possible, so that rows stay as they are. */
function cellsOf(by: Search["by"], choose: (key: string, event: MouseEvent) => void) {
  const of =
    (cell: (row: AssetRow) => ReactNode): Cell =>
    (line) =>
      isRow(line) && cell(line);
  return {
    chosen: of(({ asset }) => <Choice name={asset.key} choose={choose} />),
    key: ((line) => (isRow(line) ? <Key row={line} /> : <Head line={line} by={by} />)) as Cell,
    status: of((row) => <Stands row={row} />),
    location: of(({ asset }) => <Island name={asset.location} />),
    group: of(({ asset }) => asset.group),
    kinds: of(({ asset }) => asset.kinds.join(", ")),
    owners: of(({ asset }) => asset.owners.join(", ")),
    at: of((row) => <Made row={row} />),
  };
}

/** Which keys are chosen: known to the boxes alone, so that a click draws no row anew. */
const Chosen = createContext<ReadonlySet<string>>(new Set());

function Choice({
  name,
  choose,
}: {
  name: string;
  choose: (key: string, event: MouseEvent) => void;
}) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${name}`}
      checked={useContext(Chosen).has(name)}
      onClick={(event) => choose(name, event)}
      readOnly
    />
  );
}

/** The asset's key; where the window is narrow, what else matters below it. */
function Key({ row }: { row: AssetRow }) {
  return (
    <>
      <Link
        className={styles.key}
        to="/assets/$"
        params={{ _splat: splatOf(row.asset.key) }}
        title={row.asset.key}
      >
        {row.asset.key}
      </Link>
      <span className={styles.below}>
        <Stands row={row} />
        <Made row={row} />
      </span>
    </>
  );
}

/** How it stands, and how many of its checks failed, leading to those. */
function Stands({ row: { asset, status, failedChecks } }: { row: AssetRow }) {
  return (
    <span className={styles.stands}>
      <StatusTag kind="asset" status={status} />
      {failedChecks > 0 && (
        <Link to="/assets/$" params={{ _splat: splatOf(asset.key) }} search={{ tab: "checks" }}>
          <FailedChecks many={failedChecks} isShort />
        </Link>
      )}
    </span>
  );
}

/** When it was made, leading to the run that is told of. */
function Made({ row: { at, runId } }: { row: AssetRow }) {
  if (at === null) return null;
  if (runId === null) return <Ago at={at} />;
  return (
    <Link className={styles.quiet} to="/runs/$runId" params={{ runId }}>
      <Ago at={at} />
    </Link>
  );
}

function Head({ line, by }: { line: { head: string; count: number }; by: Search["by"] }) {
  return (
    <span className={styles.head}>
      {by === "location" ? <Island name={line.head} /> : line.head}
      <span className={styles.count}>{line.count.toLocaleString("en")}</span>
    </span>
  );
}

function SortButton({
  by,
  title,
  search,
  onChange,
}: {
  by: Sort;
  title: string;
  search: Search;
  onChange: (change: Partial<Search>) => void;
}) {
  const isOn = (search.sort ?? "key") === by;
  const Arrow = search.order === "desc" ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className={styles.sort}
      onClick={() =>
        onChange({
          sort: by === "key" ? undefined : by,
          order: isOn && search.order === undefined ? "desc" : undefined,
        })
      }
    >
      {title}
      {isOn && <Arrow size={13} aria-hidden />}
    </button>
  );
}
