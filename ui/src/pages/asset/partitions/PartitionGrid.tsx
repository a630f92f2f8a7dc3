import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Partition, partitionKeysQuery } from "@/api/partitions";
import { Answer } from "@/design/Notice";
import { StatusMark } from "@/design/StatusTag";
import { statusOf } from "@/design/status";
import styles from "./Partitions.module.css";

/** So many cells are still looked over at once, and asked for at once. */
export const MOST_CELLS = 400;
const DELIMITER = "|";
const ALL = {};

/** Partitions of two dimensions, each with each; a press on one chooses it. */
export function PartitionGrid({
  asset,
  names,
  chosen,
  onChoose,
}: {
  asset: string;
  /** Of the dimensions: that of the rows, that of the columns. */
  names: readonly [string, string];
  chosen: string | undefined;
  onChoose: (partition: Partition) => void;
}) {
  const told = useInfiniteQuery(partitionKeysQuery({ asset }, ALL, MOST_CELLS));
  const items = told.data?.pages[0]?.items;
  const { rows, columns } = useMemo(() => tableOf(items ?? []), [items]);
  const label = `Partitions by ${names[0]} and ${names[1]}`;
  return (
    <Answer of={told} rows={4}>
      {() => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={styles.grid} aria-label={label} tabIndex={0}>
          <table aria-label={label}>
            <thead>
              <tr>
                <th scope="col">
                  {names[0]} \ {names[1]}
                </th>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((partition) => (
                    <td key={partition.key}>
                      <button
                        type="button"
                        className={styles.cell}
                        data-status={partition.status}
                        aria-pressed={partition.key === chosen}
                        aria-label={`${partition.key}: ${statusOf("partition", partition.status).word}`}
                        title={partition.key}
                        onClick={() => onChoose(partition)}
                      >
                        <StatusMark kind="partition" status={partition.status} />
                      </button>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Answer>
  );
}

function tableOf(items: readonly Partition[]) {
  const rows = new Map<string, Partition[]>();
  const columns = new Set<string>();
  for (const item of items) {
    const [row = "", column = ""] = item.key.split(DELIMITER);
    columns.add(column);
    const known = rows.get(row);
    if (known) known.push(item);
    else rows.set(row, [item]);
  }
  return { rows: [...rows], columns: [...columns] };
}
