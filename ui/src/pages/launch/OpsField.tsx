import { TagsInput } from "@mantine/core";
import { useMemo } from "react";
import type { Job } from "@/api/plans";
import type { Form } from "./form";

const NO_SPLIT: string[] = [];

/** Which ops of a job, by name and what lies before or behind them. */
export function OpsField({
  form,
  job,
  problem,
  onChange,
}: {
  form: Form;
  job: Job;
  problem: unknown;
  onChange: (ops: string[]) => void;
}) {
  const names = useMemo(() => job.steps.map((step) => step.key), [job]);
  return (
    <TagsInput
      label="Of the job's ops"
      description="Names, such as load, +load (with what it needs) or load+ (with what needs it)"
      placeholder={form.ops.length > 0 ? undefined : "All of them"}
      data={names}
      limit={40}
      splitChars={NO_SPLIT}
      value={[...form.ops]}
      onChange={onChange}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ "aria-label": "Clear the ops" }}
      error={problem instanceof Error ? <span role="alert">{problem.message}</span> : undefined}
    />
  );
}
