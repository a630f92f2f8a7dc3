/** One run in full: its steps, its log, its output, and the commands about it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { cache } from "./cache";
import { answered, api, type Schemas } from "./client";
import type { Event, Run } from "./queries";

export type RunStep = Schemas["RunStep"];
export type RunLog = Schemas["RunLog"];
export type Output = Schemas["Output"];

/** The steps of a run, in the order of the plan. */
export interface Steps {
  lastEventId: number;
  items: readonly RunStep[];
  counts: Readonly<Record<string, number>>;
}

/** The steps as they stand; after the first time only what has changed is asked for. */
export const stepsQuery = (id: string) => {
  const queryKey = ["run", id, "steps"];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Steps> => {
      const known = cache.getQueryData<Steps>(queryKey);
      const params = {
        path: { run_id: id },
        query: known === undefined ? {} : { after: known.lastEventId },
      };
      const told = await answered(api.GET("/api/v1/runs/{run_id}/steps", { params, signal }));
      return merged(known, told);
    },
    structuralSharing: false,
  });
};

/** What is known with what was told; steps that have not changed stay the same objects. */
export function merged(known: Steps | undefined, told: Schemas["RunSteps"]): Steps {
  const { last_event_id: lastEventId, counts } = told;
  if (told.is_whole || known === undefined) return { lastEventId, counts, items: told.items };
  if (told.items.length === 0) return { lastEventId, counts, items: known.items };
  const changed = new Map(told.items.map((step) => [step.key, step]));
  const items = known.items.map((step) => changed.get(step.key) ?? step);
  return { lastEventId, counts, items };
}

/** By what the log of a run is narrowed. */
export interface LogFilter {
  level?: string[];
  kind?: string[];
  step?: string;
  search?: string;
}

/** A window on the log, from a place on or around an event. */
export const readLog = (
  id: string,
  filter: LogFilter,
  where: { offset?: number; around?: number; limit: number },
  signal?: AbortSignal,
): Promise<RunLog> => {
  const params = { path: { run_id: id }, query: { ...filter, ...where } };
  return answered(api.GET("/api/v1/runs/{run_id}/log", { params, signal }));
};

/** The end of the log as far as it is new; asked again whenever the run has new events. */
export const logEndQuery = (id: string, filter: LogFilter, chunk: number) => {
  const queryKey = ["run", id, "log", filter];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => {
      const total = cache.getQueryData<RunLog>(queryKey)?.total ?? 0;
      const offset = Math.floor(total / chunk) * chunk;
      return readLog(id, filter, { offset, limit: chunk }, signal);
    },
    structuralSharing: false,
  });
};

/** The first events that say why the run failed. */
export const failuresQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "failures"],
    queryFn: ({ signal }) =>
      readLog(id, { kind: ["STEP_FAILURE", "STEP_WORKER_LOST"] }, { offset: 0, limit: 5 }, signal),
    placeholderData: keepPreviousData,
  });

/** A piece of what an attempt at a step wrote. */
export const readOutput = (
  id: string,
  step: string,
  query: { stream: string; attempt: number; offset: number },
  signal?: AbortSignal,
): Promise<Output> => {
  const params = { path: { run_id: id, step }, query };
  return answered(api.GET("/api/v1/runs/{run_id}/steps/{step}/output", { params, signal }));
};

/** All events of a run, in pages. */
export async function* allEvents(id: string): AsyncGenerator<Event[]> {
  let after: number | null = 0;
  while (after !== null) {
    const params = { path: { run_id: id }, query: { after, limit: 5_000 } };
    const page: Schemas["Events"] = await answered(
      api.GET("/api/v1/runs/{run_id}/events", { params }),
    );
    yield page.items;
    after = page.next;
  }
}

export const cancelRun = (id: string): Promise<Run> =>
  answered(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } }));

/** Ask for a run that makes this one again, or goes on with it. */
export async function retryRun(id: string, body: Schemas["Retry"]): Promise<Run> {
  const next = await answered(
    api.POST("/api/v1/runs/{run_id}/retry", { params: { path: { run_id: id } }, body }),
  );
  // It is the new run that has changed, for the stream; but this one tells of it.
  void cache.invalidateQueries({ queryKey: ["run", id, "itself"] });
  return next;
}

export const deleteRun = (id: string): Promise<Schemas["Accepted"]> =>
  answered(api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } }));
