"""Executes one step of some assets, and gives back its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atoll.definitions.collection import Definitions
from atoll.execution.sink import RecordingSink
from atoll.execution.step import execute_step
from atoll_wire import events
from atoll_wire.events import JournalEvent
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import StepRequest


class Attempt:
    """The events of one attempt."""

    def __init__(self, happened: list[JournalEvent]):
        self.events = happened

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def closing(self) -> JournalEvent:
        closing = [event for event in self.events if event.kind in events.CLOSING]
        assert closing == self.events[-1:], "exactly one closing event, and it is the last"
        return closing[0]

    @property
    def failure(self) -> dict[str, Any]:
        return self.closing.data["failure"]

    def of(self, kind: str) -> list[JournalEvent]:
        return [event for event in self.events if event.kind == kind]

    def metadata(self, key: str) -> dict[str, Any]:
        (found,) = [e for e in self.of("ASSET_MATERIALIZATION") if e.data["asset_key"] == key]
        return {name: value["value"] for name, value in found.data["metadata"].items()}


def attempt(
    items: Iterable[Any],
    step: str,
    values_url: str = "/nonexistent",
    resources: dict[str, Any] | None = None,
    sink: Any = None,
    **request: Any,
) -> Attempt:
    """One attempt at one step."""
    definitions = (
        items if isinstance(items, Definitions) else Definitions(items, resources=resources)
    )
    sink = sink or RecordingSink()
    key = AttemptKey("run-1", step, 1)
    execute_step(definitions, StepRequest(key, values_url=values_url, **request), sink)
    return Attempt(sink.events)
