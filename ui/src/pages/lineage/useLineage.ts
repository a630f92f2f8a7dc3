import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { selectionQuery } from "@/api/catalog";
import { catalogQuery, standingsQuery } from "@/api/queries";
import {
  type Adjacency,
  adjacency,
  type GraphEdge,
  type GraphNode,
  type GraphStanding,
  reach,
} from "@/canvas/graph/graph";
import { type AssetRow, rowsOf } from "../assets/rows";
import type { Search } from "./search";

/** The graph of the assets that the address asks for. */
export interface Lineage {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  /** Of all assets, also of those that are not shown. */
  all: Adjacency;
  rows: ReadonlyMap<string, AssetRow>;
  standings: ReadonlyMap<string, GraphStanding>;
  /** How many assets there are, shown or not. */
  total: number;
}

/** The shown graph with how it stands; and why it cannot be told, or narrowed. */
export function useLineage({ filter, near }: Search) {
  const catalog = useQuery(catalogQuery());
  const standings = useQuery(standingsQuery());
  const narrowed = useQuery(selectionQuery(filter ?? ""));
  const assets = catalog.data?.assets;
  const whole = useMemo(() => {
    if (assets === undefined) return undefined;
    const nodes = assets.map(({ key, location, group, kinds }) => ({
      id: key,
      location,
      group,
      kinds,
    }));
    const edges = assets.flatMap(({ key, deps }) => deps.map((from) => ({ from, to: key })));
    return { nodes, edges, all: adjacency(nodes, edges) };
  }, [assets]);
  const chosen = filter === undefined ? undefined : narrowed.data;
  const shown = useMemo(() => {
    if (whole === undefined) return undefined;
    if (chosen === undefined) return whole;
    const keys = new Set(chosen);
    for (const next of [whole.all.up, whole.all.down]) {
      for (const id of reach(chosen, next, near ?? 0)) keys.add(id);
    }
    return { ...whole, nodes: whole.nodes.filter(({ id }) => keys.has(id)) };
  }, [whole, chosen, near]);
  const rows = useMemo(() => rowsOf(assets ?? [], standings.data?.of), [assets, standings.data]);
  const lineage = useMemo((): Lineage | undefined => {
    if (shown === undefined) return undefined;
    const byKey = new Map(rows.map((row) => [row.asset.key, row]));
    const stand = new Map(
      rows.map(({ asset, status, at, failedChecks }) => [asset.key, { status, at, failedChecks }]),
    );
    return { ...shown, rows: byKey, standings: stand, total: rows.length };
  }, [shown, rows]);
  const isNarrowing = filter !== undefined && narrowed.data === undefined && !narrowed.error;
  return { lineage, catalog, isNarrowing, problem: filter ? narrowed.error : null };
}
