import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import styles from "./Split.module.css";

const LEAST = 15;
const MOST = 85;
const BY_KEY = 4;

/** Two halves, one above the other, whose border is moved by pointer or arrow keys. */
export function Split({
  share,
  onShare,
  label,
  above,
  below,
}: {
  /** How much of the height the upper half has, in percent. */
  share: number;
  onShare: (share: number) => void;
  /** What the border does, for assistive technology. */
  label: string;
  above: ReactNode;
  below: ReactNode;
}) {
  const whole = useRef<HTMLDivElement>(null);
  const set = (next: number) => onShare(Math.round(Math.min(MOST, Math.max(LEAST, next))));
  const onMove = (event: PointerEvent) => {
    const box = whole.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    set(((event.clientY - box.top) / box.height) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowUp: share - BY_KEY,
      ArrowDown: share + BY_KEY,
      Home: LEAST,
      End: MOST,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return (
    <div
      ref={whole}
      className={styles.split}
      style={{ gridTemplateRows: `${share}fr 11px ${100 - share}fr` }}
    >
      <div className={styles.half}>{above}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: an hr cannot be moved */}
      <div
        className={styles.border}
        role="separator"
        aria-orientation="horizontal"
        aria-label={label}
        aria-valuenow={share}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onMove}
        onKeyDown={onKeyDown}
      />
      <div className={styles.half}>{below}</div>
    </div>
  );
}
