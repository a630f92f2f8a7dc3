import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { partitionQuery } from "@/api/partitions";
import { Ago, Moment } from "@/design/Moment";
import { Metadata } from "@/design/metadata/Metadata";
import { Answer } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import { useAssetSearch } from "../useAsset";

/** One partition: its window of time, and what was last made of it. */
export function PartitionView({ assetKey, name }: { assetKey: string; name: string }) {
  const told = useQuery(partitionQuery(assetKey, name));
  const [, change] = useAssetSearch();
  return (
    <Panel
      title={`Partition ${name}`}
      actions={
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Close this partition"
          onClick={() => change({ partition: undefined })}
        >
          <X size={17} aria-hidden />
        </ActionIcon>
      }
    >
      <Answer of={told} rows={3}>
        {({ status, window, latest_materialization: latest }) => (
          <>
            <Facts
              of={[
                ["Status", <StatusTag key="status" kind="partition" status={status} />],
                [
                  "Window",
                  window && (
                    <span key="window">
                      {window.map((at, end) => (
                        <span key={at}>
                          {end > 0 && " to "}
                          <Moment at={at} />
                        </span>
                      ))}
                    </span>
                  ),
                ],
                [
                  "Materialized",
                  latest && (
                    <>
                      <Ago at={latest.timestamp} /> by{" "}
                      <Link to="/runs/$runId" params={{ runId: latest.run_id }}>
                        run {shortId(latest.run_id)}
                      </Link>
                    </>
                  ),
                ],
                [
                  "Runs",
                  <Link key="runs" to="/runs" search={{ asset: assetKey, partition: name }}>
                    all runs of this partition
                  </Link>,
                ],
              ]}
            />
            {latest && Object.keys(latest.metadata).length > 0 && (
              <Metadata entries={latest.metadata} />
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}
