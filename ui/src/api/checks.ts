/** Checks of assets: how they were last evaluated, and before that. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type Check = Schemas["Check"];
export type CheckResult = Schemas["CheckResult"];

const PAGE = 100;
const RESULTS = 20;

/** The checks of an asset by name, each with its latest result. */
export const assetChecksQuery = (asset: string) =>
  infiniteQueryOptions({
    queryKey: ["asset", asset, "checks"],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query = { asset: [asset], limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      return answered(api.GET("/api/v1/checks", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });

/** What a check has found, newest first. */
export const checkResultsQuery = (check: Pick<Check, "key" | "asset">) =>
  infiniteQueryOptions({
    queryKey: ["asset", check.asset, "check results", check.key],
    initialPageParam: null as number | null,
    queryFn: ({ signal, pageParam }) => {
      const before = pageParam === null ? {} : { before: pageParam };
      const query = { check: check.key, limit: RESULTS, ...before };
      return answered(api.GET("/api/v1/checks/results", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });
