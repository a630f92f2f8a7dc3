import { Autocomplete, Button, SegmentedControl, Select } from "@mantine/core";
import {
  ArrowDown,
  ArrowRight,
  ChevronsDownUp,
  ChevronsUpDown,
  List,
  Search,
  X,
} from "lucide-react";
import { type RefObject, useMemo, useState } from "react";
import { SelectionField } from "@/design/SelectionField";
import { count } from "@/design/size";
import styles from "./Lineage.module.css";
import type { Search as Address } from "./search";

const MOST_FOUND = 12;

interface ToolbarProps {
  search: Address;
  keys: readonly string[];
  problem: unknown;
  finder: RefObject<HTMLInputElement | null>;
  onFind: (key: string) => void;
  onPick: (selection: string) => void;
  onOnly: (selection: string) => void;
  onChange: (change: Partial<Address>) => void;
}

/** What is looked for, selected and shown, and how. */
export function Toolbar(props: ToolbarProps) {
  const { search, problem, onChange, onOnly, onPick } = props;
  return (
    <div className={styles.toolbar}>
      <Button
        size="xs"
        variant={search.list ? "light" : "default"}
        leftSection={<List size={15} aria-hidden />}
        aria-pressed={search.list !== undefined}
        onClick={() => onChange({ list: search.list ? undefined : "shown" })}
      >
        List
      </Button>
      <Finder {...props} />
      <div className={styles.selection}>
        <SelectionField
          label="Selection"
          value={search.pick ?? ""}
          problem={problem}
          placeholder="Select: +orders, group:finance …"
          onSubmit={onPick}
          actions={(text) => (
            <Button
              size="xs"
              variant="default"
              disabled={text === ""}
              title={text === "" ? "Write a selection first" : undefined}
              onClick={() => onOnly(text)}
            >
              Show only
            </Button>
          )}
        />
      </div>
      <SegmentedControl
        size="xs"
        aria-label="Direction"
        value={search.direction ?? "right"}
        onChange={(value) => onChange({ direction: value === "down" ? "down" : undefined })}
        data={[
          { value: "right", label: <ArrowRight size={15} aria-label="To the right" /> },
          { value: "down", label: <ArrowDown size={15} aria-label="Downwards" /> },
        ]}
      />
      <Button.Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<ChevronsUpDown size={15} aria-hidden />}
          onClick={() => onChange({ groups: "open", except: undefined })}
        >
          Open all
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<ChevronsDownUp size={15} aria-hidden />}
          onClick={() => onChange({ groups: "closed", except: undefined })}
        >
          Close all
        </Button>
      </Button.Group>
    </div>
  );
}

/** Finds an asset by part of its key, as one types. */
function Finder({ keys, finder, onFind }: Pick<ToolbarProps, "keys" | "finder" | "onFind">) {
  const [text, setText] = useState("");
  const wish = text.trim().toLowerCase();
  const found = useMemo(() => {
    if (wish === "") return [];
    const words = wish.split(/\s+/);
    const hits: string[] = [];
    for (const key of keys) {
      const low = key.toLowerCase();
      if (words.every((word) => low.includes(word))) hits.push(key);
      if (hits.length === MOST_FOUND) break;
    }
    return hits;
  }, [keys, wish]);
  return (
    <Autocomplete
      ref={finder}
      size="xs"
      className={styles.finder}
      aria-label="Find an asset"
      placeholder="Find an asset"
      leftSection={<Search size={14} aria-hidden />}
      data={found}
      filter={({ options }) => options}
      selectFirstOptionOnChange
      maxDropdownHeight={340}
      comboboxProps={{ width: 340, position: "bottom-start" }}
      value={text}
      onChange={setText}
      onOptionSubmit={(key) => {
        onFind(key);
        // The field takes the option's name when this returns.
        queueMicrotask(() => setText(""));
      }}
    />
  );
}

/** What the graph is narrowed to, and what around it is shown as well. */
export function Only({
  search,
  shown,
  total,
  onChange,
}: {
  search: Address;
  shown: number;
  total: number;
  onChange: (change: Partial<Address>) => void;
}) {
  return (
    <div className={styles.only}>
      <span>
        Only <code>{search.filter}</code>: {shown.toLocaleString("en")} of {count(total, "asset")}
      </span>
      <Select
        size="xs"
        w={170}
        aria-label="Neighbours"
        allowDeselect={false}
        value={String(search.near ?? 0)}
        onChange={(value) => onChange({ near: Number(value) || undefined })}
        data={[
          { value: "0", label: "Without neighbours" },
          { value: "1", label: "And one layer around" },
          { value: "2", label: "And two layers around" },
        ]}
      />
      <Button
        size="xs"
        variant="subtle"
        leftSection={<X size={14} aria-hidden />}
        onClick={() => onChange({ filter: undefined, near: undefined })}
      >
        Show all
      </Button>
    </div>
  );
}
