/**
 * What is known of a log of any length: windows of it, by place. Pure.
 *
 * Events are only ever added at the end, so that what is known stays true; what was looked at
 * longest ago is forgotten.
 */

export interface LogEvent {
  id: number;
  kind: string;
  step: string | null;
  attempt: number | null;
  timestamp: number;
  message: string;
  data: Readonly<Record<string, unknown>>;
}

/** As the server tells it. */
export interface LogWindow {
  total: number;
  offset: number;
  items: readonly LogEvent[];
}

/** So many events are asked for at once. */
export const CHUNK = 200;
/** So many chunks are kept. */
export const MOST_CHUNKS = 40;

export class LogCache {
  /** How many events there are. */
  total = 0;
  private readonly chunks = new Map<number, Map<number, LogEvent>>();
  private readonly places = new Map<number, number>();

  /** Learn a window. An answer that was overtaken by a later one takes nothing back. */
  take(window: LogWindow): void {
    this.total = Math.max(this.total, window.total);
    window.items.forEach((event, i) => {
      const place = window.offset + i;
      this.chunk(Math.floor(place / CHUNK)).set(place, event);
      this.places.set(event.id, place);
    });
    for (const number of this.chunks.keys()) {
      if (this.chunks.size <= MOST_CHUNKS) break;
      this.forget(number);
    }
  }

  /** The event at a place, if it is known. */
  at(place: number): LogEvent | undefined {
    return this.chunks.get(Math.floor(place / CHUNK))?.get(place);
  }

  /** Where an event is, if that is known. */
  placeOf(id: number): number | undefined {
    return this.places.get(id);
  }

  /** The chunks that must be asked for to know the places from `first` to before `end`. */
  missing(first: number, end: number): number[] {
    const found: number[] = [];
    const last = Math.min(end, this.total);
    for (let number = Math.floor(first / CHUNK); number * CHUNK < last; number++) {
      const known = this.chunks.get(number);
      if (known) this.touch(number, known);
      const from = Math.max(first, number * CHUNK);
      const to = Math.min(last, (number + 1) * CHUNK);
      for (let place = from; place < to; place++) {
        if (known?.has(place)) continue;
        found.push(number);
        break;
      }
    }
    return found;
  }

  /** How many events are kept. */
  get size(): number {
    return this.places.size;
  }

  private chunk(number: number): Map<number, LogEvent> {
    const known = this.chunks.get(number) ?? new Map<number, LogEvent>();
    this.touch(number, known);
    return known;
  }

  /** The map keeps the order in which chunks were looked at. */
  private touch(number: number, chunk: Map<number, LogEvent>): void {
    this.chunks.delete(number);
    this.chunks.set(number, chunk);
  }

  private forget(number: number): void {
    for (const event of this.chunks.get(number)?.values() ?? []) this.places.delete(event.id);
    this.chunks.delete(number);
  }
}
