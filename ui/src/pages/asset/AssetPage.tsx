import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { keyOf, splatOf } from "@/api/assetAddress";
import type { AssetDetail } from "@/api/assets";
import { ApiProblem } from "@/api/client";
import { assetQuery } from "@/api/queries";
import { quoted } from "@/api/selection";
import { among } from "@/app/address";
import { Island } from "@/design/Island";
import { Empty, Loading, Problem, present } from "@/design/Notice";
import { Page } from "@/design/Page";
import { shortId } from "@/design/runs";
import { FailedChecks, StatusTag } from "@/design/StatusTag";
import styles from "./Asset.module.css";
import { AssetActions } from "./AssetActions";
import { ChangesTab } from "./ChangesTab";
import { ConfigTab } from "./ConfigTab";
import { ChecksTab } from "./checks/ChecksTab";
import { EventsTab } from "./EventsTab";
import { OverviewTab } from "./OverviewTab";
import { PlotsTab } from "./PlotsTab";
import { PartitionsTab } from "./partitions/PartitionsTab";
import { TABS, type Tab } from "./search";
import { failedChecksOf, stateOf } from "./standing";

const NAMES: Readonly<Record<Tab, string>> = {
  overview: "Overview",
  partitions: "Partitions",
  checks: "Checks",
  events: "Events",
  plots: "Plots",
  config: "Config",
  changes: "Changes",
};

/** One asset: how it stands, what it is made of, what its runs have told of it. */
export function AssetPage() {
  const key = keyOf(useParams({ from: "/assets/$" })._splat ?? "");
  const asked = useQuery(assetQuery(key));
  const { error, refetch } = asked;
  const asset = present(asked);
  if (asset !== undefined && asset.key === key) return <Known key={key} asset={asset} />;
  return (
    <Page title={key} above={<Parts of={key} />}>
      {error instanceof ApiProblem && error.code === "asset.unknown" ? (
        <Unknown problem={error} />
      ) : error ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

/** The run that the standing tells of, where that is another than the one that made the asset. */
function ItsRun({ standing }: { standing: AssetDetail["standing"] }) {
  const [state, , runId] = standing ?? [];
  if (!runId || state === "materialized") return null;
  return (
    <Link to="/runs/$runId" params={{ runId: String(runId) }} className={styles.chip}>
      {state === "failed" ? "Why: run" : "Run"} {shortId(String(runId))}
    </Link>
  );
}

function Known({ asset }: { asset: AssetDetail }) {
  const { tab = "overview" } = useSearch({ from: "/assets/$" });
  const tabs = TABS.filter((name) => name === tab || isAbout(name, asset));
  const navigate = useNavigate({ from: "/assets/$" });
  const isExternal = asset.step === null;
  return (
    <Page
      title={asset.key}
      above={<Parts of={asset.key} />}
      beside={
        <>
          <StatusTag kind="asset" status={stateOf(isExternal, asset.standing)} />
          <ItsRun standing={asset.standing} />
          <Island name={asset.location} />
          {asset.kinds.map((kind) => (
            <span key={kind} className={styles.chip} title="Kind">
              {kind}
            </span>
          ))}
          <Link
            to="/lineage"
            search={{
              filter: `group:${quoted(asset.group)} and code_location:${quoted(asset.location)}`,
            }}
            className={styles.chip}
            title="Group"
          >
            {asset.group}
          </Link>
        </>
      }
      actions={<AssetActions asset={asset} />}
    >
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ params: true, search: { tab: onlyIfOther(among(value, TABS)) } })
        }
        keepMounted={false}
      >
        <Tabs.List className={styles.tabs}>
          {tabs.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              rightSection={name === "checks" ? <Failed standing={asset.standing} /> : undefined}
            >
              {NAMES[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Content name="overview">
          <OverviewTab asset={asset} />
        </Content>
        <Content name="partitions">
          {asset.is_partitioned ? (
            <PartitionsTab asset={asset} />
          ) : (
            <Empty title="It has no partitions">Its definition gives it none.</Empty>
          )}
        </Content>
        <Content name="checks">
          <ChecksTab asset={asset} />
        </Content>
        <Content name="events">
          <EventsTab assetKey={asset.key} isExternal={isExternal} />
        </Content>
        <Content name="plots">
          <PlotsTab assetKey={asset.key} />
        </Content>
        <Content name="config">
          <ConfigTab asset={asset} />
        </Content>
        <Content name="changes">
          <ChangesTab asset={asset} />
        </Content>
      </Tabs>
    </Page>
  );
}

/** Whether an asset has what a tab tells of. */
function isAbout(tab: Tab, asset: AssetDetail): boolean {
  if (tab === "partitions") return asset.is_partitioned;
  return tab !== "checks" || asset.check_count > 0;
}

/** How many of its checks have failed. */
function Failed({ standing }: { standing: AssetDetail["standing"] }) {
  const many = failedChecksOf(standing);
  if (many === 0) return null;
  return <FailedChecks many={many} isShort />;
}

function onlyIfOther(tab: Tab | undefined): Tab | undefined {
  return tab === "overview" ? undefined : tab;
}

function Content({ name, children }: { name: Tab; children: ReactNode }) {
  return (
    <Tabs.Panel value={name} pt={14}>
      {children}
    </Tabs.Panel>
  );
}

/** The key by its parts, behind the catalog. */
function Parts({ of }: { of: string }) {
  const parts = of.split("/");
  return (
    <nav aria-label="Where it is" className={styles.parts}>
      <Link to="/assets">Assets</Link>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part may be there twice
        <span key={index} aria-current={index === parts.length - 1 ? "true" : undefined}>
          {part}
        </span>
      ))}
    </nav>
  );
}

function Unknown({ problem }: { problem: ApiProblem }) {
  const near = Array.isArray(problem.extra.near) ? problem.extra.near.map(String) : [];
  return (
    <Empty title="No location defines this asset">
      {near.length > 0 ? (
        <>
          <p>These are called nearly so:</p>
          <ul className={styles.near}>
            {near.map((key) => (
              <li key={key}>
                <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
                  {key}
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          It may have been renamed or removed, or its location has not loaded. The{" "}
          <Link to="/assets">catalog</Link> has all that there are.
        </p>
      )}
    </Empty>
  );
}
