"""Delays by carrier, hour, weather and route.

The tables come from *ingest*, where pandas wrote them; here they arrive as Polars frames, because
the parameters are annotated so. Flights are never dropped: `clean` marks what did not happen.
"""

import polars as pl

from atoll import AssetExecutionContext, AssetIn, AssetKey, Config, MetadataValue, asset
from delays.resources import DuckDB

LATE_MINUTES = 15
"""From here on a flight counts as late, as the US Department of Transportation counts."""


def key(name: str) -> AssetKey:
    """The key of an asset of this island."""
    return AssetKey(["delays", name])


def preview(table: pl.DataFrame, rows: int = 8) -> MetadataValue:
    """The first rows, as a table for the catalog."""
    head = table.head(rows)
    lines = ["| " + " | ".join(head.columns) + " |", "|" + " --- |" * len(head.columns)]
    for row in head.iter_rows():
        cells = (f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return MetadataValue.md("\n".join(lines))


def measures() -> list[pl.Expr]:
    """What every summary says of its group of flights."""
    return [
        pl.len().alias("flights"),
        pl.col("cancelled").sum().alias("cancelled"),
        pl.col("arr_delay").mean().alias("mean_delay"),
        pl.col("arr_delay").quantile(0.95).alias("p95_delay"),
        pl.col("late").mean().alias("late_share"),
    ]


def report(context: AssetExecutionContext, table: pl.DataFrame, flights: int) -> None:
    """How many flights came in and went out, so that a lost one would show."""
    context.add_output_metadata(
        {
            "flights_in": flights,
            "flights_out": int(table["flights"].sum()),
            "preview": preview(table),
        }
    )


@asset(key=key("clean"))
def clean(context: AssetExecutionContext, flights: pl.DataFrame) -> pl.DataFrame:
    """The flights with a departure time and with marks: cancelled, diverted, late."""
    departure = pl.datetime("year", "month", "day", "hour", "minute").alias("scheduled")
    table = flights.with_columns(
        departure,
        cancelled=pl.col("dep_time").is_null(),
        diverted=pl.col("dep_time").is_not_null() & pl.col("arr_delay").is_null(),
        late=pl.col("arr_delay") >= LATE_MINUTES,
    )
    if table.height != flights.height:
        raise ValueError(f"{flights.height} flights came in, {table.height} went out")
    context.add_output_metadata(
        {
            "cancelled": int(table["cancelled"].sum()),
            "diverted": int(table["diverted"].sum()),
            "late": int(table["late"].sum()),
            "polars": pl.__version__,
        }
    )
    return table


@asset(key=key("by_carrier"), ins={"clean": AssetIn(key=key("clean"))})
def by_carrier(
    context: AssetExecutionContext, clean: pl.DataFrame, airlines: pl.DataFrame
) -> pl.DataFrame:
    """The carriers, the most delayed first."""
    table = (
        clean.group_by("carrier")
        .agg(measures())
        .join(airlines, on="carrier", how="left")
        .sort("mean_delay", descending=True)
    )
    report(context, table, clean.height)
    return table


@asset(key=key("by_hour_and_origin"), ins={"clean": AssetIn(key=key("clean"))})
def by_hour_and_origin(context: AssetExecutionContext, clean: pl.DataFrame) -> pl.DataFrame:
    """How delays pile up over the day at each airport."""
    table = clean.group_by("origin", "hour").agg(measures()).sort("origin", "hour")
    report(context, table, clean.height)
    return table


@asset(key=key("by_weather"), ins={"clean": AssetIn(key=key("clean"))})
def by_weather(
    context: AssetExecutionContext, clean: pl.DataFrame, weather: pl.DataFrame
) -> pl.DataFrame:
    """Delays by visibility at departure; flights without a weather report have a row too."""
    hours = weather.select("origin", "time_hour", "visib").unique(["origin", "time_hour"])
    joined = clean.join(hours, on=["origin", "time_hour"], how="left")
    miles = pl.col("visib").round(0).cast(pl.Int64).alias("visibility_miles")
    table = joined.group_by(miles).agg(measures()).sort("visibility_miles", nulls_last=True)
    report(context, table, clean.height)
    return table


class WorstRoutes(Config):
    """What counts as a route, and how many to list."""

    min_flights: int = 100
    limit: int = 25


@asset(key=key("worst_routes"), ins={"clean": AssetIn(key=key("clean"))})
def worst_routes(
    context: AssetExecutionContext,
    config: WorstRoutes,
    duckdb: DuckDB,
    clean: pl.DataFrame,
    airports: pl.DataFrame,
) -> pl.DataFrame:
    """The routes on which one waits longest, by DuckDB."""
    table = duckdb.query(
        """
        select f.origin, f.dest, a.name as destination,
               count(*) as flights, avg(f.arr_delay) as mean_delay,
               quantile_cont(f.arr_delay, 0.95) as p95_delay
        from flights f left join airports a on a.faa = f.dest
        group by all having count(f.arr_delay) >= $min_flights
        order by mean_delay desc limit $limit
        """,
        config.model_dump(),
        flights=clean,
        airports=airports,
    )
    context.add_output_metadata({"preview": preview(table)})
    return table


@asset(
    key=key("forecast_vs_actual"),
    ins={"predictions": AssetIn(key=AssetKey(["forecast", "predictions"]))},
)
def forecast_vs_actual(
    context: AssetExecutionContext, predictions: pl.DataFrame, airlines: pl.DataFrame
) -> pl.DataFrame:
    """What the model of the island *forecast* promised for December, and what came, by carrier."""
    table = (
        predictions.group_by("carrier")
        .agg(
            pl.len().alias("flights"),
            pl.col("p_late").mean().alias("forecast_late_share"),
            pl.col("late").mean().alias("actual_late_share"),
        )
        .join(airlines, on="carrier", how="left")
        .sort("flights", descending=True)
    )
    report(context, table, predictions.height)
    return table
