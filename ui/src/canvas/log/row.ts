/** A row of the log as elements: time, step, kind, message, and a link to itself. */
import { type MarkName, markElement } from "../marks";
import styles from "./Log.module.css";
import type { LogEvent } from "./LogCache";

export interface EventLook {
  word: string;
  tone: string;
  mark: MarkName;
}

export interface RowWords {
  lookOf: (event: LogEvent) => EventLook;
  timeOf: (at: number) => string;
  /** The address that leads to the event. */
  hrefOf: (event: LogEvent) => string;
}

export const COLUMNS = ["Time", "Step", "Event", "Message"] as const;

/** The row of an event, or of a place whose event is still being asked for. */
export function rowElement(
  place: number,
  event: LogEvent | undefined,
  isOpen: boolean,
  words: RowWords,
): HTMLElement {
  const row = element("div", styles.row, "row");
  row.setAttribute("aria-rowindex", String(place + 2));
  row.dataset.place = String(place);
  if (event === undefined) {
    row.append(cell(styles.pending, "…"));
    return row;
  }
  const { word, tone, mark } = words.lookOf(event);
  row.dataset.event = String(event.id);
  if (tone === "bad") row.dataset.bad = "";
  if (isOpen) row.dataset.open = "";
  const kind = cell(styles.kind);
  kind.dataset.tone = tone;
  kind.title = event.kind;
  kind.append(markElement(mark), word);
  const time = cell(styles.time);
  time.append(opener(event, isOpen, words.timeOf(event.timestamp)));
  const step = cell(styles.step, event.step ?? "");
  if (event.step !== null) {
    const which = event.attempt !== null && event.attempt > 1 ? `, attempt ${event.attempt}` : "";
    step.title = event.step + which;
    if (which !== "") step.append(attemptMark(event.attempt ?? 0));
  }
  row.append(time, step, kind, cell(styles.message, firstLine(event.message)), link(event, words));
  return row;
}

/** Messages of several lines are whole in what the row opens. */
function firstLine(message: string): string {
  const end = message.indexOf("\n");
  return end < 0 ? message : `${message.slice(0, end)} …`;
}

function opener(event: LogEvent, isOpen: boolean, text: string): HTMLElement {
  const button = element("button", styles.opener);
  button.setAttribute("type", "button");
  button.setAttribute("aria-expanded", String(isOpen));
  button.setAttribute("aria-label", `${text} ${event.kind}: details`);
  button.dataset.opens = String(event.id);
  button.textContent = text;
  return button;
}

function attemptMark(attempt: number): HTMLElement {
  const mark = element("span", styles.attempt);
  mark.textContent = `×${attempt}`;
  return mark;
}

function link(event: LogEvent, words: RowWords): HTMLElement {
  const holder = cell(styles.link);
  const anchor = document.createElement("a");
  anchor.href = words.hrefOf(event);
  anchor.dataset.copies = String(event.id);
  anchor.title = "Copy a link to this event";
  anchor.setAttribute("aria-label", "Copy a link to this event");
  anchor.textContent = "#";
  holder.append(anchor);
  return holder;
}

function cell(className: string | undefined, text = ""): HTMLElement {
  const made = element("div", className, "cell");
  made.textContent = text;
  return made;
}

function element(name: string, className: string | undefined, role?: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (role) made.setAttribute("role", role);
  return made;
}

/** The head of the table. */
export function headElement(): HTMLElement {
  const head = element("div", `${styles.row} ${styles.head}`, "row");
  head.setAttribute("aria-rowindex", "1");
  const names = ["time", "step", "kind", "message"] as const;
  COLUMNS.forEach((title, i) => {
    const column = element("div", styles[names[i] ?? "message"], "columnheader");
    column.textContent = title;
    head.append(column);
  });
  return head;
}
