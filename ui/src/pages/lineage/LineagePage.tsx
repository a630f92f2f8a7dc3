import { ActionIcon } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Maximize, Minus, Plus } from "lucide-react";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { splatOf } from "@/api/assetAddress";
import { cache } from "@/api/cache";
import { selectionQuery } from "@/api/catalog";
import type { GraphState, GraphView, SelectHow } from "@/canvas/graph/GraphView";
import { groupOf } from "@/canvas/graph/graph";
import { NoAssets } from "@/design/NoAssets";
import { Answer, Empty } from "@/design/Notice";
import { Page } from "@/design/Page";
import { type Shortcut, useShortcuts } from "@/keys/shortcuts";
import { AssetMenu } from "./AssetActions";
import { AssetTree } from "./AssetTree";
import { GraphCanvas } from "./GraphCanvas";
import { collapsedIn, toggled } from "./groups";
import styles from "./Lineage.module.css";
import { SelectionPanel } from "./SelectionPanel";
import type { Search } from "./search";
import { Only, Toolbar } from "./Toolbar";
import { type Lineage, useLineage } from "./useLineage";

const route = getRouteApi("/lineage");
/** More keys are not written into the address. */
const MOST_IN_ADDRESS = 300;

/** The assets of all locations and what each is made of. */
export function LineagePage() {
  const search = route.useSearch();
  const { lineage, catalog, isNarrowing, problem } = useLineage(search);
  return (
    <Page title="Lineage" isFull>
      <Answer of={{ ...catalog, data: isNarrowing ? undefined : lineage }} rows={8}>
        {(shown) =>
          shown.total === 0 ? (
            <NoAssets />
          ) : (
            <Workplace lineage={shown} search={search} filterProblem={problem} />
          )
        }
      </Answer>
    </Page>
  );
}

interface MenuAt {
  at: { x: number; y: number };
  keys: readonly string[];
  group: string | null;
}

function Workplace({
  lineage,
  search,
  filterProblem,
}: {
  lineage: Lineage;
  search: Search;
  filterProblem: unknown;
}) {
  const view = useRef<GraphView>(null);
  const finder = useRef<HTMLInputElement>(null);
  const [menu, setMenu] = useState<MenuAt | null>(null);
  const change = useChange();
  const { selection, problem, select, pick } = useSelection(search, change);
  const { nodes, edges, standings, rows } = lineage;
  const { groups, except } = search;
  const exceptions = except?.join("\n");
  const collapsed = useMemo(
    () => collapsedIn(nodes, { groups, except: exceptions?.split("\n") }),
    [nodes, groups, exceptions],
  );
  const toggle = (groups: string[]) => change(toggled(nodes, search, groups));
  const only = (filter: string) => change({ filter: filter || undefined, focus: undefined });
  const find = (key: string) => {
    const row = rows.get(key);
    const group = row && groupOf(row.asset);
    const opened = group && collapsed.has(group) ? toggled(nodes, search, [group]) : {};
    change({ ...opened, focus: key, select: [key], pick: undefined });
    if (search.focus === key) view.current?.centre(key);
  };
  const state = useGraphState({ nodes, edges, standings, collapsed, selection, search });
  const keys = useMemo(() => nodes.map((node) => node.id), [nodes]);
  const chosen = useMemo(() => [...selection], [selection]);
  useViewShortcuts(view, finder);
  const navigate = route.useNavigate();
  return (
    <>
      <Toolbar
        {...{ search, keys, finder }}
        problem={problem ?? filterProblem}
        onFind={find}
        onPick={pick}
        onOnly={only}
        onChange={change}
      />
      {search.filter && (
        <Only search={search} shown={nodes.length} total={lineage.total} onChange={change} />
      )}
      <div className={styles.body}>
        {search.list && (
          <div className={styles.side}>
            <AssetTree
              {...{ lineage, collapsed, selection }}
              focus={search.focus ?? null}
              onToggle={toggle}
              onSelect={select}
              onFocus={find}
            />
          </div>
        )}
        <div className={styles.stage}>
          {nodes.length === 0 && <Empty title="The selection holds no asset" />}
          <GraphCanvas
            view={view}
            state={state}
            options={{
              hasMap: true,
              onSelect: select,
              onToggle: toggle,
              onOpen: (key) => void navigate({ to: "/assets/$", params: { _splat: splatOf(key) } }),
              onMenu: (at, own, group) => setMenu({ at, keys: own, group }),
            }}
          />
          <Controls view={view} />
          {chosen.length > 0 && (
            <SelectionPanel
              keys={chosen}
              rows={rows}
              all={lineage.all}
              onSelect={(keys) => select(keys, "only")}
              onFocus={find}
            />
          )}
        </div>
      </div>
      {menu && (
        <AssetMenu
          {...menu}
          rows={rows}
          onClose={() => setMenu(null)}
          onToggle={toggle}
          onOnly={only}
        />
      )}
    </>
  );
}

