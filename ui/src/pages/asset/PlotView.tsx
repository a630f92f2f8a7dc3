import { useEffect, useRef } from "react";
import { Plot } from "@/canvas/plot/Plot";
import { numberText } from "@/design/metadata/number";
import { useIsDark } from "@/design/theme";
import { moment } from "@/design/time";
import { usePreferences } from "@/settings/preferences";
import styles from "./Asset.module.css";
import type { Series } from "./series";
import { ticks } from "./ticks";

/** A series drawn; the table beside it tells the same. */
export default function PlotView({ series }: { series: Series }) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const preferred = usePreferences();
  const isDark = useIsDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours change with the theme
  useEffect(() => {
    const words = {
      moment: (at: number) => moment(at, preferred),
      number: (value: number) => numberText(value),
      ticks: (at: readonly number[], apartS: number) => ticks(at, apartS, preferred),
      timeZone: preferred.timeZone === "local" ? undefined : preferred.timeZone,
    };
    plot.current ??= new Plot(element.current as HTMLElement, styles.tooltip ?? "", words);
    const data = {
      name: series.name,
      at: series.points.map((point) => point.at),
      values: series.points.map((point) => point.value),
    };
    plot.current.update(data, words);
  }, [series, preferred, isDark]);
  useEffect(
    () => () => {
      plot.current?.destroy();
      plot.current = null;
    },
    [],
  );
  return <div ref={element} className={styles.plot} aria-hidden />;
}
