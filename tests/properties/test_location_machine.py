"""Whatever a supervisor tells, and whenever it is reloaded, a location stays sound."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from atoll_server.core.location import messages as m
from atoll_server.core.location.describe import describe
from atoll_server.core.location.invariants import check_state
from atoll_server.core.location.machine import decide, effects, evolve, settle
from atoll_server.core.location.state import LocationState
from atoll_server.core.location.table import LocationStatus, Phase
from atoll_server.core.outcome import Rejected
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.messages import (
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    GenerationUsage,
    Hello,
    WorkerMode,
)

NUMBERS = st.integers(1, 5)
IDENTITIES = st.sampled_from(["red", "green", "blue"])
BROKEN = Failure(code="user_code.raised", message="No module named 'pandsa'")


class LocationMachine(RuleBasedStateMachine):
    """A supervisor that says anything, in any order, about any generation."""

    @initialize()
    def begin(self) -> None:
        self.state = LocationState("shop")
        self.stopped: set[int] = set()
        self.at = 0.0

    def do(self, command: m.Command) -> list[m.Event] | Rejected:
        self.at += 1.0
        decided = decide(self.state, command)
        if isinstance(decided, Rejected):
            return decided
        events = decided
        while events:
            for event in events:
                evolve(self.state, event)
                for effect in effects(event, self.state):
                    if isinstance(effect, m.LetGenerationGo):
                        self.stopped.add(effect.generation)
            events = settle(self.state, self.at)
        return decided

    def hear(self, message: m.Told) -> None:
        self.do(m.Hear(self.at, message))

    @rule(theirs=st.lists(NUMBERS, unique=True).map(sorted))
    def connect(self, theirs: list[int]) -> None:
        known = set(self.state.generations)
        self.do(m.Connect(self.at, Hello(release="x", server_id="s", generations=theirs)))
        gone = set(theirs) - set(self.state.generations)
        assert gone <= self.stopped, "what the host does not know does not stay over there"
        if not known and theirs:
            assert set(self.state.generations) <= set(theirs), "what is there is taken over"

    @rule()
    def lose_contact(self) -> None:
        before = dict(self.state.pins)
        self.do(m.LoseContact(self.at, "reset"))
        assert self.state.pins == before, "out of reach is not lost"

    @rule()
    def reload(self) -> None:
        serving = self.state.serving
        self.do(m.Reload(self.at))
        assert self.state.serving == serving, "what serves goes on until the next one does"

    @rule(number=NUMBERS)
    def starting(self, number: int) -> None:
        self.hear(GenerationStarting(number, 100))

    @rule(number=NUMBERS, identity=IDENTITIES)
    def loaded(self, number: int, identity: str) -> None:
        self.hear(GenerationLoaded(number, identity, f"hash-{identity}", 100, "3.11", 0.1))

    @rule(number=NUMBERS, code=st.sampled_from(["user_code.raised", "location.generation_lost"]))
    def failed(self, number: int, code: str) -> None:
        serving = self.state.serving
        self.hear(GenerationFailed(number, Failure(code=code, message="no"), 0.1))
        if serving is not None and number != serving:
            assert self.state.serving == serving, "a failed reload leaves the old one in service"

    @rule(number=NUMBERS, crash_loop=st.booleans())
    def exited(self, number: int, crash_loop: bool) -> None:
        self.hear(GenerationExited(number, ProcessExit(code=1), 0.1, 1, crash_loop))

    @rule(number=NUMBERS)
    def usage(self, number: int) -> None:
        self.hear(GenerationUsage(number, 1 << 20, 0.5))

    @rule(number=NUMBERS)
    def mode(self, number: int) -> None:
        self.hear(WorkerMode(number, "fork"))

    @rule(number=NUMBERS, identity=IDENTITIES)
    def accept(self, number: int, identity: str) -> None:
        self.do(m.AcceptSnapshot(self.at, number, f"hash-{identity}"))

    @rule(number=NUMBERS)
    def refuse(self, number: int) -> None:
        self.do(m.RefuseSnapshot(self.at, number, BROKEN))

    @rule(run_id=st.sampled_from(["r1", "r2"]), number=NUMBERS, identity=IDENTITIES)
    def pin_of_an_earlier_session(self, run_id: str, number: int, identity: str) -> None:
        if not self.state.is_connected:
            self.do(m.Pin(self.at, run_id, number, identity))

    @precondition(lambda self: self.state.serving is not None)
    @rule(run_id=st.sampled_from(["r1", "r2"]))
    def pin(self, run_id: str) -> None:
        serving = self.state.generations[self.state.serving or 0]
        self.do(m.Pin(self.at, run_id, serving.number, serving.identity))

    @rule(run_id=st.sampled_from(["r1", "r2"]))
    def unpin(self, run_id: str) -> None:
        self.do(m.Unpin(self.at, run_id))

    @rule(conflicts=st.sampled_from([(), ("a is defined twice",)]))
    def conflicts(self, conflicts: tuple[str, ...]) -> None:
        self.do(m.NoteConflicts(self.at, conflicts))

    @rule(message=st.sampled_from([None, "installing polars"]))
    def build(self, message: str | None) -> None:
        self.do(m.NoteBuild(self.at, message))

    @invariant()
    def it_is_sound(self) -> None:
        assert check_state(self.state) == []

    @invariant()
    def pinned_generations_are_kept(self) -> None:
        for pin in self.state.pins.values():
            home = self.state.home_of(pin)
            assert home is None or home.number not in self.stopped

    @invariant()
    def it_can_be_described(self) -> None:
        view = describe(self.state)
        loaded = view["status"] in (LocationStatus.LOADED, LocationStatus.DEGRADED)
        assert not loaded or self.state.serving is not None
        assert view["stale"] == (
            self.state.serving is None and self.state.snapshot_hash is not None
        )
        if self.state.serving is not None:
            assert self.state.generations[self.state.serving].phase is Phase.SERVING


TestLocationMachine = LocationMachine.TestCase
TestLocationMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
