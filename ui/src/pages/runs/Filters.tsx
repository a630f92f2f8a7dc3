import { ActionIcon, Button, CloseButton, Select, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Search as SearchIcon, X } from "lucide-react";
import { useEffect, useState } from "react";
import { AddFilter } from "./AddFilter";
import styles from "./RunsPage.module.css";
import type { Search } from "./search";

const route = getRouteApi("/runs");
const WINDOWS = [
  { value: "", label: "Any time" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "custom", label: "Custom…" },
];
const PAUSE_MS = 250;

/** By what the feed is narrowed; all of it is in the address. */
export function Filters({ search }: { search: Search }) {
  const navigate = route.useNavigate();
  const change = (part: Partial<Search>) =>
    void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  return (
    <search className={styles.filters} aria-label="Filters">
      <Text
        value={search.search ?? ""}
        onChange={(text) => change({ search: text || undefined })}
      />
      <Window search={search} change={change} />
      <AddFilter search={search} change={change} />
      <Chips search={search} change={change} />
    </search>
  );
}

/** Goes into the address when one has stopped typing for a moment. */
function Text({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when one has typed
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value]);
  return (
    <TextInput
      className={styles.search}
      size="xs"
      type="search"
      placeholder="Beginning of an id, or a job"
      aria-label="Search runs"
      leftSection={<SearchIcon size={14} aria-hidden />}
      rightSection={
        text && <CloseButton size="xs" aria-label="Clear the search" onClick={() => setText("")} />
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

type Change = (part: Partial<Search>) => void;

function Window({ search, change }: { search: Search; change: Change }) {
  const isKnown = WINDOWS.some(({ value }) => value === (search.since ?? ""));
  const isCustom = search.until !== undefined || !isKnown;
  const choose = (value: string | null) => {
    if (value !== "custom") return change({ since: value || undefined, until: undefined });
    const day = new Date(Date.now() - 86_400_000);
    change({ since: local(day.toISOString()), until: local(new Date().toISOString()) });
  };
  return (
    <>
      <Select
        className={styles.window}
        size="xs"
        aria-label="Time"
        data={WINDOWS}
        allowDeselect={false}
        value={isCustom ? "custom" : (search.since ?? "")}
        onChange={choose}
      />
      {isCustom && (
        <>
          <Edge label="From" value={search.since} onChange={(since) => change({ since })} />
          <Edge label="Until" value={search.until} onChange={(until) => change({ until })} />
        </>
      )}
    </>
  );
}

function Edge({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      aria-label={label}
      title={`${label}, in this browser's time zone`}
      value={value === undefined ? "" : local(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

/** As an input of date and time wants it: to the minute, in the browser's zone. */
function local(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "";
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function Chips({ search, change }: { search: Search; change: Change }) {
  const { location = [], tag = [] } = search;
  const chips: [string, string, Partial<Search>][] = [];
  if (search.job) chips.push(["job", search.job, { job: undefined }]);
  if (search.asset) chips.push(["asset", search.asset, { asset: undefined }]);
  if (search.partition) chips.push(["partition", search.partition, { partition: undefined }]);
  for (const each of location) {
    chips.push(["location", each, { location: without(location, each) }]);
  }
  for (const each of tag) chips.push(["tag", each, { tag: without(tag, each) }]);
  return (
    <>
      {chips.map(([name, value, rest]) => (
        <span key={`${name} ${value}`} className={styles.chip}>
          <span>
            <b>{name}</b> {value}
          </span>
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Remove the filter ${name} ${value}`}
            onClick={() => change(rest)}
          >
            <X size={13} aria-hidden />
          </ActionIcon>
        </span>
      ))}
      {chips.length > 1 && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() =>
            change({
              job: undefined,
              asset: undefined,
              partition: undefined,
              location: undefined,
              tag: undefined,
            })
          }
        >
          Remove all
        </Button>
      )}
    </>
  );
}

function without(list: readonly string[], value: string): string[] | undefined {
  const rest = list.filter((each) => each !== value);
  return rest.length > 0 ? rest : undefined;
}
