import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AssetDetail } from "@/api/assets";
import { Ago, Moment } from "@/design/Moment";
import { Metadata } from "@/design/metadata/Metadata";
import { MarkdownValue } from "@/design/metadata/Value";
import { Facts, Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import { SourceLink } from "@/design/SourceLink";
import styles from "./Asset.module.css";
import { Neighbours } from "./Neighbours";

/** What it is, what was last made of it, and what is around it. */
export function OverviewTab({ asset }: { asset: AssetDetail }) {
  const hasMetadata = Object.keys(asset.metadata).length > 0;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        {asset.step === null && (
          <Panel title="External">
            Nothing in this deployment makes it: it is named so that others can depend on it. Its
            observations and materializations are told by whoever makes it.
          </Panel>
        )}
        {asset.description && (
          <Panel title="Description">
            <MarkdownValue text={asset.description} />
          </Panel>
        )}
        <Latest asset={asset} />
        {hasMetadata && (
          <Panel title="Of its definition">
            <Metadata entries={asset.metadata} />
          </Panel>
        )}
      </div>
      <div className={styles.column}>
        <Panel title="Facts">
          <Facts of={factsOf(asset)} />
        </Panel>
        <Neighbours asset={asset} />
      </div>
    </div>
  );
}

function Latest({ asset }: { asset: AssetDetail }) {
  const latest = asset.latest_materialization;
  if (latest === null) {
    if (asset.step === null) return null;
    return (
      <Panel title="Latest materialization">
        <span className={styles.quiet}>It was never materialized.</span>
      </Panel>
    );
  }
  return (
    <Panel
      title="Latest materialization"
      actions={
        <span className={styles.quiet}>
          <Ago at={latest.timestamp} /> by{" "}
          <Link to="/runs/$runId" params={{ runId: latest.run_id }}>
            run {shortId(latest.run_id)}
          </Link>
        </span>
      }
    >
      {Object.keys(latest.metadata).length > 0 ? (
        <Metadata entries={latest.metadata} />
      ) : (
        <span className={styles.quiet}>
          <Moment at={latest.timestamp} />, without metadata
        </span>
      )}
    </Panel>
  );
}

function factsOf(asset: AssetDetail): (readonly [string, ReactNode])[] {
  const tags = Object.entries(asset.tags).map(([name, value]) =>
    value ? `${name}=${value}` : name,
  );
  const { file, line, location, jobs } = asset;
  return [
    ["Group", asset.group],
    ["Owners", asset.owners.join(", ")],
    ["Tags", tags.length === 0 ? null : <Chips key="tags" of={tags} />],
    ["Kinds", asset.kinds.join(", ")],
    ["Step", asset.step === asset.key ? null : asset.step],
    ["Code version", asset.code_version],
    ["Defined at", file === null ? null : <SourceLink key="file" file={file} line={line} />],
    ["Pool", asset.pool],
    ["IO manager", asset.step === null ? null : <code key="io">{asset.io_manager_key}</code>],
    ["Resources", asset.required_resources.join(", ")],
    ["Jobs", jobs.length === 0 ? null : <Jobs key="jobs" of={jobs} location={location} />],
  ];
}

function Chips({ of }: { of: readonly string[] }) {
  return (
    <span className={styles.chips}>
      {of.map((text) => (
        <span key={text} className={styles.chip}>
          {text}
        </span>
      ))}
    </span>
  );
}

function Jobs({ of, location }: { of: readonly string[]; location: string }) {
  return (
    <>
      {of.map((job, index) => (
        <span key={job}>
          {index > 0 && ", "}
          <Link to="/jobs/$name" params={{ name: job }} search={{ location }}>
            {job}
          </Link>
        </span>
      ))}
    </>
  );
}
