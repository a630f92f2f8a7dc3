"""What can be stored, and how it is read."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.engine.settings import EngineSettings, storable, with_stored
from atoll_server.stored_settings import STORABLE, SettingsError, UnknownSetting, read_changes


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("max_concurrent_runs", "3", 3),
        ("max_concurrent_runs", 0, 0),
        ("max_concurrent_runs", "-1", "unlimited"),
        ("max_concurrent_runs", "Unlimited", "unlimited"),
        ("pool_limits.a.b/c", 2, 2),
        ("pool_granularity", "op", "step"),
        (
            "tag_concurrency_limits",
            '[{"key": "team", "value": {"applyLimitPerUniqueValue": true}, "limit": 1}]',
            [{"key": "team", "limit": 1, "per_value": True}],
        ),
        (
            "tag_concurrency_limits",
            [{"key": "database", "value": "big", "limit": "2"}],
            [{"key": "database", "limit": 2, "value": "big"}],
        ),
    ],
)
def test_a_value_is_read_from_json_and_from_text(name: str, value: Any, stored: Any) -> None:
    assert read_changes({name: value}) == {name: stored}
    assert read_changes({name: stored}) == {name: stored}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_concurrent_runs", "many"),
        ("max_concurrent_runs", True),
        ("max_concurrent_runs", 1.5),
        ("max_concurrent_steps", 0),
        ("max_concurrent_steps", "unlimited"),
        ("pool_limits.gpu", "9" * 4000),
        ("pool_granularity", "node"),
        ("tag_concurrency_limits", "team"),
        ("tag_concurrency_limits", ["team"]),
        ("tag_concurrency_limits", [{"key": "team"}]),
        ("tag_concurrency_limits", [{"key": "team", "limit": 1, "most": 2}]),
        ("tag_concurrency_limits", [{"key": "team", "limit": 1, "value": 3}]),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=name.replace(".", r"\.")):
        read_changes({name: value})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("max_concurent_runs", "did you mean max_concurrent_runs"),
        ("pool_limit.gpu", "did you mean pool_limits.NAME"),
        ("pool_limits", "pool_limits.NAME"),
        ("max_concurrent_runs.x", "no setting"),
        ("zzz", "there are: "),
    ],
)
def test_a_name_that_nothing_has_is_told_the_nearest(name: str, told: str) -> None:
    with pytest.raises(UnknownSetting, match=told):
        read_changes({name: 1})
    with pytest.raises(UnknownSetting):
        read_changes({name: None})


def test_every_row_is_a_setting_of_the_engine() -> None:
    assert {name for name in STORABLE if not hasattr(EngineSettings(), name)} == set()
    for name, row in STORABLE.items():
        if not row.has_members:
            assert row.read(name, row.default) == row.default


def test_what_is_stored_lies_over_what_the_engine_was_started_with() -> None:
    own = EngineSettings(location_limits={"shop": 2}, pool_limits={"gpu": 1})
    stored = {
        "max_concurrent_runs": "unlimited",
        "location_limits.bank": 3,
        "pool_limits.gpu": "unlimited",
        "of_another_release": 1,
        "max_concurrent_steps": "so many",
    }

    settings = with_stored(own, stored)

    assert settings.max_concurrent_runs is None
    assert settings.location_limits == {"shop": 2, "bank": 3}
    assert settings.step_limits.of_pool("gpu") is None
    assert settings.max_concurrent_steps == own.max_concurrent_steps
    assert with_stored(EngineSettings(), storable(settings)) == settings
