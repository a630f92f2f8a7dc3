import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LoaderCircle, Lock, TriangleAlert } from "lucide-react";
import { instanceQuery, locationsQuery } from "@/api/queries";
import { statusOf } from "@/design/status";
import styles from "./Health.module.css";

/** What is wrong with the deployment, or on its way, in two or three words; nothing if it is well. */
export function Health() {
  const { data: locations } = useQuery(locationsQuery());
  const { data: instance } = useQuery(instanceQuery());
  const tones = (locations ?? []).map((each) => statusOf("location", each.status).tone);
  const bad = tones.filter((tone) => tone === "bad").length;
  const warned = tones.filter((tone) => tone === "warn").length;
  const busy = tones.filter((tone) => tone === "busy").length;
  return (
    <span role="status" className={styles.health}>
      {instance?.is_read_only && (
        <span className={styles.tag} data-tone="quiet" title="This web takes no commands">
          <Lock size={14} aria-hidden /> Read only
        </span>
      )}
      {instance?.engine === null && (
        <Link to="/deployment" className={styles.tag} data-tone="bad">
          <TriangleAlert size={14} aria-hidden /> No daemon runs
        </Link>
      )}
      {bad + warned > 0 && (
        <Link to="/deployment" className={styles.tag} data-tone={bad > 0 ? "bad" : "warn"}>
          <TriangleAlert size={14} aria-hidden />
          {bad > 0 ? places(bad, "failed") : places(warned, "degraded")}
          {bad > 0 && warned > 0 && `, ${warned} degraded`}
        </Link>
      )}
      {bad + warned === 0 && busy > 0 && (
        <Link to="/deployment" className={styles.tag} data-tone="busy">
          <LoaderCircle size={14} aria-hidden />
          {places(busy, "loading")}
        </Link>
      )}
    </span>
  );
}

function places(count: number, what: string): string {
  return `${count} location${count === 1 ? "" : "s"} ${what}`;
}
