import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import { catalogQuery, type Location } from "@/api/queries";
import { Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { count } from "@/design/size";

const KINDS = [
  ["added", "Added"],
  ["altered", "Altered"],
  ["removed", "Removed"],
] as const;

/** What the last reload of a location added, altered and removed. */
export function LocationChanges({ location }: { location: Location }) {
  const { data: catalog } = useQuery(catalogQuery());
  const keys = new Set(catalog?.assets.map((asset) => asset.key));
  const change = location.last_change;
  const lists = KINDS.map(([kind, title]) => {
    const names = change?.[kind];
    return { title, names: Array.isArray(names) ? names.map(String) : [] };
  });
  if (change === null || lists.every(({ names }) => names.length === 0)) {
    return (
      <Empty title={change === null ? "It was not loaded anew yet" : "No definition was changed"}>
        A reload that changes definitions is told here, definition by definition.
      </Empty>
    );
  }
  return lists
    .filter(({ names }) => names.length > 0)
    .map(({ title, names }) => (
      <Panel key={title} title={`${title}: ${count(names.length, "definition")}`}>
        <ul>
          {names.map((name) => (
            <li key={name}>
              {keys.has(name) ? (
                <Link to="/assets/$" params={{ _splat: splatOf(name) }}>
                  {name}
                </Link>
              ) : (
                name
              )}
            </li>
          ))}
        </ul>
      </Panel>
    ));
}
