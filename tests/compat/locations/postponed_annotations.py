"""Annotations that are texts: `from __future__ import annotations`, quoted types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Sequence


class Store(dg.ConfigurableResource):
    folder: str

    def path(self, name: str) -> str:
        return self.folder + "/" + name

    def names(self) -> Sequence[str]:
        return []


@dg.asset
def orders(context, store: Store) -> list[int]:
    context.log.info(store.path("orders"))
    return list(range(3))


@dg.asset
def totals(orders: list[int]) -> int:
    return sum(orders)


@dg.asset
def prices(context, totals: int) -> dict[str, Decimal]:
    return {}


@dg.asset_check(asset=orders)
def not_empty(orders: list[int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=bool(orders))


defs = dg.Definitions(
    assets=[orders, totals, prices],
    asset_checks=[not_empty],
    resources={"store": Store(folder="/tmp")},
)
