import { Autocomplete, Button, Popover, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ListFilterPlus } from "lucide-react";
import { useState } from "react";
import { catalogQuery, locationsQuery } from "@/api/queries";
import { jobNamesQuery } from "@/api/runFeed";
import type { Search } from "./search";

const FIELDS = [
  { value: "job", label: "Job" },
  { value: "asset", label: "Asset" },
  { value: "location", label: "Location" },
  { value: "partition", label: "Partition" },
  { value: "tag", label: "Tag" },
] as const;
type Field = (typeof FIELDS)[number]["value"];
const MOST_SUGGESTED = 20;

/** One filter more: what it is about, and a value, with those that exist as suggestions. */
export function AddFilter({
  search,
  change,
}: {
  search: Search;
  change: (part: Partial<Search>) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [field, setField] = useState<Field>("job");
  const [value, setValue] = useState("");
  const suggestions = useSuggestions(field, isOpen);
  const add = (text: string) => {
    if (text === "") return;
    if (field === "location" || field === "tag") {
      change({ [field]: [...new Set([...(search[field] ?? []), text])] });
    } else change({ [field]: text });
    setValue("");
    setOpen(false);
  };
  const isBadTag = field === "tag" && value !== "" && !value.includes("=");
  return (
    <Popover opened={isOpen} onChange={setOpen} width={280} trapFocus position="bottom-start">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<ListFilterPlus size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBadTag) add(value.trim());
          }}
        >
          <Select
            size="xs"
            label="Runs with this"
            data={FIELDS}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            value={field}
            onChange={(chosen) => {
              setField(chosen as Field);
              setValue("");
            }}
          />
          <Autocomplete
            size="xs"
            mt="xs"
            label="Value"
            placeholder={field === "tag" ? "NAME=VALUE" : undefined}
            error={isBadTag ? "A tag is NAME=VALUE" : undefined}
            data={suggestions}
            limit={MOST_SUGGESTED}
            comboboxProps={{ withinPortal: false }}
            value={value}
            onChange={setValue}
            onOptionSubmit={add}
            data-autofocus
          />
          <Button type="submit" size="xs" mt="sm" fullWidth disabled={value.trim() === ""}>
            Add
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Values that exist; asked for only when one is about to choose among them. */
function useSuggestions(field: Field, isOpen: boolean): string[] {
  const { data: jobs } = useQuery({ ...jobNamesQuery(), enabled: isOpen && field === "job" });
  const { data: catalog } = useQuery({ ...catalogQuery(), enabled: isOpen && field === "asset" });
  const { data: locations } = useQuery(locationsQuery());
  if (field === "job") return jobs ?? [];
  if (field === "asset") return catalog?.assets.map((asset) => asset.key) ?? [];
  return field === "location" ? (locations?.map((location) => location.name) ?? []) : [];
}
