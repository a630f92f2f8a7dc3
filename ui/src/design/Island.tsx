import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { locationsQuery } from "@/api/queries";
import styles from "./Island.module.css";
import { fillOf, hues, strokeOf } from "./islands";
import { useIsDark } from "./theme";

/** The hue of each location of the workspace. */
export function useHues(): Map<string, number> {
  const { data } = useQuery(locationsQuery());
  const names = data?.map((location) => location.name).join("\n") ?? "";
  return useMemo(() => hues(names === "" ? [] : names.split("\n")), [names]);
}

/** A location's name on its island's colour, leading to its page. */
export function Island({ name, isLink = true }: { name: string; isLink?: boolean }) {
  const isDark = useIsDark();
  const hue = useHues().get(name) ?? hues([name]).get(name) ?? 0;
  const style = { background: fillOf(hue, isDark), borderColor: strokeOf(hue, isDark) };
  const content = (
    <>
      <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden>
        <circle cx="5" cy="5" r="4" fill={strokeOf(hue, isDark)} />
      </svg>
      {name}
    </>
  );
  if (!isLink) {
    return (
      <span className={styles.island} style={style}>
        {content}
      </span>
    );
  }
  return (
    <Link
      to="/deployment/locations/$name"
      params={{ name }}
      className={styles.island}
      style={style}
      title={`Code location ${name}`}
    >
      {content}
    </Link>
  );
}
