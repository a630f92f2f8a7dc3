/** The numbers in an asset's metadata over time. Pure. */
import type { AssetEvent } from "@/api/assets";
import { type Entries, isRecord, numberOf } from "@/design/metadata/facts";

export interface Point {
  /** Seconds since the epoch. */
  at: number;
  value: number;
  runId: string;
}

export interface Series {
  name: string;
  points: readonly Point[];
}

/** The metadata that an event tells. */
export function metadataOf(event: AssetEvent): Entries {
  return isRecord(event.data.metadata) ? event.data.metadata : {};
}

/** A series for each name that was a number at least once, by name; points in order of time. */
export function seriesOf(events: readonly AssetEvent[]): Series[] {
  const found = new Map<string, Point[]>();
  for (const event of events) {
    for (const [name, entry] of Object.entries(metadataOf(event))) {
      const value = numberOf(entry);
      if (value === null) continue;
      const points = found.get(name) ?? [];
      points.push({ at: event.timestamp, value, runId: event.run_id });
      found.set(name, points);
    }
  }
  return [...found]
    .map(([name, points]) => ({ name, points: points.sort((one, other) => one.at - other.at) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
