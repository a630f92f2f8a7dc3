import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, ListChecks } from "lucide-react";
import type { AssetDetail } from "@/api/assets";
import { assetChecksQuery, type Check } from "@/api/checks";
import { launchRun } from "@/api/plans";
import { act } from "@/design/act";
import { Ago } from "@/design/Moment";
import { Answer, Empty } from "@/design/Notice";
import { useOnce } from "@/design/once";
import { Panel } from "@/design/Page";
import { useLaunched } from "@/design/RunLink";
import { shortId } from "@/design/runs";
import { StatusTag } from "@/design/StatusTag";
import { count } from "@/design/size";
import assetStyles from "../Asset.module.css";
import { useAssetSearch } from "../useAsset";
import styles from "./Checks.module.css";
import { CheckView } from "./CheckView";

/** The checks of an asset: how each was last evaluated, and evaluating them. */
export function ChecksTab({ asset }: { asset: AssetDetail }) {
  const told = useInfiniteQuery(assetChecksQuery(asset.key));
  const checks = told.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title="Checks"
      isFlush
      actions={checks.length > 0 && !told.hasNextPage && <All asset={asset} checks={checks} />}
    >
      <Answer of={told}>
        {() =>
          checks.length === 0 ? (
            <Empty title="It has no checks">
              A function decorated with <code>@atoll.asset_check(asset=…)</code> is one: it tells
              after each materialization whether the value is as it should be.
            </Empty>
          ) : (
            <>
              <ul className={assetStyles.events} aria-label="Checks">
                {checks.map((check) => (
                  <Line key={check.key} check={check} isPartitioned={asset.is_partitioned} />
                ))}
              </ul>
              {told.hasNextPage && (
                <div className={assetStyles.older}>
                  <Button
                    variant="default"
                    size="xs"
                    loading={told.isFetchingNextPage}
                    onClick={() => void told.fetchNextPage()}
                  >
                    Show more
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function All({ asset, checks }: { asset: AssetDetail; checks: readonly Check[] }) {
  const keys = checks.filter((check) => check.is_alone).map((check) => check.key);
  if (keys.length < checks.length) {
    return (
      <span className={assetStyles.quiet}>
        {keys.length === 0 ? "Its step evaluates them" : "Its step evaluates some of them"}
      </span>
    );
  }
  return (
    <Evaluate keys={keys} isPartitioned={asset.is_partitioned} variant="default">
      Evaluate {keys.length === 1 ? "it" : `all ${keys.length}`}
    </Evaluate>
  );
}

/** Evaluates checks at once; of what has partitions, in the form, where one is chosen. */
function Evaluate({
  keys,
  isPartitioned,
  variant,
  label,
  children,
}: {
  keys: string[];
  isPartitioned: boolean;
  variant: "default" | "subtle";
  label?: string;
  children: React.ReactNode;
}) {
  const [isBusy, once] = useOnce();
  const launched = useLaunched();
  const look = { size: "xs", variant, leftSection: <ListChecks size={14} aria-hidden /> } as const;
  if (isPartitioned) {
    return (
      <Button
        {...look}
        aria-label={label && `${label}…`}
        renderRoot={(props) => <Link to="/launch" search={{ check: keys }} {...props} />}
      >
        {children}…
      </Button>
    );
  }
  const evaluate = () =>
    act(
      () =>
        launchRun({
          assets: [],
          job: null,
          location: null,
          checks: keys,
          ops: [],
          config: {},
          tags: {},
          partition: null,
          partition_range: null,
        }),
      (run) => launched(run.run_id, `It evaluates ${count(keys.length, "check")}`),
    );
  return (
    <Button {...look} aria-label={label} loading={isBusy} onClick={() => void once(evaluate)}>
      {children}
    </Button>
  );
}

function Line({ check, isPartitioned }: { check: Check; isPartitioned: boolean }) {
  const [search, change] = useAssetSearch();
  const isOpen = search.check === check.name;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const { latest, is_blocking: isBlocking } = check;
  return (
    <li>
      <div className={assetStyles.event}>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => change({ check: isOpen ? undefined : check.name })}
        >
          <Chevron size={14} aria-hidden />
          <span className={styles.status}>
            <StatusTag kind="check" status={latest?.outcome ?? "never"} />
          </span>
          <strong className={styles.name}>{check.name}</strong>
          {isBlocking && (
            <span className={assetStyles.chip} title="Where it fails, nothing downstream is made">
              blocking
            </span>
          )}
          {latest && !latest.passed && (
            <span className={assetStyles.quiet}>severity {latest.severity}</span>
          )}
          <span className={assetStyles.quiet}>
            <Ago at={latest?.timestamp} />
          </span>
        </button>
        {latest && (
          <Link to="/runs/$runId" params={{ runId: latest.run_id }} className={styles.run}>
            run {shortId(latest.run_id)}
          </Link>
        )}
        {check.is_alone && (
          <span>
            <Evaluate
              keys={[check.key]}
              isPartitioned={isPartitioned}
              variant="subtle"
              label={`Evaluate ${check.name}`}
            >
              Evaluate
            </Evaluate>
          </span>
        )}
      </div>
      {isOpen && <CheckView check={check} />}
    </li>
  );
}
