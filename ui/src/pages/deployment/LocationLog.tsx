import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { logQuery } from "@/api/locations";
import { Answer, Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import styles from "./LocationFacts.module.css";

const MOST_SHOWN = 500_000;
const NEAR_PX = 40;

/** What a location's newest process has printed, while it loads and after. */
export function LocationLog({ name }: { name: string }) {
  const { stream = "stderr" } = useSearch({ from: "/deployment/locations/$name" });
  const navigate = useNavigate();
  const asked = useQuery(logQuery(name, stream));
  return (
    <Panel
      title={asked.data?.log ? `Process ${asked.data.log}` : "Log"}
      isFlush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Stream"
          value={stream}
          data={["stdout", "stderr"]}
          onChange={(value) =>
            void navigate({
              to: "/deployment/locations/$name",
              params: { name },
              search: { tab: "log", stream: value as "stdout" | "stderr" },
              replace: true,
            })
          }
        />
      }
    >
      <Answer of={asked}>
        {({ text }) =>
          text === "" ? (
            <Empty title={`It has written nothing to ${stream}`} />
          ) : (
            <Following text={text.slice(-MOST_SHOWN)} />
          )
        }
      </Answer>
    </Panel>
  );
}

/** Text that is followed as long as its end is in sight. */
function Following({ text }: { text: string }) {
  const element = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is more
  useEffect(() => {
    if (isAtEnd.current && element.current)
      element.current.scrollTop = element.current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={element}
      className={styles.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: it }) => {
        isAtEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < NEAR_PX;
      }}
    >
      {text}
    </pre>
  );
}
