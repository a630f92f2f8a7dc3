import {
  Ban,
  CircleCheck,
  CircleDot,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Moon,
  ShieldX,
  SkipForward,
  TriangleAlert,
  Unplug,
} from "lucide-react";
import styles from "./StatusTag.module.css";
import { type Status, type StatusKind, statusOf } from "./status";

const ICONS: Readonly<Record<Status["mark"], LucideIcon>> = {
  check: CircleCheck,
  cross: CircleX,
  alert: TriangleAlert,
  spin: LoaderCircle,
  clock: Clock,
  stop: Ban,
  skip: SkipForward,
  dot: CircleDot,
  unplug: Unplug,
  moon: Moon,
};

/** A status as icon and word on its tone. */
export function StatusTag({ kind, status }: { kind: StatusKind; status: string }) {
  const { word, tone, mark } = statusOf(kind, status);
  return (
    <span className={styles.tag} data-tone={tone} data-status={status}>
      <Mark mark={mark} />
      {word}
    </span>
  );
}

/** The mark alone, for places where the word stands beside it or in its title. */
export function StatusMark({ kind, status }: { kind: StatusKind; status: string }) {
  const { word, tone, mark } = statusOf(kind, status);
  return (
    <span className={styles.mark} data-tone={tone} role="img" aria-label={word} title={word}>
      <Mark mark={mark} />
    </span>
  );
}

/** How many checks of an asset have failed. */
export function FailedChecks({ many, isShort = false }: { many: number; isShort?: boolean }) {
  const words = `${many.toLocaleString("en")} ${many === 1 ? "check" : "checks"} failed`;
  return (
    <span className={styles.tag} data-tone="bad" title={words} aria-label={words} role="img">
      <ShieldX size={14} aria-hidden />
      {isShort ? many.toLocaleString("en") : words}
    </span>
  );
}

function Mark({ mark }: { mark: Status["mark"] }) {
  const Icon = ICONS[mark];
  return <Icon size={14} aria-hidden className={mark === "spin" ? styles.spin : undefined} />;
}
