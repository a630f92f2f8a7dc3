"""How the messages of a process outside are read."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from atoll.errors import InvariantError
from atoll.pipes.protocol import WRITERS, PipesMessage, PipesOpenedData, PipesParams

if TYPE_CHECKING:
    from atoll.pipes.messages import PipesLaunchedData, PipesMessageHandler

_PAUSE_S = 0.05


class PipesMessageReader(ABC):
    """Reads the messages of a process, and hands each to a handler."""

    @abstractmethod
    def read_messages(self, handler: PipesMessageHandler) -> Any:
        """A context manager: within the block messages are read, mostly by a thread.

        Args:
            handler: takes them, by `handle_message`.

        Yields:
            parameters by which the process knows where to write; JSON can say them.
        """

    def on_opened(self, opened_payload: PipesOpenedData) -> None:  # noqa: B027 (a hook)
        """The process has begun to speak; what it says of itself."""

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:  # noqa: B027 (a hook)
        """The process runs; what the step said of it with `report_launched`."""

    @property
    def expected_writer_count(self) -> int:
        """How many processes write."""
        return 1

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """Where messages were looked for, for the case that none came."""


class PipesFileMessageReader(PipesMessageReader):
    """Reads them from a file, as it grows.

    Args:
        path: the file.
        include_stdio_in_messages: the process sends what it prints as messages.
        cleanup_file: the file is removed in the end.
    """

    def __init__(
        self, path: str, include_stdio_in_messages: bool = False, cleanup_file: bool = True
    ):
        self._path = os.fspath(path)
        self._include_stdio_in_messages = include_stdio_in_messages
        self._cleanup_file = cleanup_file

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        """Read the file by a thread; what was written before the end is read before it."""
        with open(self._path, "w", encoding="utf-8"):
            pass  # so that there is something to read from the beginning
        is_over = threading.Event()
        name = "pipes messages"
        thread = threading.Thread(
            target=self._read, args=(handler, is_over), name=name, daemon=True
        )
        thread.start()
        try:
            yield {
                "path": self._path,
                "include_stdio_in_messages": self._include_stdio_in_messages,
            }
        finally:
            is_over.set()
            thread.join()
            if self._cleanup_file:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(self._path)

    def _read(self, handler: PipesMessageHandler, is_over: threading.Event) -> None:
        try:
            for line in lines_of(self._path, is_over):
                handler.handle_message(json.loads(line))
        except BaseException:
            origin = "%s reader thread" % type(self).__name__
            handler.report_pipes_framework_exception(origin, sys.exc_info())

    def no_messages_debug_text(self) -> str:
        """The file's path."""
        return "Attempted to read messages from file %s." % self._path


def lines_of(path: str, is_over: threading.Event) -> Iterator[str]:
    """The whole lines of a file that grows, until it is over and all is read."""
    rest = b""
    with open(path, "rb") as file:
        while True:
            # Asked before reading: what was written until then is read after.
            was_over = is_over.is_set()
            new = file.read()
            *whole, rest = (rest + new).split(b"\n")
            for line in whole:
                if line.strip():
                    yield line.decode("utf-8")
            if was_over:
                return
            if not new:
                is_over.wait(_PAUSE_S)


class PipesTempFileMessageReader(PipesMessageReader):
    """Reads them from a temporary file, as it grows.

    Args:
        include_stdio_in_messages: the process sends what it prints as messages.
    """

    def __init__(self, include_stdio_in_messages: bool = False):
        self._include_stdio_in_messages = include_stdio_in_messages

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        """Read the file by a thread."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "messages")
            inner = PipesFileMessageReader(path, self._include_stdio_in_messages)
            with inner.read_messages(handler) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        """That it was a temporary file."""
        return "Attempted to read messages from a local temporary file."


class PipesCompositeMessageReader(PipesMessageReader):
    """Reads the messages of several processes, each by a reader of its own.

    Args:
        readers: one for each process.

    Raises:
        InvariantError: `pipes.readers`, there are none, or one of them is for several processes.
    """

    def __init__(self, readers: Sequence[PipesMessageReader]):
        if not readers or any(each.expected_writer_count != 1 for each in readers):
            raise InvariantError(
                "PipesCompositeMessageReader takes at least one reader, each of one process",
                code="pipes.readers",
            )
        self._readers = tuple(readers)

    @property
    def expected_writer_count(self) -> int:
        """One for each reader."""
        return len(self._readers)

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        """Read by all readers."""
        with contextlib.ExitStack() as stack:
            found = [
                stack.enter_context(each.read_messages(_One(handler, each)))  # type: ignore[arg-type]
                for each in self._readers
            ]
            yield {WRITERS: found}

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell all readers."""
        for each in self._readers:
            each.on_launched(launched_payload)

    def no_messages_debug_text(self) -> str:
        """Where all readers have looked."""
        texts = [each.no_messages_debug_text() for each in self._readers]
        return "\n".join("[writer %d] %s" % pair for pair in enumerate(texts))


class _One:
    """The handler, as one of several readers sees it: it hears only of its own process."""

    def __init__(self, handler: PipesMessageHandler, reader: PipesMessageReader):
        self._handler = handler
        self._reader = reader

    def handle_message(self, message: PipesMessage) -> None:
        self._handler.handle_message(message)
        if message.get("method") == "opened":
            self._reader.on_opened(message.get("params") or {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)
