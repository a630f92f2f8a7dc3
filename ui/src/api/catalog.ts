/** The catalog: what a selection chooses, and having assets count as never made. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { cache } from "./cache";
import { answered, api } from "./client";

/** The keys that a selection chooses; asked again when definitions change. */
export const selectionQuery = (selection: string) =>
  queryOptions({
    queryKey: ["catalog", "select", selection],
    queryFn: async ({ signal }): Promise<ReadonlySet<string>> => {
      const query = { select: [selection] };
      const { keys } = await answered(
        api.GET("/api/v1/catalog/select", { params: { query }, signal }),
      );
      return new Set(keys);
    },
    enabled: selection !== "",
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });

/** Have assets count as never materialized; their values and events stay. */
export async function wipeAssets(keys: string[]): Promise<void> {
  await answered(api.POST("/api/v1/assets/wipe", { body: { keys, all: false } }));
  void cache.invalidateQueries({ queryKey: ["standings"] }, { cancelRefetch: false });
}
