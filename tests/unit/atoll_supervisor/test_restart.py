"""When a process that died is started again."""

from atoll_supervisor.restart import LONGEST_PAUSE_S, SERVED_S, Restarts


def _after(deaths: int, served_s: float = 0.0) -> Restarts:
    restarts = Restarts()
    for _ in range(deaths):
        restarts = restarts.after_death(served_s)
    return restarts


def test_the_first_death_is_followed_by_a_start_at_once() -> None:
    assert _after(1).pause_s == 0


def test_pauses_grow_up_to_a_limit() -> None:
    assert [_after(n).pause_s for n in range(2, 7)] == [1, 2, 4, 8, 16]
    assert _after(100).pause_s == LONGEST_PAUSE_S


def test_a_process_that_served_for_a_while_counts_as_the_first_to_die() -> None:
    assert _after(9).after_death(SERVED_S).pause_s == 0


def test_three_deaths_in_a_row_are_a_crash_loop() -> None:
    assert [_after(n).crash_loop for n in (1, 2, 3)] == [False, False, True]
