/** Failures as events and locations tell them. Pure: what is not as expected is left out. */

export interface Frame {
  file: string;
  line: number;
  function: string;
  text: string;
  isUser: boolean;
}

export interface Failure {
  code: string;
  message: string;
  errorType: string | null;
  /** The innermost call first. */
  frames: readonly Frame[];
  cause: Failure | null;
  /** How the process ended, if it did. */
  exit: string | null;
  stack: string | null;
  stderr: readonly string[];
  hint: string | null;
}

const DEEPEST = 20;

type Raw = Readonly<Record<string, unknown>>;

const isRecord = (raw: unknown): raw is Raw =>
  raw !== null && typeof raw === "object" && !Array.isArray(raw);
const textOf = (raw: unknown): string | null =>
  typeof raw === "string" && raw !== "" ? raw : null;

/** The failure in `data.failure` of an event, or in whatever says so. */
export function failureOf(raw: unknown, depth = 0): Failure | null {
  if (!isRecord(raw) || depth > DEEPEST) return null;
  const frames = Array.isArray(raw.frames) ? raw.frames : [];
  return {
    code: textOf(raw.code) ?? "unknown",
    message: textOf(raw.message) ?? "",
    errorType: textOf(raw.error_type),
    frames: frames.filter(isRecord).map(frameOf).reverse(),
    cause: failureOf(raw.cause, depth + 1),
    exit: exitOf(raw.exit),
    stack: textOf(raw.stack),
    stderr: Array.isArray(raw.stderr) ? raw.stderr.map(String) : [],
    hint: textOf(raw.hint),
  };
}

function frameOf(raw: Raw): Frame {
  return {
    file: textOf(raw.file) ?? "?",
    line: typeof raw.line === "number" ? raw.line : 0,
    function: textOf(raw.function) ?? "?",
    text: textOf(raw.text) ?? "",
    isUser: raw.is_user !== false,
  };
}

function exitOf(raw: unknown): string | null {
  if (!isRecord(raw)) return null;
  if (textOf(raw.signal)) return `killed by ${raw.signal}`;
  return typeof raw.code === "number" ? `exit status ${raw.code}` : "cause unknown";
}

/** Frames with how often each follows itself, as those of a recursion do. */
export function counted(frames: readonly Frame[]): { frame: Frame; times: number }[] {
  const found: { frame: Frame; times: number }[] = [];
  for (const frame of frames) {
    const last = found.at(-1);
    const isSame =
      last !== undefined && last.frame.file === frame.file && last.frame.line === frame.line;
    if (isSame) last.times++;
    else found.push({ frame, times: 1 });
  }
  return found;
}

/** Where in the user's code it happened, in one line. */
export function placeOf(failure: Failure): string | null {
  const frame = failure.frames.find((each) => each.isUser) ?? failure.frames[0];
  return frame ? `${frame.file}:${frame.line}, in ${frame.function}` : null;
}
