"""Which run may begin next."""

from __future__ import annotations

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import runs
from atoll_server.core.queue.limits import RunLimits, TagLimit


def do(state: runs.RunQueueState, command: runs.Command) -> list[runs.Event]:
    decided = runs.decide(state, command)
    assert not isinstance(decided, Rejected)
    for event in decided:
        runs.evolve(state, event)
    return decided


def queue(limits: RunLimits, *tickets: runs.RunTicket) -> runs.RunQueueState:
    state = runs.RunQueueState(limits)
    for each in tickets:
        do(state, runs.Offer(each))
    return state


def admitted(state: runs.RunQueueState) -> list[str]:
    found = []
    while events := do(state, runs.Admit()):
        found.extend(e.ticket.run_id for e in events if isinstance(e, runs.Admitted))
    return found


def tickets(*run_ids: str, priority: int = 0, **tags: str) -> list[runs.RunTicket]:
    return [runs.RunTicket(run_id, int(run_id[1:]), priority, tags) for run_id in run_ids]


def test_no_more_runs_are_under_way_than_there_are_slots() -> None:
    state = queue(RunLimits(2), *tickets("r1", "r2", "r3"))
    assert admitted(state) == ["r1", "r2"]
    told = runs.waits_for(state, "r3")
    assert told == "Waits for a run slot: 2 of 2 runs are under way."
    do(state, runs.Leave("r1"))
    assert runs.waits_for(state, "r3") == ""
    assert admitted(state) == ["r3"]


def test_without_a_limit_all_begin() -> None:
    assert len(admitted(queue(RunLimits(), *tickets("r1", "r2", "r3")))) == 3


def test_the_oldest_goes_first_and_a_higher_priority_before_it() -> None:
    late = tickets("r3", priority=2)
    state = queue(RunLimits(1), *tickets("r2"), *late, *tickets("r1"))
    order = []
    while found := admitted(state):
        order += found
        do(state, runs.Leave(found[0]))
    assert order == ["r3", "r1", "r2"]


def test_a_run_whose_tag_is_full_holds_up_no_other() -> None:
    limits = RunLimits(9, (TagLimit("database", 1, "redshift"),))
    state = queue(
        limits,
        *tickets("r1", "r2", priority=5, database="redshift"),
        *tickets("r3", database="mysql"),
        *tickets("r4"),
    )
    assert admitted(state) == ["r1", "r3", "r4"]
    told = runs.waits_for(state, "r2")
    assert told == "Waits for runs with the tag database=redshift: 1 of 1 are under way."


def test_a_tag_limit_counts_all_values_together_or_each_by_itself() -> None:
    waiting = [*tickets("r1", "r2", team="a"), *tickets("r3", "r4", team="b")]
    together, each = TagLimit("team", 1), TagLimit("team", 1, per_value=True)
    assert admitted(queue(RunLimits(9, (together,)), *waiting)) == ["r1"]
    assert admitted(queue(RunLimits(9, (each,)), *waiting)) == ["r1", "r3"]


def test_all_tag_limits_of_a_run_must_have_room() -> None:
    limits = RunLimits(9, (TagLimit("a", 1), TagLimit("b", 2)))
    state = queue(
        limits, *tickets("r1", a="x"), *tickets("r2", a="x", b="x"), *tickets("r3", b="y")
    )
    assert admitted(state) == ["r1", "r3"]


def test_a_run_that_leaves_the_line_never_begins() -> None:
    state = queue(RunLimits(1), *tickets("r1", "r2", "r3"))
    assert admitted(state) == ["r1"]
    do(state, runs.Leave("r2"))
    do(state, runs.Leave("r2"))
    do(state, runs.Leave("r1"))
    assert admitted(state) == ["r3"]


def test_runs_that_are_found_under_way_take_up_slots_and_tags() -> None:
    state = queue(RunLimits(3, (TagLimit("a", 1),)), *tickets("r3", a="x"), *tickets("r4", "r5"))
    for ticket in [*tickets("r1", a="x"), *tickets("r2")]:
        do(state, runs.Occupy(ticket))
    assert admitted(state) == ["r4"]


def test_limits_change_while_runs_are_under_way() -> None:
    state = queue(RunLimits(1), *tickets("r1", "r2", "r3", a="x"))
    assert admitted(state) == ["r1"]
    do(state, runs.ChangeLimits(RunLimits(3, (TagLimit("a", 2),))))
    assert admitted(state) == ["r2"]
    do(state, runs.ChangeLimits(RunLimits(0)))
    do(state, runs.Leave("r1"))
    assert admitted(state) == []
    do(state, runs.ChangeLimits(RunLimits()))
    assert admitted(state) == ["r3"]


def test_a_run_stands_in_line_once() -> None:
    state = queue(RunLimits(1), *tickets("r1"))
    assert isinstance(runs.decide(state, runs.Offer(tickets("r1")[0])), Rejected)
