"""The config parameter of a function that is called directly, without a run."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from atoll import Config, ConfigError, asset, build_asset_context, build_op_context, op


class Limits(Config):
    most: int = 3


@op
def plain(config: str = "everything") -> str:
    return config


@op
def many(config: Dict[str, Any]) -> Any:
    return config


@asset
def limited(context: Any, config: Limits) -> int:
    return config.most


def test_a_default_is_taken_where_the_context_gives_nothing() -> None:
    assert plain(build_op_context()) == "everything"
    assert limited(build_asset_context()) == 3


def test_what_the_context_gives_is_taken() -> None:
    assert plain(build_op_context(op_config="some")) == "some"
    assert many(build_op_context(op_config={"a": 1})) == {"a": 1}
    assert limited(build_asset_context(asset_config={"most": 5})) == 5


def test_config_that_does_not_fit_is_told_as_in_a_run() -> None:
    with pytest.raises(ConfigError, match="plain:config"):
        plain(build_op_context(op_config=7))
    with pytest.raises(ConfigError, match="config:most"):
        limited(build_asset_context(asset_config={"most": "many"}))
