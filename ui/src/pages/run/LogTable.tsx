import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { type LogFilter, type RunLog, readLog } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { CHUNK, type LogEvent } from "@/canvas/log/LogCache";
import { LogView } from "@/canvas/log/LogView";
import { lookOf } from "@/design/events";
import { clock } from "@/design/time";
import { preferences } from "@/settings/preferences";
import { EventDetail } from "./EventDetail";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

export interface LogTableHandle {
  toStart: () => void;
  follow: () => void;
  lookedAt: () => number | null;
}

interface LogTableProps {
  ref: Ref<LogTableHandle>;
  run: Run;
  filter: LogFilter;
  /** The end of the log, as it was last told. */
  end: RunLog | undefined;
  onFollow: (isFollowing: boolean) => void;
  /** Whether the event that the address names is not in this log. */
  onElsewhere: (isElsewhere: boolean) => void;
}

/** Wraps the framework-free log: the address says which event is open, React draws its details. */
export function LogTable({ ref, run, filter, end, onFollow, onElsewhere }: LogTableProps) {
  const { search, look } = useRun();
  const router = useRouter();
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<LogView>();
  const [opened, setOpened] = useState<LogEvent | null>(null);
  const id = run.run_id;
  const { event = null } = search;

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once for a run and a filter
  useEffect(() => {
    if (element.current === null) return;
    const addressOf = (it: LogEvent) =>
      router.buildLocation({
        to: "/runs/$runId",
        params: { runId: id },
        search: { tab: "log", event: it.id },
      }).href;
    const made = new LogView(element.current, {
      label: "Events",
      load: (offset, limit, signal) => readLog(id, filter, { offset, limit }, signal),
      lookOf,
      timeOf: (at) => clock(at, preferences(), true),
      hrefOf: addressOf,
      onOpen: (opens) => look({ event: opens ?? undefined }),
      onOpened: setOpened,
      onCopy: (it) => {
        void navigator.clipboard?.writeText(new URL(addressOf(it), location.href).href);
        notifications.show({ message: "The link to the event is copied" });
      },
      onFollow,
      // What the end of the log asks for is told by the pane; it asks again by itself.
      onProblem: () => {},
    });
    setView(made);
    if (run.ended_at === null && event === null) made.follow(true);
    return () => {
      setView(undefined);
      setOpened(null);
      onFollow(false);
      made.destroy();
    };
  }, []);

  useEffect(() => {
    if (view && end) view.take(end);
  }, [view, end]);

  useEffect(() => {
    if (view === undefined) return;
    view.show(event);
    onElsewhere(false);
    if (event === null || view.knows(event)) return;
    const asked = new AbortController();
    readLog(id, filter, { around: event, limit: CHUNK }, asked.signal).then(
      (window) => {
        view.take(window);
        onElsewhere(!view.knows(event));
      },
      () => {}, // the end of the log tells of it
    );
    return () => asked.abort();
  }, [view, event, id, filter, onElsewhere]);

  useImperativeHandle(ref, () => ({
    toStart: () => view?.toStart(),
    follow: () => view?.follow(true),
    lookedAt: () => view?.lookedAt() ?? null,
  }));
  return (
    <>
      <div ref={element} className={styles.log} />
      {view && opened && createPortal(<EventDetail event={opened} />, view.slot)}
    </>
  );
}
