/** What a location is loaded from, in a few words. Pure. */
import type { Location } from "@/api/queries";

const KINDS: Readonly<Record<string, string>> = {
  python_file: "-f",
  python_module: "-m",
  python_package: "package",
  autoload_defs_module: "autoload",
};

/** `-f main.py`, `-m shop.definitions:defs`, `grpc localhost:4500`. */
export function loadedFrom(location: Pick<Location, "loaded_from" | "server">): string {
  const { address } = location.server;
  if (typeof address === "string") return `grpc ${address}`;
  const from = location.loaded_from;
  const kind = Object.keys(KINDS).find((name) => from[name]);
  if (kind === undefined) return "";
  return `${KINDS[kind]} ${from[kind]}${from.attribute ? `:${from.attribute}` : ""}`;
}
