import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import type { Column, Source } from "./facts";
import { isRecord } from "./facts";
import styles from "./Metadata.module.css";
import { numberText } from "./number";

const SHOWN_ROWS = 100;
const SHOWN_CHARS = 200;

type Row = Readonly<Record<string, unknown>>;

/** Records as a table that scrolls by itself. */
export function TableValue({
  columns,
  rows,
}: {
  columns: readonly Column[];
  rows: readonly Row[];
}) {
  if (rows.length === 0) return <span className={styles.quiet}>no rows</span>;
  const shown = rows.slice(0, SHOWN_ROWS);
  return (
    <figure className={styles.figure}>
      <section
        className={styles.scroller}
        // What scrolls must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        aria-label="Rows"
      >
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.name}
                  scope="col"
                  title={column.description ?? undefined}
                  className={isNumeric(shown, column.name) ? styles.right : undefined}
                >
                  {column.name}
                  {column.type && <span className={styles.type}>{column.type}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity
              <tr key={index}>
                {columns.map((column) => (
                  <Cell key={column.name} value={own(row, column.name)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > SHOWN_ROWS && (
        <figcaption className={styles.quiet}>
          The first {SHOWN_ROWS} of {numberText(rows.length)} rows
        </figcaption>
      )}
    </figure>
  );
}

/** Whether its values are numbers, as far as there are any. */
function isNumeric(rows: readonly Row[], name: string): boolean {
  const values = rows.map((row) => own(row, name)).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

function own(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : null;
}

function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <td className={styles.quiet}>null</td>;
  if (typeof value === "number") return <td className={styles.right}>{numberText(value)}</td>;
  const text = isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  const short = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return <td title={text === short ? undefined : text.slice(0, 4_000)}>{short}</td>;
}

/** The columns of a table: names, types, constraints, descriptions. */
export function SchemaValue({
  columns,
  constraints,
}: {
  columns: readonly Column[];
  constraints: readonly string[];
}) {
  const hasConstraints = columns.some((column) => column.constraints.length > 0);
  const hasTags = columns.some((column) => column.tags.length > 0);
  const hasText = columns.some((column) => column.description !== null);
  if (columns.length === 0) return <span className={styles.quiet}>no columns</span>;
  return (
    <figure className={styles.figure}>
      <section
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Columns"
      >
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Type</th>
              {hasConstraints && <th scope="col">Constraints</th>}
              {hasTags && <th scope="col">Tags</th>}
              {hasText && <th scope="col">Description</th>}
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>
                  <code>{column.type}</code>
                </td>
                {hasConstraints && <td>{column.constraints.join(", ")}</td>}
                {hasTags && <td>{column.tags.join(", ")}</td>}
                {hasText && <td className={styles.prose}>{column.description}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {constraints.length > 0 && (
        <figcaption className={styles.quiet}>Of the table: {constraints.join(", ")}</figcaption>
      )}
    </figure>
  );
}

/** For each column, the columns that it is made from. */
export function LineageValue({
  columns,
}: {
  columns: readonly { name: string; sources: readonly Source[] }[];
}) {
  if (columns.length === 0) return <span className={styles.quiet}>no columns</span>;
  return (
    <section
      className={styles.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Column lineage"
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Made from</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, sources }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {sources.map(({ asset, column }) => (
                  <div key={`${asset} ${column}`}>
                    <Link to="/assets/$" params={{ _splat: splatOf(asset) }}>
                      {asset}
                    </Link>
                    <span className={styles.quiet}> . </span>
                    {column}
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
