import { useEffect, useState } from "react";
import { usePreferences } from "@/settings/preferences";
import { ago, duration, moment } from "./time";

/** Seconds since the epoch, again every `everyS` seconds; the same for all that ask in between. */
export function useNow(everyS: number): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (everyS <= 0) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), everyS * 1000);
    return () => clearInterval(timer);
  }, [everyS]);
  return now;
}

/** How long ago; the exact time in its title. Nothing for null. */
export function Ago({ at }: { at: number | null | undefined }) {
  const now = useNow(15);
  const preferred = usePreferences();
  if (at === null || at === undefined) return null;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={moment(at, preferred, true)}>
      {ago(at, Math.max(now, at > now && at - now < 20 ? at : now))}
    </time>
  );
}

/** Date and time in the preferred zone. */
export function Moment({ at, withMs = false }: { at: number; withMs?: boolean }) {
  const preferred = usePreferences();
  return <time dateTime={new Date(at * 1000).toISOString()}>{moment(at, preferred, withMs)}</time>;
}

/** How long something took, or has taken so far where it has no end yet. */
export function Took({ from, to }: { from: number | null; to: number | null }) {
  const now = useNow(from !== null && to === null ? 1 : 0);
  if (from === null) return null;
  return <span>{duration((to ?? now) - from)}</span>;
}
