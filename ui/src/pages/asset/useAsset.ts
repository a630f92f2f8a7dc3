import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./search";

/** What the address of an asset's page says, and saying something else there. */
export function useAssetSearch(): [Search, (change: Partial<Search>) => void] {
  const search = useSearch({ from: "/assets/$" });
  const navigate = useNavigate({ from: "/assets/$" });
  const change = useCallback(
    (part: Partial<Search>) =>
      void navigate({
        params: true,
        search: (before) => ({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}
