/** What an attempt at a step has printed, read on from where one was. */
import { queryOptions } from "@tanstack/react-query";
import { cache } from "@/api/cache";
import { ApiProblem } from "@/api/client";
import { readOutput } from "@/api/oneRun";
import { MOST_CHARS, OutputBuffer } from "./OutputBuffer";

export interface Printed {
  buffer: OutputBuffer;
  isComplete: boolean;
}

/** What is printed makes no events, so that nothing tells of it: while it may grow, one looks. */
const LOOK_MS = 1_500;

/**
 * @param isOpen whether the attempt is under way.
 */
export const outputQuery = (
  id: string,
  step: string,
  attempt: number,
  stream: string,
  isOpen: boolean,
) => {
  const queryKey = ["run", id, "output", step, attempt, stream];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Printed> => {
      const buffer = cache.getQueryData<Printed>(queryKey)?.buffer ?? new OutputBuffer();
      const isComplete = await readOn(buffer, (offset) =>
        readOutput(id, step, { stream, attempt, offset }, signal),
      );
      return { buffer, isComplete };
    },
    structuralSharing: false,
    refetchInterval: isOpen ? LOOK_MS : false,
    gcTime: 30_000,
  });
};

interface PieceTold {
  text: string;
  next_offset: number;
  size: number;
  is_complete: boolean;
}

/** Read to the end; of what is long the beginning is passed over. Returns whether that was all. */
export async function readOn(
  buffer: OutputBuffer,
  read: (offset: number) => Promise<PieceTold>,
): Promise<boolean> {
  for (;;) {
    const piece = await told(read, buffer.nextOffset);
    if (piece === null) return true;
    buffer.size = piece.size;
    if (piece.size - buffer.nextOffset > MOST_CHARS) {
      buffer.nextOffset = piece.size - MOST_CHARS;
      buffer.isCut = true;
      continue;
    }
    buffer.append(piece.text);
    const isStuck = piece.next_offset <= buffer.nextOffset;
    buffer.nextOffset = piece.next_offset;
    if (isStuck || piece.next_offset >= piece.size) return piece.is_complete;
  }
}

/** An attempt that has written nothing has no output. */
async function told(
  read: (offset: number) => Promise<PieceTold>,
  offset: number,
): Promise<PieceTold | null> {
  try {
    return await read(offset);
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "run.no_output") return null;
    throw error;
  }
}
