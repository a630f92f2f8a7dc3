import { useMemo } from "react";
import type { PartitionSpan, PartitionsAsTheyStand } from "@/api/partitions";
import { Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { along, countsText } from "@/design/partitions";
import { StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import { PARTITION } from "@/design/status";
import { useAssetSearch } from "../useAsset";
import { MOST_CELLS, PartitionGrid } from "./PartitionGrid";
import { PartitionStrip } from "./PartitionStrip";
import styles from "./Partitions.module.css";
import type { Chosen } from "./useChosen";

const MOST_RANGES = 200;

interface Props {
  asset: string;
  partitions: PartitionsAsTheyStand;
  chosen: Chosen;
}

/** All partitions at once: counts, and a bar or a grid. */
export function Standing({ asset, partitions, chosen }: Props) {
  const { space, counts } = partitions;
  const total = space.count ?? 0;
  return (
    <Panel
      title={`Partitions: ${space.summary}`}
      actions={<span className={styles.quiet}>{count(total, "partition")}</span>}
    >
      {total === 0 ? (
        <Empty title="There is none yet">The first comes when its window of time has ended.</Empty>
      ) : (
        <>
          <Counts counts={counts} />
          <Drawn asset={asset} partitions={partitions} chosen={chosen} />
        </>
      )}
    </Panel>
  );
}

/** How many stand how; each narrows the keys. */
function Counts({ counts }: { counts: Readonly<Record<string, number>> }) {
  const [search, change] = useAssetSearch();
  const wanted = search.status ?? [];
  const toggle = (status: string) => {
    const next = wanted.includes(status)
      ? wanted.filter((each) => each !== status)
      : [...wanted, status];
    change({ status: next.length > 0 ? next : undefined });
  };
  return (
    <fieldset className={styles.counts}>
      <legend className={styles.hidden}>Status</legend>
      {Object.keys(PARTITION).map((status) => (
        <button
          key={status}
          type="button"
          className={styles.count}
          aria-pressed={wanted.includes(status)}
          onClick={() => toggle(status)}
        >
          <StatusTag kind="partition" status={status} />
          {(counts[status] ?? 0).toLocaleString("en")}
        </button>
      ))}
    </fieldset>
  );
}

/** Two dimensions as a grid as long as that is small; else a bar. */
function Drawn({ asset, partitions, chosen }: Props) {
  const { space, counts, spans, is_whole: isWhole } = partitions;
  const total = space.count ?? 0;
  const [rows, columns] = space.dimensions;
  if (rows !== undefined && columns !== undefined) {
    if (total <= MOST_CELLS) {
      return (
        <PartitionGrid
          asset={asset}
          names={[rows.name, columns.name]}
          chosen={chosen.first}
          onChoose={chosen.press}
        />
      );
    }
    return <OneDimension partitions={partitions} />;
  }
  return (
    <>
      <PartitionStrip
        spans={spans}
        total={total}
        label={`How the partitions stand: ${countsText(counts)}`}
        chosen={chosen.range}
        onChoose={chosen.choose}
      />
      <div className={styles.ends}>
        <span>{space.first}</span>
        <span>{space.last}</span>
      </div>
      {!isWhole && (
        <p className={styles.note}>
          They take turns so often that only the first {spans.length.toLocaleString("en")} ranges
          are drawn; the list has all.
        </p>
      )}
      <Ranges spans={spans} onChoose={chosen.choose} />
    </>
  );
}

/** The dimension of time (or the first), each of its partitions as the worst along the other one. */
function OneDimension({ partitions }: { partitions: PartitionsAsTheyStand }) {
  const { space, spans, counts } = partitions;
  const [first, second] = space.dimensions;
  const isSecond = second?.kind === "time_windows" && first?.kind !== "time_windows";
  const shown = isSecond ? second : first;
  const statuses = useMemo(
    () => along(spans, first?.count ?? 0, second?.count ?? 1, isSecond ? 1 : 0),
    [spans, first, second, isSecond],
  );
  const drawn = useMemo(
    () => statuses.map((status, at): PartitionSpan => [status, at, at + 1, "", ""]),
    [statuses],
  );
  return (
    <>
      <PartitionStrip
        spans={drawn}
        total={drawn.length}
        label={`How the partitions stand by ${shown?.name}: ${countsText(counts)}`}
      />
      <p className={styles.note}>
        By {shown?.name} ({shown?.summary}), each as the worst of its{" "}
        {count((isSecond ? first?.count : second?.count) ?? 0, "partition")} by{" "}
        {(isSecond ? first : second)?.name}. The list has all of them.
      </p>
    </>
  );
}

/** The bar in words, with buttons for the keyboard. */
function Ranges({
  spans,
  onChoose,
}: {
  spans: readonly PartitionSpan[];
  onChoose: (first: string, last: string) => void;
}) {
  return (
    <details className={styles.ranges}>
      <summary>As a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={styles.rangesTable} aria-label="Ranges of partitions" tabIndex={0}>
        <table aria-label="Ranges of partitions">
          <thead>
            <tr>
              <th scope="col">Status</th>
              <th scope="col">Range</th>
              <th scope="col">Partitions</th>
            </tr>
          </thead>
          <tbody>
            {spans.slice(0, MOST_RANGES).map(([status, start, stop, first, last]) => (
              <tr key={start}>
                <td>
                  <StatusTag kind="partition" status={status} />
                </td>
                <td>
                  <button
                    type="button"
                    className={styles.plain}
                    onClick={() => onChoose(first, last)}
                    aria-label={`Choose ${first} to ${last}`}
                  >
                    {first === last ? first : `${first} → ${last}`}
                  </button>
                </td>
                <td>{(stop - start).toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {spans.length > MOST_RANGES && (
          <p className={styles.note}>
            and {(spans.length - MOST_RANGES).toLocaleString("en")} more ranges
          </p>
        )}
      </section>
    </details>
  );
}
