/** Commands about settings, pools and storage. */
import { queryOptions } from "@tanstack/react-query";
import { cache } from "./cache";
import { answered, api, type Schemas } from "./client";

/** Store settings; null lets go of what is stored. Returns when the engine has taken them up. */
export async function changeSettings(changes: Record<string, unknown>): Promise<void> {
  const { intent } = await answered(api.PATCH("/api/v1/settings", { body: { changes } }));
  await settled(intent);
  await cache.invalidateQueries({ queryKey: ["capacity"] });
}

/** Give a pool a limit of its own; null takes it away. */
export async function limitPool(name: string, limit: number | "unlimited" | null): Promise<void> {
  const params = { path: { name } };
  const call =
    limit === null
      ? answered(api.DELETE("/api/v1/pools/{name}", { params }))
      : answered(api.PUT("/api/v1/pools/{name}", { params, body: { limit } }));
  await settled((await call).intent);
  await cache.invalidateQueries({ queryKey: ["capacity"] });
}

/** Wait until the engine has carried out a command, if one runs that will. */
export async function settled(intent: number | null): Promise<void> {
  if (intent === null) return;
  const params = { path: { intent_id: String(intent) }, query: { wait: 10 } };
  await answered(api.GET("/api/v1/intents/{intent_id}", { params }));
}

export interface Keep {
  keep_days?: number;
  keep_runs?: number;
}

/** What a prune with these rules would erase. */
export const prunableQuery = (keep: Keep) =>
  queryOptions({
    queryKey: ["runs", "prunable", keep],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/storage/prunable", { params: { query: keep }, signal })),
  });

/** Erase what these rules do not keep. Returns when that has begun to show. */
export async function prune(keep: Keep): Promise<Schemas["Pruning"]> {
  const body = { keep_days: keep.keep_days ?? null, keep_runs: keep.keep_runs ?? null };
  const told = await answered(api.POST("/api/v1/storage/prune", { body }));
  await settled(told.intent);
  await cache.invalidateQueries({ queryKey: ["instance"] });
  return told;
}

/** Everything that is wrong with the database; it reads all of it, so it is asked for by hand. */
export const checkStorage = () => answered(api.GET("/api/v1/storage/check"));
