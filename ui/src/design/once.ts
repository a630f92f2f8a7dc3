/** Doing something once, however often its button is pressed meanwhile. */
import { useCallback, useRef, useState } from "react";

/** Presses that follow each other faster are one: a double click, a key that is held. */
export const APART_MS = 700;

/** Takes work on only when the last is done and its press is over. It must not know React. */
export class Once {
  private isBusy = false;
  private pressedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Do it unless it is being done; what it returns, or undefined if it was not done again. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    const now = this.now();
    const isSame = now - this.pressedAt < APART_MS;
    this.pressedAt = now;
    if (this.isBusy || isSame) return undefined;
    this.isBusy = true;
    try {
      return await work();
    } finally {
      this.isBusy = false;
    }
  }
}

/**
 * What guards the launching of a run and the like: a state alone would be drawn too late.
 *
 * @returns whether it is being done, and what does work unless it is. Let the work last until the
 *   page that it leads to is there.
 */
export function useOnce(): [boolean, <T>(work: () => Promise<T>) => Promise<T | undefined>] {
  const [isBusy, setBusy] = useState(false);
  const once = useRef<Once>(null);
  once.current ??= new Once();
  const run = useCallback(
    <T>(work: () => Promise<T>) =>
      (once.current as Once).run(async () => {
        setBusy(true);
        try {
          return await work();
        } finally {
          setBusy(false);
        }
      }),
    [],
  );
  return [isBusy, run];
}
