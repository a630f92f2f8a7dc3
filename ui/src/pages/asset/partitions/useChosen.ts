import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Partition, partitionQuery } from "@/api/partitions";
import { pressed, type Range } from "@/design/partitions";
import { useAssetSearch } from "../useAsset";

/** The partitions that are chosen to be made: one, or all from one to another. */
export interface Chosen {
  /** Their positions, as soon as those are known. */
  range: Range;
  first: string | undefined;
  last: string | undefined;
  /** A partition was pressed. */
  press: (partition: Partition) => void;
  choose: (first: string, last: string) => void;
  clear: () => void;
}

/** What the address says is chosen; of two dimensions, one partition at most. */
export function useChosen(asset: string, isOneOnly: boolean): Chosen {
  const [{ from: first, to = first }, change] = useAssetSearch();
  const low = useEnd(asset, first);
  const high = useEnd(asset, to);
  return useMemo(() => {
    const range: Range = low === undefined || high === undefined ? null : [low, high];
    const choose = (from: string, until: string) =>
      change({ from, to: until === from ? undefined : until });
    const clear = () => change({ from: undefined, to: undefined });
    const press = ({ key, position }: Partition) => {
      const next = pressed(range, position, isOneOnly);
      if (next === null) clear();
      else {
        choose(
          next[0] === position ? key : (first ?? key),
          next[1] === position ? key : (to ?? key),
        );
      }
    };
    return { range, first, last: to, press, choose, clear };
  }, [low, high, first, to, change, isOneOnly]);
}

function useEnd(asset: string, key: string | undefined): number | undefined {
  const { data } = useQuery({ ...partitionQuery(asset, key ?? ""), enabled: key !== undefined });
  return key === undefined ? undefined : data?.position;
}
