"""The copy of what is printed elsewhere."""

from __future__ import annotations

import base64
from pathlib import Path

from atoll_server.adapters.locations.remote_output import RemoteOutput
from atoll_wire.events import JournalEvent
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    AttemptEvents,
    FetchOutput,
    GenerationLoaded,
    GenerationStarting,
    LaunchStep,
    Message,
    OutputPiece,
    StepRequest,
)

KEY = AttemptKey("run", "numbers", 1)


class Far:
    """A server that has printed `text`, and answers when it is told to."""

    def __init__(self, home: Path) -> None:
        self.text = {"stdout": b"", "stderr": b""}
        self.asked: list[FetchOutput] = []
        self.output = RemoteOutput("shop", home)
        self.output.ask = self.take

    def take(self, message: Message) -> None:
        assert isinstance(message, FetchOutput)
        self.asked.append(message)

    def answer(self, most: int = 1 << 20) -> None:
        asked, self.asked = self.asked, []
        for request in asked:
            all_of_it = self.text[request.stream]
            data = all_of_it[request.offset : request.offset + most]
            piece = OutputPiece(request, base64.b64encode(data).decode(), len(all_of_it))
            self.output.take(piece)


def test_a_step_s_output_is_fetched_piece_by_piece_until_all_of_it_is_there(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.sent(LaunchStep(1, StepRequest(KEY)))
    far.text["stdout"] = b"0123456789"
    far.output.heard(AttemptEvents(KEY, [JournalEvent(1, "STEP_START", 1.0, "", {})]))
    while far.asked:
        far.answer(most=4)
    assert (tmp_path / "output" / "run" / "numbers.1.out").read_bytes() == b"0123456789"


def test_one_piece_of_a_stream_is_on_its_way_at_a_time(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.sent(LaunchStep(1, StepRequest(KEY)))
    for _ in range(3):
        far.output.tick()
    assert [request.stream for request in far.asked] == ["stdout", "stderr"]


def test_a_host_that_returns_goes_on_where_its_copy_ends(tmp_path: Path) -> None:
    first = Far(tmp_path)
    first.output.sent(LaunchStep(1, StepRequest(KEY)))
    first.text["stdout"] = b"0123456789"
    first.output.tick()
    first.answer(most=5)
    copy = tmp_path / "output" / "run" / "numbers.1.out"
    assert copy.read_bytes() == b"01234"

    far = Far(tmp_path)  # the host was killed; the step is over, so that nobody attaches to it
    far.text["stdout"] = b"0123456789"
    far.output.begin()
    far.output.tick()
    assert far.asked[0].offset == 5
    for _ in range(20):
        far.answer(most=2)
        far.output.tick()
    assert copy.read_bytes() == b"0123456789"
    assert not list((tmp_path / "fetching").iterdir())


def test_a_long_output_is_copied_to_its_end_although_the_step_is_over(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.sent(LaunchStep(1, StepRequest(KEY)))
    far.text["stdout"] = b"x" * 1000
    far.output.heard(AttemptEvents(KEY, [JournalEvent(9, "STEP_SUCCESS", 1.0, "", {})]))
    for _ in range(300):  # each takes longer than a tick
        far.answer(most=4)
        far.output.tick()
    assert (tmp_path / "output" / "run" / "numbers.1.out").read_bytes() == b"x" * 1000


def test_the_copy_goes_on_over_a_new_stream(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.sent(LaunchStep(1, StepRequest(KEY)))
    far.output.tick()
    far.asked.clear()  # what was asked is lost with the stream
    far.text["stdout"] = b"0123456789"
    far.output.heard(AttemptEvents(KEY, [JournalEvent(9, "STEP_SUCCESS", 1.0, "", {})]))
    far.output.begin()
    far.output.tick()
    far.answer()
    assert (tmp_path / "output" / "run" / "numbers.1.out").read_bytes() == b"0123456789"


def test_an_attempt_that_is_over_is_looked_at_a_little_longer_and_then_no_more(
    tmp_path: Path,
) -> None:
    far = Far(tmp_path)
    far.output.sent(LaunchStep(1, StepRequest(KEY)))
    far.output.heard(AttemptEvents(KEY, [JournalEvent(9, "STEP_SUCCESS", 1.0, "", {})]))
    far.answer()
    far.text["stdout"] = b"the last words"
    looks = 0
    for _ in range(20):
        far.output.tick()
        looks += bool(far.asked)
        far.answer()
    assert (tmp_path / "output" / "run" / "numbers.1.out").read_bytes() == b"the last words"
    assert 0 < looks < 10


def test_a_process_is_followed_closely_only_while_it_loads(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.heard(GenerationStarting(1, 7, log="1.1"))

    def looks() -> int:
        found = 0
        for _ in range(20):
            far.output.tick()
            found += bool(far.asked)
            far.answer()
        return found

    assert looks() == 20
    far.output.heard(GenerationLoaded(1, "red", "hash", 7, "3.9.18", 0.5))
    assert looks() == 2


def test_what_was_not_asked_for_and_what_leads_elsewhere_is_not_written(tmp_path: Path) -> None:
    far = Far(tmp_path)
    far.output.take(OutputPiece(FetchOutput("stdout", 0, process="1.1"), "eA==", 1))
    far.output.heard(GenerationStarting(1, 7, log="../../1.1"))
    far.output.tick()
    assert far.asked == [] and list(tmp_path.iterdir()) == []
