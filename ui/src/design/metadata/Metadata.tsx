import type { Entries } from "./facts";
import { kindOf } from "./facts";
import styles from "./Metadata.module.css";
import { Value } from "./Value";

/** Named facts as a definition list; each value is shown by its kind. */
export function Metadata({ entries }: { entries: Entries }) {
  return (
    <dl className={styles.facts}>
      {Object.entries(entries).map(([name, entry]) => (
        <div key={name} className={styles.fact}>
          <dt title={kindOf(entry)}>{name}</dt>
          <dd>
            <Value of={entry} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The same as a table that names the kinds as well. */
export function MetadataTable({ entries, label }: { entries: Entries; label: string }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(entries).map(([name, entry]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={styles.quiet}>{kindOf(entry)}</td>
              <td>
                <Value of={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
