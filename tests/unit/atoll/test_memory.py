"""The storage in memory: what it answers about assets, and how much it looks at for that."""

from typing import Any, Dict, List

from atoll.instance.memory import InMemoryStorage
from atoll_wire import events
from atoll_wire.events import JournalEvent


class Looked(Dict[str, Any]):
    """What an event says; counts how often it is read, over all events."""

    times = 0

    def get(self, *args: Any) -> Any:
        Looked.times += 1
        return super().get(*args)

    def __getitem__(self, name: str) -> Any:
        Looked.times += 1
        return super().__getitem__(name)


def filled(keys: List[str], run_id: str = "run") -> InMemoryStorage:
    storage = InMemoryStorage()
    for key in keys:
        made(storage, key, run_id)
    return storage


def made(storage: InMemoryStorage, key: str, run_id: str) -> int:
    data = Looked(asset_key=key)
    event = JournalEvent(1, events.ASSET_MATERIALIZATION, 0.0, "", data)
    return storage.record(run_id, "job", key, event).id


def looks(count: int) -> int:
    """How often events are read to find the newest one of an asset among `count` others."""
    storage = filled(["a%d" % number for number in range(count)])
    before = Looked.times
    assert list(storage.latest_of_assets(events.ASSET_MATERIALIZATION, ["a1"])) == ["a1"]
    assert storage.latest_of_partitions(events.ASSET_MATERIALIZATION, "a1") == {}
    return Looked.times - before


def test_what_is_asked_about_one_asset_costs_no_look_at_the_others() -> None:
    assert looks(1000) == looks(10)


def test_the_newest_event_of_an_asset_is_found_whatever_was_wiped_or_deleted() -> None:
    storage = filled(["a", "b"])
    kind = events.ASSET_MATERIALIZATION
    newest = made(storage, "a", "later")

    assert {key: each.id for key, each in storage.latest_of_assets(kind).items()} == {
        "a": newest,
        "b": 2,
    }
    storage.delete_run("later")
    assert storage.latest_of_assets(kind, ["a"])["a"].id == 1
    storage.wipe("a")
    assert list(storage.latest_of_assets(kind)) == ["b"]
    again = made(storage, "a", "run")
    assert storage.latest_of_assets(kind, ["a", "unknown"])["a"].id == again
