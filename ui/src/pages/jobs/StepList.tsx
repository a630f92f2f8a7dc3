import type { Job } from "@/api/plans";
import { MarkdownValue } from "@/design/metadata/Value";
import { Facts } from "@/design/Page";
import { StatusTag } from "@/design/StatusTag";
import { typeText } from "../launch/config/schema";
import styles from "./Jobs.module.css";

interface Props {
  job: Job;
  /** Of the latest run, by step. */
  statuses: ReadonlyMap<string, string>;
  chosen: string | undefined;
  onChoose: (step: string | undefined) => void;
}

/** The steps of a job as a list; the chosen one with all that is known of it. */
export function StepList({ job, statuses, chosen, onChoose }: Props) {
  return (
    <ul className={styles.stepList} aria-label="Steps">
      {job.steps.map((step) => {
        const isOpen = step.key === chosen;
        const status = statuses.get(step.key);
        return (
          <li key={step.key}>
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => onChoose(isOpen ? undefined : step.key)}
            >
              <span className={styles.stepName}>{step.key}</span>
              {status && <StatusTag kind="step" status={status} />}
            </button>
            {isOpen && <Details step={step} />}
          </li>
        );
      })}
    </ul>
  );
}

function Details({ step }: { step: Job["steps"][number] }) {
  const inputs = Object.entries(step.inputs).map(([name, from]) => `${name} ← ${from.join(", ")}`);
  return (
    <div className={styles.step}>
      {step.description && <MarkdownValue text={step.description} />}
      <Facts
        of={[
          ["Kind", step.kind],
          ["Needs", step.deps.join(", ")],
          ["Inputs", inputs.join("; ")],
          ["Pool", step.pool],
          ["Resources", step.required_resources.join(", ")],
          ["Retries", step.max_retries || null],
          ["Config", step.config_schema && typeText(step.config_schema, step.config_schema)],
        ]}
      />
    </div>
  );
}
