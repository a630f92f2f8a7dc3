import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import { shortId } from "./runs";

/**
 * Says in a notification that a run was launched, with the way to it.
 *
 * Notifications lie outside the router's pages, so that its links do not work there.
 */
export function useLaunched(): (id: string, about: string) => ReactNode {
  const router = useRouter();
  return useCallback(
    (id, about) => (
      <>
        Run {shortId(id)} is launched. {about}.{" "}
        <a
          href={router.buildLocation({ to: "/runs/$runId", params: { runId: id } }).href}
          onClick={(event) => {
            event.preventDefault();
            notifications.clean();
            void router.navigate({ to: "/runs/$runId", params: { runId: id } });
          }}
        >
          Open it
        </a>
      </>
    ),
    [router],
  );
}
