"""Who may start next."""

from __future__ import annotations

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import machine as q


def queue(total: int, *tickets: q.Ticket, **limits: int) -> q.QueueState:
    state = q.QueueState(q.Limits(total, limits))
    for ticket in tickets:
        do(state, q.OpenLocation(ticket.location))
        do(state, q.Offer(ticket))
    return state


def do(state: q.QueueState, command: q.Command) -> list[q.Event]:
    decided = q.decide(state, command)
    assert not isinstance(decided, Rejected)
    for event in decided:
        q.evolve(state, event)
    return decided


def admitted(state: q.QueueState) -> list[str]:
    found = []
    while events := do(state, q.Admit()):
        found.extend(e.ticket.step for e in events if isinstance(e, q.Admitted))
    return found


def test_no_more_start_than_there_is_room_for() -> None:
    tickets = [q.Ticket("r", step, "shop") for step in "abc"]
    state = queue(2, *tickets)
    assert admitted(state) == ["a", "b"]
    do(state, q.Release(tickets[0]))
    assert admitted(state) == ["c"]


def test_a_location_that_is_full_does_not_hold_up_the_others() -> None:
    tickets = [q.Ticket("r", "a1", "shop"), q.Ticket("r", "a2", "shop"), q.Ticket("r", "b", "bank")]
    state = queue(4, *tickets, shop=1)
    assert admitted(state) == ["a1", "b"]


def test_runs_take_turns_within_a_location() -> None:
    big = [q.Ticket("big", f"b{n}", "shop") for n in range(3)]
    small = [q.Ticket("small", f"s{n}", "shop") for n in range(2)]
    assert admitted(queue(9, *big, *small)) == ["b0", "s0", "b1", "s1", "b2"]


def test_locations_take_turns() -> None:
    shop = [q.Ticket("r", f"s{n}", "shop") for n in range(3)]
    bank = [q.Ticket("r", f"b{n}", "bank") for n in range(2)]
    assert admitted(queue(9, *shop, *bank)) == ["s0", "b0", "s1", "b1", "s2"]


def test_a_closed_location_keeps_its_line() -> None:
    ticket = q.Ticket("r", "a", "shop")
    state = queue(1, ticket)
    do(state, q.CloseLocation("shop"))
    assert admitted(state) == []
    do(state, q.OpenLocation("shop"))
    assert admitted(state) == ["a"]


def test_a_withdrawn_step_does_not_start() -> None:
    tickets = [q.Ticket("r", step, "shop") for step in "ab"]
    state = queue(2, *tickets)
    do(state, q.Withdraw(tickets[0]))
    do(state, q.Withdraw(tickets[0]))
    assert admitted(state) == ["b"]


def test_what_is_found_running_takes_up_room() -> None:
    state = queue(1, q.Ticket("r", "a", "shop"))
    do(state, q.Occupy(q.Ticket("r0", "z", "shop")))
    assert admitted(state) == []


def test_a_step_stands_in_line_once() -> None:
    ticket = q.Ticket("r", "a", "shop")
    assert isinstance(q.decide(queue(1, ticket), q.Offer(ticket)), Rejected)
