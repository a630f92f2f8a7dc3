"""Carries the frames of a `Server` over gRPC, beside gRPC's standard health service.

Generic handlers, bytes in and out: no protobuf package and no generated code. The bytes of either
direction are one stream of frames, cut into messages anywhere, so that no frame is too long.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import deque
from typing import Any, Deque, Dict, Iterator, List, Optional
from urllib.parse import unquote

from atoll_supervisor.server import Refused, Server, Session, Stream
from atoll_wire.carrier import (
    CONVERSE,
    HEALTH,
    MOST_FRAME_BYTES,
    OPTIONS,
    SERVING,
    load_grpc,
    pieces,
)
from atoll_wire.codec import MalformedMessage
from atoll_wire.framing import FrameDecoder
from atoll_wire.messages import ForgetRun, Hello, Message

grpc = load_grpc()
_STOP_S = 2.0
_MOST_WAITING = 1000
"""So many messages may wait for a host that does not read; more events stay in journals."""
_SILENCE_S = 3.0
"""A host pings every half second."""


class GrpcCarrier:
    """Listens for hosts.

    Args:
        address: `HOST:PORT` (port 0: any free one) or `unix:PATH`.

    Raises:
        OSError: nobody can listen there.
    """

    def __init__(self, server: Server, address: str) -> None:
        self._server = server
        self._open: List[_Conversation] = []
        # Without the second option, another server could share the port without a word.
        self._grpc = grpc.aio.server(options=[*OPTIONS, ("grpc.so_reuseport", 0)])
        self._grpc.add_generic_rpc_handlers(tuple(self._handlers()))
        try:
            self.port = self._grpc.add_insecure_port(address)
        except RuntimeError:
            self.port = 0
        if not self.port:
            raise OSError("cannot listen on %s: it is taken, or not of this machine" % address)

    async def start(self) -> None:
        """Answer from now on."""
        await self._grpc.start()

    async def stop(self) -> None:
        """End all streams, saying so, and answer no more."""
        for conversation in self._open:
            conversation.end("the server is stopping")
        await self._grpc.stop(_STOP_S)

    def _handlers(self) -> Iterator[Any]:
        service, _, method = CONVERSE[1:].partition("/")
        converse = grpc.stream_stream_rpc_method_handler(self._converse)
        yield grpc.method_handlers_generic_handler(service, {method: converse})
        checks: Dict[str, Any] = {
            "Check": grpc.unary_unary_rpc_method_handler(_check),
            "Watch": grpc.unary_stream_rpc_method_handler(_watch),
        }
        yield grpc.method_handlers_generic_handler(HEALTH[1:].partition("/")[0], checks)

    async def _converse(self, _requests: Any, context: Any) -> None:
        conversation = _Conversation(self._server, context)
        self._open.append(conversation)
        try:
            await conversation.run()
        finally:
            self._open.remove(conversation)


class _Conversation:
    """One stream: reads frames and hands them on, writes what is to be sent."""

    def __init__(self, server: Server, context: Any) -> None:
        self._server, self._context = server, context
        self._session: Optional[Session] = None
        self._peer = unquote(context.peer())
        self._heard_at = time.monotonic()
        self._waiting: Deque[Message] = deque()
        self._bell = asyncio.Event()
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Return when the host is gone; ends the stream with a status where it is refused."""
        tasks: List[Any] = [asyncio.ensure_future(self._read())]
        tasks.append(asyncio.ensure_future(self._write()))
        try:
            await asyncio.wait([*tasks, self._ended], return_when=asyncio.FIRST_COMPLETED)
            reading = tasks[0]
            if self._ended.done():
                await self._context.abort(grpc.StatusCode.ABORTED, self._ended.result())
            elif reading.done() and isinstance(reading.exception(), Refused):
                why = str(reading.exception())
                self._server.console.say("refused a host at %s: %s" % (self._peer, why), "WARNING")
                await self._context.abort(grpc.StatusCode.FAILED_PRECONDITION, why)
            elif reading.done() and isinstance(reading.exception(), MalformedMessage):
                await self._context.abort(
                    grpc.StatusCode.INVALID_ARGUMENT, str(reading.exception())
                )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._session is not None:
                self._session.leave()
                self._server.console.say("host at %s has left" % self._peer)

    def end(self, reason: str) -> None:
        """End the stream with a reason."""
        if not self._ended.done():
            self._ended.set_result(reason)

    def _send(self, message: Message) -> None:
        self._waiting.append(message)
        self._bell.set()

    async def _read(self) -> None:
        decoder = FrameDecoder(MOST_FRAME_BYTES)
        while True:
            data = await self._context.read()
            if data is grpc.aio.EOF:
                return
            self._heard_at = time.monotonic()
            for frame in decoder.feed(data):
                self._take(frame.message, frame.epoch)

    def _take(self, message: Message, epoch: int) -> None:
        if self._session is not None:
            if isinstance(message, ForgetRun):
                self._server.console.forget(message.run_id)
            try:
                self._session.handle(message, epoch)
            except Exception as error:  # none must cost the host its stream
                what = "%s of the host could not be carried out" % type(message).__name__
                self._server.console.say("%s: %s" % (what, error), "ERROR")
                if not isinstance(error, OSError):  # a mistake of ours, unlike a full disk
                    traceback.print_exc()
        elif isinstance(message, Hello):
            stream = Stream(
                self._send,
                self.end,
                is_full=lambda: len(self._waiting) > _MOST_WAITING,
                is_silent=lambda: time.monotonic() - self._heard_at > _SILENCE_S,
            )
            self._session = self._server.join(message, stream)
            self._waiting.appendleft(self._session.answer)
            self._bell.set()
            told = (self._peer, message.release, message.epoch)
            self._server.console.say("host at %s has connected (atoll %s, epoch %d)" % told)
        else:
            raise MalformedMessage("the first message of a stream is Hello")

    async def _write(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._waiting:
                epoch = 0 if self._session is None else self._session.epoch
                for piece in pieces(self._waiting, epoch):
                    await self._context.write(piece)


async def _check(request: bytes, context: Any) -> bytes:
    if request not in (b"", b"\n\0"):  # the server as a whole, by no name or an empty one
        await context.abort(grpc.StatusCode.NOT_FOUND, "only the server as a whole has a health")
    return SERVING


async def _watch(request: bytes, context: Any) -> None:
    await context.write(await _check(request, context))
    await asyncio.Event().wait()
