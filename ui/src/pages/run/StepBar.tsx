import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { splatOf } from "@/api/assetAddress";
import type { RunStep, Steps } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { Island } from "@/design/Island";
import { partitionText } from "@/design/partitions";
import { StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import { UNDER_WAY } from "@/design/status";
import { duration } from "@/design/time";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";
import { waitsFor } from "./waiting";

const NAMED = 3;

/** The step that is looked at; without one, what runs now and what waits. */
export function StepBar({ run, steps }: { run: Run; steps: Steps }) {
  const { search } = useRun();
  const step = steps.items.find((each) => each.key === search.step);
  if (step) return <Chosen step={step} all={steps} />;
  return UNDER_WAY.includes(run.status) ? <Now steps={steps} /> : null;
}

function Chosen({ step, all }: { step: RunStep; all: Steps }) {
  const { look } = useRun();
  const waits = waitsFor(step, all.items);
  const last = step.attempts.at(-1);
  return (
    <section className={styles.stepBar} aria-label="Chosen step">
      <strong className={styles.stepName}>{step.key}</strong>
      <StatusTag kind="step" status={step.status} />
      <Island name={step.location} />
      {waits && <span>{waits}</span>}
      {last?.began_at && last.ended_at && (
        <span className={styles.quiet}>
          ran {duration(last.ended_at - last.began_at)}
          {step.attempts.length > 1 && ` at attempt ${last.attempt}`}
        </span>
      )}
      {last?.message && last.outcome !== "SUCCESS" && (
        <span className={styles.stepMessage} title={last.message}>
          {last.message}
        </span>
      )}
      {step.assets
        .filter((key) => key !== step.key)
        .slice(0, NAMED)
        .map((key) => (
          <Link key={key} to="/assets/$" params={{ _splat: splatOf(key) }}>
            {key}
          </Link>
        ))}
      {step.assets.includes(step.key) && (
        <Link to="/assets/$" params={{ _splat: splatOf(step.key) }}>
          Asset
        </Link>
      )}
      {step.partition && <span>Partition {partitionText(step.partition)}</span>}
      {step.checks.slice(0, NAMED).map((key) => (
        <CheckLink key={key} of={key} />
      ))}
      {step.checks.length > NAMED && (
        <span className={styles.quiet}>and {count(step.checks.length - NAMED, "check")} more</span>
      )}
      <button
        type="button"
        className={styles.inline}
        onClick={() => look({ tab: "output", only: undefined })}
      >
        Output
      </button>
      <button
        type="button"
        className={styles.inline}
        onClick={() => look({ steps: `+${step.key}+` })}
      >
        Its lineage only
      </button>
      <button
        type="button"
        className={styles.close}
        aria-label="Choose no step"
        onClick={() => look({ step: undefined, attempt: undefined })}
      >
        <X size={14} aria-hidden />
      </button>
    </section>
  );
}

/** Leads to a check on the page of its asset. */
function CheckLink({ of }: { of: string }) {
  const cut = of.lastIndexOf(":");
  const [asset, name] = [of.slice(0, cut), of.slice(cut + 1)];
  return (
    <Link
      to="/assets/$"
      params={{ _splat: splatOf(asset) }}
      search={{ tab: "checks", check: name }}
      title={`Check ${of}`}
    >
      Check {name}
    </Link>
  );
}

function Now({ steps }: { steps: Steps }) {
  const running = steps.items.filter((step) => ["RUNNING", "STARTING"].includes(step.status));
  const ready = steps.items.filter((step) => ["READY", "RETRYING"].includes(step.status));
  if (running.length === 0 && ready.length === 0) return null;
  return (
    <section className={styles.stepBar} aria-label="Now">
      {running.length > 0 && (
        <span>
          Runs now: <Names of={running} />
        </span>
      )}
      {ready.length > 0 && (
        <span>
          {sentence(waitsFor(ready[0] as RunStep, steps.items) ?? "next")}: <Names of={ready} />
        </span>
      )}
    </section>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Names({ of }: { of: readonly RunStep[] }) {
  const { look } = useRun();
  return (
    <>
      {of.slice(0, NAMED).map((step) => (
        <button
          key={step.key}
          type="button"
          className={styles.inline}
          onClick={() => look({ step: step.key })}
        >
          {step.key}
        </button>
      ))}
      {of.length > NAMED && (
        <span className={styles.quiet}>and {(of.length - NAMED).toLocaleString("en")} more</span>
      )}
    </>
  );
}
