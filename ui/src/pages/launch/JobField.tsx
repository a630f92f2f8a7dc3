import { Select } from "@mantine/core";
import { useMemo } from "react";
import type { CatalogGraph } from "@/api/queries";
import type { Form } from "./form";

interface Choice {
  value: string;
  label: string;
  job: string;
  location: string | null;
}

/** A job, with its location where several have one of that name. */
export function JobField({
  form,
  catalog,
  problem,
  onChange,
}: {
  form: Form;
  catalog: CatalogGraph | undefined;
  problem: unknown;
  onChange: (job: string | null, location: string | null) => void;
}) {
  const choices = useMemo(() => choicesOf(catalog, form), [catalog, form]);
  const chosen = choices.find(
    ({ job, location }) => job === form.job && location === form.location,
  );
  return (
    <Select
      label="Job"
      placeholder={choices.length > 0 ? "None: a run of assets" : "There are no jobs"}
      data={choices}
      value={chosen?.value ?? null}
      onChange={(value) => {
        const found = choices.find((each) => each.value === value);
        onChange(found?.job ?? null, found?.location ?? null);
      }}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "No job" }}
      limit={100}
      nothingFoundMessage="No job is called so"
      error={problem instanceof Error ? <span role="alert">{problem.message}</span> : undefined}
    />
  );
}

function choicesOf(catalog: CatalogGraph | undefined, form: Form): Choice[] {
  const jobs = catalog?.jobs ?? [];
  const count = new Map<string, number>();
  for (const job of jobs) count.set(job.name, (count.get(job.name) ?? 0) + 1);
  const choices = jobs.map(({ name, location }): Choice => {
    const isAlone = count.get(name) === 1;
    return {
      value: `${name}\n${location}`,
      label: isAlone ? name : `${name} (${location})`,
      job: name,
      // An address may name the location of a job that is the only one of its name.
      location: isAlone && form.location !== location ? null : location,
    };
  });
  const { job, location } = form;
  if (job !== null && !choices.some((each) => each.job === job && each.location === location)) {
    const label = location === null ? job : `${job} (${location})`;
    choices.unshift({ value: `${job}\n?`, label, job, location });
  }
  return choices;
}
