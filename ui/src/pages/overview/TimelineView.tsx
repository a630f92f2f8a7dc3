import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Bar } from "@/canvas/timeline/lanes";
import { AXIS_PX, ROW_PX, Timeline } from "@/canvas/timeline/Timeline";
import { Island } from "@/design/Island";
import { useNow } from "@/design/Moment";
import { useIsDark } from "@/design/theme";
import { usePreferences } from "@/settings/preferences";
import type { Row } from "./rows";
import styles from "./TimelineView.module.css";

/** The rows' names beside their canvas. What it shows is listed below it for those who do not see it. */
export function TimelineView({
  rows,
  from,
  to,
}: {
  rows: readonly Row[];
  from: number;
  to: number;
}) {
  const element = useRef<HTMLDivElement>(null);
  const timeline = useRef<Timeline>(undefined);
  const navigate = useNavigate();
  const preferences = usePreferences();
  const isDark = useIsDark();
  const pick = useRef<(bars: readonly Bar[], row: number) => void>(undefined);
  pick.current = (bars, row) => {
    const [first, second] = bars;
    if (first && !second) void navigate({ to: "/runs/$runId", params: { runId: first.id } });
    else if (first) void navigate({ to: "/runs", search: filterOf(rows[row], bars) });
  };
  useEffect(() => {
    if (element.current === null) return;
    timeline.current = new Timeline(element.current, {
      onPick: (bars, row) => pick.current?.(bars, row),
      now: () => Date.now() / 1000,
    });
    return () => timeline.current?.destroy();
  }, []);
  const tick = useNow(to - from > 40_000 ? 30 : 2);
  useEffect(() => {
    timeline.current?.update({ rows: rows.map((row) => row.bars), from, to, preferences });
  }, [rows, from, to, preferences]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again when these change
  useEffect(() => timeline.current?.redraw(), [isDark, tick]);
  return (
    <div className={styles.timeline}>
      <ul className={styles.names} style={{ paddingTop: AXIS_PX }}>
        {rows.map((row) => (
          <li key={row.key} style={{ height: ROW_PX }}>
            <RowName row={row} />
          </li>
        ))}
      </ul>
      <div ref={element} className={styles.canvas} data-testid="timeline" />
    </div>
  );
}

function RowName({ row }: { row: Row }) {
  if (row.kind === "location") return <Island name={row.title} />;
  if (row.kind === "group") {
    return (
      <Link to="/assets" search={{ group: [row.title] }}>
        {row.title}
      </Link>
    );
  }
  if (row.kind === "job") {
    return (
      <Link to="/runs" search={{ job: row.title }}>
        {row.title}
      </Link>
    );
  }
  return <span>{row.title}</span>;
}

/** The runs of a piece as a filter of the list: as near as a filter comes. */
function filterOf(row: Row | undefined, bars: readonly Bar[]) {
  const begins = bars.map((bar) => bar.from);
  const since = text(Math.floor(Math.min(...begins)));
  const until = text(Math.ceil(Math.max(...begins)));
  return {
    since,
    until,
    ...(row?.kind === "job" ? { job: row.title } : {}),
    ...(row?.kind === "location" ? { location: [row.title] } : {}),
  };
}

function text(at: number): string {
  return new Date(at * 1000).toISOString();
}
