/** A small plot of one series over time. It must not know React, queries or pages. */
import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";

export interface PlotData {
  /** What is plotted, for the tooltip. */
  name: string;
  /** Seconds since the epoch, ascending. */
  at: readonly number[];
  values: readonly number[];
}

export interface PlotWords {
  moment: (at: number) => string;
  number: (value: number) => string;
  /** Below the axis: each of the times, so many seconds apart. */
  ticks: (at: readonly number[], apartS: number) => string[];
  timeZone: string | undefined;
}

const HEIGHT = 150;

export class Plot {
  private plot: uPlot | null = null;
  private readonly tooltip = document.createElement("div");
  private readonly resizing: ResizeObserver;
  private data: PlotData = { name: "", at: [], values: [] };

  /** @param tooltipClass of the element that tells the point under the pointer. */
  constructor(
    private readonly element: HTMLElement,
    tooltipClass: string,
    private words: PlotWords,
  ) {
    this.tooltip.className = tooltipClass;
    this.tooltip.hidden = true;
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(element);
  }

  /** Draw other data, or the same in the colours of another theme. */
  update(data: PlotData, words: PlotWords): void {
    this.data = data;
    this.words = words;
    this.plot?.destroy();
    const width = Math.max(1, this.element.clientWidth);
    this.plot = new uPlot(this.options(width), [[...data.at], [...data.values]], this.element);
    this.plot.over.append(this.tooltip);
  }

  destroy(): void {
    this.resizing.disconnect();
    this.plot?.destroy();
    this.tooltip.remove();
  }

  private resize(): void {
    const width = this.element.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: HEIGHT });
    }
  }

  private options(width: number): uPlot.Options {
    const style = getComputedStyle(this.element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: colour("--text-2"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: `11px ${style.fontFamily}`,
    };
    const { timeZone } = this.words;
    return {
      ...{ width, height: HEIGHT },
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      scales: { x: { range: (_, low, high) => roomy(low, high) } },
      axes: [
        {
          ...axis,
          space: 90,
          size: 44,
          values: (_, at, __, ___, apartS) => this.words.ticks(at, apartS),
        },
        {
          ...axis,
          size: (_, values) => widthOf(values),
          values: (_, values) => values.map((value) => shortNumber(value)),
        },
      ],
      series: [
        {},
        {
          stroke: colour("--accent"),
          width: 1.5,
          points: { show: this.data.at.length < 60, size: 5, fill: colour("--accent") },
        },
      ],
      tzDate: (at) =>
        timeZone === undefined ? new Date(at * 1000) : uPlot.tzDate(new Date(at * 1000), timeZone),
      hooks: { setCursor: [(plot) => this.tell(plot)] },
    };
  }

  private tell(plot: uPlot): void {
    const index = plot.cursor.idx;
    const [at, value] = [this.data.at[index ?? -1], this.data.values[index ?? -1]];
    this.tooltip.hidden = at === undefined || value === undefined;
    if (at === undefined || value === undefined) return;
    this.tooltip.textContent = `${this.words.number(value)} · ${this.words.moment(at)}`;
    // Beside the point, and always within the plot.
    const most = plot.over.clientWidth - this.tooltip.offsetWidth;
    const left = plot.valToPos(at, "x") - this.tooltip.offsetWidth / 2;
    this.tooltip.style.left = `${Math.max(0, Math.min(left, most))}px`;
  }
}

/** A single point, or points at one time, would have no width. */
function roomy(low: number, high: number): [number, number] {
  return high > low ? [low, high] : [low - 3600, high + 3600];
}

/** As wide as the longest of the labels, which are digits nearly all. */
function widthOf(labels: readonly string[] | null): number {
  const longest = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.max(40, 18 + longest * 7);
}

const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });

function shortNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && size < 1e-3 ? value.toExponential(1) : SHORT.format(value);
}
