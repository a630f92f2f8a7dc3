import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import type { RunStep } from "@/api/oneRun";
import { Island } from "@/design/Island";
import { Took } from "@/design/Moment";
import { partitionText } from "@/design/partitions";
import { StatusTag } from "@/design/StatusTag";
import { duration } from "@/design/time";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** The steps as a table: all that the timeline shows, in words. */
export function StepsTable({ steps }: { steps: readonly RunStep[] }) {
  const { search, look } = useRun();
  return (
    <div className={styles.table}>
      <VirtualTable<RunStep>
        label="Steps"
        rows={steps}
        columns={columns((key) => look({ step: key === search.step ? undefined : key }))}
        rowKey={(step) => step.key}
        rowHeight={36}
        height="100%"
        isSelected={(step) => step.key === search.step}
      />
    </div>
  );
}

function columns(choose: (key: string) => void): readonly Column<RunStep>[] {
  return [
    {
      key: "step",
      title: "Step",
      width: "minmax(0, 2fr)",
      cell: ({ key }) => (
        <button type="button" className={styles.inline} title={key} onClick={() => choose(key)}>
          {key}
        </button>
      ),
    },
    {
      key: "status",
      title: "Status",
      width: "110px",
      cell: (step) => <StatusTag kind="step" status={step.status} />,
    },
    {
      key: "location",
      title: "Location",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (step) => <Island name={step.location} />,
    },
    {
      key: "generation",
      title: "Generation",
      width: "84px",
      isExtra: true,
      cell: (step) => step.generation,
    },
    {
      key: "waited",
      title: "Waited",
      width: "80px",
      isExtra: true,
      cell: ({ ready_at, attempts: [first] }) =>
        ready_at !== null && first ? duration(first.asked_at - ready_at) : null,
    },
    {
      key: "ran",
      title: "Ran",
      width: "80px",
      cell: ({ attempts }) => {
        const last = attempts.at(-1);
        return last ? <Took from={last.began_at} to={last.ended_at} /> : null;
      },
    },
    {
      key: "attempts",
      title: "Attempts",
      width: "70px",
      isExtra: true,
      cell: ({ attempts }) => attempts.length || null,
    },
    {
      key: "needs",
      title: "Needs",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: ({ needs }) => <span title={needs.join("\n")}>{needs.join(", ")}</span>,
    },
    {
      key: "checks",
      title: "Checks",
      width: "64px",
      isExtra: true,
      cell: ({ checks }) => <span title={checks.join("\n")}>{checks.length || null}</span>,
    },
    {
      key: "partition",
      title: "Partition",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: ({ partition }) => partition && partitionText(partition),
    },
    {
      key: "assets",
      title: "Assets",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: ({ assets }) =>
        assets.slice(0, 3).map((key) => (
          <Link key={key} to="/assets/$" params={{ _splat: splatOf(key) }} className={styles.asset}>
            {key}
          </Link>
        )),
    },
  ];
}
