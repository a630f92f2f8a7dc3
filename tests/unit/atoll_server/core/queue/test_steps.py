"""Which step may start next."""

from __future__ import annotations

from dataclasses import replace

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import messages as q
from atoll_server.core.queue import steps
from atoll_server.core.queue.invariants import check_state
from atoll_server.core.queue.limits import Limits, PoolGranularity


def ticket(step: str, location: str = "shop", run_id: str = "r", **more: object) -> q.Ticket:
    return replace(q.Ticket(run_id, step, location), **more)  # type: ignore[arg-type]


def queue(limits: Limits | int, *tickets: q.Ticket) -> steps.QueueState:
    state = steps.QueueState(Limits(limits) if isinstance(limits, int) else limits)
    for each in tickets:
        do(state, q.OpenLocation(each.location))
        do(state, q.Offer(each))
    return state


def do(state: steps.QueueState, command: q.Command) -> list[q.Event]:
    decided = steps.decide(state, command)
    assert not isinstance(decided, Rejected)
    for event in decided:
        steps.evolve(state, event)
    return decided


def admitted(state: steps.QueueState) -> list[str]:
    found = []
    while events := do(state, q.Admit()):
        found.extend(e.ticket.step for e in events if isinstance(e, q.Admitted))
    return found


def test_no_more_start_than_there_is_room_for() -> None:
    tickets = [ticket(step) for step in "abc"]
    state = queue(2, *tickets)
    assert admitted(state) == ["a", "b"]
    assert steps.waits_for(state, tickets[2]) == "Waits for a step slot: 2 of 2 are taken."
    do(state, q.Release(tickets[0]))
    assert admitted(state) == ["c"]


def test_a_location_that_is_full_does_not_hold_up_the_others() -> None:
    state = queue(Limits(4, {"shop": 1}), ticket("a1"), ticket("a2"), ticket("b", "bank"))
    assert admitted(state) == ["a1", "b"]
    told = steps.waits_for(state, ticket("a2"))
    assert told == "Waits for room in location shop: 1 of 1 steps."


def test_runs_take_turns_within_a_location() -> None:
    big = [ticket(f"b{n}", run_id="big") for n in range(3)]
    small = [ticket(f"s{n}", run_id="small") for n in range(2)]
    assert admitted(queue(9, *big, *small)) == ["b0", "s0", "b1", "s1", "b2"]


def test_locations_take_turns() -> None:
    shop = [ticket(f"s{n}") for n in range(3)]
    bank = [ticket(f"b{n}", "bank") for n in range(2)]
    assert admitted(queue(9, *shop, *bank)) == ["s0", "b0", "s1", "b1", "s2"]


def test_a_closed_location_keeps_its_line() -> None:
    state = queue(1, ticket("a"))
    do(state, q.CloseLocation("shop"))
    assert admitted(state) == []
    assert steps.waits_for(state, ticket("a")) == "Waits for location shop to serve."
    do(state, q.OpenLocation("shop"))
    assert admitted(state) == ["a"]


def test_a_withdrawn_step_does_not_start() -> None:
    tickets = [ticket(step) for step in "ab"]
    state = queue(2, *tickets)
    do(state, q.Withdraw(tickets[0]))
    do(state, q.Withdraw(tickets[0]))
    assert admitted(state) == ["b"]


def test_what_is_found_running_takes_up_room() -> None:
    state = queue(1, ticket("a"))
    do(state, q.Occupy(ticket("z", run_id="r0")))
    assert admitted(state) == []


def test_a_step_stands_in_line_once() -> None:
    state = queue(1, ticket("a"))
    assert isinstance(steps.decide(state, q.Offer(ticket("a"))), Rejected)


def test_steps_of_a_higher_priority_go_first_wherever_they_lie() -> None:
    low = [ticket("l1"), ticket("l2", "bank")]
    high = [ticket("h1", run_id="hasty", priority=3), ticket("h2", "bank", "hasty", priority=3)]
    assert admitted(queue(9, *low, *high)) == ["h1", "h2", "l1", "l2"]


def test_a_full_pool_holds_up_nobody_who_needs_another_one_or_none() -> None:
    state = queue(
        Limits(9, pools={"gpu": 1}),
        ticket("g1", pool="gpu", priority=5),
        ticket("g2", pool="gpu", priority=5),
        ticket("d", pool="disk"),
        ticket("free"),
    )
    assert admitted(state) == ["g1", "d", "free"]
    told = steps.waits_for(state, ticket("g2", pool="gpu", priority=5))
    assert told == "Waits for a slot of pool gpu: 1 of 1 are taken."


