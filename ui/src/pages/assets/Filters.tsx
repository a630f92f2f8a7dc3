import { Select, TextInput } from "@mantine/core";
import { Search as SearchIcon } from "lucide-react";
import { type RefObject, useMemo } from "react";
import { SelectionField } from "@/design/SelectionField";
import { StatusTag } from "@/design/StatusTag";
import styles from "./Assets.module.css";
import { FacetMenu } from "./FacetMenu";
import { type AssetRow, countsOf, type Facet, narrowed } from "./rows";
import type { Search } from "./search";

const MENUS: readonly { facet: Exclude<Facet, "status">; name: string }[] = [
  { facet: "location", name: "Location" },
  { facet: "group", name: "Group" },
  { facet: "kind", name: "Kind" },
  { facet: "tag", name: "Tag" },
  { facet: "owner", name: "Owner" },
];

/** All by which the catalog is narrowed and grouped. */
export function Filters({
  rows,
  search,
  text,
  selected,
  problem,
  field,
  onText,
  onChange,
}: {
  rows: readonly AssetRow[];
  search: Search;
  text: string;
  selected: ReadonlySet<string> | undefined;
  problem: unknown;
  field: RefObject<HTMLInputElement | null>;
  onText: (text: string) => void;
  onChange: (change: Partial<Search>) => void;
}) {
  const counts = (facet: Facet) => countsOf(narrowed(rows, search, selected, facet), facet);
  return (
    <>
      <div className={styles.filters}>
        <TextInput
          ref={field}
          size="xs"
          type="search"
          className={styles.text}
          aria-label="Filter by key"
          placeholder="Filter by key"
          leftSection={<SearchIcon size={14} aria-hidden />}
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
        />
        <div className={styles.selection}>
          <SelectionField
            label="Selection"
            value={search.select ?? ""}
            problem={problem}
            placeholder="Selection: +orders, kind:table …"
            onSubmit={(select) => onChange({ select: select || undefined })}
          />
        </div>
        {MENUS.map(({ facet, name }) => (
          <FacetMenu
            key={facet}
            name={name}
            chosen={search[facet] ?? []}
            counts={() => counts(facet)}
            onChange={(values) => onChange({ [facet]: values })}
          />
        ))}
        <Select
          size="xs"
          w={150}
          className={styles.by}
          aria-label="Group by"
          allowDeselect={false}
          value={search.by ?? "none"}
          onChange={(by) => onChange({ by: by === "none" ? undefined : (by as Search["by"]) })}
          data={[
            { value: "none", label: "Not grouped" },
            { value: "group", label: "By group" },
            { value: "location", label: "By location" },
          ]}
        />
      </div>
      <Statuses rows={rows} search={search} selected={selected} onChange={onChange} />
    </>
  );
}

/** How many assets stand how; each is a filter. */
function Statuses({
  rows,
  search,
  selected,
  onChange,
}: {
  rows: readonly AssetRow[];
  search: Search;
  selected: ReadonlySet<string> | undefined;
  onChange: (change: Partial<Search>) => void;
}) {
  const chosen = search.status ?? [];
  const counts = useMemo(() => {
    const known = new Map(countsOf(narrowed(rows, search, selected, "status"), "status"));
    for (const status of search.status ?? []) if (!known.has(status)) known.set(status, 0);
    return [...known];
  }, [rows, search, selected]);
  const toggle = (status: string) => {
    const next = chosen.includes(status)
      ? chosen.filter((each) => each !== status)
      : [...chosen, status];
    onChange({ status: next.length > 0 ? next : undefined });
  };
  return (
    <fieldset className={styles.statuses}>
      <legend className={styles.hidden}>Status</legend>
      {counts.map(([status, count]) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen.includes(status)}
          className={styles.status}
          onClick={() => toggle(status)}
        >
          <StatusTag kind="asset" status={status} />
          {count.toLocaleString("en")}
        </button>
      ))}
    </fieldset>
  );
}
