import { ActionIcon, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { splatOf } from "@/api/assetAddress";
import { assetQuery } from "@/api/queries";
import type { Adjacency } from "@/canvas/graph/graph";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { Facts } from "@/design/Page";
import { shortId } from "@/design/runs";
import { FailedChecks, StatusMark, StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import { type AssetRow, countsOf } from "../assets/rows";
import { ALONG, canBeMade, launchOf } from "./AssetActions";
import styles from "./Lineage.module.css";

/** More are not listed. */
const MOST_LISTED = 100;

interface PanelProps {
  keys: readonly string[];
  rows: ReadonlyMap<string, AssetRow>;
  all: Adjacency;
  onSelect: (keys: string[]) => void;
  onFocus: (key: string) => void;
}

/** What is selected, and what one does with it. */
export function SelectionPanel(props: PanelProps) {
  const { keys, rows, onSelect } = props;
  const [key] = keys;
  const row = keys.length === 1 && key !== undefined ? rows.get(key) : undefined;
  return (
    <aside className={styles.panel} aria-label="Selection">
      <header className={styles.panelHead}>
        <h2>
          {row ? (
            <Link to="/assets/$" params={{ _splat: splatOf(row.asset.key) }}>
              {row.asset.key}
            </Link>
          ) : (
            count(keys.length, "asset")
          )}
        </h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Select nothing"
          onClick={() => onSelect([])}
        >
          <X size={17} aria-hidden />
        </ActionIcon>
      </header>
      <Buttons keys={keys} rows={rows} />
      {row ? <One row={row} {...props} /> : <Several {...props} />}
    </aside>
  );
}

function Buttons({ keys, rows }: Pick<PanelProps, "keys" | "rows">) {
  const isMade = canBeMade(keys, rows);
  return (
    <div className={styles.buttons}>
      {ALONG.map(({ along, name, icon: Icon }) => (
        <Button
          key={along}
          size="xs"
          variant={along === "none" ? "filled" : "default"}
          leftSection={<Icon size={14} aria-hidden />}
          component={Link}
          to="/launch"
          search={launchOf(keys, rows, along) as never}
          disabled={!isMade}
          title={isMade ? undefined : "No step makes it: it is external"}
        >
          {along === "none"
            ? "Materialize"
            : along === "upstream"
              ? "With upstream"
              : "With downstream"}
          <span className={styles.hidden}>{along === "none" ? "" : `: ${name}`}</span>
        </Button>
      ))}
    </div>
  );
}

function One({ row, rows, all, onFocus }: PanelProps & { row: AssetRow }) {
  const { asset, status, at, runId, failedChecks } = row;
  const detail = useQuery(assetQuery(asset.key));
  return (
    <>
      {detail.data?.description && <p className={styles.about}>{detail.data.description}</p>}
      <Facts
        of={[
          ["Status", <StatusTag key="status" kind="asset" status={status} />],
          [
            "Checks",
            failedChecks > 0 && (
              <Link
                key="checks"
                to="/assets/$"
                params={{ _splat: splatOf(asset.key) }}
                search={{ tab: "checks" }}
              >
                <FailedChecks many={failedChecks} />
              </Link>
            ),
          ],
          ["Materialized", at === null ? null : <Ago key="at" at={at} />],
          [
            "Run",
            runId && (
              <Link key="run" to="/runs/$runId" params={{ runId }}>
                {shortId(runId)}
              </Link>
            ),
          ],
          ["Location", <Island key="location" name={asset.location} />],
          ["Group", asset.group],
          ["Kinds", asset.kinds.join(", ")],
          ["Owners", asset.owners.join(", ")],
        ]}
      />
      <Neighbours title="Upstream" keys={all.up.get(asset.key) ?? []} {...{ rows, onFocus }} />
      <Neighbours title="Downstream" keys={all.down.get(asset.key) ?? []} {...{ rows, onFocus }} />
    </>
  );
}

function Neighbours({
  title,
  keys,
  rows,
  onFocus,
}: Pick<PanelProps, "rows" | "onFocus"> & { title: string; keys: readonly string[] }) {
  return (
    <section className={styles.neighbours}>
      <h3>
        {title} <span>{keys.length}</span>
      </h3>
      {keys.length === 0 && <p>Nothing</p>}
      <ul>
        {keys.slice(0, MOST_LISTED).map((key) => (
          <li key={key}>
            <StatusMark kind="asset" status={rows.get(key)?.status ?? "unknown"} />
            <button type="button" onClick={() => onFocus(key)}>
              {key}
            </button>
          </li>
        ))}
      </ul>
      {keys.length > MOST_LISTED && <p>and {keys.length - MOST_LISTED} more</p>}
    </section>
  );
}

function Several({ keys, rows, onFocus }: PanelProps) {
  const own = keys.map((key) => rows.get(key)).filter((row) => row !== undefined);
  return (
    <>
      <div className={styles.tags}>
        {countsOf(own, "status").map(([status, many]) => (
          <span key={status}>
            <StatusTag kind="asset" status={status} /> {many.toLocaleString("en")}
          </span>
        ))}
      </div>
      <Neighbours title="Selected" {...{ keys, rows, onFocus }} />
    </>
  );
}
