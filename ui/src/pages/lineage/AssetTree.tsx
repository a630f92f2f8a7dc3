import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import type { SelectHow } from "@/canvas/graph/GraphView";
import { Island } from "@/design/Island";
import { StatusMark } from "@/design/StatusTag";
import styles from "./AssetTree.module.css";
import { nextIndex, outline, type TreeItem } from "./tree";
import type { Lineage } from "./useLineage";

const ROW = 28;

interface TreeProps {
  lineage: Lineage;
  collapsed: ReadonlySet<string>;
  selection: ReadonlySet<string>;
  focus: string | null;
  onToggle: (groups: string[]) => void;
  onSelect: (keys: string[], how: SelectHow) => void;
  onFocus: (key: string) => void;
}

/** The same assets as on the canvas, for keyboards, screen readers, and those who like lists. */
export function AssetTree(props: TreeProps) {
  const { lineage, collapsed, selection, focus } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(0);
  const { nodes, all } = lineage;
  const items = useMemo(
    () => outline(nodes, all, (id) => closed.has(id) || collapsed.has(id), open),
    [nodes, all, closed, collapsed, open],
  );
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const at = Math.max(0, Math.min(active, items.length - 1));
  const go = (index: number) => {
    const next = Math.max(0, Math.min(index, items.length - 1));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const focused = useRef<string | null>(null);
  useEffect(() => {
    if (focus === focused.current) return;
    const found = focus === null ? -1 : items.findIndex((item) => item.id === focus);
    if (found < 0) return;
    focused.current = focus;
    setActive(found);
    virtual.scrollToIndex(found, { align: "center" });
  }, [focus, items, virtual]);
  const toggle = (item: TreeItem) => {
    if (item.kind === "location") setClosed(other(closed, item.id));
    else if (item.kind === "group") props.onToggle([item.id]);
    else if (item.isOpen !== undefined) setOpen(other(open, item.id));
  };
  const choose = (item: TreeItem, isAdding: boolean) => {
    if (item.kind === "asset") props.onSelect([item.name], isAdding ? "toggle" : "only");
    else if (item.kind === "upstream" || item.kind === "downstream") props.onFocus(item.name);
    else toggle(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const item = items[at];
    if (item === undefined || event.metaKey || event.ctrlKey) return;
    const isOpen = item.isOpen ?? false;
    const next = nextIndex(items, at, event.key);
    if (event.key === "ArrowRight" && item.isOpen === false) toggle(item);
    else if (event.key === "ArrowLeft" && isOpen) toggle(item);
    else if (event.key === "Enter") choose(item, event.shiftKey);
    else if (event.key === " ") choose(item, true);
    else if (next !== undefined) go(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={scroller}
      className={styles.tree}
      role="tree"
      aria-label="Assets"
      aria-multiselectable
      aria-activedescendant={items[at] && `tree-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <Line
              key={item.id}
              item={item}
              index={row.index}
              top={row.start}
              isActive={row.index === at}
              isSelected={item.kind === "asset" && selection.has(item.name)}
              status={lineage.rows.get(item.name)?.status}
              onToggle={() => toggle(item)}
              onChoose={(event) => {
                setActive(row.index);
                choose(item, event.shiftKey);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

function other(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}

function Line({
  item,
  index,
  top,
  isActive,
  isSelected,
  status,
  onToggle,
  onChoose,
}: {
  item: TreeItem;
  index: number;
  top: number;
  isActive: boolean;
  isSelected: boolean;
  status: string | undefined;
  onToggle: () => void;
  onChoose: (event: MouseEvent) => void;
}) {
  const Chevron = item.isOpen ? ChevronDown : ChevronRight;
  return (
    // The tree hears the keys, as its pattern has it.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={`tree-${index}`}
      role="treeitem"
      tabIndex={-1}
      aria-level={item.level}
      aria-setsize={item.of}
      aria-posinset={item.place + 1}
      aria-expanded={item.isOpen}
      aria-selected={isSelected}
      data-active={isActive || undefined}
      data-kind={item.kind}
      className={styles.line}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 6 + (item.level - 1) * 14 }}
      onClick={onChoose}
    >
      <span
        className={styles.chevron}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onToggle();
        }}
      >
        {item.isOpen !== undefined && <Chevron size={14} />}
      </span>
      {item.kind === "upstream" && <ArrowUp size={13} aria-label="reads" />}
      {item.kind === "downstream" && <ArrowDown size={13} aria-label="is read by" />}
      {status !== undefined && <StatusMark kind="asset" status={status} />}
      {item.kind === "location" ? (
        <Island name={item.name} isLink={false} />
      ) : (
        <span className={styles.name} title={item.name}>
          {item.name}
        </span>
      )}
      {item.count > 0 && <span className={styles.count}>{item.count.toLocaleString("en")}</span>}
    </div>
  );
}
