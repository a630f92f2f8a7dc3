/** Doing something for a person: what it led to is said in a notification. */
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/client";

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
    if (message) notifications.show({ message, color: "lagoon" });
    return value;
  } catch (error) {
    notifications.show({
      title: error instanceof ApiProblem ? error.title : "It was not done",
      message: error instanceof Error ? error.message : String(error),
      color: "red",
      autoClose: 12_000,
    });
    return undefined;
  }
}
