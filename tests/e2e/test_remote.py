"""A location behind a server: runs through it, and what they survive."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from atoll_e2e import Deployment, Host, Server, is_alive, until

NEAR = """
    import atoll

    @atoll.asset
    def base() -> list:
        return [1, 2]

    @atoll.asset
    def report(total: int) -> int:
        return total * 10

    defs = atoll.Definitions(assets=[base, report])
"""

FAR = """
    import time
    from pathlib import Path

    import atoll

    @atoll.asset
    def total(context, base: list) -> int:
        with open("started.txt", "a") as file:
            file.write("total\\n")
        print("adding up")
        while not Path("gate").exists():
            time.sleep(0.01)
        return sum(base)

    @atoll.asset
    def double(total: int) -> int:
        return total * 2

    defs = atoll.Definitions(assets=[total, double])
"""


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Those that are gone at the end of the test."""
    made: list[Server] = []
    yield made
    for server in made:
        server.close()


@pytest.fixture
def far(deployment: Deployment, servers: list[Server]) -> Server:
    """A server beside a local location."""
    deployment.write("near", NEAR)
    servers.append(deployment.server("far", FAR))
    return servers[0]


def launch_gated(host: Host, far: Server) -> str:
    """A run whose step at the server is in user code."""
    for name in ("near", "far"):
        host.wait_loaded(name)
    run_id = host.launch("*")
    until((far.folder / "started.txt").exists, "user code to start")
    return run_id


def open_gate(far: Server) -> None:
    (far.folder / "gate").touch()


def started(far: Server) -> list[str]:
    return (far.folder / "started.txt").read_text().splitlines()


def is_unreachable(location: object) -> bool:
    assert isinstance(location, dict)
    return bool(location["status"] == "unreachable")


def test_one_run_goes_through_a_local_location_and_a_server(
    deployment: Deployment, far: Server
) -> None:
    open_gate(far)
    done = deployment.run("asset", "materialize", "--select", "*")
    assert done.code == 0, done.text
    console = far.log.read_text()
    assert "- total - STEP_START - " in console and "- total - STEP_SUCCESS - " in console
    assert "- base - " not in console, "what runs elsewhere is not its business"
    (run,) = [line.split()[0] for line in deployment.run("run", "list").stdout.splitlines()[1:]]
    printed = deployment.run("run", "logs", run, "--step", "total", "--stream", "stdout")
    assert printed.stdout == "adding up\n"
    shown = deployment.run("location", "show", "far").text
    assert f"localhost:{far.port}" in shown and "far.py" in shown


