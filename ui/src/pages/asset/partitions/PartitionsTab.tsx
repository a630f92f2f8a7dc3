import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AssetDetail } from "@/api/assets";
import { type PartitionsAsTheyStand, partitionsQuery } from "@/api/partitions";
import { quoted } from "@/api/selection";
import { Answer, Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { useAssetSearch } from "../useAsset";
import { Keys } from "./Keys";
import styles from "./Partitions.module.css";
import { PartitionView } from "./PartitionView";
import { Standing } from "./Standing";
import { useChosen } from "./useChosen";

/** How the partitions of an asset stand, which there are, and choosing some to be made. */
export function PartitionsTab({ asset }: { asset: AssetDetail }) {
  const told = useQuery(partitionsQuery({ asset: asset.key }));
  return (
    <Answer of={told}>
      {(partitions) =>
        partitions.space.count === null ? (
          <NotListed asset={asset} partitions={partitions} />
        ) : (
          <Listed asset={asset} partitions={partitions} />
        )
      }
    </Answer>
  );
}

interface Props {
  asset: AssetDetail;
  partitions: PartitionsAsTheyStand;
}

function Listed({ asset, partitions }: Props) {
  const [search] = useAssetSearch();
  const chosen = useChosen(asset.key, partitions.space.dimensions.length > 0);
  return (
    <div className={styles.stack}>
      <Standing asset={asset.key} partitions={partitions} chosen={chosen} />
      {search.partition !== undefined && (
        <PartitionView assetKey={asset.key} name={search.partition} />
      )}
      <Keys asset={asset} chosen={chosen} />
    </div>
  );
}

/** Of those that only the location can list, or that are added by hand, one is named by hand. */
function NotListed({ asset, partitions }: Props) {
  return (
    <Panel title={`Partitions: ${partitions.space.summary}`}>
      <Empty title="The host does not list them">
        Name one of them in{" "}
        <Link to="/launch" search={{ select: [quoted(asset.key)] }}>
          the launch form
        </Link>
        ; what was made of each is told on the tab of its events.
      </Empty>
    </Panel>
  );
}
