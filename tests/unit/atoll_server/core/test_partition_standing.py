"""How partitions stand, as ranges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atoll_server.core.partitions.standing import PartitionNote, PartitionSet, spans
from atoll_wire.partitions.spaces import Moment, StaticSpace

AT = Moment(0.0)
KEYS = [f"k{number:02}" for number in range(20)]
SPACE = StaticSpace(KEYS)


def statuses(kept: PartitionSet, *under_way: str) -> dict[str, list[int]]:
    return {name: list(found) for name, found in kept.by_status(under_way, AT).items()}


def test_each_partition_has_one_status_and_the_newest_thing_counts() -> None:
    kept = PartitionSet(StaticSpace(["a", "b", "c", "d", "e"]))
    made = [PartitionNote("a", 1, "r1"), PartitionNote("b", 2, "r1"), PartitionNote("c", 9, "r4")]
    kept.add(made, [PartitionNote("b...c", 5, "r2")], AT)
    assert statuses(kept, "e", "gone") == {
        "materialized": [0, 2],
        "failed": [1],
        "in_progress": [4],
        "missing": [3],
    }
    kept.add([PartitionNote("b", 12, "r5")], [], AT)
    assert statuses(kept)["failed"] == []
    assert spans(kept.by_status((), AT)) == [("materialized", 0, 3), ("missing", 3, 5)]
    assert kept.last_event_id == 12


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(["made", "failed"])),
        max_size=40,
    ),
    st.integers(0, 40),
)
def test_what_is_added_bit_by_bit_comes_to_the_same(told: list[tuple[str, str]], cut: int) -> None:
    model: dict[str, str] = {}
    latest: dict[tuple[str, str], int] = {}
    kept, half = PartitionSet(SPACE), []
    for event_id, (key, what) in enumerate(told, 1):
        model[key] = what
        latest[key, what] = event_id
        if event_id == cut:
            half = _notes(latest, 0)
            kept.add(*half, AT)
    kept.add(*_notes(latest, cut if half else 0), AT)
    found = kept.by_status((), AT)
    assert {KEYS[n] for n in found["materialized"]} == {k for k, s in model.items() if s == "made"}
    assert {KEYS[n] for n in found["failed"]} == {k for k, s in model.items() if s == "failed"}


def _notes(latest: dict[tuple[str, str], int], after: int) -> list[list[PartitionNote]]:
    """What storage tells: of each partition the latest of either kind, past an event."""
    return [
        sorted(
            (
                PartitionNote(key, event_id, "r")
                for (key, what), event_id in latest.items()
                if what == kind and event_id > after
            ),
            key=lambda note: note.event_id,
        )
        for kind in ("made", "failed")
    ]
