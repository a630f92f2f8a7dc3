/** When somebody last said that the failures were seen, in this browser. */
const KEY = "atoll.failuresSeen";

/** Seconds since the epoch; `otherwise` where nobody has said so yet. */
export function failuresSeenAt(otherwise: number): number {
  const stored = Number(localStorage.getItem(KEY));
  return Number.isFinite(stored) && stored > 0 ? stored : otherwise;
}

export function markFailuresSeen(at: number): void {
  localStorage.setItem(KEY, String(at));
}
