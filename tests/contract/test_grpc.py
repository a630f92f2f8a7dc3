"""What holds of a self-hosted server: what holds of a local location, and what distance adds."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract.island import PATIENCE_S, Gate, Island, run, seen
from tests.contract.served import RemoteHost, Served, served

from atoll_wire.messages import (
    AttachAttempts,
    AttemptEvents,
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    Hello,
    Message,
    SnapshotChunk,
    StartGeneration,
    WorkerMode,
)
from atoll_wire.snapshot import LocationSnapshot

ONE_ASSET = """
    import atoll

    @atoll.asset
    def numbers():
        with open("marks", "a") as marks:
            marks.write("ran\\n")
        print("hello from the step")
        return [1, 2, 3]

    defs = atoll.Definitions(assets=[numbers])
"""


def waiting_asset(gate: Gate) -> str:
    return f"""
        import atoll

        @atoll.asset
        def numbers(context):
            with open("marks", "a") as marks:
                marks.write("ran\\n")
            context.log.info("waiting")
            open({str(gate.path)!r}).read()
            return [1, 2, 3]

        defs = atoll.Definitions(assets=[numbers])
    """


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "atoll_supervisor", "api", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_step_runs_at_the_server_and_its_console_shows_its_events(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main(server: Served) -> None:
        async with server.host() as host:
            loaded = await host.load()
            key = host.launch()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
            seqs = [event.seq for event in host.events(key)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert loaded.executable == sys.executable and "pydantic" in loaded.packages
            server.wait_for("- numbers - STEP_SUCCESS - ")
            copy = host.home / "output" / key.run_id / f"{key.file_name}.out"
            await seen(lambda: copy.exists() and "hello" in copy.read_text())

    with served(island) as server:
        run(main(server))
        assert "STEP_START" in server.log.read_text()
    assert island.marks() == ["ran"]


def test_a_step_outlives_its_server_and_is_taken_up_by_the_next(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main(server: Served) -> None:
        async with server.host() as host:
            await host.load()
            key = host.launch()
            log = await host.event(key, "LOG")
            server.kill()
            assert "went away" in (await host.stream_lost()).reason
            server.start()
            first = host.hello
            again = await host.connect()
            assert (again.server_id, again.generations) == (first.server_id, [])
            host.send(StartGeneration(1))
            host.send(AttachAttempts([key], [log.seq]))
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
            seqs = [event.seq for event in host.events(key)]
            assert seqs == list(range(1, len(seqs) + 1)), "none twice, none missing"

    with served(island) as server:
        run(main(server))
    assert island.marks() == ["ran"]


def test_what_was_loaded_before_a_host_came_is_its_first_generation(island: Island) -> None:
    island.write(
        """
        import atoll

        open("marks", "a").write("loaded\\n")
        defs = atoll.Definitions()
        """
    )

    async def main(server: Served) -> None:
        server.wait_for("workers: fork")
        async with server.host() as host:
            assert (await host.load(7)).generation == 7
            assert (await host.first(WorkerMode)).generation == 7
        assert island.marks() == ["loaded"]
        async with server.host(deployment="another") as host:
            await host.load()
        assert island.marks() == ["loaded"] * 2, "another deployment has its own"

    with served(island) as server:
        run(main(server))


def test_a_later_host_takes_over_and_an_earlier_one_is_refused(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main(server: Served) -> None:
        async with server.host(epoch=2) as host:
            await host.load(3)
        async with server.host(epoch=3) as later:
            assert later.hello.generations == [3]
            later.send(StartGeneration(3))
            loaded = await later.first(GenerationLoaded)
            assert loaded.generation == 3
            with pytest.raises(
                ConnectionError, match=r"a later host .* \(epoch 3, this one is 2\)"
            ):
                async with server.host(epoch=2):
                    pass
            async with server.host(epoch=3):
                assert "taken its place" in (await later.stream_lost()).reason

    with served(island) as server:
        run(main(server))


def test_what_failed_to_load_is_told_again_and_can_be_mended(island: Island) -> None:
    island.write("import no_such_package")

    async def main(server: Served) -> None:
        server.wait_for("no_such_package")
        async with server.host() as host:
            failed = await host.load_and_fail()
            assert failed.failure.code == "location.missing_package"
            host.messages.clear()
            host.send(StartGeneration(1))
            assert (await host.first(GenerationFailed)).failure == failed.failure
            island.write(ONE_ASSET)
            await host.load(2)

    with served(island) as server:
        run(main(server))


def test_a_location_process_that_died_while_nobody_listened_is_told_of(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main(server: Served) -> None:
        async with server.host() as host:
            loaded = await host.load()
        os.kill(loaded.pid, signal.SIGKILL)
        server.wait_for("died")
        async with server.host() as host:
            host.send(StartGeneration(1))
            again = await host.first(GenerationLoaded, lambda m: m.pid != loaded.pid)
            assert again.identity == loaded.identity
            assert not any(isinstance(m, GenerationExited) for m in host.messages[-2:])

    with served(island) as server:
        run(main(server))


@pytest.mark.slow
def test_a_stopped_server_is_out_of_reach_until_it_goes_on(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main(server: Served) -> None:
        async with server.host() as host:
            await host.load()
            key = host.launch()
            log = await host.event(key, "LOG")
            os.kill(server.process.pid, signal.SIGSTOP)
            assert "no answer" in (await host.stream_lost()).reason
            with pytest.raises(ConnectionError, match="does not answer"):
                await host.connect()
            os.kill(server.process.pid, signal.SIGCONT)
            again = await host.connect()
            assert again.generations == [1]
            host.send(AttachAttempts([key], [log.seq]))
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"

    with served(island) as server:
        run(main(server))
    assert island.marks() == ["ran"]


@pytest.mark.slow
def test_a_snapshot_of_200_mb_arrives(island: Island) -> None:
    island.write(
        """
        import atoll

        assets = [atoll.AssetSpec("a%d" % n, description="x" * 1000000) for n in range(200)]
        defs = atoll.Definitions(assets=assets)
        """
    )

    async def main(server: Served) -> None:
        async with server.host() as host:
            loaded = await host.load()
            assert loaded.snapshot_chars > 200e6
            from atoll_wire.messages import FetchSnapshot

            host.send(FetchSnapshot(loaded.snapshot_hash))
            await host.first(SnapshotChunk, lambda m: m.index + 1 == m.total)
            text = "".join(m.text for m in host.messages if isinstance(m, SnapshotChunk))
            assert len(LocationSnapshot.loads(text).assets) == 200
            assert not host.lost

    with served(island) as server:
        run(main(server))


@pytest.mark.slow
def test_events_that_fit_no_message_of_grpc_arrive(
    island: Island,
) -> None:
    island.write(
        """
        import atoll

        @atoll.asset
        def numbers(context):
            for n in range(30):
                context.log.info("x" * 1000000)
            context.add_output_metadata({"big": "y" * 20000000})

        defs = atoll.Definitions(assets=[numbers])
        """
    )

    async def main(server: Served) -> None:
        async with server.host() as host:
            await host.load()
            key = host.launch()
            await host.told_in_full(key)
            host.messages.clear()
            host.send(AttachAttempts([key], [0]))  # all of it at once
            seqs = await host.told_in_full(key)
            assert seqs == list(range(1, len(seqs) + 1)) and len(seqs) > 30
            told = [m.events for m in host.messages if isinstance(m, AttemptEvents)]
            assert len(told) > 20, "in parts, so that others have their turn"

    with served(island) as server:
        run(main(server))


def test_a_server_that_is_asked_to_end_gives_its_steps_time(island: Island) -> None:
    island.write(
        """
        import atoll, os, time

        @atoll.asset
        def numbers(context):
            with open("marks", "a") as marks:
                marks.write("ran\\n")
            context.log.info("waiting")
            while not os.path.exists("mended"):
                time.sleep(0.01)

        defs = atoll.Definitions(assets=[numbers])
        """
    )

    async def main(server: Served) -> None:
        async with server.host() as host:
            loaded = await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            server.process.terminate()
            await host.stream_lost()
            server.wait_for(r"1 step \(numbers\) may end within 60 s")
            (island.folder / "mended").touch()
            assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0
            with pytest.raises(ProcessLookupError):
                os.kill(loaded.pid, 0)
            server.start()
            await host.connect()
            host.send(AttachAttempts([key], [0]))
            assert (await host.closing(key)).kind == "STEP_SUCCESS"

    with served(island, grace_s=60) as server:
        run(main(server))
    assert island.marks() == ["ran"]


@pytest.mark.parametrize("is_told_twice", [False, True], ids=["grace over", "told twice"])
def test_a_server_that_cannot_wait_interrupts_its_steps(
    is_told_twice: bool, island: Island, gate: Gate
) -> None:
    island.write(waiting_asset(gate))

    async def main(server: Served) -> None:
        async with server.host() as host:
            await host.load()
            key = host.launch()
            pid = (await host.event(key, "STEP_WORKER_STARTED")).data["pid"]
            await host.event(key, "LOG")
            server.process.terminate()
            await host.stream_lost()
            if is_told_twice:
                server.wait_for("may end within")
                server.process.terminate()
            assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
            server.start()
            await host.connect()
            host.send(AttachAttempts([key], [0]))
            closing = await host.closing(key)
            assert (closing.kind, closing.data["interrupted"]) == ("STEP_UP_FOR_RETRY", True)

    with served(island, grace_s=60 if is_told_twice else 0) as server:
        run(main(server))


def test_a_host_that_wants_nothing_kept_leaves_nothing_however_it_ends(island: Island) -> None:
    island.write(
        """
        import atoll

        open("marks", "a").write("loaded\\n")
        defs = atoll.Definitions()
        """
    )

    async def main(server: Served) -> None:
        server.wait_for("workers: fork")
        host = RemoteHost(server, 1, "passing", lets_go=True)
        await host.connect()
        loaded = await host.load()
        host.client._stream._call.cancel()  # as if it were killed
        await seen(lambda: not os.path.exists(f"/proc/{loaded.pid}"))
        await host.client.close()
        async with server.host() as host:
            await host.load()
        assert island.marks() == ["loaded"] * 2, "what was loaded ahead is for one that stays"

    with served(island) as server:
        run(main(server))


def test_a_copy_of_a_home_is_refused_while_the_other_runs(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main(server: Served) -> None:
        async with server.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            copy = RemoteHost(server, 1, "d", host_id="copy")
            with pytest.raises(ConnectionError, match="another host with the same deployment id"):
                await copy.connect()
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
            assert not host.lost

    with served(island) as server:
        run(main(server))


def test_health_is_answered_and_absence_told(island: Island) -> None:
    island.write(ONE_ASSET)
    with served(island) as server:
        port = str(server.port)
        healthy = command("grpc-health-check", "-p", port, cwd=island.folder)
        assert (healthy.returncode, healthy.stdout) == (0, f"localhost:{port} serves\n")
        import grpc

        with grpc.insecure_channel(f"localhost:{port}") as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            assert check(b"") == b"\x08\x01"
            with pytest.raises(grpc.RpcError) as caught:
                check(b"\n\x05other")
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    gone = command("grpc-health-check", "-p", port, cwd=island.folder)
    assert gone.returncode == 5 and "is not healthy" in gone.stderr


def test_a_socket_serves_as_well_as_a_port(island: Island) -> None:
    island.write(ONE_ASSET)
    path = str(island.folder / "s")
    server = Served(island)
    arguments = ["-s", path, *server.arguments]
    with server.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "atoll_supervisor", "api", "grpc", *arguments],
            cwd=island.folder,
            stderr=log,
        )
    server.process = process
    try:
        server.wait_for("serving location")
        assert os.stat(path).st_mode & 0o077 == 0
        assert command("grpc-health-check", "-s", path, cwd=island.folder).returncode == 0
    finally:
        server.terminate()


def test_what_cannot_be_served_is_refused_with_what_to_do(island: Island) -> None:
    island.write(ONE_ASSET)
    file = str(island.file)

    def told(*arguments: str) -> str:
        done = command("grpc", *arguments, cwd=island.folder)
        assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
        return done.stderr

    assert "either --port PORT or --socket PATH" in told("-f", file)
    assert "--insecure" in told("-f", file, "-p", "0", "-h", "0.0.0.0")
    assert "there is no file" in told("-f", "nowhere.py", "-p", "0")
    assert "at most 107 bytes" in told("-f", file, "-s", "x" * 120)
    assert "not allowed with" in told("-f", file, "-m", "shop", "-p", "0")
    with served(island) as server:
        taken = str(server.port)
        assert "cannot listen on" in told("-f", file, "-p", taken, "--state-dir", "other")
        same = told("-f", file, "-p", "0", "--state-dir", str(island.state_dir))
        assert f"pid {server.process.pid}" in same and "--state-dir" in same


def test_what_is_no_server_of_ours_is_told_apart(island: Island) -> None:
    from concurrent.futures import ThreadPoolExecutor

    import grpc

    foreign = grpc.server(ThreadPoolExecutor(1))
    port = foreign.add_insecure_port("localhost:0")
    foreign.start()
    server = Served(island)
    server.port = port

    async def main() -> None:
        with pytest.raises(ConnectionError, match="is no Atoll server"):
            async with server.host():
                pass
        server.port = 1
        with pytest.raises(ConnectionError, match=r"nothing answers at localhost:1 .*refused"):
            async with server.host():
                pass

    run(main())
    foreign.stop(None).wait()


def test_a_server_tells_whether_it_finds_the_deployment_s_values(
    island: Island, tmp_path: Path
) -> None:
    island.write(ONE_ASSET)
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "@deployment").write_text("ours\n")

    async def reaches(server: Served, url: str, mark: str) -> bool:
        async with server.host() as host:
            who = {"deployment_id": "d", "epoch": 1, "host_id": "host"}
            hello = Hello("test", values_url=url, values_mark=mark, **who)
            return (await host.client.connect(hello, lambda _: None)).reaches_values

    async def main(server: Served) -> None:
        here = str(tmp_path / "values")
        assert await reaches(server, here, "ours")
        assert not await reaches(server, here, "another's")
        assert not await reaches(server, str(tmp_path / "elsewhere"), "ours")
        assert await reaches(server, "s3://bucket/values", "")

    with served(island) as server:
        run(main(server))


def test_what_a_deployment_left_for_good_is_let_go(
    island: Island, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process: nobody waits a day for it."""
    from atoll_supervisor import server as servers
    from atoll_supervisor.console import Console
    from atoll_supervisor.server import Server, Stream

    island.write(ONE_ASSET)
    monkeypatch.setattr(servers, "_KEEP_S", 0.0)

    async def main() -> None:
        server = Server("island", str(island.state_dir), island.target(), Console("island"))
        hello = Hello("test", deployment_id="d", epoch=1)
        told: list[Message] = []
        session = server.join(hello, Stream(told.append, lambda _: None))
        session.handle(StartGeneration(1), 1)
        await seen(lambda: any(isinstance(m, WorkerMode) for m in told))
        session.leave()
        (pid,) = {m.pid for m in told if isinstance(m, GenerationLoaded)}
        await seen(lambda: not os.path.exists(f"/proc/{pid}"))
        assert server.join(hello, Stream(told.append, lambda _: None)).answer.generations == []
        await server.close()

    run(main())
