import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useRef } from "react";
import styles from "./VirtualTable.module.css";

export interface Column<Row> {
  key: string;
  title: ReactNode;
  /** A CSS grid track: `minmax(0, 2fr)`, `120px`. */
  width: string;
  cell: (row: Row) => ReactNode;
  /** Left out where the window is narrow. */
  isExtra?: boolean;
  /** By which the rows are sorted, if by this one. */
  sorted?: "ascending" | "descending";
}

interface VirtualTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  rowHeight?: number;
  /** The height of the scrolled part in CSS; by default as high as its rows, 70 % of the window at most. */
  height?: string;
  /** Called when the last rows come into sight. */
  onEnd?: () => void;
  isSelected?: (row: Row) => boolean;
}

/**
 * A table of any number of rows of which only those in sight exist.
 *
 * It is a table to assistive technology as well: `aria-rowcount` tells how many rows there are.
 */
export function VirtualTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  rowHeight = 40,
  height = "min(70dvh, 100%)",
  onEnd,
  isSelected,
}: VirtualTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1);
      if (onEnd && last && last.index >= rows.length - 5) onEnd();
    },
  });
  const narrow = columns.filter((column) => !column.isExtra).map((column) => column.width);
  return (
    <section
      ref={scroller}
      className={styles.scroller}
      style={{ height, ["--narrow" as string]: narrow.join(" ") }}
      // What scrolls must be reachable by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      aria-label={label}
    >
      <table aria-label={label} aria-rowcount={rows.length + 1} className={styles.table}>
        <thead className={styles.head}>
          <tr aria-rowindex={1} className={styles.row} style={gridOf(columns)}>
            {columns.map((column) => (
              <th key={column.key} scope="col" aria-sort={column.sorted} className={extra(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <VirtualRow
                key={rowKey(row)}
                row={row}
                columns={columns as readonly Column<unknown>[]}
                index={item.index}
                start={item.start}
                height={rowHeight}
                isSelected={isSelected?.(row) ?? false}
              />
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Drawn anew only where something about it has changed: give columns that stay the same. */
const VirtualRow = memo(function VirtualRow({
  row,
  columns,
  index,
  start,
  height,
  isSelected,
}: {
  row: unknown;
  columns: readonly Column<unknown>[];
  index: number;
  start: number;
  height: number;
  isSelected: boolean;
}) {
  return (
    <tr
      aria-rowindex={index + 2}
      data-selected={isSelected || undefined}
      className={styles.row}
      style={{ ...gridOf(columns), height, transform: `translateY(${start}px)` }}
    >
      {columns.map((column) => (
        <td key={column.key} className={extra(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
});

function gridOf(columns: readonly { width: string }[]): { gridTemplateColumns: string } {
  return { gridTemplateColumns: columns.map((column) => column.width).join(" ") };
}

function extra(column: { isExtra?: boolean }): string | undefined {
  return column.isExtra ? styles.extra : undefined;
}
