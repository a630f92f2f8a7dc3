import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, CircleCheck, Eye } from "lucide-react";
import { useState } from "react";
import { type AssetEvent, assetEventsQuery } from "@/api/assets";
import { Ago, Moment } from "@/design/Moment";
import { MetadataTable } from "@/design/metadata/Metadata";
import { Answer, Empty } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import styles from "./Asset.module.css";
import { metadataOf } from "./series";

/** Its materializations and observations, newest first. */
export function EventsTab({ assetKey, isExternal }: { assetKey: string; isExternal: boolean }) {
  const told = useInfiniteQuery(assetEventsQuery(assetKey));
  return (
    <Panel title="Events" isFlush>
      <Answer of={told}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          if (events.length === 0) {
            return (
              <Empty title="Nothing has been told of it">
                {isExternal
                  ? "Whoever makes it can tell so with an AssetMaterialization or an AssetObservation."
                  : "Its first materialization will be here."}
              </Empty>
            );
          }
          return (
            <>
              <ul className={styles.events} aria-label="Events, newest first">
                {events.map((event) => (
                  <EventLine key={event.id} event={event} />
                ))}
              </ul>
              {told.hasNextPage && (
                <div className={styles.older}>
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
          );
        }}
      </Answer>
    </Panel>
  );
}

function EventLine({ event }: { event: AssetEvent }) {
  const [isOpen, setOpen] = useState(false);
  const isObserved = event.kind === "ASSET_OBSERVATION";
  const [Chevron, Mark] = [isOpen ? ChevronDown : ChevronRight, isObserved ? Eye : CircleCheck];
  const metadata = metadataOf(event);
  const count = Object.keys(metadata).length;
  return (
    <li>
      <div className={styles.event}>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Chevron size={14} aria-hidden />
          <span data-tone={isObserved ? "busy" : "good"} className={styles.kind}>
            <Mark size={14} aria-hidden />
            {isObserved ? "Observed" : "Materialized"}
          </span>
          <Moment at={event.timestamp} />
          <span className={styles.quiet}>
            <Ago at={event.timestamp} />
          </span>
          <span className={styles.quiet}>
            {count > 0 && `${count} ${count === 1 ? "fact" : "facts"}`}
          </span>
        </button>
        {event.run_id && (
          <Link to="/runs/$runId" params={{ runId: event.run_id }} search={{ event: event.id }}>
            run {shortId(event.run_id)}
          </Link>
        )}
      </div>
      {isOpen && <Details event={event} />}
    </li>
  );
}

function Details({ event }: { event: AssetEvent }) {
  const metadata = metadataOf(event);
  const { partition, code_version, data_version, description } = event.data;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return (
    <div className={styles.details}>
      <Facts
        of={[
          ["Message", event.message],
          ["Description", text(description)],
          ["Step", event.step],
          ["Partition", text(partition)],
          ["Code version", text(code_version)],
          ["Data version", text(data_version)],
          ["Event", String(event.id)],
        ]}
      />
      {Object.keys(metadata).length > 0 && (
        <MetadataTable entries={metadata} label={`Metadata of event ${event.id}`} />
      )}
    </div>
  );
}
