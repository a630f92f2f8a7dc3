import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDownUp, Rocket, Search as SearchIcon } from "lucide-react";
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { AssetDetail } from "@/api/assets";
import { type Partition, partitionKeysQuery } from "@/api/partitions";
import { quoted } from "@/api/selection";
import { Ago } from "@/design/Moment";
import { Answer, Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import { useAssetSearch } from "../useAsset";
import styles from "./Partitions.module.css";
import type { Chosen } from "./useChosen";

const PAUSE_MS = 250;
const ROW = 38;

/** The keys, newest first, narrowed by status and text; some of them can be chosen. */
export function Keys({ asset, chosen }: { asset: AssetDetail; chosen: Chosen }) {
  const [{ status, search, order, partition }, change] = useAssetSearch();
  const told = useInfiniteQuery(
    partitionKeysQuery({ asset: asset.key }, { status, search, order: order ?? "descending" }),
  );
  const now = useRef(chosen);
  now.current = chosen;
  const columns = useMemo(
    () =>
      columnsOf(
        (one) => now.current.press(one),
        (key) => change({ partition: key }),
      ),
    [change],
  );
  const rows = useMemo(() => told.data?.pages.flatMap((page) => page.items) ?? [], [told.data]);
  const canBeMade = asset.step !== null;
  return (
    <Panel title="Keys" isFlush>
      <Tools total={told.data?.pages[0]?.total} />
      {canBeMade && chosen.first !== undefined && <ChosenBar asset={asset} chosen={chosen} />}
      <Answer of={told}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No partition is like that">
              Another status or another text may find some.
            </Empty>
          ) : (
            <ChosenRange value={chosen.range}>
              <VirtualTable
                label="Keys of the partitions"
                rows={rows}
                columns={canBeMade ? columns : columns.slice(1)}
                rowKey={({ key }) => key}
                rowHeight={ROW}
                height={`min(56dvh, ${rows.length * ROW + 36}px)`}
                onEnd={() => {
                  if (told.hasNextPage && !told.isFetchingNextPage) void told.fetchNextPage();
                }}
                isSelected={({ key }) => key === partition}
              />
            </ChosenRange>
          )
        }
      </Answer>
    </Panel>
  );
}

function Tools({ total }: { total: number | undefined }) {
  const [{ search, order }, change] = useAssetSearch();
  const [text, setText] = useState(search ?? "");
  useEffect(() => setText(search ?? ""), [search]);
  const submit = useDebouncedCallback(
    (next: string) => change({ search: next.trim() || undefined }),
    PAUSE_MS,
  );
  const isOldest = order === "ascending";
  return (
    <div className={styles.tools}>
      <TextInput
        size="xs"
        type="search"
        aria-label="Filter by key"
        placeholder="Filter by key"
        leftSection={<SearchIcon size={14} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          submit(event.currentTarget.value);
        }}
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<ArrowDownUp size={14} aria-hidden />}
        onClick={() => change({ order: isOldest ? undefined : "ascending" })}
      >
        {isOldest ? "First to last" : "Last to first"}
      </Button>
      <span className={styles.total} role="status">
        {total === undefined ? "" : count(total, "partition")}
      </span>
    </div>
  );
}

/** What is chosen, and the way to the form that makes it. */
function ChosenBar({ asset, chosen }: { asset: AssetDetail; chosen: Chosen }) {
  const { first = "", last = first, range, clear } = chosen;
  const many = range === null ? null : range[1] - range[0] + 1;
  const partition = first === last ? [first] : [first, last];
  return (
    <section className={styles.chosenBar} aria-label="Chosen partitions">
      <strong>{partition.join(" → ")}</strong>
      {many !== null && many > 1 && (
        <span>{count(many, "partition")}, made together by one run</span>
      )}
      {many === 1 && <span>Choose another one to choose all between</span>}
      <span className={styles.buttons}>
        <Button
          size="xs"
          leftSection={<Rocket size={14} aria-hidden />}
          renderRoot={(props) => (
            <Link to="/launch" search={{ select: [quoted(asset.key)], partition }} {...props} />
          )}
        >
          Materialize…
        </Button>
        <Button size="xs" variant="default" onClick={clear}>
          Choose none
        </Button>
      </span>
    </section>
  );
}

/** Which positions are chosen: known to the boxes alone, so that a click draws no row anew. */
const ChosenRange = createContext<readonly [number, number] | null>(null);

function Box({ of, press }: { of: Partition; press: (partition: Partition) => void }) {
  const range = useContext(ChosenRange);
  const isOn = range !== null && of.position >= range[0] && of.position <= range[1];
  return (
    <input
      type="checkbox"
      aria-label={`Choose ${of.key}`}
      checked={isOn}
      onChange={() => press(of)}
    />
  );
}

function columnsOf(
  press: (partition: Partition) => void,
  look: (key: string) => void,
): readonly Column<Partition>[] {
  return [
    {
      key: "chosen",
      title: <span className={styles.hidden}>Chosen</span>,
      width: "20px",
      cell: (partition) => <Box of={partition} press={press} />,
    },
    {
      key: "key",
      title: "Partition",
      width: "minmax(0, 2fr)",
      cell: ({ key }) => (
        <button type="button" className={styles.plain} title={key} onClick={() => look(key)}>
          {key}
        </button>
      ),
    },
    {
      key: "status",
      title: "Status",
      width: "128px",
      cell: ({ status }) => <StatusTag kind="partition" status={status} />,
    },
    {
      key: "made",
      title: "Materialized",
      width: "minmax(80px, 1fr)",
      isExtra: true,
      cell: ({ latest_materialization: latest }) =>
        latest && (
          <Link to="/runs/$runId" params={{ runId: latest.run_id }}>
            <Ago at={latest.timestamp} />
          </Link>
        ),
    },
  ];
}
