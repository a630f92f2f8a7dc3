"""A code location as the engine sees it: messages out, messages in, whatever the carrier.

The engine relies on this: within a stream, in either direction, messages arrive in the order of
sending, and none is left out. They may be late, and the same one may come twice in a row. When a
stream ends, the last of them are lost, nobody knows how many; once another one is open, nothing
of the old one arrives any more. Between two streams there is no order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from atoll_wire.messages import Hello, Message


@dataclass(frozen=True)
class StreamLost:
    """Delivered last: the stream has ended though nobody closed it. Connect again."""

    reason: str


Deliver = Callable[[Message | StreamLost], None]
"""Takes a message of the supervisor; called on the event loop, in the order of sending."""


class LocationClient(Protocol):
    """One location's supervisor."""

    name: str

    @property
    def reached(self) -> dict[str, Any]:
        """Where the supervisor is, for people; empty where it lives in this process."""

    @property
    def ends_with_host(self) -> bool:
        """Whether its supervisor lives in this process: what it executes must end with it."""

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        """Open the stream and exchange `Hello`s; messages arrive at `deliver` from now on.

        Raises:
            ConnectionError: the supervisor cannot be reached.
        """

    def send(self, message: Message) -> None:
        """Send without waiting; order is kept. Lost if the stream breaks: ask again then."""

    async def close(self) -> None:
        """Close the stream. Of a local location, the processes go; running workers do not."""
