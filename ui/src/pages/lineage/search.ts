/** What the address of this page says beside its path. */
export type Search = Record<string, never>;

export function read(_raw: Record<string, unknown>): Search {
  return {};
}
