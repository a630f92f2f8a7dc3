import { TagsInput } from "@mantine/core";
import { useMemo } from "react";
import { ApiProblem } from "@/api/client";
import type { CatalogGraph } from "@/api/queries";
import { quoted } from "@/api/selection";
import type { Form } from "./form";
import styles from "./Launch.module.css";

const SHOWN = 40;
const NO_SPLIT: string[] = [];

/** Which assets: keys and selections, as chips. */
export function SelectionField({
  form,
  catalog,
  problem,
  onChange,
}: {
  form: Form;
  catalog: CatalogGraph | undefined;
  problem: unknown;
  onChange: (selections: string[]) => void;
}) {
  const known = useMemo(() => suggestions(catalog), [catalog]);
  return (
    <div>
      <TagsInput
        label={form.job === null ? "Assets" : "Of the job's assets"}
        description="Keys or selections, such as +orders, group:finance or kind:table"
        placeholder={
          form.selections.length > 0 ? undefined : form.job === null ? "Add assets" : "All of them"
        }
        data={known}
        limit={SHOWN}
        maxDropdownHeight={320}
        splitChars={NO_SPLIT}
        value={[...form.selections]}
        onChange={onChange}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ "aria-label": "Clear the selection" }}
        error={problem ? <SelectionProblem problem={problem} /> : undefined}
      />
    </div>
  );
}

function suggestions(catalog: CatalogGraph | undefined): string[] {
  if (catalog === undefined) return [];
  const made = catalog.assets.filter((asset) => !asset.is_external);
  const groups = new Set(made.map((asset) => `group:${quoted(asset.group)}`));
  const places = new Set(made.map((asset) => `code_location:${quoted(asset.location)}`));
  const kinds = new Set(made.flatMap((asset) => asset.kinds.map((kind) => `kind:${quoted(kind)}`)));
  return ["*", ...made.map((asset) => quoted(asset.key)), ...groups, ...places, ...kinds];
}

/** The server's words, and below the selection a mark at the place that they are about. */
function SelectionProblem({ problem }: { problem: unknown }) {
  const message = problem instanceof Error ? problem.message : String(problem);
  const { selection, column } = problem instanceof ApiProblem ? problem.extra : {};
  return (
    <span role="alert">
      {message}
      {typeof selection === "string" && typeof column === "number" && (
        <code className={styles.place}>
          {selection}
          {"\n"}
          {" ".repeat(Math.max(0, column - 1))}↑
        </code>
      )}
    </span>
  );
}
