"""The variables of a location process."""

from atoll_supervisor.process import environment
from atoll_wire.messages import Target


def _target(**more: object) -> Target:
    return Target("file", "island.py", **more)  # type: ignore[arg-type]


def test_the_hosts_own_variables_stay_behind() -> None:
    assert "ATOLL_HOME" not in environment(_target(), {"ATOLL_HOME": "/x", "HOME": "/y"})


def test_the_locations_variables_win() -> None:
    found = environment(_target(env={"HOME": "/z", "OMP_WAIT_POLICY": "ACTIVE"}), {"HOME": "/y"})
    assert (found["HOME"], found["OMP_WAIT_POLICY"]) == ("/z", "ACTIVE")


def test_nothing_is_inherited_where_that_is_asked_for() -> None:
    assert "HOME" not in environment(_target(inherit_env=False), {"HOME": "/y"})


def test_threads_that_wait_do_not_spin_unless_somebody_said_so() -> None:
    assert environment(_target(), {})["OMP_WAIT_POLICY"] == "PASSIVE"
    assert environment(_target(), {"OMP_WAIT_POLICY": "ACTIVE"})["OMP_WAIT_POLICY"] == "ACTIVE"
