"""A location as the host sees it, one situation at a time."""

from __future__ import annotations

from atoll_server.core.location import messages as m
from atoll_server.core.location.change import Change, diff
from atoll_server.core.location.describe import describe
from atoll_server.core.location.machine import decide, effects, evolve, generation_lost, settle
from atoll_server.core.location.state import LocationState, PinnedTo
from atoll_server.core.outcome import Rejected
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.messages import (
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    Hello,
    WorkerMode,
)
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot

BROKEN = Failure(code="user_code.raised", message="No module named 'pandsa'")


class Shop:
    """A location in memory: commands in, effects out."""

    def __init__(self, last_number: int = 0) -> None:
        self.state = LocationState("shop", last_number=last_number)

    def do(self, command: m.Command) -> list[m.Effect]:
        decided = decide(self.state, command)
        assert not isinstance(decided, Rejected), decided
        found: list[m.Effect] = []
        while decided:
            for event in decided:
                evolve(self.state, event)
                found.extend(effects(event, self.state))
            decided = settle(self.state, 1.0)
        return found

    def connect(self) -> list[m.Effect]:
        return self.do(m.Connect(1.0, Hello(release="x", server_id="s")))

    def hear(self, message: m.Told) -> list[m.Effect]:
        return self.do(m.Hear(1.0, message))

    def load(self, number: int, identity: str, change: Change | None = None) -> list[m.Effect]:
        self.hear(GenerationStarting(number, 100 + number))
        found = self.hear(loaded(number, identity))
        return found + self.do(m.AcceptSnapshot(1.0, number, f"hash-{identity}", change))

    @property
    def status(self) -> str:
        return str(describe(self.state)["status"])


def loaded(number: int, identity: str) -> GenerationLoaded:
    return GenerationLoaded(number, identity, f"hash-{identity}", 100 + number, "3.9.18", 0.5)


def serving(identity: str = "red") -> Shop:
    shop = Shop()
    shop.connect()
    shop.load(1, identity)
    return shop


def test_a_connected_location_is_loaded_under_a_number_that_was_never_used() -> None:
    shop = Shop(last_number=6)
    assert shop.status == "loading"
    assert shop.connect() == [m.LoadGeneration(7)]
    assert shop.status == "loading"


def test_it_serves_once_its_snapshot_is_read() -> None:
    shop = Shop()
    shop.connect()
    assert shop.hear(loaded(1, "red")) == [m.ObtainSnapshot(1, "hash-red")]
    assert shop.status == "loading"
    assert shop.do(m.AcceptSnapshot(1.0, 1, "hash-red")) == [m.RebuildCatalog()]
    shop.hear(WorkerMode(1, "fork", "no threads were found"))
    view = describe(shop.state)
    assert view["status"] == "loaded"
    assert (view["generation"], view["pid"], view["python_version"]) == (1, 101, "3.9.18")
    assert (view["worker"], view["worker_reason"]) == ("fork", "no threads were found")
    assert not view["stale"]


def test_a_location_that_cannot_be_loaded_tells_why() -> None:
    shop = Shop()
    shop.connect()
    shop.hear(GenerationFailed(1, BROKEN, 0.2))
    view = describe(shop.state)
    assert view["status"] == "failed"
    assert view["error"]["code"] == "user_code.raised"
    assert "pandsa" in view["error"]["text"]


def test_a_failed_reload_leaves_the_old_generation_in_service_with_the_error_beside_it() -> None:
    shop = serving()
    assert shop.do(m.Reload(1.0)) == [m.LoadGeneration(2)]
    shop.hear(GenerationFailed(2, BROKEN, 0.2))
    view = describe(shop.state)
    assert (view["status"], view["generation"]) == ("degraded", 1)
    assert "pandsa" in view["error"]["message"]
    shop.do(m.Reload(1.0))
    shop.load(3, "green")
    assert shop.status == "loaded"


def test_a_reload_that_nobody_is_pinned_to_lets_the_old_generation_go_at_once() -> None:
    shop = serving()
    shop.do(m.Reload(1.0))
    assert m.LetGenerationGo(1) in shop.load(2, "green")


