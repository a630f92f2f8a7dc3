import { SegmentedControl, TagsInput } from "@mantine/core";
import { useMemo, useRef } from "react";
import type { RunPlan } from "@/api/plans";
import type { Form } from "./form";
import styles from "./Launch.module.css";

const NO_SPLIT: string[] = [];
type Which = "theirs" | "none" | "these";

/** Which checks the run evaluates: those of what it makes, none, or only some. */
export function ChecksField({
  form,
  plan,
  problem,
  onChange,
}: {
  form: Form;
  plan: RunPlan | undefined;
  problem: unknown;
  onChange: (checks: readonly string[] | null) => void;
}) {
  const planned = useMemo(() => plan?.steps.flatMap((step) => step.checks) ?? [], [plan]);
  // A plan without checks names none; those of the last one with some are still there to choose.
  const known = useRef(planned);
  if (planned.length > 0 && form.checks === null) known.current = planned;
  const which: Which =
    form.checks === null ? "theirs" : form.checks.length === 0 ? "none" : "these";
  const makesNothing = form.job === null && form.selections.length === 0;
  if (which === "theirs" && planned.length === 0) return null;
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Checks</legend>
      {!makesNothing && (
        <SegmentedControl
          size="xs"
          className={styles.choice}
          aria-label="Which checks"
          value={which}
          data={[
            { value: "theirs", label: "All of what is made" },
            { value: "none", label: "None" },
            { value: "these", label: "Some" },
          ]}
          onChange={(next) =>
            onChange(next === "theirs" ? null : next === "none" ? [] : known.current)
          }
        />
      )}
      {which === "these" && (
        <TagsInput
          aria-label="Keys of checks"
          data={known.current}
          splitChars={NO_SPLIT}
          value={[...(form.checks ?? [])]}
          onChange={onChange}
          acceptValueOnBlur
        />
      )}
      {problem instanceof Error && (
        <span role="alert" className={styles.mistake}>
          {problem.message}
        </span>
      )}
    </fieldset>
  );
}
