import { Lightbulb } from "lucide-react";
import styles from "./FailureView.module.css";
import { counted, type Failure, type Frame } from "./failure";
import { SourceLink } from "./SourceLink";

/** What went wrong: the error, the user's frames, then all the rest on demand. */
export function FailureView({ failure }: { failure: Failure }) {
  const user = failure.frames.filter((frame) => frame.isUser);
  const shown = user.length > 0 ? user : failure.frames;
  const head = failure.errorType ? `${failure.errorType}: ${failure.message}` : failure.message;
  return (
    <div className={styles.failure}>
      <p className={styles.head}>{head}</p>
      {failure.hint && (
        <p className={styles.hint}>
          <Lightbulb size={14} aria-hidden /> {failure.hint}
        </p>
      )}
      <Frames of={shown} />
      {failure.exit && <p className={styles.note}>Process: {failure.exit}</p>}
      {shown.length < failure.frames.length && (
        <details className={styles.more}>
          <summary>All {failure.frames.length} frames</summary>
          <Frames of={failure.frames} />
        </details>
      )}
      {failure.stderr.length > 0 && (
        <Lines title="Last lines of stderr" text={failure.stderr.join("\n")} />
      )}
      {failure.stack && <Lines title="Stack of the process" text={failure.stack} />}
      {failure.cause && (
        <div className={styles.cause}>
          <p className={styles.note}>Caused by</p>
          <FailureView failure={failure.cause} />
        </div>
      )}
    </div>
  );
}

function Frames({ of }: { of: readonly Frame[] }) {
  if (of.length === 0) return null;
  return (
    <ol className={styles.frames}>
      {counted(of).map(({ frame, times }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: frames have no identity and do not move
        <li key={i}>
          <SourceLink file={frame.file} line={frame.line} /> in <code>{frame.function}</code>
          {times > 1 && <span className={styles.note}> · {times} times in a row</span>}
          {frame.text && <pre className={styles.source}>{frame.text}</pre>}
        </li>
      ))}
    </ol>
  );
}

function Lines({ title, text }: { title: string; text: string }) {
  return (
    <details className={styles.more}>
      <summary>{title}</summary>
      <pre className={styles.lines}>{text}</pre>
    </details>
  );
}
