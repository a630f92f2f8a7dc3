/**
 * A log of any length of which only the rows in sight exist, as elements: its text is selected,
 * searched and read aloud like any other.
 *
 * Framework-free: `new LogView(element, options)`, `take(window)`, `update(state)`, `destroy()`.
 * It asks for what it lacks by `options.load`, and knows neither React nor queries.
 */

import styles from "./Log.module.css";
import { CHUNK, LogCache, type LogEvent, type LogWindow } from "./LogCache";
import { headElement, type RowWords, rowElement } from "./row";

export interface LogOptions extends RowWords {
  label: string;
  load: (offset: number, limit: number, signal: AbortSignal) => Promise<LogWindow>;
  /** A row was opened, or the open one closed. */
  onOpen: (id: number | null) => void;
  /** The open event is known (its details belong into `slot`), or none is open. */
  onOpened: (event: LogEvent | null) => void;
  onCopy: (event: LogEvent) => void;
  onFollow: (isFollowing: boolean) => void;
  onProblem: (error: unknown) => void;
}

const OVERSCAN = 12;
const NARROW_PX = 620;
const WIDE_ROW = 27;
const NARROW_ROW = 48;
const HEAD = 30;

export class LogView {
  /** Where the details of the open event are shown. */
  readonly slot = document.createElement("div");
  private readonly slotRow = document.createElement("div");
  private readonly scroller = document.createElement("div");
  private readonly body = document.createElement("div");
  private readonly cache = new LogCache();
  private readonly rows = new Map<number, { element: HTMLElement; state: string }>();
  private readonly resized = new ResizeObserver(() => this.redraw());
  private readonly ended = new AbortController();
  private readonly asked = new Set<number>();
  private open: number | null = null;
  private told: number | null = null;
  private toReveal: number | null = null;
  /** Whether the open event's details are still to be brought into sight. */
  private isFresh = false;
  private slotHeight = 0;
  private isFollowing = false;
  private rowHeight = WIDE_ROW;
  private frame = 0;