def test_a_pool_is_one_over_all_locations() -> None:
    tickets = [ticket("a", pool="gpu"), ticket("b", "bank", pool="gpu")]
    state = queue(Limits(9, pools={"gpu": 1}), *tickets)
    assert admitted(state) == ["a"]
    do(state, q.Release(tickets[0]))
    assert admitted(state) == ["b"]


def test_pools_that_nobody_limits_have_the_default_limit() -> None:
    tickets = [ticket(step, pool="gpu") for step in "abc"]
    assert admitted(queue(Limits(9, default_pool=2), *tickets)) == ["a", "b"]
    assert admitted(queue(Limits(9), *tickets)) == ["a", "b", "c"]


def in_run(step: str, run_id: str, pool: str | None, *pools: str) -> q.Ticket:
    return ticket(
        step, run_id=run_id, pool=pool, run_pools=pools or (() if pool is None else (pool,))
    )


PER_RUN = PoolGranularity.RUN


def test_by_run_a_slot_is_held_from_the_first_step_in_the_pool_until_the_run_ends() -> None:
    limits = Limits(9, pools={"gpu": 1}, granularity=PER_RUN)
    first, second = in_run("a", "r1", "gpu"), in_run("b", "r1", "gpu")
    state = queue(limits, first, in_run("c", "r2", "gpu"), second, in_run("d", "r2", None))
    assert admitted(state) == ["a", "d", "b"], "steps of the run that holds it share its slot"
    do(state, q.Release(first))
    do(state, q.Release(second))
    assert admitted(state) == []
    do(state, q.Leave("r1"))
    assert admitted(state) == ["c"]


def test_by_run_no_two_runs_hold_what_the_other_one_waits_for() -> None:
    limits = Limits(9, pools={"x": 1, "y": 1}, granularity=PER_RUN)
    state = queue(limits, in_run("a", "r1", "x", "x", "y"), in_run("b", "r2", "y", "x", "y"))
    assert admitted(state) == ["a"]
    do(state, q.Offer(in_run("c", "r1", "y", "x", "y")))
    assert admitted(state) == ["c"]


def test_by_run_a_slot_is_held_again_after_a_restart() -> None:
    state = queue(Limits(9, pools={"gpu": 1}, granularity=PER_RUN), in_run("a", "r2", "gpu"))
    do(state, q.Hold("r1", ("gpu",)))
    assert admitted(state) == []


def test_limits_change_while_steps_run() -> None:
    tickets = [ticket(step, pool="gpu") for step in "abcd"]
    state = queue(Limits(9, pools={"gpu": 1}), *tickets)
    assert admitted(state) == ["a"]
    do(state, q.ChangeLimits(Limits(9, pools={"gpu": 3})))
    assert admitted(state) == ["b", "c"]
    do(state, q.ChangeLimits(Limits(9, pools={"gpu": 1})))
    do(state, q.Release(tickets[0]))
    do(state, q.Release(tickets[1]))
    assert admitted(state) == [], "one still runs"
    do(state, q.ChangeLimits(Limits(9)))
    assert admitted(state) == ["d"]


def test_the_granularity_changes_while_steps_run_and_wait() -> None:
    limits = Limits(9, pools={"gpu": 1})
    a, b = in_run("a", "r1", "gpu"), in_run("b", "r1", "gpu")
    state = queue(limits, a, b, in_run("c", "r2", "gpu"))
    assert admitted(state) == ["a"]
    do(state, q.ChangeLimits(replace(limits, granularity=PER_RUN)))
    assert admitted(state) == ["b"], "its run holds the slot now"
    do(state, q.ChangeLimits(limits))
    do(state, q.Release(a))
    assert admitted(state) == []
    do(state, q.Release(b))
    assert admitted(state) == ["c"]


def test_steps_need_the_pools_again_when_the_run_lets_them_go_before_its_end() -> None:
    # Simulation, seed 22685: the first step was parked; the other stood where nobody looked.
    in_pool = {"pool": "gpu", "run_pools": ("gpu",)}
    first, other = ticket("a", **in_pool), ticket("b", **in_pool)
    limits = Limits(1, pools={"gpu": 1}, granularity=PoolGranularity.RUN)
    state = queue(limits, first, other)
    assert admitted(state) == ["a"]
    do(state, q.Release(first))
    do(state, q.Leave("r"))
    assert check_state(state) == []
    assert admitted(state) == ["b"]
    assert check_state(state) == []


def test_a_run_whose_job_limits_it_holds_up_nobody_else() -> None:
    own = [ticket(step, run_id="limited", priority=5, run_limit=1) for step in "abc"]
    state = queue(9, *own, ticket("other", run_id="free"))
    assert admitted(state) == ["a", "other"]
    told = steps.waits_for(state, own[1])
    assert told == "Waits for other steps of its run: its job runs 1 at once."
    do(state, q.Release(own[0]))
    assert admitted(state) == ["b"]
    assert check_state(state) == []
