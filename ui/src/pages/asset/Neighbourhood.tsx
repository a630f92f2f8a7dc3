import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { splatOf } from "@/api/assetAddress";
import type { AssetDetail } from "@/api/assets";
import type { CatalogAsset, Standings } from "@/api/queries";
import type { GraphState, GraphView } from "@/canvas/graph/GraphView";
import { GraphCanvas } from "../lineage/GraphCanvas";
import styles from "./Asset.module.css";
import { failedChecksOf, stateOf } from "./standing";

/** More than this is a crowd: the lists have them all. */
const MOST_A_SIDE = 12;
const NONE: ReadonlySet<string> = new Set();

/** An asset between what it is made of and what is made of it, drawn; a click leads there. */
export default function Neighbourhood({
  asset,
  known,
  standings,
}: {
  asset: AssetDetail;
  known: ReadonlyMap<string, CatalogAsset>;
  standings: Standings | undefined;
}) {
  const view = useRef<GraphView>(null);
  const navigate = useNavigate();
  const state = useMemo(() => graphOf(asset, known, standings), [asset, known, standings]);
  const go = (key: string | undefined) => {
    if (key !== undefined && key !== asset.key) {
      void navigate({ to: "/assets/$", params: { _splat: splatOf(key) } });
    }
  };
  return (
    <div className={styles.neighbourhood}>
      <GraphCanvas
        state={state}
        options={{ hasMap: false, onSelect: ([key]) => go(key), onOpen: go }}
        view={view}
      />
    </div>
  );
}

function graphOf(
  asset: AssetDetail,
  known: ReadonlyMap<string, CatalogAsset>,
  standings: Standings | undefined,
): Partial<GraphState> {
  const [up, down] = [asset.deps, asset.dependents].map((keys) => keys.slice(0, MOST_A_SIDE));
  const keys = [...new Set([...(up ?? []), asset.key, ...(down ?? [])])];
  const nodes = keys.flatMap((id) => {
    const found = id === asset.key ? asset : known.get(id);
    return found ? [{ id, location: found.location, group: found.group, kinds: found.kinds }] : [];
  });
  const status = (id: string) => {
    const standing = standings?.of.get(id);
    const isExternal = known.get(id)?.is_external ?? false;
    return {
      status: stateOf(isExternal, standing),
      at: standing?.[1] ?? null,
      failedChecks: failedChecksOf(standing),
    };
  };
  return {
    nodes,
    edges: [
      ...(up ?? []).map((from) => ({ from, to: asset.key })),
      ...(down ?? []).map((to) => ({ from: asset.key, to })),
    ],
    standings: new Map(nodes.map(({ id }) => [id, status(id)])),
    collapsed: NONE,
    hasGroups: false,
    selection: new Set([asset.key]),
    focus: null,
  };
}
