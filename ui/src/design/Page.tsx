import { type ReactNode, useEffect } from "react";
import styles from "./Page.module.css";

interface PageProps {
  /** The heading, and the title of the tab. */
  title: string;
  /** Beside the heading: a status, an island. */
  beside?: ReactNode;
  /** At the right: buttons. */
  actions?: ReactNode;
  /** Above the heading: where one came from. */
  above?: ReactNode;
  /** Whether it fills the window and scrolls inside, as canvases do. */
  isFull?: boolean;
  children: ReactNode;
}

/** The frame of every page: one heading, its actions, and what it is about. */
export function Page({ title, beside, actions, above, isFull = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Atoll`;
  }, [title]);
  return (
    <div className={isFull ? `${styles.page} ${styles.full}` : styles.page}>
      {above && <div className={styles.above}>{above}</div>}
      <header className={styles.header}>
        <h1 className={styles.title}>{title}</h1>
        {beside}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A titled box on a page. */
export function Panel({
  title,
  actions,
  children,
  isFlush = false,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Whether its content touches its edges, as tables and canvases do. */
  isFlush?: boolean;
}) {
  return (
    <section className={styles.panel}>
      {(title || actions) && (
        <div className={styles.panelHead}>
          {title && <h2 className={styles.panelTitle}>{title}</h2>}
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      <div className={isFlush ? styles.flush : styles.panelBody}>{children}</div>
    </section>
  );
}

/** Names and values, as a definition list. Entries whose value is null are left out. */
export function Facts({ of }: { of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {of.map(([name, value]) =>
        value === null || value === undefined || value === "" || value === false ? null : (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
