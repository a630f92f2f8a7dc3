import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { splatOf } from "@/api/assetAddress";
import type { AssetDetail } from "@/api/assets";
import { type CatalogAsset, catalogQuery, standingsQuery } from "@/api/queries";
import { quoted } from "@/api/selection";
import { Island } from "@/design/Island";
import { Ago } from "@/design/Moment";
import { Panel } from "@/design/Page";
import { StatusMark } from "@/design/StatusTag";
import styles from "./Asset.module.css";
import { stateOf } from "./standing";

const Neighbourhood = lazy(() => import("./Neighbourhood"));

const SHOWN = 12;

/** What it is made of and what is made of it: drawn, and as lists with how each stands. */
export function Neighbours({ asset }: { asset: AssetDetail }) {
  const catalog = useQuery(catalogQuery()).data;
  const standings = useQuery(standingsQuery()).data;
  const known = useMemo(
    () => new Map(catalog?.assets.map((each) => [each.key, each]) ?? []),
    [catalog],
  );
  const around = { up: asset.deps, down: asset.dependents };
  const has = around.up.length + around.down.length > 0;
  return (
    <>
      {has && (
        <Panel
          title="Neighbours"
          isFlush
          actions={
            <Link
              to="/lineage"
              search={{ filter: quoted(asset.key), near: 1, focus: asset.key }}
              className={styles.quiet}
            >
              In the lineage
            </Link>
          }
        >
          <Suspense fallback={<div className={styles.neighbourhood} />}>
            <Neighbourhood asset={asset} known={known} standings={standings} />
          </Suspense>
        </Panel>
      )}
      <List title="Upstream" keys={around.up} known={known} nothing="It depends on no asset." />
      <List title="Downstream" keys={around.down} known={known} nothing="No asset depends on it." />
    </>
  );
}

function List({
  title,
  keys,
  known,
  nothing,
}: {
  title: string;
  keys: readonly string[];
  known: ReadonlyMap<string, CatalogAsset>;
  nothing: string;
}) {
  const standings = useQuery(standingsQuery()).data;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? keys : keys.slice(0, SHOWN);
  return (
    <Panel title={`${title} (${keys.length})`} isFlush={keys.length > 0}>
      {keys.length === 0 && <span className={styles.quiet}>{nothing}</span>}
      <ul className={styles.neighbours}>
        {shown.map((key) => {
          const asset = known.get(key);
          const standing = standings?.of.get(key);
          return (
            <li key={key}>
              <StatusMark kind="asset" status={stateOf(asset?.is_external ?? false, standing)} />
              <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
                {key}
              </Link>
              {asset && <Island name={asset.location} />}
              <span className={styles.when}>
                <Ago at={standing?.[1]} />
              </span>
            </li>
          );
        })}
      </ul>
      {keys.length > shown.length && (
        <button type="button" className={styles.more} onClick={() => setWhole(true)}>
          {keys.length - shown.length} more
        </button>
      )}
    </Panel>
  );
}
