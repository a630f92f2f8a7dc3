import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { plottedEventsQuery } from "@/api/assets";
import { Moment } from "@/design/Moment";
import { numberText } from "@/design/metadata/number";
import { Answer, Empty, Loading } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import styles from "./Asset.module.css";
import { type Series, seriesOf } from "./series";

const PlotView = lazy(() => import("./PlotView"));

/** Every number in its metadata, over its last materializations. */
export function PlotsTab({ assetKey }: { assetKey: string }) {
  const told = useQuery(plottedEventsQuery(assetKey));
  const series = useMemo(() => seriesOf(told.data ?? []), [told.data]);
  return (
    <Answer of={told}>
      {() =>
        series.length === 0 ? (
          <Panel>
            <Empty title="There are no numbers to plot">
              Give numbers in the metadata of a materialization, such as
              <code>
                {" "}
                MaterializeResult(metadata={"{"}"rows": 120{"}"})
              </code>
              ; each becomes a plot.
            </Empty>
          </Panel>
        ) : (
          <div className={styles.plots}>
            {series.map((each) => (
              <Plot key={each.name} series={each} />
            ))}
          </div>
        )
      }
    </Answer>
  );
}

function Plot({ series }: { series: Series }) {
  const last = series.points.at(-1);
  return (
    <Panel
      title={series.name}
      actions={last && <span className={styles.lastValue}>{numberText(last.value)}</span>}
    >
      <Suspense fallback={<Loading rows={3} />}>
        <PlotView series={series} />
      </Suspense>
      <details className={styles.asTable}>
        <summary>As a table</summary>
        <div className={styles.plotTable}>
          <table aria-label={`${series.name} over time`}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Value</th>
                <th scope="col">Run</th>
              </tr>
            </thead>
            <tbody>
              {[...series.points].reverse().map((point) => (
                <tr key={`${point.at} ${point.runId}`}>
                  <td>
                    <Moment at={point.at} />
                  </td>
                  <td>{numberText(point.value)}</td>
                  <td>
                    <Link to="/runs/$runId" params={{ runId: point.runId }}>
                      {shortId(point.runId)}
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Panel>
  );
}
