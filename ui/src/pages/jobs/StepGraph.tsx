import { useMemo, useRef } from "react";
import type { Job } from "@/api/plans";
import type { GraphState, GraphView } from "@/canvas/graph/GraphView";
import { GraphCanvas } from "../lineage/GraphCanvas";
import styles from "./Jobs.module.css";

const NONE: ReadonlySet<string> = new Set();

/** The steps of a job, drawn, each as it stands in the latest run. */
export default function StepGraph({
  job,
  statuses,
  chosen,
  onChoose,
}: {
  job: Job;
  statuses: ReadonlyMap<string, string>;
  chosen: string | undefined;
  onChoose: (step: string | undefined) => void;
}) {
  const view = useRef<GraphView>(null);
  const { location, steps } = job;
  const graph = useMemo(
    () => ({
      nodes: steps.map(({ key, kind }) => ({
        id: key,
        location,
        group: "",
        kinds: kind ? [kind] : [],
      })),
      edges: steps.flatMap(({ key, deps }) => deps.map((from) => ({ from, to: key }))),
    }),
    [location, steps],
  );
  const state = useMemo(
    (): Partial<GraphState> => ({
      ...graph,
      standings: new Map(
        steps.map(({ key }) => [
          key,
          { kind: "step" as const, status: statuses.get(key) ?? "NONE", at: null },
        ]),
      ),
      collapsed: NONE,
      hasGroups: false,
      selection: chosen === undefined ? NONE : new Set([chosen]),
      focus: null,
    }),
    [graph, steps, statuses, chosen],
  );
  return (
    <div className={styles.graph}>
      <GraphCanvas
        state={state}
        options={{ hasMap: false, onSelect: ([key]) => onChoose(key), onOpen: onChoose }}
        view={view}
        label="Graph of the steps. Arrow keys move it, plus and minus zoom, f shows all of it; the list beside it holds the same steps."
      />
    </div>
  );
}
