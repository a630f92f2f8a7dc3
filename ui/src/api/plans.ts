/** Launching runs: what a launch would do, and asking for it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { cache } from "./cache";
import { answered, api, type Schemas } from "./client";

export type Launch = Schemas["Launch"];
export type RunPlan = Schemas["RunPlan"];
export type PlannedStep = Schemas["PlannedStep"];
export type Job = Schemas["JobDetail"];

/** What a launch would do; asked again when definitions change. */
export const planQuery = (launch: Launch) =>
  queryOptions({
    queryKey: ["catalog", "plan", launch],
    queryFn: ({ signal }) => answered(api.POST("/api/v1/runs/plan", { body: launch, signal })),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });

/** A job with its own config and tags. */
export const jobQuery = (name: string, location: string | null) =>
  queryOptions({
    queryKey: ["catalog", "job", name, location],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/jobs/{name}", {
          params: { path: { name }, query: location === null ? {} : { location } },
          signal,
        }),
      ),
  });

/** Ask for a run; it is stored when this answers. */
export async function launchRun(launch: Launch): Promise<Schemas["Run"]> {
  const run = await answered(api.POST("/api/v1/runs", { body: launch }));
  void cache.invalidateQueries({ queryKey: ["runs"] }, { cancelRefetch: false });
  return run;
}
