"""Ranges are sets; keys and windows lead to each other, across changes of the clocks."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from atoll_wire.codec import to_wire
from atoll_wire.partitions.ranges import Ranges
from atoll_wire.partitions.spaces import (
    Dimension,
    Moment,
    MultiSpace,
    StaticSpace,
    space_from_wire,
)
from atoll_wire.partitions.time_windows import TimeWindowSpace
from atoll_wire.zones import zone

NUMBERS = st.sets(st.integers(-30, 30))
CRONS = ["0 * * * *", "*/15 * * * *", "0 0 * * *", "30 2 * * *", "0 0 * * 1", "0 */6 * * *"]


@given(NUMBERS, NUMBERS, st.integers(-5, 5))
def test_ranges_are_sets(a: set[int], b: set[int], by: int) -> None:
    one, other = Ranges.of(a), Ranges.of(b)

    assert set(one | other) == a | b
    assert set(one & other) == a & b
    assert set(one - other) == a - b
    assert set(one.shifted(by)) == {n + by for n in a}
    assert one.count == len(a)
    assert all((n in one) == (n in a) for n in range(-31, 32))
    assert all(x < y < z for (_, x), (y, z) in zip(one.pairs, one.pairs[1:], strict=False))


@given(NUMBERS, st.integers(0, 10), st.integers(1, 10))
def test_a_page_is_a_slice(a: set[int], offset: int, limit: int) -> None:
    assert Ranges.of(a).page(offset, limit) == sorted(a)[offset : offset + limit]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(CRONS),
    st.sampled_from(["UTC", "America/New_York", "Europe/Berlin"]),
    st.sampled_from(["2024-03-08", "2024-03-29", "2024-10-25", "2024-11-01"]),
    st.integers(0, 2),
    st.sampled_from([(), ("0 0 * * 6",), ("0 12 * * *",)]),
)
def test_keys_and_windows_lead_to_each_other(
    text: str, name: str, start: str, offset: int, excluded: tuple[str, ...]
) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=zone(name)).timestamp()
    space = TimeWindowSpace(
        text, begins, "%Y-%m-%d-%H:%M", name, end_offset=offset, excluded_crons=list(excluded)
    )
    at = Moment(begins + 5 * 86400)
    keys = space.keys(at)

    assert len(set(keys)) == len(keys) == space.count(at)
    assert [space.position(key, at) for key in keys] == list(range(len(keys)))
    for place, key in enumerate(keys):
        window = space.window(key)
        assert window == (space.start_of(place), space.end_of(place))
        assert space.position_from(window[0]) == place == space.position_at(window[1] - 1)
        assert not space.excludes(window[0])
    assert space.position(space.key(len(keys)), at) is None
    assert space_from_wire(to_wire(space)) == space


@given(st.sets(st.integers(0, 19)))
def test_boxes_hold_what_the_ranges_hold(places: set[int]) -> None:
    columns = StaticSpace([str(n) for n in range(5)])
    space = MultiSpace([Dimension("a", StaticSpace(list("wxyz"))), Dimension("b", columns)])
    at, ranges = Moment(0), Ranges.of(places)

    boxes = space.boxes(ranges, at)
    assert sum(rows.count * columns.count for rows, columns in boxes) == len(places)
    back = Ranges()
    for rows, columns_ in boxes:
        back |= space.box(rows, columns_, at)
    assert back == ranges
    spans = Ranges()
    for first, last in space.spans(ranges, at):
        spans |= space.between(first, last, at)
    assert spans == ranges
    assert space_from_wire(to_wire(space)) == space