def test_a_pinned_generation_drains_until_its_runs_are_over() -> None:
    shop = serving()
    shop.do(m.Pin(1.0, "r1", 1, "red"))
    shop.do(m.Reload(1.0))
    assert m.LetGenerationGo(1) not in shop.load(2, "green")
    assert describe(shop.state)["draining"] == [1]
    home = shop.state.home_of(PinnedTo(1, "red"))
    assert home is not None
    assert home.number == 1
    assert shop.do(m.Unpin(1.0, "r1")) == [m.LetGenerationGo(1)]


def test_after_a_restart_the_same_code_executes_under_its_new_number() -> None:
    shop = Shop(last_number=4)
    shop.do(m.Pin(1.0, "r1", 3, "red"))
    shop.connect()
    shop.load(5, "red")
    home = shop.state.home_of(shop.state.pins["r1"])
    assert home is not None
    assert home.number == 5


def test_after_a_restart_other_code_loses_the_pinned_runs() -> None:
    shop = Shop(last_number=4)
    shop.do(m.Pin(1.0, "r1", 3, "red"))
    shop.connect()
    (lost,) = [e for e in shop.load(5, "green") if isinstance(e, m.FailPinnedSteps)]
    assert lost.run_ids == ("r1",)
    assert lost.failure.code == "location.generation_lost"


def test_a_process_that_comes_back_with_other_code_is_read_anew() -> None:
    shop = serving()
    shop.hear(GenerationExited(1, ProcessExit(signal="SIGSEGV"), 0.5, 1))
    assert shop.status == "loading"
    assert shop.hear(loaded(1, "green")) == [m.ObtainSnapshot(1, "hash-green"), m.RebuildCatalog()]


def test_a_generation_that_went_because_its_code_changed_is_followed_by_the_next() -> None:
    shop = serving()
    gone = Failure(code="location.generation_lost", message="the code has changed")
    assert m.LoadGeneration(2) in shop.hear(GenerationFailed(1, gone, 0.1))


def test_code_that_has_changed_is_not_said_to_be_unloadable() -> None:
    shop = serving()
    shop.hear(GenerationFailed(1, Failure(code="location.generation_lost", message="m"), 0.1))
    assert "its code has changed" in generation_lost(shop.state).message
    shop.hear(GenerationFailed(2, Failure(code="user_code.raised", message="m"), 0.1))
    assert "can no longer be loaded" in generation_lost(shop.state).message


def test_a_process_that_comes_back_with_the_same_code_serves_on() -> None:
    shop = serving()
    shop.hear(GenerationExited(1, ProcessExit(code=1), 0.5, 3, crash_loop=True))
    assert shop.status == "crash_loop"
    shop.hear(loaded(1, "red"))
    assert shop.status == "loaded"
    assert describe(shop.state)["restarts"] == 3


def test_an_unreachable_location_keeps_what_it_has() -> None:
    shop = serving()
    shop.do(m.Pin(1.0, "r1", 1, "red"))
    assert shop.do(m.LoseContact(1.0, "connection reset")) == []
    view = describe(shop.state)
    assert view["status"] == "unreachable"
    assert view["error"]["code"] == "location.unreachable"
    assert not shop.state.is_open
    assert shop.connect() == [m.LoadGeneration(1)]


def test_a_location_without_its_asset_is_degraded() -> None:
    shop = serving()
    shop.do(m.NoteConflicts(1.0, ('asset "a" is defined twice',)))
    view = describe(shop.state)
    assert view["status"] == "degraded"
    assert view["error"]["code"] == "asset.duplicate_key"
    shop.do(m.NoteConflicts(1.0, ()))
    assert shop.status == "loaded"


def test_a_snapshot_that_cannot_be_read_fails_the_load() -> None:
    shop = Shop()
    shop.connect()
    shop.hear(loaded(1, "red"))
    effects = shop.do(m.RefuseSnapshot(1.0, 1, BROKEN))
    assert shop.status == "failed"
    assert effects == [m.LetGenerationGo(1)]  # else its process stays for nobody


