/** What a person prefers, kept in this browser. It must not know pages. */
import { useSyncExternalStore } from "react";

export interface Preferences {
  theme: "auto" | "light" | "dark";
  /** An IANA name, `local` for the browser's own, or `UTC`. */
  timeZone: string;
  hours: "24" | "12";
  /** The address that opens a file in an editor, with `{file}` and `{line}`; empty: no links. */
  editor: string;
}

export const EDITORS: Readonly<Record<string, string>> = {
  "VS Code": "vscode://file/{file}:{line}",
  Cursor: "cursor://file/{file}:{line}",
  Windsurf: "windsurf://file/{file}:{line}",
  PyCharm: "pycharm://open?file={file}&line={line}",
};

const DEFAULTS: Preferences = {
  theme: "auto",
  timeZone: "local",
  hours: "24",
  editor: EDITORS["VS Code"] ?? "",
};
const KEY = "atoll.preferences";
const watchers = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return DEFAULTS; // a browser that keeps nothing, or something that is not ours
  }
}

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // It holds until the page is left, then.
  }
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The preferences, live: also when another tab changes them. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(watch, preferences);
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  current = read();
  for (const watcher of watchers) watcher();
});
