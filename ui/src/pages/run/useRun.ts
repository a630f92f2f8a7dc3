import { useMediaQuery } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./search";

const route = getRouteApi("/runs/$runId");

/** The run that the address names, what it says to look at, and how to look at something else. */
export function useRun() {
  const { runId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const look = useCallback(
    (part: Partial<Search>, isStep = false) =>
      // Only what one would come back to is a step of the browser's history.
      void navigate({ search: (now) => ({ ...now, ...part }), replace: !isStep }),
    [navigate],
  );
  return { runId, search, look };
}

/** Whether there is room for one thing at a time only. */
export const useIsNarrow = (): boolean => useMediaQuery("(max-width: 700px)") ?? false;
