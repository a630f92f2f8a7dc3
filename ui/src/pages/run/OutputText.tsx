import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import styles from "./Output.module.css";
import type { Line } from "./OutputBuffer";

const LINE_PX = 18;
const NEAR_PX = 60;

/** Lines of coloured text of which those in sight exist; their end is followed while it is in sight. */
export function OutputText({
  label,
  lines,
  isCut,
}: {
  label: string;
  lines: readonly Line[];
  isCut: boolean;
}) {
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  });
  const height = virtual.getTotalSize();
  const last = lines.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is more
  useEffect(() => {
    if (isAtEnd.current && scroller.current) {
      scroller.current.scrollTop = scroller.current.scrollHeight;
    }
  }, [height, last?.length]);
  return (
    <section
      ref={scroller}
      className={styles.output}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      data-lines={lines.length}
      onScroll={({ currentTarget: it }) => {
        isAtEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < NEAR_PX;
      }}
    >
      {isCut && <p className={styles.cut}>This is the end of it; download it to see it whole.</p>}
      <div className={styles.lines} style={{ height }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            className={styles.line}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {lines[item.index]?.map((piece, i) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line have no identity
                key={i}
                className={piece.classes.map((name) => styles[name] ?? "").join(" ")}
                style={
                  piece.colour || piece.ground
                    ? {
                        color: piece.colour ? `rgb(${piece.colour})` : undefined,
                        background: piece.ground ? `rgb(${piece.ground})` : undefined,
                      }
                    : undefined
                }
              >
                {piece.text}
              </span>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}
