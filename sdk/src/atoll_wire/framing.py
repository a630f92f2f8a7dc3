"""Frames: one message as JSON behind its length, the same on every carrier.

A frame is four bytes of length (unsigned, big-endian), then UTF-8 JSON
`{"type": NAME, "epoch": N, "body": {...}}`. Sans-IO: bytes in, messages out.
"""

from __future__ import annotations

import json
import struct
from typing import Iterator, NamedTuple, Optional

from atoll_wire.codec import MalformedMessage, from_wire, to_wire
from atoll_wire.messages import MESSAGES, Message

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""A longer frame is refused: what may grow (a snapshot, a journal) travels in several."""

_HEADER = struct.Struct(">I")


class Frame(NamedTuple):
    """A message and the host epoch under which it was sent (0: before one is known)."""

    message: Message
    epoch: int


def encode(message: Message, epoch: int = 0, most: int = MAX_FRAME_BYTES) -> bytes:
    """The frame of `message`, length included.

    Raises:
        MalformedMessage: `wire.malformed`, it is longer than `most` bytes.
    """
    payload = json.dumps(
        {"type": type(message).__name__, "epoch": epoch, "body": to_wire(message)},
        separators=(",", ":"),
    ).encode()
    if len(payload) > most:
        raise MalformedMessage(
            "%s is %d bytes long; a frame holds at most %d"
            % (type(message).__name__, len(payload), most)
        )
    return _HEADER.pack(len(payload)) + payload


def decode_payload(payload: bytes) -> Optional[Frame]:
    """The frame in `payload` (without its length), or None where its type is unknown.

    An unknown type comes from a newer peer, which must not rely on it being understood.
    """
    try:
        value = json.loads(payload.decode())
        name, epoch, body = value["type"], value.get("epoch", 0), value["body"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedMessage("not a frame (%s): %.80r" % (error, payload)) from None
    if not isinstance(name, str) or not isinstance(epoch, int):
        raise MalformedMessage("not a frame: %.80r" % (payload,))
    cls = MESSAGES.get(name)
    return None if cls is None else Frame(from_wire(cls, body), epoch)


class FrameDecoder:
    """Cuts a stream of bytes into frames; keeps what is not yet complete.

    Args:
        most: bytes of the longest frame that is taken.
    """

    def __init__(self, most: int = MAX_FRAME_BYTES) -> None:
        self._most = most
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes, in order.

        Raises:
            MalformedMessage: `wire.malformed`; the stream cannot be read any further.
        """
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            (length,) = _HEADER.unpack_from(self._buffer)
            if length > self._most:
                raise MalformedMessage("a frame of %d bytes was announced" % length)
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            frame = decode_payload(payload)
            if frame is not None:
                yield frame