function useChange(): (change: Partial<Search>) => void {
  const navigate = route.useNavigate();
  return useCallback(
    (change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
}

/** What is selected: by its keys, or by a selection that the server resolves. */
function useSelection(search: Search, change: (change: Partial<Search>) => void) {
  const [many, setMany] = useState<ReadonlySet<string>>();
  const [problem, setProblem] = useState<unknown>(null);
  const selection = useMemo(() => many ?? new Set(search.select), [many, search.select]);
  const hold = useCallback(
    (keys: ReadonlySet<string>, text?: string) => {
      const isMany = keys.size > MOST_IN_ADDRESS;
      setMany(isMany || text !== undefined ? keys : undefined);
      const own = isMany || text !== undefined || keys.size === 0 ? undefined : [...keys];
      change({ select: own, pick: text });
    },
    [change],
  );
  const select = (keys: string[], how: SelectHow) => {
    const next = new Set(how === "only" ? [] : selection);
    const isAway = how === "toggle" && keys.every((key) => next.has(key));
    for (const key of keys) isAway ? next.delete(key) : next.add(key);
    setProblem(null);
    hold(next);
  };
  const pick = useCallback(
    (text: string) => {
      setProblem(null);
      if (text === "") hold(new Set());
      else {
        cache.fetchQuery(selectionQuery(text)).then((keys) => hold(keys, text), setProblem);
      }
    },
    [hold],
  );
  // An address that someone was sent says what to pick.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as the page opens
  useEffect(() => {
    if (search.pick !== undefined) pick(search.pick);
  }, []);
  return { selection, problem, select, pick };
}

function useGraphState({
  nodes,
  edges,
  standings,
  collapsed,
  selection,
  search,
}: Pick<Lineage, "nodes" | "edges" | "standings"> & {
  collapsed: ReadonlySet<string>;
  selection: ReadonlySet<string>;
  search: Search;
}): Partial<GraphState> {
  const { direction = "right", focus = null } = search;
  return useMemo(
    () => ({ nodes, edges, standings, collapsed, hasGroups: true, direction, selection, focus }),
    [nodes, edges, standings, collapsed, direction, selection, focus],
  );
}

function useViewShortcuts(
  view: RefObject<GraphView | null>,
  finder: RefObject<HTMLInputElement | null>,
): void {
  useShortcuts(
    useMemo((): Shortcut[] => {
      const where = "Lineage";
      return [
        { keys: "f", about: "Show all of the graph", where, run: () => view.current?.fit() },
        { keys: "+", about: "Zoom in", where, run: () => view.current?.zoomBy(1.3) },
        { keys: "-", about: "Zoom out", where, run: () => view.current?.zoomBy(1 / 1.3) },
        { keys: "s", about: "Find an asset", where, run: () => finder.current?.focus() },
      ];
    }, [view, finder]),
  );
}

function Controls({ view }: { view: RefObject<GraphView | null> }) {
  return (
    <ActionIcon.Group className={styles.controls}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label="Zoom in"
        title="Zoom in (+)"
        onClick={() => view.current?.zoomBy(1.3)}
      >
        <Plus size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label="Zoom out"
        title="Zoom out (−)"
        onClick={() => view.current?.zoomBy(1 / 1.3)}
      >
        <Minus size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label="Fit"
        title="Fit (f)"
        onClick={() => view.current?.fit()}
      >
        <Maximize size={16} aria-hidden />
      </ActionIcon>
    </ActionIcon.Group>
  );
}
