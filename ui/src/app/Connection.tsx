import { LoaderCircle, PauseCircle, Unplug } from "lucide-react";
import { useSyncExternalStore } from "react";
import { live } from "@/api/cache";
import styles from "./Connection.module.css";

/** Says so when what the pages show may be old; nothing while all is well. */
export function Connection() {
  const state = useSyncExternalStore(live.watch, live.connection);
  if (state === "live")
    return <span className={styles.none} role="status" data-connection={state} />;
  const [Icon, word, about] =
    state === "lost"
      ? [Unplug, "Disconnected", "The host does not answer. The page shows what it last knew."]
      : state === "paused"
        ? [PauseCircle, "Paused", "Nothing is asked while the tab is hidden."]
        : [LoaderCircle, "Connecting", "Waiting for the host's first word."];
  return (
    <span className={styles.state} data-connection={state} role="status" title={about}>
      <Icon size={14} aria-hidden />
      {word}
    </span>
  );
}
