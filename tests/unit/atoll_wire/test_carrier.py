"""Frames as the bytes of a gRPC stream: cut anywhere, and whole again at the other end."""

from __future__ import annotations

from collections import deque
from typing import List

from atoll_wire.carrier import MOST_FRAME_BYTES, PIECE_BYTES, pieces
from atoll_wire.framing import FrameDecoder
from atoll_wire.messages import Message, Ping, SnapshotChunk


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