def test_a_server_that_is_killed_and_returns_finishes_what_it_began(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        far.signal(signal.SIGKILL)
        lost = host.wait_location("far", is_unreachable, "unreachable")
        assert "went away" in lost["error_text"] or "nothing answers" in lost["error_text"]
        far.start()
        host.wait_loaded("far")
        open_gate(far)
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        kinds = [event["kind"] for event in host.events(run_id) if event["step"] == "total"]
        assert kinds.count("STEP_START") == kinds.count("STEP_SUCCESS") == 1
    assert started(far) == ["total"]


def test_a_step_that_ends_while_its_server_is_gone_is_told_by_the_next(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        far.signal(signal.SIGKILL)
        open_gate(far)
        host.wait_location("far", is_unreachable, "unreachable")
        far.start()
        assert host.wait_run(run_id)["status"] == "SUCCESS"
    assert started(far) == ["total"]


def test_a_host_that_is_killed_goes_on_with_what_a_server_has_done(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        generation = host.wait_loaded("far")["generation"]
        host.kill()
    open_gate(far)
    with deployment.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        again = host.wait_loaded("far")
        assert again["generation"] == generation, "what a server has loaded is taken over"
    assert started(far) == ["total"]
    assert far.log.read_text().count("loaded in") == 1


@pytest.mark.slow
def test_a_server_that_is_stopped_for_a_while_is_waited_for(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        far.signal(signal.SIGSTOP)
        host.wait_location("far", is_unreachable, "unreachable")
        open_gate(far)
        assert host.get(f"/runs/{run_id}")["status"] == "STARTED"
        far.signal(signal.SIGCONT)
        assert host.wait_run(run_id)["status"] == "SUCCESS"
    assert started(far) == ["total"]


def test_a_server_with_other_definitions_takes_no_step_that_was_planned_on_the_old(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        far.signal(signal.SIGKILL)
        far.write(FAR.replace("double", "triple"))
        far.start()
        host.wait_location("far", lambda it: it["status"] == "loaded", "loaded")
        open_gate(far)
        assert host.wait_run(run_id)["status"] == "FAILURE"
        (failed,) = [e for e in host.events(run_id) if e["kind"] == "STEP_FAILURE"]
        assert failed["step"] == "double"
        assert failed["data"]["failure"]["code"] == "location.generation_lost"
        ended = {e["step"] for e in host.events(run_id) if e["kind"] == "STEP_SUCCESS"}
        assert "total" in ended, "what ran goes on, on the code that it was started with"
        keys = {asset["key"] for asset in host.get("/assets")["items"]}
        assert "triple" in keys and "double" not in keys
    assert started(far) == ["total"]


def test_a_reload_means_what_it_means_for_a_local_location(
    deployment: Deployment, far: Server
) -> None:
    with deployment.dev() as host:
        run_id = launch_gated(host, far)
        far.write(FAR.replace("double", "triple"))
        done = deployment.run("location", "reload", "far")
        assert done.code == 0 and "added triple; removed double" in done.text
        change = host.wait_location("far", lambda it: bool(it["last_change"]), "changed")
        assert change["last_change"]["added"] == ["triple"]
        assert change["draining"] == [1]
        open_gate(far)
        assert host.wait_run(run_id)["status"] == "SUCCESS", "on the code that it was planned on"
        host.wait_location("far", lambda it: it["draining"] == [], "drained")
        far.write("import no_such_package")
        done = deployment.run("location", "reload", "far")
        assert done.code == 3 and "no_such_package" in done.text
        broken = host.wait_location("far", lambda it: it["status"] == "degraded", "degraded")
        assert "no_such_package" in broken["error_text"]


def test_a_server_that_never_came_is_told_of_and_the_others_work(deployment: Deployment) -> None:
    deployment.write("near", NEAR)
    deployment.servers["far"] = 1
    deployment.write("near", NEAR)
    with deployment.dev() as host:
        lost = host.wait_location("far", is_unreachable, "unreachable")
        assert "nothing answers at localhost:1" in lost["error_text"]
        host.wait_loaded("near")
        assert host.wait_run(host.launch("base"))["status"] == "SUCCESS"


@pytest.mark.slow
def test_an_environment_without_the_host_serves_on_the_oldest_python(
    deployment: Deployment, servers: list[Server], atoll_command: Path, tmp_path: Path
) -> None:
    pythons = sorted((Path.home() / ".pyenv" / "versions").glob("3.8*/bin/python"))
    python = str(pythons[0]) if pythons else sys.executable
    uv = Path(sys.executable).with_name("uv")
    environment = tmp_path / "environment"
    subprocess.run([uv, "venv", "-q", "-p", python, environment], check=True)
    (wheel,) = (atoll_command.parents[2] / "wheels").glob("atoll-*.whl")
    command = [uv, "pip", "install", "-q", "--python", environment / "bin" / "python"]
    subprocess.run([*command, f"atoll[grpc] @ {wheel.as_uri()}"], check=True)
    atoll = environment / "bin" / "atoll"

    told = subprocess.run([atoll, "dev"], capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "pip install atoll-server" in told.stderr
    deployment.write("near", NEAR)
    servers.append(deployment.server("far", FAR, atoll))
    open_gate(servers[0])
    done = deployment.run("asset", "materialize", "--select", "*")
    assert done.code == 0, done.text
    shown = deployment.run("location", "show", "far").text
    assert not pythons or "3.8." in shown


def test_a_web_alone_describes_a_server_and_leaves_nothing_behind(
    deployment: Deployment, far: Server
) -> None:
    with deployment.webserver() as web:
        assert far.process is not None
        described = web.wait_loaded("far")["pid"]
        assert {"total", "double"} <= {item["key"] for item in web.get("/assets")["items"]}
        open_gate(far)
        run_id = web.launch("*")
        with deployment.daemon():
            assert web.wait_run(run_id)["status"] == "SUCCESS"
            until(lambda: not is_alive(described), "the server to let go what was for the web")
            assert web.wait_loaded("far")["pid"] != described
    assert started(far) == ["total"]
