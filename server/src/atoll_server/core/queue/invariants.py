"""What always holds of the queue. Returns violations as sentences; none is the good case."""

from __future__ import annotations

from collections import Counter

from atoll_server.core.queue.machine import QueueState, _next


def check_state(state: QueueState, occupied: int = 0) -> list[str]:
    """Whether capacity is kept.

    Args:
        occupied: how many of the running steps were found running, and not admitted: they
            count, but nobody asked whether there was room.
    """
    found = []
    if len(state.running) > max(state.limits.total, occupied):
        found.append(f"{len(state.running)} steps run; at most {state.limits.total} may")
    counts = Counter(ticket.location for ticket in state.running)
    if counts != Counter(state.per_location):
        found.append("the counts by location are wrong")
    for location, count in counts.items():
        if count > max(state.limits.of(location), occupied):
            found.append(f"{count} steps run in {location}; at most {state.limits.of(location)}")
    for location, runs in state.waiting.items():
        if not runs or not all(runs.values()):
            found.append(f"{location} stands in line with nothing to do")
    if any(state.is_waiting(ticket) for ticket in state.running):
        found.append("a running step stands in line")
    return found


def check_idle(state: QueueState) -> list[str]:
    """Whether, after all admissions, nobody waits who could start."""
    ticket = _next(state)
    return [] if ticket is None else [f"{ticket} waits although there is room"]
