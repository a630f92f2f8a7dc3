import { Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { lazy, Suspense } from "react";
import { splatOf } from "@/api/assetAddress";
import { Moment } from "../Moment";
import { SourceLink } from "../SourceLink";
import { Copy } from "./Copy";
import { Fold } from "./Fold";
import { type Fact, type Place, read } from "./facts";
import { JsonValue } from "./JsonValue";
import styles from "./Metadata.module.css";
import { numberText } from "./number";
import { LineageValue, SchemaValue, TableValue } from "./tables";

const Markdown = lazy(() => import("./Markdown"));

/** Above this, Markdown is shown as the text that it is. */
const MOST_MARKDOWN_CHARS = 100_000;

/** One entry of metadata, `{type, value}`, by its kind. */
export function Value({ of }: { of: unknown }) {
  const fact = read(of);
  switch (fact.is) {
    case "text":
      return <Fold text={fact.text} />;
    case "artifact":
      return <Fold text={fact.text} isCode />;
    case "markdown":
      return <MarkdownValue text={fact.text} />;
    case "number":
      return <span className={styles.number}>{numberText(fact.value, fact.isWhole)}</span>;
    case "bool":
      return <code>{fact.value ? "true" : "false"}</code>;
    case "null":
      return <code className={styles.quiet}>null</code>;
    case "json":
      return <JsonValue value={fact.value} />;
    case "url":
      return <OutLink href={fact.href} />;
    case "path":
    case "notebook":
      return <PathValue path={fact.path} />;
    case "moment":
      return <Moment at={fact.at} />;
    case "table":
      return <TableValue columns={fact.columns} rows={fact.rows} />;
    case "schema":
      return <SchemaValue columns={fact.columns} constraints={fact.constraints} />;
    case "lineage":
      return <LineageValue columns={fact.columns} />;
    case "code":
      return <Places of={fact.places} />;
    default:
      return <Named of={fact} />;
  }
}

function Named({ of }: { of: Extract<Fact, { is: "asset" | "job" | "run" | "pool" }> }) {
  switch (of.is) {
    case "asset":
      return (
        <Link to="/assets/$" params={{ _splat: splatOf(of.key) }}>
          {of.key}
        </Link>
      );
    case "run":
      return (
        <Link to="/runs/$runId" params={{ runId: of.id }}>
          <code>{of.id}</code>
        </Link>
      );
    case "job":
      return (
        <Link to="/launch" search={{ job: of.name, location: of.location ?? undefined }}>
          {of.name}
        </Link>
      );
    case "pool":
      return <code>{of.name}</code>;
  }
}

/** A link that leaves Atoll. */
export function OutLink({ href, label }: { href: string; label?: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={styles.out}>
      {label ?? href}
      <ExternalLink size={12} aria-label="opens in a new tab" role="img" />
    </a>
  );
}

function PathValue({ path }: { path: string }) {
  return (
    <span className={styles.beside}>
      {/* A relative path or one of another kind of store is no file that an editor can open. */}
      {path.startsWith("/") ? <SourceLink file={path} /> : <code>{path}</code>}
      <Copy text={path} what="path" />
    </span>
  );
}

function Places({ of }: { of: readonly Place[] }) {
  return (
    <ul className={styles.plain}>
      {of.map((place) => (
        <li key={`${place.file} ${place.line} ${place.url}`}>
          {place.url !== null ? (
            <OutLink href={place.url} label={place.label ?? undefined} />
          ) : (
            <SourceLink
              file={place.file ?? ""}
              line={place.line}
              label={place.label ?? undefined}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Markdown that user code wrote: no raw HTML, only safe links, no pictures from elsewhere. */
export function MarkdownValue({ text }: { text: string }) {
  if (text.length > MOST_MARKDOWN_CHARS) return <Fold text={text} />;
  return (
    <Suspense fallback={<Fold text={text} />}>
      <Markdown text={text} />
    </Suspense>
  );
}
