import { useState } from "react";
import { cut } from "./cut";
import styles from "./Metadata.module.css";
import { numberText } from "./number";

/** A text of which the beginning is shown, and on demand the rest. */
export function Fold({ text, isCode = false }: { text: string; isCode?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const short = cut(text);
  const shown = isOpen ? text : short;
  if (text === "") return <span className={styles.quiet}>empty text</span>;
  return (
    <div className={styles.text}>
      {isCode ? <code>{shown}</code> : shown}
      {short.length < text.length && (
        <>
          {isOpen ? " " : "… "}
          <button
            type="button"
            className={styles.more}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? "Show less" : `Show all ${numberText(text.length)} characters`}
          </button>
        </>
      )}
    </div>
  );
}
