import { Autocomplete, SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem } from "@/api/client";
import { type Owner, partitionKeysQuery } from "@/api/partitions";
import type { RunPlan } from "@/api/plans";
import { StatusMark } from "@/design/StatusTag";
import type { Form } from "./form";
import styles from "./Launch.module.css";

const SHOWN = 20;
const PAUSE_MS = 200;

/** Which partition of what is selected: one, or a range that one run makes. */
export function PartitionField({
  form,
  plan,
  problem,
  onChange,
}: {
  form: Form;
  plan: RunPlan | undefined;
  problem: unknown;
  onChange: (partition: readonly string[]) => void;
}) {
  const owner = ownerOf(form, plan);
  const [first = "", last = ""] = form.partition;
  const isRange = form.partition.length > 1;
  const error = problem ? <PartitionProblem problem={problem} /> : undefined;
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>
        Partition
        {plan?.partitions && <span className={styles.about}> {plan.partitions.summary}</span>}
      </legend>
      <SegmentedControl
        size="xs"
        className={styles.choice}
        aria-label="How many partitions"
        value={isRange ? "range" : "one"}
        data={[
          { value: "one", label: "One" },
          { value: "range", label: "A range" },
        ]}
        onChange={(value) => onChange(value === "range" ? [first, first] : first ? [first] : [])}
      />
      <div className={styles.bounds}>
        <KeyField
          label={isRange ? "From" : "Partition key"}
          owner={owner}
          value={first}
          error={error}
          onChange={(key) => onChange(isRange ? [key, last] : key === "" ? [] : [key])}
        />
        {isRange && (
          <KeyField
            label="To"
            owner={owner}
            value={last}
            error={undefined}
            onChange={(key) => onChange([first, key])}
          />
        )}
      </div>
      {isRange && (
        <p className={styles.about}>
          One run makes all partitions from the first to the last, each step once for all of them.
        </p>
      )}
    </fieldset>
  );
}

/** Whose keys there are to choose from; null: only a hand can name one. */
function ownerOf(form: Form, plan: RunPlan | undefined): Owner | null {
  if (!plan?.partitions) return null;
  if (plan.partitioned !== null) return { asset: plan.partitioned };
  if (form.job === null) return null;
  return { job: form.job, ...(form.location === null ? {} : { location: form.location }) };
}

/** A key, with those that hold what is written, the last ones first. */
function KeyField({
  label,
  owner,
  value,
  error,
  onChange,
}: {
  label: string;
  owner: Owner | null;
  value: string;
  error: React.ReactNode;
  onChange: (key: string) => void;
}) {
  const [search] = useDebouncedValue(value, PAUSE_MS);
  const { data } = useInfiniteQuery({
    ...partitionKeysQuery(
      owner ?? { asset: "" },
      { order: "descending", ...(search ? { search } : {}) },
      SHOWN,
    ),
    enabled: owner !== null,
  });
  const items = data?.pages[0]?.items;
  const statuses = useMemo(() => new Map(items?.map(({ key, status }) => [key, status])), [items]);
  const hasStatus = owner !== null && "asset" in owner;
  return (
    <Autocomplete
      label={label}
      placeholder={owner === null ? "Its key" : "Choose or write one"}
      data={[...statuses.keys()]}
      filter={({ options }) => options}
      value={value}
      onChange={onChange}
      error={error}
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      renderOption={({ option }) => (
        <span className={styles.keyOption}>
          {hasStatus && <StatusMark kind="partition" status={statuses.get(option.value) ?? ""} />}
          {option.value}
        </span>
      )}
    />
  );
}

/** The server's words, and the keys that are nearly so. */
function PartitionProblem({ problem }: { problem: unknown }) {
  const message = problem instanceof Error ? problem.message : String(problem);
  const near = problem instanceof ApiProblem ? problem.extra.near : undefined;
  const keys = Array.isArray(near) ? near.map(String).filter((key) => !message.includes(key)) : [];
  return (
    <span role="alert">
      {message}
      {keys.length > 0 && ` Near: ${keys.join(", ")}`}
    </span>
  );
}
