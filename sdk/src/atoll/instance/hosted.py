"""A storage that asks the host that runs the step, through the supervisor's socket."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import replace
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple

from atoll.errors import InvariantError
from atoll_wire.codec import MalformedMessage, from_wire, to_wire
from atoll_wire.events import DYNAMIC_PARTITIONS_CHANGED, JournalEvent
from atoll_wire.framing import FrameDecoder, encode
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import InstanceAnswer, InstanceQuery
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery

PATIENCE_S = 300.0
"""So long a question waits for a host that is away; runs outlive its restart, so must questions."""
PAGE = 200
"""Rows of an answer."""
KEYS = 5000
"""Partition keys of an answer, or of an event that changes them."""
_RETRY_S = 0.2
_RECEIVE_BYTES = 1 << 16


class HostedStorage:
    """Asks the host. May be used from any thread, one question after the other.

    What is reported of assets, and of dynamic partitions, becomes an event of the step itself.

    Args:
        path: of the supervisor's socket; empty where there is none.
        key: of the attempt that asks.
        emit: writes an event into the attempt's journal.
        patience_s: how long to wait for an answer.
    """

    def __init__(
        self,
        path: str,
        key: AttemptKey,
        emit: Callable[[str, str, Dict[str, Any]], None],
        patience_s: float = PATIENCE_S,
    ):
        self._path, self._key, self._emit, self._patience_s = path, key, emit, patience_s
        self._lock = threading.Lock()
        self._socket: Optional[socket.socket] = None
        self._decoder = FrameDecoder()
        self._owner = 0
        self._changes: Dict[str, List[Tuple[List[str], List[str]]]] = {}
        self._last = 0

    def events(self, query: EventQuery) -> List[RecordedEvent]:
        """The events that pass."""
        found: List[RecordedEvent] = []
        while True:
            wanted = PAGE if query.limit is None else min(PAGE, query.limit - len(found))
            if wanted <= 0:
                return found
            rows = self._ask("events", to_wire(replace(query, limit=wanted)))
            found.extend(from_wire(RecordedEvent, row) for row in rows)
            if len(rows) < wanted:
                return found
            end = found[-1].id
            query = replace(query, after=end) if query.ascending else replace(query, before=end)

    def runs(self, query: RunQuery) -> List[RecordedRun]:
        """The runs that pass."""
        found: List[RecordedRun] = []
        while True:
            wanted = PAGE if query.limit is None else min(PAGE, query.limit - len(found))
            if wanted <= 0:
                return found
            rows = self._ask("runs", to_wire(replace(query, limit=wanted)))
            found.extend(from_wire(RecordedRun, row) for row in rows)
            if len(rows) < wanted:
                return found
            query = replace(query, cursor=found[-1].run_id)

    def count_runs(self, query: RunQuery) -> int:
        """How many runs pass."""
        return int(self._ask("count_runs", to_wire(query)))

    def latest_of_assets(
        self, kind: str, keys: Optional[Sequence[str]] = None
    ) -> Dict[str, RecordedEvent]:
        """The newest event of a kind about each asset."""
        found: Dict[str, RecordedEvent] = {}
        if keys is not None:
            for begin in range(0, len(keys), PAGE):
                asked = {"kind": kind, "keys": list(keys[begin : begin + PAGE])}
                rows = self._ask("assets", asked)
                found.update((key, from_wire(RecordedEvent, row)) for key, row in rows.items())
            return found
        after = ""
        while True:
            rows = self._ask("assets", {"kind": kind, "after": after, "limit": PAGE})
            found.update((key, from_wire(RecordedEvent, row)) for key, row in rows.items())
            if len(rows) < PAGE:
                return found
            after = max(rows)

    def latest_of_partitions(
        self, kind: str, key: str, after: Optional[int] = None, before: Optional[int] = None
    ) -> Dict[str, int]:
        """The id of the newest event of a kind about each partition of an asset."""
        asked = {"kind": kind, "key": key, "after": after, "before": before}
        return dict(self._ask("partitions", asked))

    def record(
        self, run_id: str, job_name: str, step: Optional[str], event: JournalEvent
    ) -> RecordedEvent:
        """Write what is reported of an asset into the step's own journal."""
        if run_id:
            self._refuse("record events of runs")
        self._emit(event.kind, event.message, event.data)
        return RecordedEvent(0, self._key.run_id, event, job_name, self._key.step)

    def dynamic_partitions(self, name: str) -> List[str]:
        """The keys of a dynamic partitions definition, with what this step has changed."""
        found: Dict[str, None] = {}
        after = 0
        while True:
            asked = {"name": name, "after": after, "limit": KEYS}
            rows = self._ask("dynamic_partitions", asked)
            found.update((key, None) for _, key in rows)
            if len(rows) < KEYS:
                break
            after = rows[-1][0]
        for add, delete in self._changes.get(name, ()):  # the host may not know of it yet
            found.update(dict.fromkeys(add))
            for key in delete:
                found.pop(key, None)
        return list(found)

    def change_dynamic_partitions(
        self, name: str, add: Sequence[str] = (), delete: Sequence[str] = ()
    ) -> None:
        """Write into the step's journal which keys there are from now on."""
        for begin in range(0, max(len(add), len(delete)), KEYS):
            some, others = list(add[begin : begin + KEYS]), list(delete[begin : begin + KEYS])
            self._changes.setdefault(name, []).append((some, others))
            told = "Changed the keys of '%s': %d added, %d taken away." % (
                name,
                len(some),
                len(others),
            )
            data = {"name": name, "add": some, "delete": others}
            self._emit(DYNAMIC_PARTITIONS_CHANGED, told, data)

    def add_run(self, run: RecordedRun) -> RecordedRun:
        """Not in a step."""
        self._refuse("add runs")

    def tag_run(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Not yet."""
        self._refuse("change tags of runs")

    def delete_run(self, run_id: str) -> None:
        """Not in a step."""
        self._refuse("delete runs")

    def wipe(self, key: str, partitions: Optional[Sequence[str]] = None) -> None:
        """Not in a step."""
        self._refuse("wipe assets")

    def cursor_values(self, keys: Sequence[str]) -> Dict[str, str]:
        """Not yet."""
        self._refuse("keep values by name")

    def set_cursor_values(self, values: Mapping[str, str]) -> None:
        """Not yet."""
        self._refuse("keep values by name")

    def _refuse(self, what: str) -> NoReturn:
        raise InvariantError(
            "the instance of a step that the host runs does not %s yet" % what,
            code="instance.not_here",
            hint="it tells runs, events, assets and partitions, and takes dynamic partitions and "
            "report_runless_asset_event; the CLI and the HTTP API do the rest",
        )

    def _ask(self, kind: str, arguments: Dict[str, Any]) -> Any:
        """The host's answer; waits for a host that is away."""
        ends = time.monotonic() + self._patience_s
        with self._lock:
            if self._owner != os.getpid():  # a fork of the user's must not share our connection
                self._owner, self._socket = os.getpid(), None
            while True:
                self._last += 1
                query = InstanceQuery(self._last, self._key, kind, arguments)
                answer = self._try(query, ends)
                if answer is not None:
                    break
                left = ends - time.monotonic()
                if left <= 0 or not self._path:
                    raise InvariantError(
                        "the host has not answered for %d seconds" % self._patience_s
                        if self._path
                        else "this step has no way to ask the host",
                        code="instance.unreachable",
                        hint="see whether `atoll dev` or `atoll daemon run` is there; the "
                        "question may be asked again",
                    )
                time.sleep(min(left, _RETRY_S))
        if answer.failure is not None:
            failure = answer.failure
            raise InvariantError(failure.message, code=failure.code, hint=failure.hint)
        return answer.value

    def _try(self, query: InstanceQuery, ends: float) -> Optional[InstanceAnswer]:
        """The answer, or None where the connection broke or there was none."""
        try:
            if self._socket is None:
                self._decoder = FrameDecoder()
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self._socket.settimeout(max(0.01, ends - time.monotonic()))
                self._socket.connect(self._path)
            connection = self._socket
            connection.settimeout(max(0.01, ends - time.monotonic()))
            connection.sendall(encode(query))
            while True:
                connection.settimeout(max(0.01, ends - time.monotonic()))
                data = connection.recv(_RECEIVE_BYTES)
                if not data:
                    raise ConnectionResetError
                for frame in self._decoder.feed(data):
                    if isinstance(frame.message, InstanceAnswer) and frame.message.id == query.id:
                        return frame.message
        except (OSError, MalformedMessage):
            if self._socket is not None:
                self._socket.close()
            self._socket = None
            return None
