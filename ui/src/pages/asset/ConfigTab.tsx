import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AssetDetail } from "@/api/assets";
import { quoted } from "@/api/selection";
import { MarkdownValue } from "@/design/metadata/Value";
import { Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import {
  asMapping,
  requiredOf,
  resolved,
  type Schema,
  typeText,
  variants,
} from "../launch/config/schema";
import styles from "./Asset.module.css";

const MOST_DEPTH = 8;

/** What its step's config may say, to be read. */
export function ConfigTab({ asset }: { asset: AssetDetail }) {
  const root = asset.config_schema;
  const rows = root === null ? [] : fieldsOf(root, root, "", 0);
  if (root === null || rows.length === 0) {
    return (
      <Panel>
        <Empty
          title={root === null ? "Its step takes no config" : "Its config has no fixed fields"}
        >
          A parameter annotated with a <code>Config</code> class gives it fields.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title={
        <>
          Config of the step <code>{asset.step}</code>
        </>
      }
      isFlush
      actions={
        <Button
          renderRoot={(props) => (
            <Link to="/launch" search={{ select: [quoted(asset.key)] }} {...props} />
          )}
          size="xs"
          variant="default"
        >
          Write it in the launch form
        </Button>
      }
    >
      {typeof root.description === "string" && (
        <div className={styles.intro}>
          <MarkdownValue text={root.description} />
        </div>
      )}
      <section
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Fields"
      >
        <table className={styles.table} aria-label="Fields of the config">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">May be</th>
              <th scope="col">Default</th>
              <th scope="col">About</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.path}>
                <th scope="row">
                  <code>{row.path}</code>
                </th>
                <td>{row.type}</td>
                <td>{row.isRequired ? <strong>required</strong> : <code>{row.fallback}</code>}</td>
                <td>{row.about}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

interface Row {
  path: string;
  type: string;
  isRequired: boolean;
  fallback: string;
  about: string;
}

/** The fields of a schema, those inside others behind them. */
function fieldsOf(schema: Schema, root: Schema, above: string, depth: number): Row[] {
  if (depth > MOST_DEPTH) return [];
  return variants(schema, root).flatMap((way) => {
    const required = new Set(requiredOf(way));
    return Object.entries(asMapping(way.properties)).flatMap(([name, raw]) => {
      const field = resolved(raw, root);
      const path = above === "" ? name : `${above}.${name}`;
      const row: Row = {
        path,
        type: `${typeText(field, root)}${limitsOf(field)}`,
        isRequired: required.has(name),
        fallback: field.default === undefined ? "" : JSON.stringify(field.default),
        about: typeof field.description === "string" ? field.description : "",
      };
      return [row, ...fieldsOf(field, root, path, depth + 1)];
    });
  });
}

function limitsOf(field: Schema): string {
  const limits = [
    typeof field.minimum === "number" && `at least ${field.minimum}`,
    typeof field.exclusiveMinimum === "number" && `more than ${field.exclusiveMinimum}`,
    typeof field.maximum === "number" && `at most ${field.maximum}`,
    typeof field.exclusiveMaximum === "number" && `less than ${field.exclusiveMaximum}`,
    typeof field.pattern === "string" && `matching ${field.pattern}`,
  ].filter(Boolean);
  return limits.length > 0 ? `, ${limits.join(", ")}` : "";
}
