import { among, list, text, whole } from "@/app/address";

/** What the address of this page says beside its path. */
export interface Search {
  /** Keys of the selected assets. */
  select?: string[];
  /** A selection in the server's grammar that has selected them, instead. */
  pick?: string;
  /** A selection: only these assets are shown. */
  filter?: string;
  /** So many layers around them as well. */
  near?: number;
  /** The asset that was searched. */
  focus?: string;
  direction?: "down";
  /** Whether groups are open; without it, it depends on how many assets there are. */
  groups?: "open" | "closed";
  /** Groups that are the other way. */
  except?: string[];
  /** Whether the assets are listed beside the graph. */
  list?: "shown";
}

export function read(raw: Record<string, unknown>): Search {
  return {
    select: list(raw.select),
    pick: text(raw.pick),
    filter: text(raw.filter),
    near: whole(raw.near),
    focus: text(raw.focus),
    direction: among(raw.direction, ["down"] as const),
    groups: among(raw.groups, ["open", "closed"] as const),
    except: list(raw.except),
    list: among(raw.list, ["shown"] as const),
  };
}
