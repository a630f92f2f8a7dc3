import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { splatOf } from "@/api/assetAddress";
import { type Check, checkResultsQuery } from "@/api/checks";
import { Moment } from "@/design/Moment";
import { Metadata } from "@/design/metadata/Metadata";
import { MarkdownValue } from "@/design/metadata/Value";
import { Answer } from "@/design/Notice";
import { Facts } from "@/design/Page";
import { shortId } from "@/design/runs";
import { SourceLink } from "@/design/SourceLink";
import { StatusTag } from "@/design/StatusTag";
import assetStyles from "../Asset.module.css";
import styles from "./Checks.module.css";

/** One check: what it is, what it last found, and what it found before that. */
export function CheckView({ check }: { check: Check }) {
  const { latest, description, deps, file, line } = check;
  return (
    <div className={assetStyles.details}>
      {description && <MarkdownValue text={description} />}
      <Facts
        of={[
          ["Found", latest?.description],
          ["Partition", latest?.partition],
          ["Reads as well", deps.length === 0 ? null : <Keys key="deps" of={deps} />],
          ["Defined at", file === null ? null : <SourceLink key="file" file={file} line={line} />],
          ["Evaluated", check.is_alone ? null : "By the step that makes its asset"],
        ]}
      />
      {latest && Object.keys(latest.metadata).length > 0 && <Metadata entries={latest.metadata} />}
      {Object.keys(check.metadata).length > 0 && (
        <section>
          <h3 className={styles.heading}>Of its definition</h3>
          <Metadata entries={check.metadata} />
        </section>
      )}
      {latest && <History check={check} />}
    </div>
  );
}

function Keys({ of }: { of: readonly string[] }) {
  return of.map((key, index) => (
    <span key={key}>
      {index > 0 && ", "}
      <Link to="/assets/$" params={{ _splat: splatOf(key) }}>
        {key}
      </Link>
    </span>
  ));
}

function History({ check }: { check: Check }) {
  const told = useInfiniteQuery(checkResultsQuery(check));
  return (
    <section>
      <h3 className={styles.heading}>History</h3>
      <Answer of={told} rows={3}>
        {({ pages }) => (
          <>
            <section
              className={assetStyles.scroller}
              aria-label={`Results of ${check.name}`}
              // What scrolls must be reachable by keyboard.
              // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
              tabIndex={0}
            >
              <table className={assetStyles.table} aria-label={`Results of ${check.name}`}>
                <thead>
                  <tr>
                    <th scope="col">Outcome</th>
                    <th scope="col">When</th>
                    <th scope="col">Partition</th>
                    <th scope="col">Found</th>
                    <th scope="col">Run</th>
                  </tr>
                </thead>
                <tbody>
                  {pages
                    .flatMap((page) => page.items)
                    .map((result) => (
                      <tr key={result.event_id}>
                        <td>
                          <StatusTag kind="check" status={result.outcome} />
                        </td>
                        <td>
                          <Moment at={result.timestamp} />
                        </td>
                        <td>{result.partition}</td>
                        <td>{result.description}</td>
                        <td>
                          <Link
                            to="/runs/$runId"
                            params={{ runId: result.run_id }}
                            search={{ event: result.event_id }}
                          >
                            {shortId(result.run_id)}
                          </Link>
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </section>
            {told.hasNextPage && (
              <div className={assetStyles.older}>
                <Button
                  variant="default"
                  size="xs"
                  loading={told.isFetchingNextPage}
                  onClick={() => void told.fetchNextPage()}
                >
                  Show older
                </Button>
              </div>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}
