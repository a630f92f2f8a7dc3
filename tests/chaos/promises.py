"""What must hold after whatever has happened: of events, of lines, and of what is left."""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from atoll_e2e import is_alive
from graph import Line

from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.core.run.invariants import check_history
from atoll_server.ports.event_log import StoredEvent
from atoll_wire import events as kinds


def stored_events(home: Path, run_id: str) -> list[StoredEvent]:
    """The run's events out of the database."""

    async def read() -> list[StoredEvent]:
        log = SqliteEventLog(str(home), engine=False)
        await log.open()
        try:
            return await log.events(run_id=run_id, limit=1_000_000)
        finally:
            await log.close()

    return asyncio.run(read())


def broken_promises(
    runs: Sequence[Sequence[StoredEvent]], lines: Sequence[Line] | None
) -> list[str]:
    """What the runs' events, and the lines that their steps left, violate, in sentences.

    Args:
        lines: None where the steps leave none.
    """
    found = []
    left = None if lines is None else frozenset(lines)
    workers: set[tuple[str, str | None, int]] = set()
    for events in runs:
        found += check_history(events)
        found += _broken_attempts(events, left)
        workers |= {
            (event.run_id, event.step, event.data["pid"])
            for event in events
            if event.kind == kinds.STEP_WORKER_STARTED
        }
    for (what, run_id, step, pid), count in Counter(lines or ()).items():
        if count > 1:
            found.append(f"{step} left {count} lines {what} in process {pid}")
        if (run_id, step, pid) not in workers:
            found.append(f"{step} ran in process {pid}, of which no event tells")
    return found


def _broken_attempts(events: Sequence[StoredEvent], left: frozenset[Line] | None) -> list[str]:
    found = []
    of_attempt: dict[tuple[str, int], list[StoredEvent]] = defaultdict(list)
    for event in events:
        if event.step is not None and event.attempt is not None:
            of_attempt[event.step, event.attempt].append(event)
    for (step, attempt), own in of_attempt.items():
        closings = [event for event in own if event.seq is not None and event.kind in kinds.CLOSING]
        pids = [event.data["pid"] for event in own if event.kind == kinds.STEP_WORKER_STARTED]
        if len(pids) > 1:
            found.append(f"{step}.{attempt} was started by {pids}")
        if pids and len(closings) != 1:
            found.append(f"{step}.{attempt} has {len(closings)} closing events")
        if left is not None and closings and closings[0].kind == kinds.STEP_SUCCESS:
            for what in ("begin", "done"):
                if Line(what, own[0].run_id, step, pids[0]) not in left:
                    found.append(f"{step}.{attempt} succeeded, and left no line {what}")
    return found


def unexplained_failures(events: Sequence[StoredEvent]) -> list[str]:
    """Failed steps whose failure does not say that workers or their location were lost."""
    return [
        f"{event.step}: {event.message}"
        for event in events
        if event.kind == kinds.STEP_FAILURE and "lost" not in str(event.data) + event.message
    ]


def pids_in(folder: Path) -> list[int]:
    """Processes that work somewhere in `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                is_inside = (entry / "cwd").resolve(strict=True).is_relative_to(folder)
                found += [int(entry.name)] * (is_inside and is_alive(int(entry.name)))
    return found


def left_processes(folder: Path) -> list[str]:
    """Processes that still work somewhere in `folder`: pid and command."""
    found = []
    for pid in pids_in(folder):
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
            found.append(f"{pid}: {command.decode(errors='replace')}")
    return found


def left_files(home: Path) -> list[str]:
    """Sockets, notes about running hosts, and journals below an `ATOLL_HOME`."""
    kept = []
    for path in home.rglob("*"):
        is_journal = "journal" in path.relative_to(home).parts and path.is_file()
        if path.is_socket() or is_journal or path.name == "host.json":
            kept.append(str(path.relative_to(home)))
    return kept
