"""What both ends of a gRPC stream agree on: names, numbers, bytes."""

from __future__ import annotations

from typing import Any, Deque, Iterator, List, Tuple

from atoll_wire.framing import encode
from atoll_wire.messages import Message

CONVERSE = "/atoll.location.v1.Location/Converse"
"""The bidirectional stream of frames."""
HEALTH = "/grpc.health.v1.Health/Check"
SERVING = b"\x08\x01"
"""`HealthCheckResponse{status: SERVING}`, encoded."""

PIECE_BYTES = 1024 * 1024
MOST_FRAME_BYTES = 1 << 30
"""The peer was chosen by name, so what it sends may be long: an event holds what user code says."""
OPTIONS: List[Tuple[str, int]] = [
    ("grpc.max_receive_message_length", 4 * PIECE_BYTES),
    ("grpc.max_send_message_length", 4 * PIECE_BYTES),
]


def load_grpc() -> Any:
    """The module `grpc`, with `grpc.aio`; its C library writes nothing to the terminal.

    Raises:
        ImportError: there is no grpcio in this environment.
    """
    import importlib
    import os

    is_ours = "GRPC_VERBOSITY" not in os.environ
    if is_ours:
        os.environ["GRPC_VERBOSITY"] = "NONE"  # it looks as it is loaded; children must not see it
    try:
        importlib.import_module("grpc.aio")
        return importlib.import_module("grpc")
    finally:
        if is_ours:
            del os.environ["GRPC_VERBOSITY"]


def pieces(waiting: Deque[Message], epoch: int) -> Iterator[bytes]:
    """The frames of the messages in line, as bytes of the stream; empties the line.

    Small frames that follow each other share a piece; a long one is cut.
    """
    data = bytearray()
    while waiting:
        data += encode(waiting.popleft(), epoch, MOST_FRAME_BYTES)
        while len(data) >= PIECE_BYTES:
            yield bytes(data[:PIECE_BYTES])
            del data[:PIECE_BYTES]
    if data:
        yield bytes(data)
