"""Readers that ask again and again, for messages in another system's logs or files."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Sequence, Tuple

from atoll.errors import PipesExecutionError
from atoll.pipes.protocol import VERSION_FIELD, PipesOpenedData, PipesParams
from atoll.pipes.readers import PipesMessageReader

if TYPE_CHECKING:
    from atoll.pipes.messages import PipesLaunchedData, PipesMessageHandler

_PAUSE_S = 1.0
_LAST_MESSAGES_S = 10.0
_LOGS_APPEAR_S = 60.0
_END_S = 120.0


class PipesLogReader(ABC):
    """Reads what the process prints, elsewhere."""

    @abstractmethod
    def start(self, params: PipesParams, is_session_closed: threading.Event) -> None:
        """Begin to read.

        Args:
            params: by which the process knows where to write, with what `report_launched` said.
            is_session_closed: is set when the process has ended, and only the rest is to be read.
        """

    @abstractmethod
    def stop(self) -> None:
        """Read the rest, and end."""

    @abstractmethod
    def is_running(self) -> bool:
        """Whether it has begun, and not ended."""

    @abstractmethod
    def target_is_readable(self, params: PipesParams) -> bool:
        """Whether there is something to read."""

    @property
    def name(self) -> str:
        """How messages call it."""
        return type(self).__name__

    @property
    def debug_info(self) -> Optional[str]:
        """What helps where it does not work."""
        return None


class PipesThreadedMessageReader(PipesMessageReader):
    """Asks again and again for the next part of the messages, by a thread.

    Args:
        interval: seconds from one question to the next.
        log_readers: readers of what the process prints.
    """

    def __init__(
        self, interval: float = 10, log_readers: Optional[Sequence[PipesLogReader]] = None
    ):
        self.interval = interval
        self.log_readers: Dict[str, PipesLogReader] = {
            str(index): each for index, each in enumerate(log_readers or ())
        }
        self.opened_payload: Optional[PipesOpenedData] = None
        self.launched_payload: Optional[PipesLaunchedData] = None

    @abstractmethod
    def get_params(self) -> Any:
        """A context manager that gives the parameters by which the process knows where to write."""

    def messages_are_readable(self, params: PipesParams) -> bool:
        """Whether there is something to read."""
        return True

    @abstractmethod
    def download_messages(
        self, cursor: Optional[Any], params: PipesParams
    ) -> Optional[Tuple[Any, str]]:
        """The next part of the messages: lines, and the cursor for what follows them.

        Args:
            cursor: what it gave before; None at first.
            params: those of `get_params`, with what `report_launched` said.
        """

    def on_opened(self, opened_payload: PipesOpenedData) -> None:
        """Keep what the process says of itself."""
        self.opened_payload = opened_payload

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Keep what is known of the process."""
        self.launched_payload = launched_payload

    def add_log_reader(self, log_reader: PipesLogReader) -> None:
        """Read more of what the process prints, from where is known only now."""
        self.log_readers[str(len(self.log_readers))] = log_reader

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        """Read by two threads: one for messages, one for what is printed."""
        is_over = threading.Event()
        with self.get_params() as params:
            threads = [
                self._started(each, handler, params, is_over)
                for each in (self._read_messages, self._read_logs)
            ]
            try:
                yield params
            finally:
                is_over.set()
                for thread in threads:
                    thread.join(_END_S)
                    if thread.is_alive():
                        raise PipesExecutionError(
                            "[pipes] %s did not end within %d seconds" % (thread.name, _END_S),
                            code="pipes.message",
                        )

    def _started(
        self, read: Any, handler: PipesMessageHandler, params: PipesParams, over: threading.Event
    ) -> threading.Thread:
        def run() -> None:
            try:
                read(handler, dict(params), over)
            except BaseException:
                handler.report_pipes_framework_exception(thread.name, sys.exc_info())

        name = "%s %s" % (type(self).__name__, read.__name__.strip("_"))
        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def _read_messages(
        self, handler: PipesMessageHandler, params: Dict[str, Any], is_over: threading.Event
    ) -> None:
        cursor: Any = None
        is_readable = False
        asked_at = time.monotonic()
        over_at: Optional[float] = None
        while not handler.received_closed_message:
            if not is_readable:
                params = {**params, **(self.launched_payload or {})}
                is_readable = self.messages_are_readable(params)
            if is_readable and (is_over.is_set() or time.monotonic() - asked_at >= self.interval):
                asked_at = time.monotonic()
                found = self.download_messages(cursor, params)
                if found is not None:
                    cursor, lines = found
                    _handle_lines(handler, lines)
            pause = min(self.interval, _PAUSE_S)
            is_over.wait(pause) if not is_over.is_set() else time.sleep(pause)
            if is_over.is_set():
                # What is written elsewhere may appear a little later.
                over_at = over_at or time.monotonic()
                if time.monotonic() - over_at > _LAST_MESSAGES_S:
                    return

    def _read_logs(
        self, handler: PipesMessageHandler, params: Dict[str, Any], is_over: threading.Event
    ) -> None:
        started = set()
        over_at: Optional[float] = None
        try:
            while True:
                was_over = is_over.is_set()
                params = {**params, **(self.opened_payload or {})}
                for key, reader in list(self.log_readers.items()):
                    if key not in started and reader.target_is_readable(params):
                        started.add(key)
                        reader.start(params, is_over)
                if was_over:
                    over_at = over_at or time.monotonic()
                    missing = [r for key, r in self.log_readers.items() if key not in started]
                    if not missing:
                        return
                    if time.monotonic() - over_at > _LOGS_APPEAR_S:
                        for each in missing:
                            handler._context.log.warning(
                                "[pipes] %s found nothing to read within %d seconds%s"
                                % (each.name, _LOGS_APPEAR_S, _info(each))
                            )
                        return
                is_over.wait(_PAUSE_S) if not was_over else time.sleep(_PAUSE_S)
        finally:
            for reader in self.log_readers.values():
                if reader.is_running():
                    reader.stop()


