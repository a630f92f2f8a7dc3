import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import { ApiProblem } from "@/api/client";
import { shortId } from "@/design/RunSubject";

export interface Told {
  say: (message: string) => void;
  /** A run was launched; leads to it. */
  launched: (id: string, message: string) => void;
  /** Do something, and say why where it was refused. */
  attempt: (action: () => Promise<void>) => Promise<void>;
}

/** Tells at the corner of the window what has become of what one asked for. */
export function useTold(): Told {
  const router = useRouter();
  return useMemo(
    () => ({
      say: (message) => void notifications.show({ message }),
      launched: (id, message) => {
        // Notifications lie outside the router's pages, so that its links do not work there.
        const { href } = router.buildLocation({ to: "/runs/$runId", params: { runId: id } });
        const notice = notifications.show({
          title: `Run ${shortId(id)} is launched`,
          message: (
            <>
              {message}.{" "}
              <a
                href={href}
                onClick={(event) => {
                  event.preventDefault();
                  notifications.hide(notice);
                  void router.navigate({ to: "/runs/$runId", params: { runId: id } });
                }}
              >
                Open it
              </a>
            </>
          ),
          autoClose: 10_000,
        });
      },
      attempt: async (action) => {
        try {
          await action();
        } catch (error) {
          const title = error instanceof ApiProblem ? error.title : "It was not done";
          const message = error instanceof Error ? error.message : String(error);
          notifications.show({ color: "red", title, message, autoClose: 15_000 });
        }
      },
    }),
    [router],
  );
}
