import { Kbd, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Box, Boxes, FileText, ListVideo, Search, Server, Workflow } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useId, useMemo, useState } from "react";
import { addressOf } from "@/api/assetAddress";
import { catalogQuery, locationsQuery, runsQuery } from "@/api/queries";
import { shortId, titleOf } from "@/design/runs";
import { statusOf } from "@/design/status";
import { type Candidate, rank } from "./rank";
import styles from "./SearchDialog.module.css";

const MOST = 40;
const RUNS = 8;
const DEBOUNCE_MS = 150;

interface Found extends Candidate {
  key: string;
  /** At its right: where it lies, how it is. */
  about?: string;
  to: string;
}

const ICONS = {
  page: FileText,
  asset: Box,
  group: Boxes,
  job: Workflow,
  location: Server,
  run: ListVideo,
} as const;

const PAGES: readonly Found[] = [
  ["Overview", "/"],
  ["Assets", "/assets"],
  ["Lineage", "/lineage"],
  ["Jobs", "/jobs"],
  ["Runs", "/runs"],
  ["Automation: schedules and sensors", "/automation"],
  ["Launch a run", "/launch"],
  ["Code locations", "/deployment"],
  ["Queue and pools", "/deployment?tab=capacity"],
  ["Configuration", "/deployment?tab=configuration"],
  ["Storage and health", "/deployment?tab=storage"],
  ["Settings: theme, time zone, editor", "/settings"],
].map(([name = "", to = ""]) => ({ kind: "page", name, to, key: to }));

/** One field over everything: pages, locations, jobs, groups, assets, runs. */
export function SearchDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      withCloseButton={false}
      title={<span className={styles.title}>Search</span>}
      size="lg"
      padding={0}
      yOffset="8dvh"
      classNames={{ header: styles.header }}
    >
      {isOpen && <SearchField onClose={onClose} />}
    </Modal>
  );
}

function SearchField({ onClose }: { onClose: () => void }) {
  const [wish, setWish] = useState("");
  const [at, setAt] = useState(0);
  const router = useRouter();
  const list = useId();
  const found = useFound(wish);
  const chosen = Math.min(at, found.length - 1);
  const go = (one: Found | undefined) => {
    if (one === undefined) return;
    onClose();
    void router.navigate({ href: one.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      const next = (chosen + step + found.length) % found.length;
      setAt(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      go(found[chosen]);
    }
  };
  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={styles.field}
        leftSection={<Search size={18} aria-hidden />}
        placeholder="Assets, runs, jobs, locations, pages"
        aria-label="Search"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
        value={wish}
        onChange={(event) => {
          setWish(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="Found" className={styles.list}>
        {found.map((one, index) => (
          <Line
            key={`${one.kind} ${one.key}`}
            id={`${list}-${index}`}
            found={one}
            isChosen={index === chosen}
            onPick={() => go(one)}
          />
        ))}
      </div>
      <p className={styles.foot} role="status">
        {wish.trim() !== "" && found.length === 0 ? (
          `Nothing is named like "${wish.trim()}"`
        ) : (
          <>
            <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose, <Kbd size="xs">Enter</Kbd> opens
          </>
        )}
      </p>
    </>
  );
}

interface LineProps {
  id: string;
  found: Found;
  isChosen: boolean;
  onPick: () => void;
}

function Line({ id, found, isChosen, onPick }: LineProps) {
  const Icon = ICONS[found.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className={styles.line}
      onClick={onPick}
    >
      <Icon size={16} aria-hidden />
      <span className={styles.name}>{found.name}</span>
      <span className={styles.about}>{found.about ?? found.kind}</span>
    </div>
  );
}

function useFound(wish: string): Found[] {
  const known = useKnown();
  const deferred = useDeferredValue(wish);
  const near = useMemo(() => rank(known, deferred, MOST), [known, deferred]);
  const [debounced] = useDebouncedValue(wish.trim(), DEBOUNCE_MS);
  const runs = useQuery({
    ...runsQuery({ search: debounced }, RUNS),
    enabled: debounced.length >= 4,
  }).data?.items;
  if (deferred.trim() === "") return [...PAGES];
  const told = debounced.length >= 4 ? (runs ?? []) : [];
  return [
    ...near,
    ...told.map((run) => ({
      kind: "run" as const,
      key: run.run_id,
      name: `${titleOf(run)} · ${shortId(run.run_id)}`,
      about: statusOf("run", run.status).word,
      to: `/runs/${run.run_id}`,
    })),
  ];
}

/** Everything but runs: it is here already, so that nothing is asked at each key. */
function useKnown(): Found[] {
  const { data: catalog } = useQuery(catalogQuery());
  const { data: locations } = useQuery(locationsQuery());
  return useMemo(() => {
    const groups = new Set<string>();
    const found: Found[] = [...PAGES];
    for (const { name, status } of locations ?? []) {
      const to = `/deployment/locations/${encodeURIComponent(name)}`;
      found.push({
        kind: "location",
        key: name,
        name,
        to,
        about: statusOf("location", status).word,
      });
    }
    for (const { name, location } of catalog?.jobs ?? []) {
      const to = `/jobs/${encodeURIComponent(name)}?location=${encodeURIComponent(location)}`;
      found.push({
        kind: "job",
        key: `${location} ${name}`,
        name,
        to,
        about: `job in ${location}`,
      });
    }
    for (const { key, group, location } of catalog?.assets ?? []) {
      groups.add(group);
      const to = addressOf(key);
      found.push({ kind: "asset", key, name: key, to, about: `asset in ${location}` });
    }
    for (const name of groups) {
      const to = `/assets?group=${encodeURIComponent(name)}`;
      found.push({ kind: "group", key: name, name, to });
    }
    return found;
  }, [catalog, locations]);
}
