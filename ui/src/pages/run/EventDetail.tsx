import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import type { LogEvent } from "@/canvas/log/LogCache";
import { FailureView } from "@/design/FailureView";
import { failureOf } from "@/design/failure";
import { Moment } from "@/design/Moment";
import { isRecord } from "@/design/metadata/facts";
import { JsonValue } from "@/design/metadata/JsonValue";
import { Metadata } from "@/design/metadata/Metadata";
import { StatusTag } from "@/design/StatusTag";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** Shown by other means than as data. */
const SHOWN = new Set(["failure", "metadata", "asset_key", "level"]);
/** What `Evaluated` shows of a check. */
const OF_CHECK = new Set([
  "check_name",
  "passed",
  "severity",
  "blocking",
  "partition",
  "description",
]);

/** All that an event tells: its message in full, why it failed, what it made, and the rest. */
export function EventDetail({ event }: { event: LogEvent }) {
  const { look } = useRun();
  const isCheck = event.kind === "ASSET_CHECK_EVALUATION";
  const failure = failureOf(event.data.failure);
  const { metadata, asset_key: asset } = event.data;
  const rest = Object.fromEntries(
    Object.entries(event.data).filter(
      ([name, value]) => !SHOWN.has(name) && !isNothing(value) && !(isCheck && OF_CHECK.has(name)),
    ),
  );
  const facts = isRecord(metadata) && Object.keys(metadata).length > 0 ? metadata : null;
  return (
    <div className={styles.detail}>
      <p className={styles.detailHead}>
        <code>{event.kind}</code> · <Moment at={event.timestamp} withMs /> · event {event.id}
        {event.attempt !== null && ` · attempt ${event.attempt}`}
        {typeof asset === "string" && (
          <>
            {" · "}
            <Link to="/assets/$" params={{ _splat: splatOf(asset) }} search={aboutOf(event)}>
              {asset}
            </Link>
          </>
        )}
        {event.step !== null && (
          <>
            {" · "}
            <button
              type="button"
              className={styles.inline}
              onClick={() =>
                look({
                  tab: "output",
                  step: event.step ?? undefined,
                  attempt: event.attempt ?? undefined,
                  stream: failure ? "stderr" : undefined,
                })
              }
            >
              Output
            </button>
          </>
        )}
      </p>
      {isCheck && <Evaluated data={event.data} />}
      {event.message && !failure && <pre className={styles.message}>{event.message}</pre>}
      {failure && <FailureView failure={failure} />}
      {facts && <Metadata entries={facts} />}
      {Object.keys(rest).length > 0 && <JsonValue value={rest} />}
    </div>
  );
}

/** Where the page of the asset tells of what the event does. */
function aboutOf({ kind, data: { check_name: check, partition } }: LogEvent) {
  if (kind === "ASSET_CHECK_EVALUATION" && typeof check === "string") {
    return { tab: "checks" as const, check };
  }
  return typeof partition === "string" ? { tab: "partitions" as const, partition } : {};
}

/** What a check found: its outcome, and what that means. */
function Evaluated({ data }: { data: LogEvent["data"] }) {
  const { passed, severity, blocking, check_name: name, partition } = data;
  const outcome = passed === true ? "passed" : severity === "WARN" ? "warned" : "failed";
  return (
    <p className={styles.evaluated}>
      <StatusTag kind="check" status={outcome} />
      <strong>{String(name)}</strong>
      {passed !== true && typeof severity === "string" && <span>severity {severity}</span>}
      {blocking === true && <span>blocking</span>}
      {typeof partition === "string" && <span>partition {partition}</span>}
      {typeof data.description === "string" && <span>{data.description}</span>}
    </p>
  );
}

function isNothing(value: unknown): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value as object).length === 0;
}
