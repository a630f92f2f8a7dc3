/** Files made of what the API tells, for the browser to save. */
import { allEvents, readOutput } from "@/api/oneRun";

/** All events of a run, one as JSON on each line. Returns how many there were. */
export async function downloadEvents(id: string): Promise<number> {
  const parts: string[] = [];
  let count = 0;
  for await (const events of allEvents(id)) {
    count += events.length;
    parts.push(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }
  save(parts, `${id}.jsonl`, "application/jsonl");
  return count;
}

/** All that an attempt at a step has written. */
export async function downloadOutput(
  id: string,
  step: string,
  attempt: number,
  stream: string,
): Promise<void> {
  const parts: string[] = [];
  for (let offset = 0; ; ) {
    const piece = await readOutput(id, step, { stream, attempt, offset });
    parts.push(piece.text);
    if (piece.next_offset <= offset || piece.next_offset >= piece.size) break;
    offset = piece.next_offset;
  }
  save(parts, `${step.replace(/[^\w.-]+/g, "_")}.${attempt}.${stream}.txt`, "text/plain");
}

function save(parts: readonly string[], name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn; some lose it if it goes at once.
  setTimeout(() => URL.revokeObjectURL(address));
}
