import { Button } from "@mantine/core";
import { CircleX, Inbox, TriangleAlert, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem, Unreachable } from "@/api/client";
import styles from "./Notice.module.css";

/** Nothing is here yet, and what one does to change that. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Inbox size={28} aria-hidden />
      <p className={styles.emptyTitle}>{title}</p>
      {children && <div className={styles.emptyText}>{children}</div>}
    </div>
  );
}

/** Why something could not be shown or done, in the server's words. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const isGone = error instanceof Unreachable;
  const title = error instanceof ApiProblem ? error.title : isGone ? "Disconnected" : "Error";
  return (
    <div className={styles.problem} role="alert">
      {isGone ? <Unplug size={18} aria-hidden /> : <CircleX size={18} aria-hidden />}
      <div>
        <strong>{title}</strong>
        <p className={styles.text}>{error instanceof Error ? error.message : String(error)}</p>
      </div>
      {retry && (
        <Button variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Something to know about, less than a problem. */
export function Warning({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.warning}>
      <TriangleAlert size={18} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children && <div className={styles.text}>{children}</div>}
      </div>
    </div>
  );
}

/** The shape of what is being loaded. */
export function Loading({ rows = 5 }: { rows?: number }) {
  return (
    <div className={styles.loading} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
        <div key={row} className={styles.bar} style={{ width: `${92 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/**
 * What a query answers as long as it is so: a run that was deleted, or an asset that is no longer
 * defined, is not shown as it once was.
 */
export function present<T>({ data, error }: Pick<Asked<T>, "data" | "error">): T | undefined {
  return error instanceof ApiProblem && error.status === 404 ? undefined : data;
}

/** What a query answers, or that it loads, or why it cannot: old data stays where there is some. */
export function Answer<T>({
  of,
  rows,
  children,
}: {
  of: Asked<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const data = present(of);
  if (data !== undefined) return children(data);
  if (of.error) return <Problem error={of.error} retry={() => void of.refetch()} />;
  return <Loading rows={rows} />;
}
