import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ago } from "@/design/Moment";
import { Panel } from "@/design/Page";
import { type Form, titleOf } from "./form";
import type { Launched } from "./kept";
import styles from "./Launch.module.css";

/** The last forms that were launched in this browser. */
export function Recent({
  launches,
  onTake,
}: {
  launches: readonly Launched[];
  onTake: (form: Form) => void;
}) {
  if (launches.length === 0) return null;
  return (
    <Panel title="Launched before" isFlush>
      <ul className={styles.recent}>
        {launches.map(({ form, at, runId }) => (
          <li key={runId}>
            <span className={styles.recentTitle} title={titleOf(form)}>
              {titleOf(form)}
            </span>
            <span className={styles.about}>{extras(form)}</span>
            <Link to="/runs/$runId" params={{ runId }} className={styles.about}>
              <Ago at={at} />
            </Link>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onTake(form)}
              aria-label={`Take up ${titleOf(form)}`}
            >
              Take up
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function extras(form: Form): string {
  const tags = form.tags.length;
  const checks = form.checks?.length ?? null;
  return [
    form.partition.join(" → "),
    checks !== null &&
      (checks === 0 ? "no checks" : `${checks} ${checks === 1 ? "check" : "checks"}`),
    form.config.trim() !== "" && "config",
    tags > 0 && `${tags} ${tags === 1 ? "tag" : "tags"}`,
  ]
    .filter(Boolean)
    .join(", ");
}
