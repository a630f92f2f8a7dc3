/** Keyboard shortcuts: one register, one listener. `g r` is two keys in a row. */
import { useEffect } from "react";

export interface Shortcut {
  /** As the help sheet shows it: `g r`, `/`, `mod+k`, `?`. */
  keys: string;
  /** What it does, in the imperative. */
  about: string;
  /** Where it works: `Everywhere`, or the page's title. */
  where: string;
  run: () => void;
}

const SEQUENCE_MS = 1_200;
const registered = new Set<Shortcut>();
let pressed: { key: string; at: number } | undefined;

/** Those that work now, in the order in which they came. */
export function shortcuts(): Shortcut[] {
  return [...registered];
}

/** Whether typing belongs to the element that has the focus. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The name of a key event as shortcuts write it. */
export function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = event.metaKey || event.ctrlKey ? "mod+" : "";
  return `${mod}${event.altKey ? "alt+" : ""}${key}`;
}

/** The shortcut that a key completes, given the key before it. */
export function match(
  known: Iterable<Shortcut>,
  name: string,
  before: string | undefined,
): Shortcut | undefined {
  const all = [...known];
  const twice = before === undefined ? undefined : all.find((s) => s.keys === `${before} ${name}`);
  return twice ?? all.find((s) => s.keys === name);
}

export function onKey(event: KeyboardEvent): void {
  const name = nameOf(event);
  if (event.defaultPrevented || (isTyping(event.target) && !name.startsWith("mod+"))) return;
  const now = Date.now();
  const before = pressed && now - pressed.at < SEQUENCE_MS ? pressed.key : undefined;
  const found = match(registered, name, before);
  // A held key is one press; the browser must not take its repeats either.
  if (event.repeat) {
    if (found) event.preventDefault();
    return;
  }
  pressed = found ? undefined : { key: name, at: now };
  if (found) {
    event.preventDefault();
    found.run();
  }
}

/** Keep shortcuts registered while the component is there; the last that names a key has it. */
export function useShortcuts(list: readonly Shortcut[]): void {
  useEffect(() => {
    for (const each of list) registered.add(each);
    return () => {
      for (const each of list) registered.delete(each);
    };
  }, [list]);
}
