"""Laws of automation conditions, over random ones."""

from __future__ import annotations

import json
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atoll import AssetSelection
from atoll import AutomationCondition as C

LEAVES = st.sampled_from(
    [
        C.missing(),
        C.newly_updated(),
        C.execution_failed(),
        C.cron_tick_passed("@daily"),
        C.executed_with_tags(tag_values={"team": "data"}),
        C.in_progress(),
    ]
)
MARK = C.code_version_changed()
GROUP = AssetSelection.groups("raw")


def made_of(inner: Any) -> Any:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda pair: pair[0] & pair[1]),
        pairs.map(lambda pair: pair[0] | pair[1]),
        pairs.map(lambda pair: pair[0].since(pair[1])),
        inner.map(lambda one: ~one),
        inner.map(C.any_deps_match),
        inner.map(C.all_deps_match),
        inner.map(lambda one: one.newly_true()),
        st.tuples(inner, st.sampled_from(["a", "b"])).map(lambda pair: pair[0].with_label(pair[1])),
    )


CONDITIONS = st.recursive(LEAVES, made_of, max_leaves=8)


def within(condition: Any) -> list[Any]:
    """The condition, and all that it is made of."""
    return [condition, *(one for child in condition.children for one in within(child))]


@given(CONDITIONS, CONDITIONS)
def test_conditions_are_equal_exactly_when_the_wire_tells_the_same(one: Any, other: Any) -> None:
    assert (one == other) == (one.to_wire() == other.to_wire())
    assert one != other or hash(one) == hash(other)


@given(CONDITIONS)
def test_conditions_survive_pickling_and_the_wire_is_json(condition: Any) -> None:
    assert pickle.loads(pickle.dumps(condition)) == condition
    assert json.loads(json.dumps(condition.to_wire())) == condition.to_wire()


@given(CONDITIONS)
def test_replacing_what_is_not_there_changes_nothing(condition: Any) -> None:
    assert condition.replace("nothing is called so", MARK) == condition


@given(CONDITIONS, LEAVES)
def test_what_was_replaced_stands_only_within_newly_true(condition: Any, leaf: Any) -> None:
    found = condition.replace(leaf, MARK)
    kept = [
        one
        for outer in within(found)
        if outer.to_wire()["kind"] == "newly_true"
        for one in within(outer)[1:]
    ]

    assert all(any(one is other for other in kept) for one in within(found) if one == leaf)


@given(CONDITIONS)
def test_allow_narrows_and_changes_nothing_else(condition: Any) -> None:
    narrowed = condition.allow(GROUP) if hasattr(condition, "allow") else condition

    assert [one.get_label() for one in within(narrowed)] == [
        one.get_label() for one in within(condition)
    ]
    assert len(str(narrowed)) >= len(str(condition))