def test_what_is_told_of_a_generation_that_is_gone_is_rejected() -> None:
    assert isinstance(decide(serving().state, m.Hear(1.0, loaded(9, "red"))), Rejected)


def test_a_reload_tells_what_it_changed() -> None:
    before = LocationSnapshot([AssetSnapshot("a"), AssetSnapshot("b", line=3), AssetSnapshot("c")])
    after = LocationSnapshot(
        [AssetSnapshot("a", deps=["b"]), AssetSnapshot("b", line=9), AssetSnapshot("d")]
    )
    change = diff(before, after)
    assert change == Change(added=("d",), removed=("c",), altered=("a",))
    shop = serving()
    shop.do(m.Reload(1.0))
    shop.load(2, "green", change)
    assert describe(shop.state)["last_change"] == {
        "at": 1.0,
        "generation": 2,
        "code_changed": True,
        "added": ["d"],
        "removed": ["c"],
        "altered": ["a"],
    }


def test_assets_of_the_last_session_are_shown_as_stale() -> None:
    shop = Shop()
    shop.state.snapshot_hash = "hash-red"
    assert describe(shop.state)["stale"]


def test_a_build_is_shown_while_it_lasts() -> None:
    shop = Shop()
    shop.do(m.NoteBuild(1.0, "installing polars"))
    assert shop.status == "building"
    shop.do(m.NoteBuild(1.0, None))
    assert shop.status == "loading"


def connected_to(*generations: int) -> m.Connect:
    return m.Connect(1.0, Hello(release="x", server_id="s", generations=list(generations)))


def test_a_host_that_has_just_started_takes_over_what_a_server_has_kept() -> None:
    shop = Shop(last_number=3)
    assert shop.do(connected_to(2, 5)) == [m.LoadGeneration(2), m.LoadGeneration(5)]
    shop.do(m.Pin(1.0, "run", 2, "red"))
    shop.load(5, "green")
    assert shop.state.serving == 5, "the newest serves new runs"
    shop.load(2, "red")
    home = shop.state.home_of(PinnedTo(2, "red"))
    assert home is not None and home.number == 2, "the older one finishes its run"
    assert shop.do(m.Unpin(1.0, "run")) == [m.LetGenerationGo(2)]
    assert shop.do(m.Reload(1.0)) == [m.LoadGeneration(6)], "no number is used twice"


def test_an_older_generation_that_nobody_needs_is_let_go() -> None:
    shop = Shop()
    shop.do(connected_to(2, 5))
    assert m.LetGenerationGo(2) in shop.load(5, "green")


def test_a_host_that_knows_better_lets_go_what_it_does_not_know() -> None:
    shop = serving()
    shop.do(m.LoseContact(1.0, "reset"))
    assert set(shop.do(connected_to(1, 4))) == {m.LoadGeneration(1), m.LetGenerationGo(4)}


def test_a_reload_that_changes_nothing_but_the_sources_says_so() -> None:
    shop = serving()
    shop.do(m.Reload(1.0))
    shop.load(2, "green", Change())
    change = describe(shop.state)["last_change"]
    assert (change["code_changed"], change["added"]) == (True, [])


def test_what_is_shown_of_generations_counts_their_runs() -> None:
    shop = serving()
    shop.do(m.Pin(1.0, "run", 1, "red"))
    shop.do(m.Reload(1.0))
    shop.load(2, "green")
    shown = [(g["generation"], g["phase"], g["runs"]) for g in describe(shop.state)["generations"]]
    assert shown == [(1, "draining", 1), (2, "serving", 0)]


def test_nothing_counts_as_up_in_a_server_that_returns_until_it_tells_what_it_has() -> None:
    shop = serving("red")
    shop.do(m.LoseContact(1.0, "reset"))
    shop.connect()
    home = shop.state.home_of(PinnedTo(1, "red"))
    assert home is not None
    assert not home.is_up
    shop.hear(loaded(1, "red"))
    assert home.is_up
