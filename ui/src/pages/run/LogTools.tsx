import { Button, CloseButton, MultiSelect, TextInput } from "@mantine/core";
import { ArrowDownToLine, ArrowUpToLine, CircleX, Search as SearchIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { EVENT_KINDS, wordOf } from "@/design/events";
import { count } from "@/design/size";
import styles from "./RunPage.module.css";
import { LEVELS } from "./search";
import { useRun } from "./useRun";

const PAUSE_MS = 250;
const LEVEL_WORDS = { ERROR: "Errors", WARNING: "Warnings", INFO: "Info", DEBUG: "Debug" };

/** By what the log is narrowed, and ways through it. */
export function LogTools(props: {
  total: number | undefined;
  isFollowing: boolean;
  isLive: boolean;
  toStart: () => void;
  toEnd: () => void;
  nextFailure: () => void;
}) {
  const { search, look } = useRun();
  const { level = [], kind = [], step } = search;
  const toggle = (name: string) => {
    const next = level.includes(name) ? level.filter((it) => it !== name) : [...level, name];
    look({ level: next.length > 0 ? next : undefined });
  };
  return (
    <div className={styles.tools}>
      <Text />
      <fieldset className={styles.counts} aria-label="Levels">
        {LEVELS.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.count}
            aria-pressed={level.includes(name)}
            onClick={() => toggle(name)}
          >
            {LEVEL_WORDS[name]}
          </button>
        ))}
      </fieldset>
      <MultiSelect
        size="xs"
        className={styles.kinds}
        aria-label="Kinds of events"
        placeholder={kind.length === 0 ? "All kinds" : undefined}
        data={EVENT_KINDS.map((value) => ({ value, label: wordOf(value) }))}
        value={kind}
        onChange={(chosen) => look({ kind: chosen.length > 0 ? chosen : undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "All kinds" }}
      />
      {step !== undefined && (
        <span className={styles.chip}>
          <span>
            <b>step</b> {step}
          </span>
          <CloseButton
            size="xs"
            aria-label="Show all steps"
            onClick={() => look({ step: undefined })}
          />
        </span>
      )}
      <span className={styles.quiet} role="status" data-total={props.total}>
        {props.total === undefined ? "" : count(props.total, "event")}
      </span>
      <span className={styles.wide}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<CircleX size={13} aria-hidden />}
          onClick={props.nextFailure}
        >
          Next failure
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label="To the first event"
          onClick={props.toStart}
        >
          <ArrowUpToLine size={13} aria-hidden />
        </Button>
        <Button
          size="compact-xs"
          variant={props.isFollowing ? "light" : "default"}
          aria-pressed={props.isFollowing}
          leftSection={<ArrowDownToLine size={13} aria-hidden />}
          onClick={props.toEnd}
        >
          {props.isLive ? (props.isFollowing ? "Following" : "Follow") : "Last"}
        </Button>
      </span>
    </div>
  );
}

function Text() {
  const { search, look } = useRun();
  const value = search.search ?? "";
  const [text, setText] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when one has typed
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => look({ search: text.trim() || undefined }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <TextInput
      size="xs"
      type="search"
      className={styles.stepFilter}
      aria-label="Search the log"
      placeholder="Search messages"
      leftSection={<SearchIcon size={13} aria-hidden />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
