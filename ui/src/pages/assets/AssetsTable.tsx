import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type MouseEvent, useMemo, useRef } from "react";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { StatusTag } from "@/design/StatusTag";
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
  const last = useRef<string | null>(null);
  const keys = useMemo(() => lines.filter(isRow).map((row) => row.asset.key), [lines]);
  const isAll = keys.length > 0 && keys.every((key) => chosen.has(key));
  const choose = (key: string, event: MouseEvent) => {
    const next = new Set(chosen);
    const isOn = !next.has(key);
    const from = event.shiftKey && last.current !== null ? keys.indexOf(last.current) : -1;
    const to = keys.indexOf(key);
    const range = from < 0 ? [key] : keys.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of range) isOn ? next.add(each) : next.delete(each);
    last.current = key;
    onChoose(next);
  };
  const sort = (by: Sort, title: string) => <SortButton {...{ by, title, search, onChange }} />;
  const sorted = (by: Sort) =>
    (search.sort ?? "key") === by
      ? search.order === "desc"
        ? ("descending" as const)
        : ("ascending" as const)
      : undefined;
  const columns: Column<Line>[] = [
    {
      key: "chosen",
      title: (
        <input
          type="checkbox"
          aria-label="Select all that are shown"
          checked={isAll}
          onChange={() => onChoose(new Set(isAll ? [] : keys))}
        />
      ),
      width: "18px",
      isExtra: true,
      cell: (line) =>
        isRow(line) && (
          <input
            type="checkbox"
            aria-label={`Select ${line.asset.key}`}
            checked={chosen.has(line.asset.key)}
            onClick={(event) => choose(line.asset.key, event)}
            readOnly
          />
        ),
    },
    {
      key: "key",
      title: sort("key", "Asset"),
      sorted: sorted("key"),
      width: "minmax(0, 2.4fr)",
      cell: (line) => (isRow(line) ? <Key row={line} /> : <Head {...{ line, search }} />),
    },
    {
      key: "status",
      title: sort("status", "Status"),
      sorted: sorted("status"),
      width: "168px",
      isExtra: true,
      cell: (line) => isRow(line) && <StatusTag kind="asset" status={line.status} />,
    },
    {
      key: "location",
      title: sort("location", "Location"),
      sorted: sorted("location"),
      width: "minmax(0, 1.1fr)",
      isExtra: true,
      cell: (line) => isRow(line) && <Island name={line.asset.location} />,
    },
    {
      key: "group",
      title: sort("group", "Group"),
      sorted: sorted("group"),
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (line) => isRow(line) && line.asset.group,
    },
    {
      key: "kinds",
      title: "Kinds",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (line) => isRow(line) && line.asset.kinds.join(", "),
    },
    {
      key: "owners",
      title: "Owners",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (line) => isRow(line) && line.asset.owners.join(", "),
    },
    {
      key: "at",
      title: sort("at", "Materialized"),
      sorted: sorted("at"),
      width: "112px",
      isExtra: true,
      cell: (line) => isRow(line) && <Made row={line} />,
    },
  ];
  return (
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
  );
}

/** The asset's key; where the window is narrow, what else matters below it. */
function Key({ row }: { row: AssetRow }) {
  return (
    <>
      <Link
        className={styles.key}
        to="/assets/$"
        params={{ _splat: row.asset.key }}
        title={row.asset.key}
      >
        {row.asset.key}
      </Link>
      <span className={styles.below}>
        <StatusTag kind="asset" status={row.status} />
        <Made row={row} />
      </span>
    </>
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

function Head({ line, search }: { line: { head: string; count: number }; search: Search }) {
  return (
    <span className={styles.head}>
      {search.by === "location" ? <Island name={line.head} /> : line.head}
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
