import { useDebouncedCallback } from "@mantine/hooks";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { RunStep } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { Gantt, type GanttOptions } from "@/canvas/gantt/Gantt";
import { rowsOf } from "@/canvas/gantt/steps";
import { useHues } from "@/design/Island";
import { useIsDark } from "@/design/theme";
import { clock } from "@/design/time";
import { preferences } from "@/settings/preferences";
import styles from "./RunPage.module.css";
import { spanOf, timeOf } from "./search";
import { useRun } from "./useRun";

const PAUSE_MS = 300;
const ZOOM = 1.6;

/** The steps over time. */
export function GanttView({
  run,
  all,
  shown,
}: {
  run: Run;
  all: readonly RunStep[];
  shown: readonly RunStep[];
}) {
  const { search, look } = useRun();
  const hues = useHues();
  const isDark = useIsDark();
  const element = useRef<HTMLDivElement>(null);
  const gantt = useRef<Gantt>(null);
  const begun = run.started_at ?? run.created_at;
  const rows = useMemo(() => rowsOf(shown, search.grouped === true), [shown, search.grouped]);
  const span = useMemo(() => spanOf(search.time, begun), [search.time, begun]);
  const lookAt = useDebouncedCallback((time: string | undefined) => look({ time }), PAUSE_MS);
  const options = useRef<GanttOptions>(undefined);
  options.current = {
    onSelect: (step) => look({ step: step ?? undefined, attempt: undefined }),
    onSpan: (next) => lookAt(timeOf(next, begun)),
    momentOf: (at) => clock(at, preferences(), true),
  };
  useEffect(() => {
    if (element.current === null) return;
    const made = new Gantt(element.current, {
      onSelect: (key) => options.current?.onSelect(key),
      onSpan: (next) => options.current?.onSpan(next),
      momentOf: (at) => options.current?.momentOf(at) ?? "",
    });
    gantt.current = made;
    return () => {
      gantt.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => {
    gantt.current?.update({
      steps: all,
      rows,
      begun,
      ended: run.ended_at,
      selected: search.step ?? null,
      span,
      hues,
      isDark,
    });
  }, [all, rows, begun, run.ended_at, search.step, span, hues, isDark]);
  return (
    <div className={styles.gantt}>
      <div ref={element} className={styles.canvas} data-gantt />
      <div className={styles.zoom}>
        <button type="button" aria-label="Zoom in" onClick={() => gantt.current?.zoom(ZOOM)}>
          <ZoomIn size={15} aria-hidden />
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => gantt.current?.zoom(1 / ZOOM)}>
          <ZoomOut size={15} aria-hidden />
        </button>
        <button
          type="button"
          disabled={search.time === undefined}
          onClick={() => gantt.current?.fit()}
        >
          Fit
        </button>
      </div>
    </div>
  );
}
