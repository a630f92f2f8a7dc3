"""A host that is told to end leaves nothing behind but what the next one goes on with."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from atoll_e2e import DEADLINE_S, Deployment, Host, Running, is_alive, until

# Every start of user code, and every clean-up, leaves a line.
LONG = """
    import os
    import time
    from pathlib import Path

    import atoll

    def tell(what: str) -> None:
        with open("told.txt", "a") as file:
            file.write("%s %d\\n" % (what, os.getpid()))

    @atoll.asset
    def long() -> int:
        tell("begins")
        try:
            while not Path("gate").exists():
                time.sleep(0.01)
        finally:
            tell("cleans-up")
        return 1

    @atoll.asset
    def after(long: int) -> int:
        tell("after")
        return long + 1

    defs = atoll.Definitions(assets=[long, after])
"""
STUBBORN = """
    import os
    import time
    from pathlib import Path

    import atoll

    @atoll.asset
    def stubborn() -> int:
        with open("told.txt", "a") as file:
            file.write("begins %d\\n" % os.getpid())
        while not Path("gate").exists():
            try:
                time.sleep(0.01)
            except BaseException:
                pass
        return 1

    defs = atoll.Definitions(assets=[stubborn])
"""


def told(deployment: Deployment) -> list[str]:
    """What user code has written, without the pids of its workers."""
    path = deployment.folder / "told.txt"
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def worker(deployment: Deployment) -> int:
    """The worker that wrote last."""
    return int((deployment.folder / "told.txt").read_text().split()[-1])


def open_gate(deployment: Deployment) -> None:
    (deployment.folder / "gate").touch()


def begin(deployment: Deployment, host: Host) -> tuple[str, int]:
    """A run whose step is in user code; its id, and the pid of the location's process."""
    pid = int(host.wait_loaded("long")["pid"])
    run_id = host.launch("*")
    until(lambda: told(deployment), "user code to begin")
    return run_id, pid


def wait_until_told(running: Running, what: str) -> None:
    until(lambda: what in running.log.read_text(), f"the host to say {what!r}")


def interrupt(running: Running) -> None:
    running.process.send_signal(signal.SIGINT)


def left_in(home: Path) -> list[str]:
    """What only a running host may have in its home."""
    found = [path for path in home.rglob("*") if path.is_socket() or path.name == "host.json"]
    return [str(path.relative_to(home)) for path in found]


@pytest.fixture
def long(deployment: Deployment) -> Deployment:
    """A location with a step that lasts until the gate is open."""
    deployment.write("long", LONG)
    return deployment


def test_a_step_that_ends_in_time_is_not_interrupted(long: Deployment) -> None:
    long.shutdown_grace = int(DEADLINE_S)
    with long.dev() as host:
        run_id, location = begin(long, host)
        interrupt(host)
        wait_until_told(host, "1 step (long); Ctrl-C again interrupts")
        second = host.launch("*")
        assert host.get(f"/runs/{second}")["message"].startswith("The host is shutting down.")
        open_gate(long)
        assert host.process.wait(DEADLINE_S) == 0
        assert not is_alive(location)
        assert not is_alive(worker(long))
    assert left_in(long.home) == []
    assert told(long) == ["begins", "cleans-up"], "nothing new was begun"
    with long.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        assert host.wait_run(second)["status"] == "SUCCESS"
    assert sorted(told(long)[2:]) == ["after", "after", "begins", "cleans-up"]


@pytest.mark.parametrize("is_told_twice", [True, False], ids=["told twice", "grace over"])
def test_an_interrupted_step_cleans_up_and_starts_again_with_the_next_host(
    is_told_twice: bool, long: Deployment
) -> None:
    long.shutdown_grace = int(DEADLINE_S) if is_told_twice else 0
    with long.dev() as host:
        run_id, location = begin(long, host)
        interrupt(host)
        if is_told_twice:
            wait_until_told(host, "Ctrl-C again interrupts")
            interrupt(host)
        assert host.process.wait(DEADLINE_S) == 0
        assert told(long) == ["begins", "cleans-up"]
        assert not is_alive(location)
        assert not is_alive(worker(long))
    assert left_in(long.home) == []
    open_gate(long)
    with long.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        events = host.events(run_id)
    assert told(long) == ["begins", "cleans-up", "begins", "cleans-up", "after"]
    starts = [e["attempt"] for e in events if (e["kind"], e["step"]) == ("STEP_START", "long")]
    assert starts == [1, 2]
    (again,) = [e for e in events if e["kind"] == "STEP_UP_FOR_RETRY"]
    assert again["data"]["interrupted"] is True


def test_a_signal_more_ends_the_host_at_once_and_the_step_goes_on(deployment: Deployment) -> None:
    deployment.write("long", STUBBORN)
    with deployment.dev() as host:
        run_id, _ = begin(deployment, host)
        interrupt(host)
        wait_until_told(host, "interrupting 1 step (stubborn)")
        interrupt(host)
        assert host.process.wait(DEADLINE_S) == 130
    assert is_alive(worker(deployment))
    open_gate(deployment)
    with deployment.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"
    assert told(deployment) == ["begins"]


