"""A package whose assets are collected, and a function that gives the definitions."""

from dagster import (
    Definitions,
    definitions,
    load_assets_from_modules,
    load_assets_from_package_module,
)

from . import assets
from .assets import orders

in_orders = load_assets_from_modules([orders], group_name="orders", key_prefix="shop")
in_assets = [
    each
    for each in load_assets_from_package_module(assets)
    if each.key.path[-1] not in ("items", "baskets")
]


@definitions
def defs():
    return Definitions.merge(Definitions(assets=in_orders), Definitions(assets=in_assets))
