"""Tags that mean something are read under both prefixes, and refused with what they may be."""

from __future__ import annotations

import pytest

from atoll_server.core.run.tags import (
    RetryStrategy,
    RunTags,
    TagError,
    nearest,
    read,
    read_leniently,
)


def test_each_tag_is_read_under_either_prefix() -> None:
    said = {
        "priority": "-3",
        "max_runtime": "2.5",
        "max_retries": "4",
        "retry_strategy": "all_steps",
        "retry_on_asset_or_op_failure": "False",
    }
    expected = RunTags(-3, 2.5, 4, RetryStrategy.ALL_STEPS, False)

    for prefix in ("atoll/", "dagster/"):
        assert read({prefix + name: value for name, value in said.items()}) == expected


def test_our_own_prefix_counts_where_both_are_given() -> None:
    assert read({"atoll/priority": "1", "dagster/priority": "9"}).priority == 1


@pytest.mark.parametrize(
    ("tag", "value", "told"),
    [
        ("dagster/priority", "high", 'tag dagster/priority is a whole number, not "high"'),
        ("atoll/max_retries", "-1", 'tag atoll/max_retries is a whole number, 0 or more, not "-1"'),
        (
            "atoll/max_runtime",
            "nan",
            "tag atoll/max_runtime is a number of seconds above 0, or a text such as 90s, 10m or "
            '1h 30m, not "nan"',
        ),
        (
            "atoll/retry_strategy",
            "SOME",
            'tag atoll/retry_strategy is FROM_FAILURE or ALL_STEPS, not "SOME"',
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused(tag: str, value: str, told: str) -> None:
    with pytest.raises(TagError) as caught:
        read({tag: value})
    assert str(caught.value) == told


def test_of_stored_tags_only_those_count_that_can_be_read() -> None:
    assert read_leniently({"atoll/priority": "high", "atoll/max_retries": "2"}) == RunTags(
        max_retries=2
    )


def test_the_nearest_tag_is_named() -> None:
    assert nearest("atoll/max_retires") == "atoll/max_retries"
    assert nearest("atoll/priority") is None
    assert nearest("team/priorty") is None
