import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ArrowDownToLine, ArrowUpFromLine, ExternalLink, Filter, Play } from "lucide-react";
import { splatOf } from "@/api/assetAddress";
import { count } from "@/design/size";
import type { AssetRow } from "../assets/rows";
import { type Along, selectionsOf } from "../assets/selections";

export const ALONG: readonly { along: Along; name: string; icon: typeof Play }[] = [
  { along: "none", name: "Materialize", icon: Play },
  { along: "upstream", name: "Materialize with upstream", icon: ArrowUpFromLine },
  { along: "downstream", name: "Materialize with downstream", icon: ArrowDownToLine },
];

/** What a launch form is opened with. */
export function launchOf(
  keys: readonly string[],
  rows: ReadonlyMap<string, AssetRow>,
  along: Along,
): { select: string[] } {
  const assets = Array.from(rows.values(), (row) => row.asset);
  return { select: selectionsOf(keys, assets, along) };
}

/** Whether anything of these can be made. */
export const canBeMade = (keys: readonly string[], rows: ReadonlyMap<string, AssetRow>): boolean =>
  keys.some((key) => rows.get(key)?.asset.is_external === false);

/** The menu at the place of a right click. */
export function AssetMenu({
  at,
  keys,
  group,
  rows,
  onClose,
  onToggle,
  onOnly,
}: {
  at: { x: number; y: number };
  keys: readonly string[];
  group: string | null;
  rows: ReadonlyMap<string, AssetRow>;
  onClose: () => void;
  onToggle: (groups: string[]) => void;
  onOnly: (selection: string) => void;
}) {
  const [key] = keys;
  const isOne = keys.length === 1 && key !== undefined;
  const around = selectionsOf(
    keys,
    Array.from(rows.values(), (row) => row.asset),
  );
  return (
    <Menu opened onClose={onClose} position="bottom-start" shadow="md" width={270}>
      <Menu.Target>
        <span style={{ position: "fixed", left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{isOne ? key : count(keys.length, "asset")}</Menu.Label>
        {ALONG.map(({ along, name, icon: Icon }) => (
          <Menu.Item
            key={along}
            leftSection={<Icon size={15} aria-hidden />}
            disabled={!canBeMade(keys, rows)}
            renderRoot={(props) => (
              <Link {...props} to="/launch" search={launchOf(keys, rows, along)} />
            )}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {isOne && (
          <Menu.Item
            leftSection={<ExternalLink size={15} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/assets/$" params={{ _splat: splatOf(key) }} />
            )}
          >
            Open the asset
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<Filter size={15} aria-hidden />}
          onClick={() => onOnly(around.map((each) => `+(${each})+`).join(" or "))}
        >
          Show only its lineage
        </Menu.Item>
        {group !== null && (
          <Menu.Item onClick={() => onToggle([group])}>Open or close the group</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
