import { Button } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { selectionQuery } from "@/api/catalog";
import { type CatalogGraph, catalogQuery, standingsQuery } from "@/api/queries";
import { NoAssets } from "@/design/NoAssets";
import { Answer, Empty } from "@/design/Notice";
import { Page } from "@/design/Page";
import { count } from "@/design/size";
import { type Shortcut, useShortcuts } from "@/keys/shortcuts";
import styles from "./Assets.module.css";
import { AssetsTable } from "./AssetsTable";
import { ChosenBar } from "./ChosenBar";
import { Filters } from "./Filters";
import { lines, narrowed, rowsOf, sorted } from "./rows";
import type { Search } from "./search";

const route = getRouteApi("/assets/");
/** Typing changes the address when it pauses, the table at once. */
const ADDRESS_MS = 250;

/** All assets of all locations. */
export function AssetsPage() {
  const catalog = useQuery(catalogQuery());
  return (
    <Page title="Assets" isFull>
      <Answer of={catalog} rows={10}>
        {(data) => (data.assets.length === 0 ? <NoAssets /> : <Catalog catalog={data} />)}
      </Answer>
    </Page>
  );
}

function Catalog({ catalog }: { catalog: CatalogGraph }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const standings = useQuery(standingsQuery());
  const selection = useQuery(selectionQuery(search.select ?? ""));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const field = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (part: Partial<Search>) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
  const [text, setText] = useText(search.q, change);
  const rows = useMemo(() => rowsOf(catalog.assets, standings.data?.of), [catalog, standings.data]);
  const { sort, order } = search;
  const inOrder = useMemo(() => sorted(rows, { sort, order }), [rows, sort, order]);
  const selected = search.select === undefined || selection.error ? undefined : selection.data;
  const wish = useDeferredValue(text);
  const wanted = useMemo(() => ({ ...search, q: wish }), [search, wish]);
  const found = useMemo(() => narrowed(inOrder, wanted, selected), [inOrder, wanted, selected]);
  const shown = useMemo(() => lines(found, search.by), [found, search.by]);
  const picked = useMemo(() => rows.filter((row) => chosen.has(row.asset.key)), [rows, chosen]);
  useShortcuts(
    useMemo(
      (): Shortcut[] => [
        { keys: "f", about: "Filter by key", where: "Assets", run: () => field.current?.focus() },
      ],
      [],
    ),
  );
  const clear = () => {
    setText("");
    void navigate({ search: ({ by, sort: s, order: o }) => ({ by, sort: s, order: o }) });
  };
  return (
    <>
      <Filters
        rows={rows}
        search={wanted}
        text={text}
        selected={selected}
        problem={search.select ? selection.error : null}
        field={field}
        onText={setText}
        onChange={change}
      />
      {picked.length > 0 && (
        <ChosenBar rows={rows} chosen={picked} onClear={() => setChosen(new Set())} />
      )}
      <p className={styles.total} role="status">
        {found.length === rows.length
          ? count(rows.length, "asset")
          : `${found.length.toLocaleString("en")} of ${count(rows.length, "asset")}`}
        {!catalog.is_complete && "; not every location has loaded"}
      </p>
      <section className={styles.table}>
        {found.length === 0 ? (
          <Empty title="No asset matches">
            <Button size="xs" variant="default" onClick={clear}>
              Clear the filters
            </Button>
          </Empty>
        ) : (
          <AssetsTable
            lines={shown}
            search={search}
            chosen={chosen}
            onChoose={setChosen}
            onChange={change}
          />
        )}
      </section>
    </>
  );
}

/** The text that is typed, and by and by in the address. */
function useText(
  inAddress: string | undefined,
  change: (part: Partial<Search>) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress ?? "");
  const written = useRef(inAddress ?? "");
  const write = useDebouncedCallback((q: string) => {
    written.current = q;
    change({ q: q || undefined });
  }, ADDRESS_MS);
  // Going back and forth changes the address without anyone typing.
  useEffect(() => {
    if ((inAddress ?? "") === written.current) return;
    written.current = inAddress ?? "";
    setText(inAddress ?? "");
  }, [inAddress]);
  return [
    text,
    (next) => {
      setText(next);
      write(next);
    },
  ];
}
