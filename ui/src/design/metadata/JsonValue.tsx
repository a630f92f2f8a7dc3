import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Copy } from "./Copy";
import { Fold } from "./Fold";
import { isRecord } from "./facts";
import styles from "./Metadata.module.css";
import { numberText } from "./number";

const SHOWN_CHILDREN = 100;
const OPEN_LEAVES = 12;

/** JSON as a tree whose branches open and close; small ones begin open. */
export function JsonValue({ value }: { value: unknown }) {
  if (!isBranch(value)) return <Leaf value={value} />;
  return (
    <div className={styles.json}>
      <Branch value={value} isOpenAtFirst={sizeOf(value, OPEN_LEAVES + 1) <= OPEN_LEAVES} />
      <span className={styles.copy}>
        <CopyJson value={value} />
      </span>
    </div>
  );
}

function CopyJson({ value }: { value: unknown }) {
  return <Copy text={JSON.stringify(value, null, 2)} what="JSON" />;
}

type BranchValue = readonly unknown[] | Readonly<Record<string, unknown>>;

function isBranch(value: unknown): value is BranchValue {
  return Array.isArray(value) || isRecord(value);
}

/** How many leaves a value has; counting stops at `most`. */
function sizeOf(value: unknown, most: number): number {
  if (!isBranch(value)) return 1;
  let size = 0;
  for (const child of Object.values(value)) {
    size += sizeOf(child, most - size);
    if (size >= most) break;
  }
  return size;
}

function Branch({
  value,
  name,
  isOpenAtFirst = false,
}: {
  value: BranchValue;
  name?: string;
  isOpenAtFirst?: boolean;
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [shown, setShown] = useState(SHOWN_CHILDREN);
  const isList = Array.isArray(value);
  const children = isOpen ? Object.entries(value).slice(0, shown) : [];
  const count = isList ? value.length : Object.keys(value).length;
  if (count === 0) return <Line name={name} value={isList ? "[ ]" : "{ }"} />;
  const Mark = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        className={styles.branch}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Mark size={13} aria-hidden />
        {name !== undefined && <span className={styles.key}>{name}</span>}
        <span className={styles.quiet}>
          {isList ? `[ ${count} ]` : `{ ${count} ${count === 1 ? "field" : "fields"} }`}
        </span>
      </button>
      {isOpen && (
        <div className={styles.children}>
          {children.map(([key, child]) =>
            isBranch(child) ? (
              <Branch key={key} name={key} value={child} isOpenAtFirst={isOpenAtFirst} />
            ) : (
              <div key={key} className={styles.leaf}>
                <span className={styles.key}>{key}</span>
                <Leaf value={child} />
              </div>
            ),
          )}
          {count > shown && (
            <button
              type="button"
              className={styles.more}
              onClick={() => setShown(shown + SHOWN_CHILDREN)}
            >
              {numberText(count - shown)} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Line({ name, value }: { name?: string; value: string }) {
  return (
    <div className={styles.leaf}>
      {name !== undefined && <span className={styles.key}>{name}</span>}
      <code className={styles.quiet}>{value}</code>
    </div>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string") return <Fold text={value} isCode />;
  return <code className={styles.number}>{JSON.stringify(value) ?? "null"}</code>;
}
