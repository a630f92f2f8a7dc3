"""A location behind a self-hosted server: the same frames, carried over gRPC.

What the server's location prints is fetched beside them (`remote_output`). gRPC's own errors end
in `_reason`, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atoll_server.adapters.locations.remote_output import RemoteOutput
from atoll_server.adapters.workspace.location import ServerAddress
from atoll_server.ports.locations import Deliver, StreamLost
from atoll_wire import PROTOCOL_VERSION
from atoll_wire.carrier import CONVERSE, MOST_FRAME_BYTES, OPTIONS, load_grpc, pieces
from atoll_wire.codec import MalformedMessage
from atoll_wire.framing import Frame, FrameDecoder
from atoll_wire.messages import Hello, Message, OutputPiece, Ping, Pong

if TYPE_CHECKING:
    import grpc.aio

ANSWER_S = 2.0
"""How long the answer to `Hello` may take."""
PING_S = 0.5
SILENT_PINGS = 3
"""A server that leaves so many without an answer is out of reach: 2 s at most, by ticks of our
own loop, so that a host that is itself late blames nobody."""


class GrpcLocation:
    """Carries messages to a server.

    Args:
        address: where the server listens; with `ssl`, TLS is spoken, trusting the system's roots.
        home: the deployment's folder, which takes a copy of what is printed over there.
        lets_go: whether the server is to let the generations go when this host has gone; else it
            keeps them for the one that comes next.
    """

    def __init__(
        self, name: str, address: ServerAddress, home: Path, *, lets_go: bool = False
    ) -> None:
        self.name = name
        self._address = address
        self._lets_go = lets_go
        self._output = RemoteOutput(name, home)
        self._stream: _Stream | None = None

    @property
    def reached(self) -> dict[str, Any]:
        """See `LocationClient.reached`."""
        address = self._address
        about = dict(address.additional_metadata)
        return {"address": str(address), "ssl": address.ssl, "additional_metadata": about}

    @property
    def ends_with_host(self) -> bool:
        """See `LocationClient.ends_with_host`; a server goes on with what it executes."""
        return False

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        """See `LocationClient.connect`."""
        if self._stream is not None:
            await self._stream.close()
        self._output.begin()
        stream = self._stream = _Stream(self._output, hello.epoch, deliver)
        self._output.ask = stream.send
        hello = replace(hello, is_passing=self._lets_go)
        try:
            return await stream.open(str(self._address), self._address.ssl, hello)
        except BaseException:
            await stream.close()
            raise

    def send(self, message: Message) -> None:
        """See `LocationClient.send`."""
        if self._stream is not None:
            self._stream.send(message)

    async def close(self) -> None:
        """See `LocationClient.close`; the server and its location processes stay."""
        if self._stream is not None:
            await self._stream.close()
            self._stream = None


class _Stream:
    """One stream, from its opening until it is lost or closed."""

    def __init__(self, output: RemoteOutput, epoch: int, deliver: Deliver) -> None:
        self._output, self._epoch, self._deliver = output, epoch, deliver
        self._decoder = FrameDecoder(MOST_FRAME_BYTES)
        self._address = ""
        self._waiting: deque[Message] = deque()
        self._bell = asyncio.Event()
        self._unanswered = 0
        self._channel: grpc.aio.Channel | None = None
        self._call: Any = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = False

    async def open(self, address: str, ssl: bool, hello: Hello) -> Hello:
        """Connect and exchange `Hello`s.

        Raises:
            ConnectionError: says why not.
        """
        grpc = load_grpc()  # a deployment without servers does without
        self._address = address
        options = [*OPTIONS, ("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        self._channel = (
            grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(), options)
            if ssl
            else grpc.aio.insecure_channel(address, options)
        )
        self._call = self._channel.stream_stream(CONVERSE)()
        try:
            async with asyncio.timeout(ANSWER_S):
                for piece in pieces(deque([hello]), hello.epoch):
                    await self._call.write(piece)
                answer, rest = await self._first()
        except TimeoutError:
            raise ConnectionError(f"{address} does not answer within {ANSWER_S:g} s") from None
        except (grpc.RpcError, asyncio.InvalidStateError):
            code, details = await self._status()
            raise ConnectionError(_sentence(code, details, address, was_there=False)) from None
        if answer.protocol != PROTOCOL_VERSION:
            raise ConnectionError(
                f"the server at {address} speaks protocol {answer.protocol} (atoll "
                f"{answer.release}), this host protocol {PROTOCOL_VERSION}; install releases "
                "that fit each other"
            )
        works = (self._read(rest), self._write(), self._ping())
        self._tasks = [asyncio.create_task(work) for work in works]
        return answer

    async def _status(self) -> tuple[str, str]:
        """Why the stream could not be opened."""
        grpc = load_grpc()
        code, details = await self._call.code(), await self._call.details()
        if code is grpc.StatusCode.INTERNAL:
            # A write met a stream that was refused already, and hides why: ask once more.
            assert self._channel is not None
            try:
                await self._channel.unary_unary(CONVERSE)(b"", timeout=ANSWER_S)
            except grpc.RpcError as error:
                code, details = error.code(), error.details()
        return code.name, details or ""

    async def _first(self) -> tuple[Hello, list[Frame]]:
        """The server's `Hello`, and what came with it."""
        while True:
            frames = list(self._decoder.feed(await self._piece()))
            if frames:
                if not isinstance(frames[0].message, Hello):
                    raise ConnectionError("what answers there does not greet as a server does")
                return frames[0].message, frames[1:]

    async def _piece(self) -> bytes:
        import grpc.aio

        piece = await self._call.read()
        if piece is grpc.aio.EOF:
            code, details = await self._call.code(), await self._call.details()
            told = details or "it has ended the stream"
            raise ConnectionError(_sentence(code.name, told, self._address, was_there=True))
        return bytes(piece)

    def send(self, message: Message) -> None:
        """Send as soon as what was sent before is on its way."""
        self._output.sent(message)
        self._waiting.append(message)
        self._bell.set()

    async def close(self) -> None:
        """End the stream without telling anybody."""
        self._is_over = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._call is not None:
            self._call.cancel()
        if self._channel is not None:
            await self._channel.close()

    def _lose(self, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._deliver(StreamLost(reason))

    async def _read(self, frames: list[Frame]) -> None:
        import grpc.aio

        try:
            while True:
                for frame in frames:
                    self._take(frame.message)
                piece = await self._piece()
                self._unanswered = 0
                frames = list(self._decoder.feed(piece))
        except (ConnectionError, MalformedMessage) as error:
            self._lose(str(error))
        except (grpc.RpcError, asyncio.InvalidStateError) as error:
            self._lose(_reason(self._address, error, was_there=True))

    def _take(self, message: Message) -> None:
        if isinstance(message, OutputPiece):
            self._output.take(message)
        elif not isinstance(message, Pong):
            self._output.heard(message)
            self._deliver(message)

    async def _write(self) -> None:
        import grpc.aio

        try:
            while True:
                await self._bell.wait()
                self._bell.clear()
                for piece in pieces(self._waiting, self._epoch):
                    await self._call.write(piece)
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass  # whoever reads tells why

    async def _ping(self) -> None:
        while not self._is_over:
            await asyncio.sleep(PING_S)
            if self._unanswered >= SILENT_PINGS:
                self._lose(f"{self._address}: no answer for {SILENT_PINGS * PING_S:g} s")
                self._call.cancel()
                return
            self._unanswered += 1
            self.send(Ping())
            self._output.tick()


def _reason(address: str, error: BaseException, *, was_there: bool = False) -> str:
    """Why there is no stream, for people."""
    code = getattr(error, "code", lambda: None)()
    details = str(getattr(error, "details", lambda: "")() or "")
    return _sentence(getattr(code, "name", "UNAVAILABLE"), details, address, was_there=was_there)


def _sentence(code: str, details: str, address: str, *, was_there: bool) -> str:
    if code == "UNIMPLEMENTED" or "HTTP/2" in details:
        return f"what answers at {address} is no Atoll server; start one there with: atoll api grpc"
    if code == "UNAVAILABLE":
        told = (
            f"the server at {address} went away" if was_there else f"nothing answers at {address}"
        )
        reason = details.rpartition(": ")[2]  # the rest repeats the address
        return f"{told} ({reason})" if reason else told
    if code in ("FAILED_PRECONDITION", "ABORTED"):
        return f"{address}: {details}"
    return f"{address}: {code}, {details}"
