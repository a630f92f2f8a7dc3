import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Search as SearchIcon } from "lucide-react";
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { catalogQuery } from "@/api/queries";
import { Island } from "@/design/Island";
import { Answer, Empty } from "@/design/Notice";
import { Page } from "@/design/Page";
import { count } from "@/design/size";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import styles from "./Jobs.module.css";

const route = getRouteApi("/jobs/");

type Job = Schemas["Job"];

/** All jobs of all locations. */
export function JobsPage() {
  const catalog = useQuery(catalogQuery());
  return (
    <Page title="Jobs" isFull>
      <Answer of={catalog} rows={8}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <Empty title="No job is defined">
              <code>atoll.define_asset_job</code> names a selection of assets; a function decorated
              with <code>@atoll.job</code> calls ops. Put either into{" "}
              <code>Definitions(jobs=…)</code>.
            </Empty>
          ) : (
            <Listed jobs={jobs} />
          )
        }
      </Answer>
    </Page>
  );
}

function Listed({ jobs }: { jobs: readonly Job[] }) {
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const rows = useMemo(() => {
    const wish = q.toLowerCase();
    return jobs
      .filter((job) => job.name.toLowerCase().includes(wish))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }, [jobs, q]);
  return (
    <>
      <TextInput
        size="xs"
        type="search"
        className={styles.filter}
        aria-label="Filter by name"
        placeholder="Filter by name"
        leftSection={<SearchIcon size={14} aria-hidden />}
        value={q}
        onChange={(event) =>
          void navigate({ search: { q: event.currentTarget.value || undefined }, replace: true })
        }
      />
      <div className={styles.list}>
        {rows.length === 0 ? (
          <Empty title="No job is called so" />
        ) : (
          <VirtualTable
            label="Jobs"
            rows={rows}
            columns={COLUMNS}
            rowKey={({ name, location }) => `${location} ${name}`}
            height="100%"
          />
        )}
      </div>
    </>
  );
}

/** What a job is made of, in a few words. */
export function contentOf(job: Job): string {
  return [
    job.step_count > 0 && count(job.step_count, "op"),
    job.asset_count > 0 && count(job.asset_count, "asset"),
    job.check_count > 0 && count(job.check_count, "check"),
    job.is_partitioned && "with partitions",
  ]
    .filter(Boolean)
    .join(", ");
}

const COLUMNS: readonly Column<Job>[] = [
  {
    key: "name",
    title: "Job",
    width: "minmax(0, 2fr)",
    cell: ({ name, location }) => (
      <Link to="/jobs/$name" params={{ name }} search={{ location }} title={name}>
        {name}
      </Link>
    ),
  },
  { key: "content", title: "Of", width: "minmax(0, 1.4fr)", cell: contentOf },
  {
    key: "location",
    title: "Location",
    width: "minmax(0, 1fr)",
    isExtra: true,
    cell: ({ location }) => <Island name={location} />,
  },
  {
    key: "about",
    title: "Description",
    width: "minmax(0, 2.4fr)",
    isExtra: true,
    cell: ({ description, not_supported }) => {
      const text = not_supported ?? description?.split("\n")[0] ?? "";
      return (
        <span className={styles.quiet} title={text}>
          {text}
        </span>
      );
    },
  },
  {
    key: "runs",
    title: "",
    width: "52px",
    isExtra: true,
    cell: ({ name }) => (
      <Link to="/runs" search={{ job: name }} aria-label={`Runs of ${name}`}>
        Runs
      </Link>
    ),
  },
];
