import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useMemo, useState } from "react";
import type { Run } from "@/api/queries";
import { runFeedQuery } from "@/api/runFeed";
import { Answer, Empty } from "@/design/Notice";
import { Page, Panel } from "@/design/Page";
import { VirtualTable } from "@/design/VirtualTable";
import { BulkBar } from "./BulkBar";
import { columnsOf } from "./columns";
import { Filters } from "./Filters";
import { StatusTabs } from "./StatusTabs";
import { type Search, tabOf } from "./search";

const route = getRouteApi("/runs");
const ROW = 44;

/** All runs, newest first, narrowed by what the address says. */
export function RunsPage() {
  const search = route.useSearch();
  const feed = useInfiniteQuery(runFeedQuery(search));
  const runs = useMemo(() => feed.data?.pages.flatMap((page) => page.items) ?? [], [feed.data]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (ids: readonly string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) isChosen ? next.add(id) : next.delete(id);
    setChosen(next);
  };
  const more = () => {
    if (feed.hasNextPage && !feed.isFetching) void feed.fetchNextPage();
  };
  return (
    <Page title="Runs">
      <StatusTabs search={search} />
      <Filters search={search} />
      <Panel isFlush>
        <BulkBar
          runs={runs.filter((run) => chosen.has(run.run_id))}
          loaded={runs.length}
          hasMore={feed.hasNextPage}
          clear={() => setChosen(new Set())}
        />
        <Answer of={feed} rows={8}>
          {() =>
            runs.length === 0 ? (
              <NoRuns search={search} />
            ) : (
              <VirtualTable<Run>
                label="Runs"
                rows={runs}
                columns={columnsOf(runs, { chosen, choose, hasMore: feed.hasNextPage })}
                rowKey={(run) => run.run_id}
                rowHeight={ROW}
                height={`min(${runs.length * ROW + 36}px, max(320px, 100dvh - 250px))`}
                isSelected={(run) => chosen.has(run.run_id)}
                onEnd={more}
              />
            )
          }
        </Answer>
      </Panel>
    </Page>
  );
}

function NoRuns({ search }: { search: Search }) {
  const { status, ...rest } = search;
  const isNarrowed = Object.values(rest).some((value) => value !== undefined);
  if (!isNarrowed && status === undefined) {
    return (
      <Empty title="No runs yet">
        <p>A run makes assets, or does a job. It is shown here as soon as it is asked for.</p>
        <Button component={Link} to="/launch" leftSection={<Rocket size={15} aria-hidden />}>
          Launch a run
        </Button>
      </Empty>
    );
  }
  const tab = tabOf(status);
  const title = isNarrowed || !tab ? "No run passes these filters" : `No runs: ${tab.name}`;
  return (
    <Empty title={title}>
      <Button component={Link} to="/runs" variant="default" size="xs">
        Show all runs
      </Button>
    </Empty>
  );
}