class PipesBlobStoreMessageReader(PipesThreadedMessageReader):
    """Reads messages that the process writes as numbered files, to a store such as S3.

    On the other side stands `PipesBlobStoreMessageWriter`; both count from 1.
    """

    @abstractmethod
    def download_messages_chunk(self, index: int, params: PipesParams) -> Optional[str]:
        """The text of a file; None while it is not there.

        Args:
            index: its number.
            params: those of `get_params`.
        """

    def download_messages(
        self, cursor: Optional[Any], params: PipesParams
    ) -> Optional[Tuple[Any, str]]:
        """The next file; the cursor is its number."""
        index = 1 if cursor is None else cursor
        found = self.download_messages_chunk(index, params)
        return (index + 1, found) if found else None


def _handle_lines(handler: PipesMessageHandler, lines: str) -> None:
    """The messages among lines; others are not meant for us."""
    for line in lines.split("\n"):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and VERSION_FIELD in message:
            handler.handle_message(message)


def _info(reader: PipesLogReader) -> str:
    return ": %s" % reader.debug_info if reader.debug_info else ""


def extract_message_or_forward_to_stdout(handler: PipesMessageHandler, log_line: str) -> None:
    """Take a line that may be a message; print it where it is none."""
    extract_message_or_forward_to_file(handler, log_line, sys.stdout)


def extract_message_or_forward_to_file(
    handler: PipesMessageHandler, log_line: str, file: Any
) -> None:
    """Take a line that may be a message; write it to a file where it is none."""
    try:
        message = json.loads(log_line)
    except ValueError:
        message = None
    if isinstance(message, dict) and VERSION_FIELD in message:
        handler.handle_message(message)
    else:
        file.write(log_line + "\n")
