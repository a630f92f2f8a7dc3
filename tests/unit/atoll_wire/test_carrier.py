"""Frames as the bytes of a gRPC stream: cut anywhere, and whole again at the other end."""

from __future__ import annotations

from collections import deque
from typing import List

import pytest

from atoll_wire import carrier, framing
from atoll_wire.carrier import MOST_FRAME_BYTES, PIECE_BYTES, pieces
from atoll_wire.events import JournalEvent
from atoll_wire.framing import FrameDecoder
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttemptEvents, Message, Ping, SnapshotChunk

KEY = AttemptKey("run", "step", 1)


def arrived(sent: List[bytes]) -> List[Message]:
    decoder = FrameDecoder(MOST_FRAME_BYTES)
    return [frame.message for piece in sent for frame in decoder.feed(piece)]


def test_small_messages_share_a_piece() -> None:
    messages: List[Message] = [Ping(), SnapshotChunk("h", 0, 1, "text"), Ping()]
    sent = list(pieces(deque(messages), 3))
    assert len(sent) == 1
    assert arrived(sent) == messages


def test_a_long_message_is_cut_into_pieces_that_any_peer_takes() -> None:
    long = SnapshotChunk("h", 0, 1, "x" * (3 * PIECE_BYTES))
    sent = list(pieces(deque([Ping(), long]), 3))
    assert len(sent) == 4
    assert max(len(piece) for piece in sent) == PIECE_BYTES
    assert arrived(sent) == [Ping(), long]


def test_events_that_fit_no_frame_travel_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(message: Message, epoch: int = 0, most: int = 2000) -> bytes:
        return framing.encode(message, epoch, most)

    monkeypatch.setattr(carrier, "encode", small)
    events = [JournalEvent(n, "LOG", 1.0, "x" * 300, {}) for n in range(1, 21)]
    events[7] = JournalEvent(8, "LOG", 1.0, "x" * 5000, {})  # too long even by itself
    got = arrived(list(pieces(deque([AttemptEvents(KEY, events)]), 3)))
    assert len(got) > 1
    assert [e for m in got if isinstance(m, AttemptEvents) for e in m.events] == events