@pytest.mark.parametrize("signals", [1, 2])
def test_a_command_with_a_host_of_its_own_leaves_nothing_behind(
    signals: int, long: Deployment
) -> None:
    log = long.folder / "command.log"
    with log.open("wb") as file:
        command = subprocess.Popen(
            [long.atoll, "asset", "materialize", "--select", "*"],
            cwd=long.folder, env=long.environment(), stdin=subprocess.DEVNULL,
            stdout=file, stderr=file,
        )  # fmt: skip
    running = Running(command, long.home, log)
    until(lambda: told(long), "user code to begin")
    children = running.children()
    for _ in range(signals):
        command.send_signal(signal.SIGTERM)
    assert command.wait(DEADLINE_S) == 130, log.read_text()
    assert not [pid for pid in [*children, worker(long)] if is_alive(pid)]
    assert told(long) == ["begins", "cleans-up"]
    assert left_in(long.home) == []
    assert "Traceback" not in log.read_text()
    open_gate(long)
    with long.dev() as host:
        (run,) = host.get("/runs")["items"]
        assert host.wait_run(run["run_id"])["status"] == "CANCELED"
    assert told(long) == ["begins", "cleans-up"]


def test_a_command_that_only_reads_begins_nothing(long: Deployment) -> None:
    with long.dev() as host:
        run_id, _ = begin(long, host)
    assert long.run("asset", "list").code == 0
    assert told(long) == ["begins", "cleans-up"]
    open_gate(long)
    with long.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"


def test_what_runs_on_a_server_outlives_the_host_that_is_told_to_end(
    deployment: Deployment,
) -> None:
    far = deployment.server("long", LONG)
    try:
        with deployment.dev() as host:
            host.wait_loaded("long")
            run_id = host.launch("*")
            path = far.folder / "told.txt"
            until(path.exists, "user code to begin")
            interrupt(host)
            assert host.process.wait(DEADLINE_S) == 0
        assert "interrupting" not in host.log.read_text()
        (far.folder / "gate").touch()
        with deployment.dev() as host:
            assert host.wait_run(run_id)["status"] == "SUCCESS"
        assert [line.split()[0] for line in path.read_text().splitlines()] == [
            "begins",
            "cleans-up",
            "after",
        ]
    finally:
        far.close()


def test_what_a_server_interrupted_starts_again_when_it_is_back(deployment: Deployment) -> None:
    far = deployment.server("long", LONG)
    try:
        with deployment.dev() as host:
            host.wait_loaded("long")
            run_id = host.launch("*")
            path = far.folder / "told.txt"
            until(path.exists, "user code to begin")
            far.signal(signal.SIGTERM)
            (far.folder / "gate").touch()
            far.start()
            assert host.wait_run(run_id)["status"] == "SUCCESS"
            (again,) = [e for e in host.events(run_id) if e["kind"] == "STEP_UP_FOR_RETRY"]
            assert again["data"]["interrupted"] is True
    finally:
        far.close()


RETRIED = """
    import os
    import signal
    from pathlib import Path

    import atoll

    @atoll.asset
    def good() -> int:
        with open("told.txt", "a") as file:
            file.write("good %d\\n" % os.getpid())
        return 1

    @atoll.asset
    def bad(good: int) -> int:
        with open("told.txt", "a") as file:
            file.write("bad %d\\n" % os.getpid())
        if not Path("mended").exists():
            Path("mended").touch()
            if Path("host.pid").exists():
                os.kill(int(Path("host.pid").read_text()), signal.SIGKILL)
            raise ValueError("not yet")
        return good + 1

    defs = atoll.Definitions(assets=[good, bad])
"""


def test_a_run_is_retried_once_though_its_host_is_killed_as_it_fails(
    deployment: Deployment,
) -> None:
    deployment.write("long", RETRIED)
    tags = {"dagster/max_retries": "3"}
    with deployment.dev() as host:
        (deployment.folder / "host.pid").write_text(str(host.pid))
        host.wait_loaded("long")
        asked = host.ask("POST", "/api/v1/runs", {"assets": ["*"], "tags": tags})
        host.process.wait(DEADLINE_S)
        os.unlink(deployment.folder / "host.pid")
    with deployment.dev() as host:
        failed = host.wait_run(asked["run_id"])
        assert failed["status"] == "FAILURE"
        (again,) = failed["retried_as"]
        assert again in failed["message"]
        assert host.wait_run(again)["status"] == "SUCCESS"
        assert len(host.get("/runs")["items"]) == 2
        shown = deployment.run("run", "show", asked["run_id"])
        assert f"retried as  {again}" in shown.text
        retried = deployment.run("run", "retry", asked["run_id"], "--select", "good+")
        assert retried.code == 0, retried.text
        unknown = deployment.run("run", "retry", asked["run_id"], "--select", "goood")
        assert (unknown.code, "did you mean good?" in unknown.text) == (2, True)
    assert told(deployment) == ["good", "bad", "bad", "good", "bad"]
