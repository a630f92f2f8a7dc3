import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import type { LogEvent } from "@/canvas/log/LogCache";
import { FailureView } from "@/design/FailureView";
import { failureOf } from "@/design/failure";
import { Moment } from "@/design/Moment";
import { isRecord } from "@/design/metadata/facts";
import { JsonValue } from "@/design/metadata/JsonValue";
import { Metadata } from "@/design/metadata/Metadata";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** Shown by other means than as data. */
const SHOWN = new Set(["failure", "metadata", "asset_key", "level"]);

/** All that an event tells: its message in full, why it failed, what it made, and the rest. */
export function EventDetail({ event }: { event: LogEvent }) {
  const { look } = useRun();
  const failure = failureOf(event.data.failure);
  const { metadata, asset_key: asset } = event.data;
  const rest = Object.fromEntries(
    Object.entries(event.data).filter(([name, value]) => !SHOWN.has(name) && !isNothing(value)),
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
            <Link to="/assets/$" params={{ _splat: splatOf(asset) }}>
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
      {event.message && !failure && <pre className={styles.message}>{event.message}</pre>}
      {failure && <FailureView failure={failure} />}
      {facts && <Metadata entries={facts} />}
      {Object.keys(rest).length > 0 && <JsonValue value={rest} />}
    </div>
  );
}

function isNothing(value: unknown): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value as object).length === 0;
}
