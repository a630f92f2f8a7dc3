import { TextInput } from "@mantine/core";
import { Crosshair } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import { ApiProblem } from "@/api/client";
import styles from "./SelectionField.module.css";

/** A selection in the server's grammar. It takes effect with Enter or when it is left. */
export function SelectionField({
  label,
  value,
  problem,
  placeholder = "+orders, group:finance and kind:table …",
  onSubmit,
  actions,
}: {
  label: string;
  value: string;
  /** Why the server does not take it. */
  problem?: unknown;
  placeholder?: string;
  onSubmit: (selection: string) => void;
  /** At its right end: buttons. Given what is written in it now. */
  actions?: (text: string) => ReactNode;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") onSubmit(text.trim());
    if (event.key === "Escape" && text !== value) {
      event.stopPropagation();
      setText(value);
    }
  };
  return (
    <div className={styles.field}>
      <div className={styles.line}>
        <TextInput
          aria-label={label}
          placeholder={placeholder}
          size="xs"
          className={styles.input}
          classNames={{ input: styles.text }}
          leftSection={<Crosshair size={14} aria-hidden />}
          spellCheck={false}
          autoComplete="off"
          value={text}
          error={Boolean(problem)}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => actions === undefined && text.trim() !== value && onSubmit(text.trim())}
        />
        {actions?.(text.trim())}
      </div>
      {problem ? <SelectionProblem problem={problem} /> : null}
    </div>
  );
}

/** The server's words about a selection, and below it a mark at the place that they are about. */
export function SelectionProblem({ problem }: { problem: unknown }) {
  const message = problem instanceof Error ? problem.message : String(problem);
  const { selection, column } = problem instanceof ApiProblem ? problem.extra : {};
  return (
    <div role="alert" className={styles.problem}>
      {typeof selection === "string" && typeof column === "number" && (
        <code className={styles.place}>
          {selection}
          {"\n"}
          {" ".repeat(Math.max(0, column - 1))}↑
        </code>
      )}
      {message}
    </div>
  );
}
