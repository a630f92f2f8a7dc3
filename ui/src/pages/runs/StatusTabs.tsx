import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runFeedCountsQuery } from "@/api/runFeed";
import styles from "./RunsPage.module.css";
import { countOf, type Search, TABS, tabOf } from "./search";

/** Runs by status, with how many there are; each leads to the feed narrowed to it. */
export function StatusTabs({ search }: { search: Search }) {
  const { data: counts } = useQuery(runFeedCountsQuery(search));
  const current = tabOf(search.status);
  return (
    <nav className={styles.tabs} aria-label="Status">
      {TABS.map((tab) => (
        <Link
          key={tab.name}
          to="/runs"
          search={{
            ...search,
            status: tab.statuses.length > 0 ? [...tab.statuses] : undefined,
          }}
          className={styles.tab}
          // A link is active below its own narrowing as well, unless it is told otherwise.
          activeOptions={{ exact: true }}
          activeProps={{}}
          aria-current={tab === current ? "page" : undefined}
        >
          {tab.name}
          {counts && <span className={styles.count}>{countOf(tab, counts)}</span>}
        </Link>
      ))}
    </nav>
  );
}
