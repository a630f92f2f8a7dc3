/**
 * The editor of run config. It must not know React, queries or the form: it is told the text, the
 * schema and the mistakes, and tells what is written.
 */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, placeholder, type Tooltip } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { cursorAt } from "./cursor";
import { fieldsAt, requiredOf, type Schema, schemaAt, typeText } from "./schema";
import { isJson, keyAt, readConfig } from "./text";
import { theme } from "./theme";

export interface EditorMistake {
  from: number;
  to: number;
  message: string;
  isWarning: boolean;
}

export interface Content {
  text: string;
  schema: Schema | null;
  mistakes: readonly EditorMistake[];
}

interface Options {
  label: string;
  hint: string;
  /** For the styles that the editor makes, where the page's policy asks for one. */
  nonce: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--busy)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--text-2)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: "var(--warn)" },
]);

export class Editor {
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private isJson: boolean;
  private schema: Schema | null = null;
  private told = "";

  constructor(
    element: HTMLElement,
    text: string,
    private readonly options: Options,
  ) {
    this.isJson = isJson(text);
    const submit = () => {
      options.onSubmit();
      return true;
    };
    this.view = new EditorView({
      parent: element,
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: submit, preventDefault: true }])),
          basicSetup,
          this.language.of(this.isJson ? json() : yaml()),
          syntaxHighlighting(HIGHLIGHT),
          theme,
          lintGutter(),
          placeholder(options.hint),
          EditorView.cspNonce.of(options.nonce),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": options.label }),
          EditorState.tabSize.of(2),
          autocompletion({ override: [(context) => this.complete(context)], icons: false }),
          hoverTooltip((_, position) => this.explain(position)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) this.onChanged();
          }),
        ],
      }),
    });
  }

  /** Take over what has changed elsewhere. */
  update({ text, schema, mistakes }: Content): void {
    this.schema = schema;
    const written = this.view.state.doc.toString();
    if (text !== written) {
      this.told = text;
      const all = { from: 0, to: written.length, insert: text };
      this.view.dispatch({ changes: all });
    }
    this.view.dispatch(setDiagnostics(this.view.state, this.diagnostics(mistakes)));
  }

  /** Show and focus a place in the text. */
  reveal(offset: number): void {
    const anchor = Math.min(offset, this.view.state.doc.length);
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private onChanged(): void {
    const text = this.view.state.doc.toString();
    if (isJson(text) !== this.isJson) {
      this.isJson = !this.isJson;
      this.view.dispatch({ effects: this.language.reconfigure(this.isJson ? json() : yaml()) });
    }
    if (text !== this.told) this.options.onChange(text);
    this.told = text;
  }

  private diagnostics(mistakes: readonly EditorMistake[]): Diagnostic[] {
    const { length } = this.view.state.doc;
    return mistakes.map(({ from, to, message, isWarning }) => ({
      from: Math.min(from, length),
      to: Math.min(Math.max(from, to), length),
      severity: isWarning ? "warning" : "error",
      message,
    }));
  }

  private complete(context: CompletionContext): CompletionResult | null {
    if (this.schema === null || this.isJson) return null;
    const cursor = cursorAt(context.state.doc.toString(), context.pos);
    if (cursor === null || (!context.explicit && cursor.from === context.pos)) return null;
    const options =
      cursor.key === null
        ? keyOptions(this.schema, cursor.path)
        : valueOptions(this.schema, [...cursor.path, cursor.key]);
    return options.length === 0 ? null : { from: cursor.from, options, validFor: /^[\w/.-]*$/ };
  }

  private explain(position: number): Tooltip | null {
    const { schema } = this;
    if (schema === null) return null;
    const found = keyAt(readConfig(this.view.state.doc.toString()).document, position);
    const field = found && schemaAt(schema, found.path);
    if (!found || !field) return null;
    return {
      pos: found.at.from,
      end: found.at.to,
      above: true,
      create: () => ({ dom: help(String(found.path.at(-1)), field, schema) }),
    };
  }
}

function keyOptions(schema: Schema, path: readonly (string | number)[]): Completion[] {
  const required = new Set(requiredOf(schemaAt(schema, path) ?? {}));
  return [...fieldsAt(schema, path)].map(([name, field]) => {
    const holds = field.type === "object" || field.properties !== undefined;
    return {
      label: name,
      apply: holds ? `${name}:` : `${name}: `,
      detail: required.has(name) ? `${typeText(field, schema)}, required` : typeText(field, schema),
      info: typeof field.description === "string" ? field.description : undefined,
      boost: required.has(name) ? 1 : 0,
    };
  });
}

function valueOptions(schema: Schema, path: readonly (string | number)[]): Completion[] {
  const field = schemaAt(schema, path);
  if (field === null) return [];
  const words = Array.isArray(field.enum)
    ? field.enum
    : field.type === "boolean"
      ? [true, false]
      : [];
  return words.map((word) => ({ label: typeof word === "string" ? word : JSON.stringify(word) }));
}

/** What the schema says of a field, as elements: its words are user code's. */
function help(name: string, field: Schema, root: Schema): HTMLElement {
  const element = document.createElement("div");
  element.className = "cm-help";
  const line = (text: string, tag: "strong" | "div" | "code") => {
    const child = document.createElement(tag);
    child.textContent = text;
    element.append(child);
  };
  line(name, "strong");
  line(` ${typeText(field, root)}`, "code");
  if (typeof field.description === "string") line(field.description, "div");
  if (field.default !== undefined) line(`Default: ${JSON.stringify(field.default)}`, "div");
  return element;
}
