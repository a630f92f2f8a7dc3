import { useMemo } from "react";
import type { PartitionSpan } from "@/api/partitions";
import { type Piece, piecesOf } from "@/design/partitions";
import { count } from "@/design/size";
import { statusOf } from "@/design/status";
import styles from "./Partitions.module.css";

/** More pieces than this could not be told apart. */
const MOST_PIECES = 400;
const HEIGHT = 34;
/** The height says what the colour says: what is missing is low, what failed fills the bar. */
const HEIGHTS: Readonly<Record<string, number>> = {
  failed: HEIGHT,
  in_progress: 20,
  materialized: 26,
  missing: 6,
};

/** All partitions as a bar of ranges; a press on one chooses it. Its words are in the table below. */
export function PartitionStrip({
  spans,
  total,
  label,
  chosen,
  onChoose,
}: {
  spans: readonly PartitionSpan[];
  total: number;
  label: string;
  /** Positions of the first and the last that are chosen. */
  chosen?: readonly [number, number] | null;
  onChoose?: (first: string, last: string) => void;
}) {
  const pieces = useMemo(() => piecesOf(spans, total, MOST_PIECES), [spans, total]);
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${total} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {chosen && (
        <rect
          className={styles.chosen}
          x={chosen[0]}
          width={Math.max(total / MOST_PIECES, chosen[1] - chosen[0] + 1)}
          y={0}
          height={HEIGHT}
        />
      )}
      {pieces.map((piece) => (
        <Bar key={piece.start} piece={piece} onChoose={onChoose} />
      ))}
    </svg>
  );
}

function Bar({
  piece,
  onChoose,
}: {
  piece: Piece;
  onChoose?: (first: string, last: string) => void;
}) {
  const { status, start, stop, first, last } = piece;
  const height = HEIGHTS[status] ?? HEIGHT;
  const width = stop - start;
  const words = `${statusOf("partition", status).word}: ${first === last ? first : `${first} → ${last}`}`;
  return (
    <>
      <rect data-status={status} x={start} width={width} y={HEIGHT - height} height={height} />
      {onChoose && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the table of ranges has the buttons
        <rect
          className={styles.hit}
          x={start}
          width={width}
          y={0}
          height={HEIGHT}
          onClick={() => onChoose(first, last)}
        >
          <title>{`${words} (${count(Math.max(1, Math.round(width)), "partition")})`}</title>
        </rect>
      )}
    </>
  );
}
