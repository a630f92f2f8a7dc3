/** What is wrong with a config, by its text and by its schema, where it stands. Pure. */
import { check, type Mistake } from "./check";
import { merge, type Path } from "./mapping";
import type { Schema } from "./schema";
import type { ConfigText, TextMistake } from "./text";

export interface Judged extends TextMistake {
  /** It has no effect, but stands in no one's way. */
  isWarning: boolean;
}

/**
 * @param below what holds where the text says nothing: a job's own config.
 * @param schema of what is chosen; null: it is not known yet.
 */
export function judge(
  read: ConfigText,
  schema: Schema | null,
  below: Readonly<Record<string, unknown>>,
): Judged[] {
  if (read.value === null) return read.mistakes.map((each) => ({ ...each, isWarning: false }));
  if (schema === null) return [];
  return check(schema, merge(below, read.value)).map((mistake) => {
    const isWarning = isAboutUnchosen(mistake);
    const stretch = read.placeOf(mistake.path, mistake.isAboutKey);
    const name = String(mistake.path.at(-1));
    const message = isWarning
      ? `${KINDS[String(mistake.path[0])]} called "${name}" is in the run: this has no effect.`
      : located(mistake.path, mistake.message);
    return { ...stretch, ...read.lineOf(stretch.from), message, isWarning };
  });
}

const KINDS: Readonly<Record<string, string>> = { ops: "No step", resources: "No resource" };

/**
 * Config of a step that is not chosen stays and is not used; a name that is nearly that of a
 * chosen one is a slip.
 */
function isAboutUnchosen({ path, message, isAboutKey }: Mistake): boolean {
  return (
    isAboutKey &&
    path.length === 2 &&
    String(path[0]) in KINDS &&
    message.startsWith("Nothing here") &&
    !message.includes("did you mean")
  );
}

function located(path: Path, message: string): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}
