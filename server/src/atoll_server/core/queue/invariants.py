"""What always holds of the queues. Returns violations as sentences; none is the good case.

Used by the properties, the simulator and the chaos tests alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from atoll_server.core.queue import runs, steps
from atoll_server.core.queue.limits import PoolGranularity
from atoll_server.core.queue.messages import Ticket


def check_state(state: steps.QueueState, occupied: int = 0) -> list[str]:
    """Whether capacity is kept, and what is counted is right.

    Args:
        occupied: how many steps and runs may be there that nobody would admit now: found
            running after a restart, or admitted under limits that were wider.
    """
    limits = state.limits
    found = []
    if len(state.running) > max(limits.total, occupied):
        found.append(f"{len(state.running)} steps run; at most {limits.total} may")
    counts = Counter(ticket.location for ticket in state.running)
    if counts != Counter(state.per_location):
        found.append("the counts by location are wrong")
    for location, count in counts.items():
        most = limits.of(location)
        if most is not None and count > max(most, occupied):
            found.append(f"{count} steps run in {location}; at most {most}")
    of_run = Counter(one.run_id for one in state.running if one.run_limit is not None)
    if of_run != Counter(state.per_run):
        found.append("the counts by run are wrong")
    for ticket in state.running:
        most, count = ticket.run_limit, of_run[ticket.run_id]
        if most is not None and count > max(most, occupied):
            found.append(f"{count} steps of {ticket.run_id} run; its job permits {most}")
    held = Counter(_held(state))
    if held != Counter(state.per_pool):
        found.append("the counts by pool are wrong")
    for pool, count in held.items():
        most = limits.of_pool(pool)
        if most is not None and count > max(most, occupied):
            found.append(f"{count} slots of {pool} are held; it has {most}")
    for ticket in state.running:
        if ticket.pool is not None and ticket.run_id not in state.holding:
            found.append(f"{ticket} runs in a pool, and its run does not hold it")
    return found + _check_line(state)


def _held(state: steps.QueueState) -> list[str]:
    if state.limits.granularity is PoolGranularity.STEP:
        return [ticket.pool for ticket in state.running if ticket.pool is not None]
    return [pool for pools in state.holding.values() for pool in pools]


def _check_line(state: steps.QueueState) -> list[str]:
    found = []
    for location, lanes in state.waiting.items():
        empty = not lanes or not all(lanes.values())
        if empty or not all(
            all(runs.values()) for lane in lanes.values() for runs in lane.values()
        ):
            found.append(f"{location} stands in line with nothing to do")
    for ticket in state.waiting_tickets():
        if not state.is_waiting(ticket):
            found.append(f"{ticket} stands in the wrong lane")
        if ticket in state.running:
            found.append(f"{ticket} runs, and stands in line")
    return found


def check_idle(state: steps.QueueState) -> list[str]:
    """Whether, after all admissions, nobody waits who could start."""
    return [
        f"{ticket} waits although there is room"
        for ticket in state.waiting_tickets()
        if not steps.waits_for(state, ticket)
    ]


def check_admission(before: steps.QueueState, ticket: Ticket) -> list[str]:
    """Whether a step that is admitted next has room, and none before it has a better claim."""
    found = []
    if steps.waits_for(before, ticket):
        found.append(f"{ticket} was admitted, and {steps.waits_for(before, ticket)}")
    found.extend(
        f"{ticket} was admitted before {other}"
        for other in before.waiting_tickets()
        if other.priority > ticket.priority and not steps.waits_for(before, other)
    )
    return found


def check_runs(state: runs.RunQueueState, occupied: int = 0) -> list[str]:
    """Whether no more runs are under way than may be, and what is counted is right.

    Args:
        occupied: as for `check_state`.
    """
    limits = state.limits
    found = []
    if limits.total is not None and len(state.running) > max(limits.total, occupied):
        found.append(f"{len(state.running)} runs are under way; at most {limits.total} may be")
    taken = Counter(
        claim for ticket in state.running.values() for claim in limits.claims(ticket.tags)
    )
    if taken != Counter(state.taken):
        found.append("the counts by tag are wrong")
    for claim, count in taken.items():
        if count > max(claim.limit.limit, occupied):
            found.append(f"{count} runs with {claim.told}; at most {claim.limit.limit}")
    standing = sorted(place.run_id for lane in state.lanes.values() for place in lane)
    if standing != sorted(state.waiting):
        found.append("the lanes do not hold the runs that wait")
    if not all(lane == sorted(lane) and lane for lane in state.lanes.values()):
        found.append("a lane is out of order, or empty")
    if state.waiting.keys() & state.running.keys():
        found.append("a run that is under way stands in line")
    return found


def check_idle_runs(state: runs.RunQueueState) -> list[str]:
    """Whether, after all admissions, no run waits that could begin."""
    return [
        f"run {run_id} waits although there is room"
        for run_id in state.waiting
        if not runs.waits_for(state, run_id)
    ]


def check_nothing_leaked(
    state: steps.QueueState, slots: runs.RunQueueState, unfinished: Collection[str]
) -> list[str]:
    """Whether whoever holds or waits for anything is of a run that has not ended."""
    of_steps = {ticket.run_id for ticket in (*state.running, *state.waiting_tickets())}
    known = of_steps | set(state.holding) | set(slots.running) | set(slots.waiting)
    return [f"run {run_id} has ended, and holds capacity" for run_id in known - set(unfinished)]
