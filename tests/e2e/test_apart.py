"""Web and engine in processes of their own, on one deployment, in any order."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest
from atoll_e2e import ENDED, Deployment, Host, is_alive, until

GATED = """
    import os
    import time
    from pathlib import Path

    import atoll

    @atoll.asset
    def quick() -> int:
        return 1

    @atoll.asset
    def gated() -> int:
        with open("started.txt", "a") as file:
            file.write("%d\\n" % os.getpid())
        while not Path("gate").exists():
            time.sleep(0.01)
        return 2

    defs = atoll.Definitions(assets=[quick, gated])
"""


@pytest.fixture
def tide(deployment: Deployment) -> Deployment:
    """A location with an asset that waits for the test, and one that does not."""
    deployment.write("tide", GATED)
    return deployment


def started(deployment: Deployment) -> list[int]:
    """The worker of each time that the gated asset was begun."""
    path = deployment.folder / "started.txt"
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def open_gate(deployment: Deployment) -> None:
    """Let the gated asset end."""
    (deployment.folder / "gate").touch()


def keys(host: Host) -> list[str]:
    """The assets that can be browsed."""
    return [item["key"] for item in host.get("/assets")["items"]]


def reasons(host: Host) -> str:
    """Why the deployment takes up no work."""
    return " ".join(host.ask("GET", "/readyz")["reasons"])


def test_a_web_alone_shows_definitions_and_keeps_runs_until_a_daemon_comes(
    tide: Deployment,
) -> None:
    with tide.webserver() as web:
        described = web.wait_loaded("tide")
        assert keys(web) == ["gated", "quick"]
        assert web.children() == [described["pid"]]
        assert "atoll daemon run" in reasons(web)

        run_id = web.launch("quick")
        waiting = web.get(f"/runs/{run_id}")
        assert (waiting["status"], web.events(run_id)) == ("QUEUED", [])
        assert "No daemon is running" in waiting["message"]

        with tide.daemon() as daemon:
            assert web.wait_run(run_id)["status"] == "SUCCESS"
            until(lambda: not web.children(), "the web to let the location go")
            until(lambda: reasons(web) == "", "the web to see the daemon")
            web.wait_location_pid("tide", lambda pid: pid in daemon.children())

        web.wait_location_pid("tide", lambda pid: pid in web.children())
        assert keys(web) == ["gated", "quick"]
    assert not list((tide.home / "describing").iterdir())


def test_a_web_beside_a_daemon_never_loads_user_code(tide: Deployment) -> None:
    with tide.daemon() as daemon, tide.webserver() as web:
        web.wait_location_pid("tide", lambda pid: pid in daemon.children())
        assert web.wait_run(web.launch("quick"))["status"] == "SUCCESS"
        web.ask("POST", "/api/v1/locations/tide/reload", {})
        web.wait_location("tide", lambda it: it["generation"] == 2, "loaded anew")
        assert web.children() == []
        assert not (tide.home / "describing").exists()


def test_a_web_alone_loads_a_location_anew(tide: Deployment) -> None:
    with tide.webserver() as web:
        web.wait_loaded("tide")
        tide.write("tide", GATED.replace("def quick", "def quicker").replace("[quick", "[quicker"))
        assert tide.run("location", "reload", "tide").code == 0
        web.wait_location("tide", lambda it: it["generation"] == 2, "loaded anew")
        assert keys(web) == ["gated", "quicker"]


def test_a_run_is_finished_by_the_next_daemon_while_the_web_goes_on(tide: Deployment) -> None:
    with tide.webserver() as web:
        with tide.daemon() as daemon:
            run_id = web.launch("gated")
            (worker,) = until(lambda: started(tide), "user code to start")
            daemon.kill()
            until(lambda: "No daemon" in reasons(web), "the web to miss the daemon")
            assert web.get(f"/runs/{run_id}")["status"] == "STARTED"
            shown = web.get("/locations/tide")
            assert (shown["status"], shown["stale"]) in [
                ("unloaded", True), ("loading", True), ("loaded", False)
            ]  # fmt: skip
            assert keys(web) == ["gated", "quick"]
            assert is_alive(worker)
        with tide.daemon():
            open_gate(tide)
            assert web.wait_run(run_id)["status"] == "SUCCESS"
            assert started(tide) == [worker]


def test_a_daemon_goes_on_while_its_web_is_killed_and_comes_back(tide: Deployment) -> None:
    with tide.daemon() as daemon:
        with tide.webserver() as web:
            run_id = web.launch("gated")
            until(lambda: started(tide), "user code to start")
            web.kill()
        assert daemon.process.poll() is None
        with tide.webserver() as web:
            assert web.get(f"/runs/{run_id}")["status"] == "STARTED"
            open_gate(tide)
            assert web.wait_run(run_id)["status"] == "SUCCESS"


def test_commands_beside_a_daemon_only_go_through_the_storage(tide: Deployment) -> None:
    with tide.daemon() as daemon:
        listed = tide.run("asset", "list", "-o", "json")
        assert [item["key"] for item in json.loads(listed.stdout)] == ["gated", "quick"]
        located = json.loads(tide.run("location", "list", "-o", "json").stdout)
        assert located[0]["pid"] in daemon.children()

        made = tide.run("asset", "materialize", "--select", "quick", "-o", "json")
        assert made.code == 0, made.text
        run_id = json.loads(made.stdout)["run_id"]
        line = f"{run_id} - {daemon.pid} - RUN_SUCCESS"
        until(lambda: line in daemon.log.read_text(), "the daemon's terminal to tell of it")

        assert tide.run("location", "reload", "tide").code == 0
        until(
            lambda: (
                json.loads(tide.run("location", "show", "tide", "-o", "json").stdout)["generation"]
                == 2
            ),
            "the daemon to load the location anew",
        )


def test_a_run_that_a_command_follows_can_be_cancelled_by_another(tide: Deployment) -> None:
    with tide.daemon():
        with subprocess.Popen(
            [tide.atoll, "asset", "materialize", "--select", "gated"],
            cwd=tide.folder,
            env=tide.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as following:
            try:
                (worker,) = until(lambda: started(tide), "user code to start")
                (run,) = json.loads(tide.run("run", "list", "-o", "json").stdout)
                assert tide.run("run", "cancel", run["run_id"]).code == 0
                assert following.wait() == 1
            finally:
                following.kill()
        assert not is_alive(worker)


def test_a_command_beside_a_web_alone_is_its_own_engine(tide: Deployment) -> None:
    with tide.webserver() as web:
        web.wait_loaded("tide")
        made = tide.run("asset", "materialize", "--select", "quick", "-o", "json")
        assert made.code == 0, made.text
        assert web.get(f"/runs/{json.loads(made.stdout)['run_id']}")["status"] == "SUCCESS"
        until(lambda: "No daemon" in reasons(web), "the web to be alone again")
        listed = tide.run("asset", "list", "-o", "json")
        assert [item["key"] for item in json.loads(listed.stdout)] == ["gated", "quick"]


@pytest.mark.parametrize("second", [("daemon", "run"), ("dev", "--port", "0")])
def test_a_second_engine_is_refused_with_the_pid_of_the_first(
    second: tuple[str, ...], tide: Deployment
) -> None:
    with tide.daemon() as daemon:
        refused = tide.run(*second)
        assert (refused.code, refused.stdout) == (5, "")
        assert f"pid {daemon.pid}" in refused.stderr
        assert tide.run("daemon", "status").stdout == f"{daemon.pid}\n"
    none = tide.run("daemon", "status")
    assert (none.code, none.stdout) == (5, "")
    assert "atoll daemon run" in none.stderr


def test_a_web_that_is_read_only_takes_no_commands(tide: Deployment) -> None:
    with tide.daemon(), tide.webserver("--read-only") as web:
        refused = web.ask("POST", "/api/v1/runs", {"assets": ["quick"]})
        assert (refused["status"], refused["code"]) == (403, "request.read_only")
        assert web.get("/runs")["items"] == []
        made = tide.run("asset", "materialize", "--select", "quick")
        assert made.code == 0, "the command line does not go by way of it"
        assert [run["status"] for run in web.get("/runs")["items"]] == ["SUCCESS"]


def found_pid(deployment: Deployment) -> int | None:
    """The web that commands find."""
    try:
        return int(json.loads((deployment.home / "host.json").read_text())["pid"])
    except FileNotFoundError:
        return None


def test_commands_find_a_web_as_long_as_there_is_one(tide: Deployment) -> None:
    with tide.daemon(), tide.webserver() as first:
        with tide.webserver() as second:
            assert first.url != second.url
            assert found_pid(tide) == second.pid
        until(lambda: found_pid(tide) == first.pid, "the first to be found again")
        with tide.webserver() as second:
            assert found_pid(tide) == second.pid
            second.kill()
        until(lambda: found_pid(tide) == first.pid, "the first to take the place of the dead one")
    assert found_pid(tide) is None


def test_everything_lies_below_a_path_prefix(tide: Deployment) -> None:
    with tide.daemon(), tide.webserver("--path-prefix", "/tides/low") as web:
        assert web.url.endswith("/tides/low")
        assert web.wait_run(web.launch("quick"))["status"] == "SUCCESS"
        listed = tide.run("asset", "list", "-o", "json")
        assert len(json.loads(listed.stdout)) == 2
        with urllib.request.urlopen(web.url) as page:
            assert (page.url, page.status) == (f"{web.url}/", 200)


def test_bells_do_not_mind_a_long_path(tmp_path: Path, atoll_command: Path) -> None:
    folder = tmp_path / ("deep" * 30) / ("deeper" * 20)
    folder.mkdir(parents=True)
    tide = Deployment(folder, atoll_command)
    tide.write("tide", GATED)
    assert len(os.fspath(tide.home)) > 200
    with tide.daemon(), tide.webserver() as web:
        bells = {path.name.partition("-")[0] for path in (tide.home / "bells").iterdir()}
        assert bells == {"engine", "reader"}
        assert web.wait_run(web.launch("quick"))["status"] in ENDED


def test_what_ends_in_order_leaves_no_process_and_no_bell(tide: Deployment) -> None:
    with tide.webserver() as web:
        web.wait_loaded("tide")
        alone = web.children()
    with tide.daemon() as daemon:
        until(daemon.children, "the location process")
        beside = daemon.children()
    _gone(alone + beside)
    assert list((tide.home / "bells").iterdir()) == []


def _gone(pids: list[int]) -> None:
    until(lambda: not any(is_alive(pid) for pid in pids), "location processes to end")


def test_a_kill_of_a_web_alone_leaves_no_location_process(tide: Deployment) -> None:
    with tide.webserver() as web:
        web.wait_loaded("tide")
        children = web.children()
        web.kill()
        _gone(children)
    with tide.webserver() as web:
        web.wait_loaded("tide")
        assert [path.name for path in (tide.home / "describing").iterdir()] == [str(web.pid)]
