"""The assets of the island *delays*; read `assets.py` next."""

from atoll import Definitions, load_assets_from_modules
from delays import assets
from delays.resources import DuckDB

defs = Definitions(
    assets=load_assets_from_modules([assets], group_name="delays"),
    resources={"duckdb": DuckDB(threads=2)},
)
