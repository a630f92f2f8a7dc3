/** Doing something for a person: what it led to is said in a notification. */
import { type NotificationData, notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/client";

/** A notification in the corner; every one of them goes through here, so that all can be closed. */
export function say(what: NotificationData): void {
  notifications.show({ closeButtonProps: { "aria-label": "Close this message" }, ...what });
}

/**
 * Do it, and say what came of it.
 *
 * @param done what to say when it went well; nothing: nothing is said.
 * @returns what it returned, or undefined if it was refused.
 */
export async function act<T>(
  work: () => Promise<T>,
  done?: (value: T) => ReactNode,
): Promise<T | undefined> {
  try {
    const value = await work();
    const message = done?.(value);
    if (message) say({ message, color: "lagoon" });
    return value;
  } catch (error) {
    say({
      title: error instanceof ApiProblem ? error.title : "It was not done",
      message: error instanceof Error ? error.message : String(error),
      color: "red",
      autoClose: 12_000,
    });
    return undefined;
  }
}
