"""Taking an address, before anything slow happens and without anything heavy imported."""

from __future__ import annotations

import socket

_BACKLOG = 512


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens: whoever connects from now on waits until the loop answers.

    Raises:
        OSError: the address cannot be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off for what is accepted; without,
    # the second half of every answer waits 40 ms for the peer's acknowledgement of the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
