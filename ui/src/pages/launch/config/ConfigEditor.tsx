import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { Editor, type EditorMistake } from "./Editor";
import type { Schema } from "./schema";

export interface Revealing {
  reveal: (offset: number) => void;
}

interface ConfigEditorProps {
  text: string;
  schema: Schema | null;
  mistakes: readonly EditorMistake[];
  onChange: (text: string) => void;
  onSubmit: () => void;
  ref: Ref<Revealing>;
}

/** The config's editor; loaded when the form is looked at. */
export default function ConfigEditor(props: ConfigEditorProps) {
  const element = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const made = new Editor(element.current as HTMLElement, latest.current.text, {
      label: "Config",
      hint: "Nothing: every step runs with its defaults",
      nonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "",
      onChange: (text) => latest.current.onChange(text),
      onSubmit: () => latest.current.onSubmit(),
    });
    editor.current = made;
    made.update(latest.current);
    return () => made.destroy();
  }, []);
  const { text, schema, mistakes } = props;
  useEffect(() => editor.current?.update({ text, schema, mistakes }), [text, schema, mistakes]);
  useImperativeHandle(props.ref, () => ({
    reveal: (offset) => editor.current?.reveal(offset),
  }));
  return <div ref={element} />;
}
