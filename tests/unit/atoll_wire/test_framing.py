"""Frames in and out."""

import json
import struct

import pytest

from atoll_wire.codec import MalformedMessage
from atoll_wire.framing import MAX_FRAME_BYTES, FrameDecoder, decode_payload, encode
from atoll_wire.messages import FetchSnapshot, Hello


def _raw(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


def test_fields_of_a_newer_peer_are_ignored() -> None:
    body = {"type": "FetchSnapshot", "epoch": 2, "body": {"hash": "h", "colour": "red"}}
    frame = decode_payload(json.dumps(body).encode())
    assert frame == (FetchSnapshot("h"), 2)


def test_fields_that_an_older_peer_lacks_take_their_default() -> None:
    frame = decode_payload(b'{"type": "Hello", "body": {"release": "1"}}')
    assert frame is not None
    assert frame.message == Hello("1")


def test_messages_of_a_newer_peer_are_skipped() -> None:
    stream = _raw(b'{"type": "Sing", "epoch": 1, "body": {}}') + encode(FetchSnapshot("h"))
    assert [frame.message for frame in FrameDecoder().feed(stream)] == [FetchSnapshot("h")]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"type": "Hello", "epoch": "x", "body": {}}',
        b'{"type": "Hello", "body": []}',
        b'{"type": "Hello", "body": {}}',
        b'{"type": "LaunchStep", "body": {"generation": 1, "request": 3}}',
        b'{"type": "AttachAttempts", "body": {"attempts": {}, "after": []}}',
    ],
)
def test_what_is_not_a_message_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_payload(payload)


def test_a_frame_that_is_too_long_is_refused_before_it_arrives() -> None:
    with pytest.raises(MalformedMessage, match="announced"):
        list(FrameDecoder().feed(struct.pack(">I", MAX_FRAME_BYTES + 1)))


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(MalformedMessage, match="at most"):
        encode(FetchSnapshot("x" * MAX_FRAME_BYTES))
