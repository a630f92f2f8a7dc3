"""Evaluating only what may have changed asks for the same as evaluating everything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atoll import AutomationCondition as AC
from atoll_wire.conditions import facts
from atoll_wire.conditions.compiled import Conditions
from atoll_wire.conditions.evaluation import evaluate
from atoll_wire.conditions.facts import RunFacts, Update
from atoll_wire.conditions.memory import Memory
from atoll_wire.conditions.targets import Target, Targets
from atoll_wire.conditions.tree import Node
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import DynamicSpace, Moment, StaticSpace
from atoll_wire.partitions.time_windows import TimeWindowSpace

HOUR = 3600.0
START = 1_600_000_000.0 // 86400 * 86400
SPACES = [
    None,
    None,
    StaticSpace(["a", "b", "c"]),
    TimeWindowSpace("0 0 * * *", START - 3 * 86400, "%Y-%m-%d"),
    DynamicSpace("grown"),
]
LEAVES = [
    AC.missing(),
    AC.run_in_progress(),
    AC.newly_updated(),
    AC.newly_requested(),
    AC.will_be_requested(),
    AC.initial_evaluation(),
    AC.execution_failed(),
    AC.cron_tick_passed("0 */5 * * *"),
    AC.in_latest_time_window(),
    AC.executed_with_root_target(),
    AC.any_downstream_conditions(),
]
CONDITIONS = st.one_of(
    st.sampled_from([AC.eager(), AC.on_cron("0 */5 * * *"), AC.on_missing()]),
    st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a, b: a.since(b), inner, inner),
            inner.map(lambda a: ~a),
            inner.map(lambda a: a.newly_true()),
            inner.map(AC.any_deps_match),
            inner.map(AC.all_deps_match),
            inner.map(lambda a: a.since_last_handled()),
        ),
        max_leaves=6,
    ),
)


class World:
    """What has happened, in the simplest words: facts by key and position."""

    def __init__(self) -> None:
        self.last_event = 0
        self.log: list[tuple[int, str, int, float, RunFacts | None]] = []
        self.states: dict[tuple[str, str], set[int]] = {}
        self.touched: list[tuple[int, str]] = []

    def made(self, key: str, position: int, at: float, together: Sequence[str]) -> None:
        run = RunFacts({}, frozenset(together))
        self.last_event += 1
        self.log.append((self.last_event, key, position, at, run))
        self.touched.append((self.last_event, key))

    def toggled(self, key: str, fact: str, position: int) -> None:
        self.last_event += 1
        self.states.setdefault((key, fact), set()).symmetric_difference_update([position])
        self.touched.append((self.last_event, key))

    def changed(self, after: int) -> Iterable[str]:
        return [key for number, key in self.touched if number > after]

    def subset(self, key: str, fact: str) -> Ranges:
        if fact == facts.MADE:
            return Ranges.of(position for _, one, position, _, _ in self.log if one == key)
        return Ranges.of(self.states.get((key, fact), ()))

    def updates(self, key: str, after: int) -> Sequence[Update]:
        return [
            Update(Ranges.of([position]), at, run)
            for number, one, position, at, run in self.log
            if one == key and number > after
        ]

    def data_version_changed(self, key: str, after: int) -> Ranges:
        return NONE

    def latest_runs(self, key: str, ranges: Ranges) -> Iterable[tuple[RunFacts, Ranges]]:
        latest = {position: run for _, one, position, _, run in self.log if one == key}
        return [(run, Ranges.of([p]) & ranges) for p, run in latest.items() if run is not None]

    def freshness(self, key: str) -> str | None:
        return None


@st.composite
def graphs(draw: Any) -> Targets:
    count = draw(st.integers(1, 6))
    found = []
    for place in range(count):
        deps = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        condition = draw(st.none() | CONDITIONS)
        found.append(
            Target(
                f"k{place}",
                space=draw(st.sampled_from(SPACES)) if draw(st.booleans()) else None,
                deps={f"k{dep}": None for dep in deps},
                condition=None if condition is None else Node.from_wire(condition.to_wire()),
            )
        )
    return Targets(found)


STEPS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 3)), max_size=2),
        st.sampled_from([0.25, 1.0, 6.0, 30.0]),
        st.sampled_from(["", "", "", "x", "y"]),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(graphs(), STEPS)
def test_what_is_left_alone_would_have_asked_for_nothing(targets: Targets, steps: Any) -> None:
    conditions, world = Conditions(targets), World()
    sparse, whole = Memory(), Memory()
    now, added = START + 60, ["a"]
    for happened, hours, new_key in steps:
        for number, what, position in happened:
            key = f"k{number % len(targets.by_key)}"
            at = Moment(now, {"grown": added})
            place = position % max(1, targets.by_key[key].all(at).count)
            if what == 0:
                world.made(key, place, now, [key, f"k{position}"])
            else:
                fact = facts.RUN_IN_PROGRESS if what == 1 else facts.EXECUTION_FAILED
                world.toggled(key, fact, place)
        now += hours * HOUR
        added = [*added, new_key] if new_key and new_key not in added else added
        at = Moment(now, {"grown": added})
        one = evaluate(conditions, sparse, world, at)
        every = evaluate(conditions, whole, world, at, is_whole=True)
        assert one.requested == every.requested
        assert one.evaluations <= every.evaluations
        for key, result in one.results.items():
            assert result.true == every.results[key].true
        sparse = Memory.from_wire(json.loads(json.dumps(one.memory.to_wire())))
        whole = every.memory


def _chain(*conditions: Any) -> Targets:
    """Assets of which each depends on the one before it."""
    return Targets(
        Target(
            f"k{place}",
            deps={f"k{place - 1}": None} if place else {},
            condition=None if one is None else Node.from_wire(one.to_wire()),
        )
        for place, one in enumerate(conditions)
    )


def _evaluated(targets: Targets, *happenings: Any) -> list[Any]:
    """The outcomes of evaluations an hour apart, each after something has happened, or nothing."""
    conditions, world, memory, now, found = Conditions(targets), World(), Memory(), START, []
    for happening in happenings:
        now += HOUR
        if happening is not None:
            world.made(happening, 0, now, [happening])
        outcome = evaluate(conditions, memory, world, Moment(now))
        memory = outcome.memory
        found.append(outcome)
    return found


def test_where_nothing_happened_no_condition_is_evaluated() -> None:
    targets = _chain(None, AC.eager(), AC.eager(), None)
    quiet = _evaluated(targets, None, None, None)[-1]
    assert (quiet.results, quiet.evaluations) == ({}, 0)


def test_only_what_looks_at_a_change_is_evaluated() -> None:
    targets = _chain(None, AC.eager(), AC.eager(), AC.eager(), AC.eager())
    made = [None, None, None, "k3"]
    assert set(_evaluated(targets, *made)[-1].results) == {"k3", "k4"}


def test_what_is_asked_for_wakes_what_depends_on_it_at_once_and_once_more() -> None:
    ticked, of_dep = AC.cron_tick_passed("0 4 * * *"), AC.any_deps_match
    for asks, when in ((AC.will_be_requested(), 3), (AC.newly_requested(), 4)):
        outcomes = _evaluated(_chain(ticked, of_dep(asks)), None, None, None, None, None)
        assert ["k0" in one.requested for one in outcomes].index(True) == 3
        assert ["k1" in one.requested for one in outcomes].index(True) == when


def test_a_key_that_is_added_wakes_what_has_its_partitions() -> None:
    node = Node.from_wire(AC.on_missing().to_wire())
    targets = Targets([Target("k0", space=DynamicSpace("grown"), condition=node)])
    conditions, world, memory = Conditions(targets), World(), Memory()
    asked = []
    for hour, keys in enumerate([[], [], [], ["a"], ["a", "b"], ["b", "c"]]):
        at = Moment(START + hour * HOUR, {"grown": keys})
        outcome = evaluate(conditions, memory, world, at)
        memory = outcome.memory
        asked.append([keys[place] for place in outcome.requested.get("k0", NONE)])
    assert asked == [[], [], [], ["a"], ["b"], ["c"]]
