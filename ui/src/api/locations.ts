/** Locations: what they print, and the command to load one anew. */
import { queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type LocationLog = Schemas["LocationLog"];

export const reloadLocation = (name: string) =>
  answered(api.POST("/api/v1/locations/{name}/reload", { params: { path: { name } } }));

const PIECES_A_LOOK = 8;

/** What a process of a location has printed, and where to go on reading. */
export interface Printed {
  log: string;
  text: string;
  nextOffset: number;
}

/**
 * What the newest process of a location has printed.
 *
 * A log grows without an event, so it is looked at each second as long as somebody looks at it.
 */
export const logQuery = (name: string, stream: "stdout" | "stderr") =>
  queryOptions({
    queryKey: ["location", name, "log", stream],
    queryFn: async ({ signal, client }): Promise<Printed> => {
      const known = client.getQueryData<Printed>(["location", name, "log", stream]);
      return readOn(name, stream, known, signal);
    },
    refetchInterval: 1_000,
    structuralSharing: false,
  });

async function readOn(
  name: string,
  stream: "stdout" | "stderr",
  known: Printed | undefined,
  signal: AbortSignal,
): Promise<Printed> {
  let found = known ?? { log: "", text: "", nextOffset: 0 };
  for (let piece = 0; piece < PIECES_A_LOOK; piece++) {
    const told = await answered(
      api.GET("/api/v1/locations/{name}/log", {
        params: { path: { name }, query: { stream, offset: found.nextOffset } },
        signal,
      }),
    );
    // A new process has a log of its own, from its beginning.
    if (found.log !== "" && told.log !== found.log && found.nextOffset > 0) {
      found = { log: told.log, text: "", nextOffset: 0 };
      continue;
    }
    if (told.text === "") return { ...found, log: told.log };
    found = { log: told.log, text: found.text + told.text, nextOffset: told.next_offset };
    if (told.next_offset >= told.size) return found;
  }
  return found;
}
