"""A run on screen: its steps as they go, then what failed, the user's own lines first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import click

from atoll_server.cli.output import duration, is_terminal, style
from atoll_wire.codec import MalformedMessage, from_wire
from atoll_wire.failure import Failure, render

_STATES = {
    "STEP_WORKER_STARTING": "starting",
    "STEP_START": "running",
    "STEP_SUCCESS": "done",
    "STEP_FAILURE": "failed",
    "STEP_WORKER_LOST": "lost",
    "STEP_UP_FOR_RETRY": "will retry",
    "STEP_RESTARTED": "starting",
    "STEP_SKIPPED": "skipped",
}
_COLOURS = {
    "done": "green",
    "failed": "red",
    "lost": "red",
    "skipped": "yellow",
    "canceled": "yellow",
}
_CLOSED = frozenset(["done", "failed", "skipped", "canceled"])
_CANCELED = frozenset(["step.interrupted", "step.canceled", "run.canceled"])
"""Codes of failures that are nobody's fault: the run was cancelled."""
Event = Mapping[str, Any]


class Progress(Protocol):
    """Shows events as they come."""

    def __enter__(self) -> Progress: ...
    def __exit__(self, *error: object) -> None: ...
    def show(self, event: Event) -> None:
        """One event more."""


@dataclass
class Step:
    """A step as far as its events tell."""

    key: str
    state: str = "waiting"
    started_at: float | None = None
    ended_at: float | None = None
    detail: str = ""
    failure: Mapping[str, Any] | None = None


@dataclass
class Steps:
    """All steps of a run, folded from its events."""

    by_key: dict[str, Step] = field(default_factory=dict)

    def fold(self, event: Event) -> Step | None:
        """Take in one event; returns the step whose state it changed."""
        for planned in event["data"].get("plan", {}).get("steps", ()):
            self.by_key.setdefault(planned["key"], Step(planned["key"]))
        state = _STATES.get(event["kind"])
        if state is None or event["step"] is None:
            return None
        if state == "failed" and (event["data"].get("failure") or {}).get("code") in _CANCELED:
            state = "canceled"
        step = self.by_key.setdefault(event["step"], Step(event["step"]))
        step.state = state
        if state == "running":
            step.started_at = event["timestamp"]
        if state in _CLOSED or state == "lost":
            step.ended_at = event["timestamp"]
        if "failure" in event["data"]:
            step.failure = event["data"]["failure"]
        step.detail = event["message"] if state in ("lost", "will retry", "skipped") else ""
        return step

    def took(self, step: Step, now: float) -> float | None:
        """How long the step has run, in seconds."""
        return None if step.started_at is None else (step.ended_at or now) - step.started_at

    def failures(self) -> list[Step]:
        """The steps that failed, in the order of the plan."""
        return [step for step in self.by_key.values() if step.state in ("failed", "lost")]


class LineProgress:
    """One line per change, for logs and pipes."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def __enter__(self) -> LineProgress:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, event: Event) -> None:
        """See `Progress.show`."""
        step = self._steps.fold(event)
        clock = time.strftime("%H:%M:%S", time.localtime(event["timestamp"]))
        if step is not None and step.state != "starting":
            took = duration(self._steps.took(step, event["timestamp"]))
            parts = [part for part in (took if step.ended_at else "", step.detail) if part]
            state = style(step.state, fg=_COLOURS.get(step.state))
            click.echo(f"{clock}  {step.key}  {state}  {'  '.join(parts)}".rstrip(), err=True)
        elif event["kind"] in ("RUN_ENQUEUED", "ENGINE_EVENT") and event["message"]:
            click.echo(f"{clock}  {event['message']}", err=True)


class LiveProgress:
    """A table that changes in place, for a person at a terminal."""

    def __init__(self, steps: Steps) -> None:
        from rich.console import Console
        from rich.live import Live

        self._steps = steps
        self._note = ""
        self._live = Live(
            get_renderable=self._table, console=Console(stderr=True), refresh_per_second=8
        )

    def __enter__(self) -> LiveProgress:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._note = ""
        self._live.__exit__(None, None, None)

    def show(self, event: Event) -> None:
        """See `Progress.show`."""
        self._steps.fold(event)
        if event["step"] is None:
            self._note = event["message"]

    def _table(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        now, rows = time.time(), list(self._steps.by_key.values())
        active = [step for step in rows if step.state not in _CLOSED and step.state != "waiting"]
        shown = rows if len(rows) <= 30 else (active or rows)[:30]
        table = Table(box=None, pad_edge=False, show_header=False)
        for step in shown:
            took = duration(self._steps.took(step, now))
            state = Text(step.state, style=_COLOURS.get(step.state, ""))
            table.add_row(Text(step.key), state, took, Text(step.detail))
        closed = sum(1 for step in rows if step.state in _CLOSED)
        summary = f"{closed} of {len(rows)} steps" if rows else self._note
        table.add_row(Text(summary, style="dim"), "", "", "")
        return table


def watch(steps: Steps) -> Progress:
    """The display that suits this terminal."""
    return LiveProgress(steps) if is_terminal() else LineProgress(steps)


def print_failures(steps: Steps, echo: Callable[[str], None]) -> None:
    """Print why steps failed, the user's frames first."""
    for step in steps.failures():
        echo("")
        echo(style(f"{step.key} {step.state}", fg="red", bold=True))
        echo(failure_text(step.failure) if step.failure else step.detail or "no reason is known")


def failure_text(failure: Mapping[str, Any]) -> str:
    """A failure as lines."""
    try:
        return render(from_wire(Failure, dict(failure)))
    except MalformedMessage:
        return str(failure.get("message", failure))
