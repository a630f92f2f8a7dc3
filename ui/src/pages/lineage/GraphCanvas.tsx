import { type RefObject, useEffect, useRef } from "react";
import { type GraphOptions, type GraphState, GraphView } from "@/canvas/graph/GraphView";
import { useHues } from "@/design/Island";
import { useIsDark } from "@/design/theme";
import styles from "./Lineage.module.css";

/** The graph as a component. `view` is handed out for buttons beside it. */
export function GraphCanvas({
  state,
  options,
  view,
  label = "Asset graph. Arrow keys move it, plus and minus zoom, f shows all of it; the list beside it holds the same assets.",
}: {
  state: Partial<GraphState>;
  options: GraphOptions;
  view: RefObject<GraphView | null>;
  /** What it is, to assistive technology. */
  label?: string;
}) {
  const element = useRef<HTMLDivElement>(null);
  const heard = useRef(options);
  heard.current = options;
  const hues = useHues();
  const isDark = useIsDark();
  useEffect(() => {
    if (element.current === null) return;
    const graph = new GraphView(element.current, {
      hasMap: options.hasMap,
      onSelect: (...all) => heard.current.onSelect?.(...all),
      onOpen: (...all) => heard.current.onOpen?.(...all),
      onToggle: (...all) => heard.current.onToggle?.(...all),
      onMenu: (...all) => heard.current.onMenu?.(...all),
      onReady: () => {
        if (element.current) element.current.dataset.ready = "true";
      },
    });
    view.current = graph;
    return () => {
      view.current = null;
      graph.destroy();
    };
  }, [view, options.hasMap]);
  useEffect(() => {
    view.current?.update({ ...state, hues, isDark });
  }, [view, state, hues, isDark]);
  return (
    <div
      ref={element}
      className={styles.graph}
      role="application"
      // A widget of its own, operated by keyboard; the list beside it holds the same assets.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      aria-label={label}
    />
  );
}