  constructor(
    element: HTMLElement,
    private readonly options: LogOptions,
  ) {
    const { scroller, body, slot, slotRow } = this;
    scroller.className = styles.scroller ?? "";
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "table");
    scroller.setAttribute("aria-label", options.label);
    body.className = styles.body ?? "";
    body.setAttribute("role", "rowgroup");
    slotRow.className = styles.slotRow ?? "";
    slotRow.setAttribute("role", "row");
    slot.className = styles.slot ?? "";
    slot.setAttribute("role", "cell");
    slotRow.append(slot);
    scroller.append(headElement(), body);
    element.append(scroller);
    scroller.addEventListener("scroll", () => this.onScroll());
    for (const name of ["wheel", "pointerdown", "keydown"]) {
      scroller.addEventListener(name, () => this.leave(), { passive: true });
    }
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    body.addEventListener("click", (event) => this.onClick(event));
    this.resized.observe(scroller);
    this.resized.observe(slot);
  }

  /** Learn what was asked for elsewhere: the end of the log, or what lies around an event. */
  take(window: LogWindow): void {
    this.cache.take(window);
    this.scroller.setAttribute("aria-rowcount", String(this.cache.total + 1));
    if (this.isFollowing) this.toEnd();
    this.redraw();
  }

  /** Open the event with this id, and bring it into sight; null: close what is open. */
  show(id: number | null): void {
    if (id === this.open) return;
    this.open = id;
    this.toReveal = id;
    this.isFresh = id !== null;
    if (id !== null) this.follow(false);
    this.redraw();
  }

  /** Whether the event was told already. */
  knows(id: number): boolean {
    return this.cache.placeOf(id) !== undefined;
  }

  /** Stay at the end while the log grows. */
  follow(isFollowing: boolean): void {
    if (isFollowing) this.toEnd();
    if (this.isFollowing === isFollowing) return;
    this.isFollowing = isFollowing;
    this.options.onFollow(isFollowing);
  }

  toStart(): void {
    this.follow(false);
    this.scroller.scrollTop = 0;
  }

  /** The newest event of those above the lower edge: where one looks. */
  lookedAt(): number | null {
    if (this.open !== null) return this.open;
    const first = Math.floor(this.scroller.scrollTop / this.rowHeight);
    return this.cache.at(first)?.id ?? null;
  }

  destroy(): void {
    this.ended.abort();
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    this.scroller.remove();
  }

  private toEnd(): void {
    this.sizeBody();
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.redraw();
  }

  private redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private get openPlace(): number | null {
    return this.open === null ? null : (this.cache.placeOf(this.open) ?? null);
  }

  private topOf(place: number): number {
    const open = this.openPlace;
    return place * this.rowHeight + (open !== null && place > open ? this.slotHeight : 0);
  }

  /** The place at a height of the body. */
  private placeAt(y: number): number {
    const open = this.openPlace;
    if (open === null || y < (open + 1) * this.rowHeight) return Math.floor(y / this.rowHeight);
    return Math.max(open, Math.floor((y - this.slotHeight) / this.rowHeight));
  }

  private sizeBody(): void {
    this.slotHeight = this.openPlace === null ? 0 : this.slot.offsetHeight;
    this.body.style.height = `${this.cache.total * this.rowHeight + this.slotHeight}px`;
  }

  private draw(): void {
    const { scroller, cache } = this;
    const isNarrow = scroller.clientWidth < NARROW_PX;
    scroller.toggleAttribute("data-narrow", isNarrow);
    const rowHeight = isNarrow ? NARROW_ROW : WIDE_ROW;
    if (rowHeight !== this.rowHeight) this.clear();
    this.rowHeight = rowHeight;
    this.placeSlot();
    this.sizeBody();
    this.reveal();
    const top = scroller.scrollTop;
    const first = Math.max(0, this.placeAt(top) - OVERSCAN);
    const end = Math.min(cache.total, this.placeAt(top + scroller.clientHeight) + 1 + OVERSCAN);
    for (const [place, { element }] of this.rows) {
      if (place >= first && place < end) continue;
      element.remove();
      this.rows.delete(place);
    }
    for (let place = first; place < end; place++) this.drawRow(place);
    scroller.dataset.total = String(cache.total);
    for (const chunk of cache.missing(first, end)) void this.ask(chunk);
    this.tellOpened();
  }

  private drawRow(place: number): void {
    const event = this.cache.at(place);
    const isOpen = event !== undefined && event.id === this.open;
    const state = `${event?.id ?? ""}${isOpen ? " open" : ""}`;
    let row = this.rows.get(place);
    if (row?.state !== state) {
      const element = rowElement(place, event, isOpen, this.options);
      element.style.height = `${this.rowHeight}px`;
      const hadFocus = row?.element.contains(document.activeElement);
      if (row) row.element.replaceWith(element);
      else this.insert(place, element);
      if (hadFocus) element.querySelector("button")?.focus({ preventScroll: true });
      row = { element, state };
      this.rows.set(place, row);
    }
    row.element.style.transform = `translateY(${this.topOf(place)}px)`;
  }

  /** In the order of the log, so that selecting text over rows gives them in order. */
  private insert(place: number, element: HTMLElement): void {
    for (let next = place + 1; next <= place + 200; next++) {
      const row = this.rows.get(next);
      if (row) {
        row.element.before(element);
        return;
      }
    }
    this.body.append(element);
  }

  private placeSlot(): void {
    const open = this.openPlace;
    if (open === null) {
      this.slotRow.remove();
      return;
    }
    if (!this.slotRow.isConnected) this.body.append(this.slotRow);
    this.slotRow.style.transform = `translateY(${(open + 1) * this.rowHeight}px)`;
  }

  /** One has moved on: nothing is brought into sight any more. */
  private leave(): void {
    this.isFresh = false;
  }

  private reveal(): void {
    const open = this.openPlace;
    if (open === null) return;
    const { scrollTop, clientHeight } = this.scroller;
    const top = open * this.rowHeight;
    const room = clientHeight - HEAD;
    if (this.toReveal !== null && this.toReveal === this.open) {
      this.toReveal = null;
      // One that is in sight stays where it is: a click should not move what was clicked.
      const isInSight = top >= scrollTop && top + this.rowHeight <= scrollTop + room;
      if (!isInSight) this.scroller.scrollTop = Math.max(0, top - clientHeight / 3);
    }
    if (!this.isFresh) return;
    const end = top + this.rowHeight + this.slotHeight;
    if (end > this.scroller.scrollTop + room) this.scroller.scrollTop = Math.min(top, end - room);
  }

  private tellOpened(): void {
    const place = this.openPlace;
    const event = place === null ? undefined : this.cache.at(place);
    const id = event?.id ?? null;
    if (id === this.told) return;
    this.told = id;
    this.options.onOpened(event ?? null);
  }

  private clear(): void {
    for (const { element } of this.rows.values()) element.remove();
    this.rows.clear();
  }

  private async ask(chunk: number): Promise<void> {
    if (this.asked.has(chunk) || this.ended.signal.aborted) return;
    this.asked.add(chunk);
    try {
      this.take(await this.options.load(chunk * CHUNK, CHUNK, this.ended.signal));
    } catch (error) {
      if (!this.ended.signal.aborted) this.options.onProblem(error);
      return; // not asked again at once: what comes next, or a scroll, does
    } finally {
      this.asked.delete(chunk);
    }
  }

  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (this.isFollowing && scrollTop + clientHeight < scrollHeight - 3 * this.rowHeight) {
      this.follow(false);
    }
    this.redraw();
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    if (this.slotRow.contains(target)) return;
    const copies = target.closest<HTMLElement>("[data-copies]")?.dataset.copies;
    const row = target.closest<HTMLElement>("[data-event]");
    const place = Number(row?.dataset.place);
    const told = row ? this.cache.at(place) : undefined;
    if (told === undefined) return;
    if (copies !== undefined) {
      // A modified click opens the link as any other.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.options.onCopy(told);
    } else if (document.getSelection()?.isCollapsed !== false) {
      this.options.onOpen(told.id === this.open ? null : told.id);
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.scroller) return;
    if (event.key === "Escape" && this.open !== null) this.options.onOpen(null);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const place = this.openPlace;
    if (place === null) return; // it scrolls
    const next = this.cache.at(place + (event.key === "ArrowDown" ? 1 : -1));
    event.preventDefault();
    if (next !== undefined) this.options.onOpen(next.id);
  }
}
