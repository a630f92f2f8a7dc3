import { Button, Menu } from "@mantine/core";
import { ChevronDown, CircleX, TriangleAlert, WandSparkles } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import { Panel } from "@/design/Page";
import type { Revealing } from "./config/ConfigEditor";
import type { Judged } from "./config/judge";
import { type Extent, scaffolded } from "./config/scaffold";
import type { Schema } from "./config/schema";
import styles from "./Launch.module.css";

const ConfigEditor = lazy(() => import("./config/ConfigEditor"));
const SHOWN = 8;

interface ConfigFieldProps {
  text: string;
  /** Whether the text can be read; its fields may be wrong all the same. */
  isReadable: boolean;
  /** Of what is chosen; null: it is not known yet. */
  schema: Schema | null;
  /** What holds where the text says nothing. */
  below: Readonly<Record<string, unknown>>;
  mistakes: readonly Judged[];
  problem: unknown;
  onChange: (text: string) => void;
  onSubmit: () => void;
}

/** The run's config: an editor, what is wrong with it, and writing its fields out. */
export function ConfigField(props: ConfigFieldProps) {
  const { text, isReadable, schema, below, mistakes, problem, onChange } = props;
  const editor = useRef<Revealing>(null);
  const scaffold = (extent: Extent) => {
    if (schema !== null) onChange(scaffolded(text, schema, extent, below));
  };
  return (
    <Panel
      title="Config"
      isFlush
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              size="xs"
              leftSection={<WandSparkles size={14} aria-hidden />}
              rightSection={<ChevronDown size={14} aria-hidden />}
              disabled={schema === null || !isReadable}
              title={schema === null ? "Select something first" : undefined}
            >
              Scaffold
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => scaffold("all")}>All fields, with their defaults</Menu.Item>
            <Menu.Item onClick={() => scaffold("required")}>Only what must be given</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Suspense
        fallback={
          <textarea
            aria-label="Config"
            className={styles.plain}
            value={text}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        }
      >
        <ConfigEditor
          ref={editor}
          text={text}
          schema={schema}
          mistakes={mistakes}
          onChange={onChange}
          onSubmit={props.onSubmit}
        />
      </Suspense>
      {problem instanceof Error && (
        <p className={styles.serverProblem} role="alert">
          {problem.message}
        </p>
      )}
      {mistakes.length > 0 && (
        <ul className={styles.mistakes} aria-label="What is wrong with the config">
          {mistakes.slice(0, SHOWN).map((each) => (
            <li key={`${each.from} ${each.message}`}>
              <button type="button" onClick={() => editor.current?.reveal(each.from)}>
                <span data-tone={each.isWarning ? "warn" : "bad"} className={styles.mark}>
                  {each.isWarning ? (
                    <TriangleAlert size={14} role="img" aria-label="Warning" />
                  ) : (
                    <CircleX size={14} role="img" aria-label="Error" />
                  )}
                </span>
                <span className={styles.at}>
                  {each.line}:{each.column}
                </span>
                {each.message}
              </button>
            </li>
          ))}
          {mistakes.length > SHOWN && (
            <li className={styles.about}>{mistakes.length - SHOWN} more</li>
          )}
        </ul>
      )}
    </Panel>
  );
}
