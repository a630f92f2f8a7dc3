import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AssetDetail } from "@/api/assets";
import { locationQuery } from "@/api/queries";
import { Ago, Moment } from "@/design/Moment";
import { isRecord } from "@/design/metadata/facts";
import { Answer, Empty } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";

const WORDS = [
  ["added", "The last reload added it."],
  ["altered", "The last reload altered its definition."],
] as const;

/** What the last reload of its location changed of it. */
export function ChangesTab({ asset }: { asset: AssetDetail }) {
  const told = useQuery(locationQuery(asset.location));
  return (
    <Panel title="Changes">
      <Answer of={told}>
        {({ last_change: change }) => {
          if (!isRecord(change)) {
            return (
              <Empty title={`${asset.location} has not been reloaded`}>
                When a reload adds or alters this asset, it is told here.
              </Empty>
            );
          }
          const said = WORDS.find(([name]) => names(change[name]).includes(asset.key))?.[1];
          return (
            <Facts
              of={[
                ["What", said ?? "The last reload left its definition as it was."],
                ["Sources", change.code_changed === true ? "changed" : "as they were"],
                ["Generation", typeof change.generation === "number" ? change.generation : null],
                [
                  "When",
                  typeof change.at === "number" && (
                    <>
                      <Moment at={change.at} /> (<Ago at={change.at} />)
                    </>
                  ),
                ],
                [
                  "All of it",
                  <Link
                    key="location"
                    to="/deployment/locations/$name"
                    params={{ name: asset.location }}
                  >
                    what the reload of {asset.location} changed
                  </Link>,
                ],
              ]}
            />
          );
        }}
      </Answer>
    </Panel>
  );
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
