"""What checks look at beside their asset: named twice, or by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AssetCheckSpec,
    AssetIn,
    DefinitionError,
    asset,
    asset_check,
    multi_asset_check,
)


@asset
def orders() -> int:
    return 4


@asset
def prices() -> int:
    return 5


@pytest.mark.parametrize(
    "arguments",
    [
        {"additional_deps": [orders]},
        {"additional_ins": {"given": AssetIn("orders")}},
    ],
)
def test_the_asset_that_is_checked_is_no_additional_one(arguments: Any) -> None:
    with pytest.raises(DefinitionError, match="the check positive names 'orders' twice"):

        @asset_check(asset=orders, **arguments)
        def positive(given: int) -> Any: ...


def test_a_parameter_of_several_checks_is_an_asset_that_they_look_at() -> None:
    specs = [
        AssetCheckSpec("one", asset=orders),
        AssetCheckSpec("two", asset=orders, additional_deps=[prices]),
    ]
    with pytest.raises(DefinitionError, match="take the value of 'nonsense'") as caught:

        @multi_asset_check(specs=specs)
        def wrong(nonsense: int) -> Any: ...

    assert caught.value.code == "definition.unknown_parameter"

    @multi_asset_check(specs=specs, ins={"anything": AssetIn("elsewhere")})
    def right(orders: int, prices: int, anything: int) -> Any: ...

    assert sorted(right.keys_by_input_name) == ["anything", "orders", "prices"]
