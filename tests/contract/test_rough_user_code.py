"""User code that is rough with what it shares a process with."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest
from tests.contract.island import PATIENCE_S, Gate, Island, run

from atoll_supervisor import process as supervisor_process
from atoll_supervisor import reaper
from atoll_wire.messages import AttachAttempts, AttemptNeverStarted, GenerationLoaded
from atoll_wire.pulse import start_time

HEAD = """
import os, sys, time, multiprocessing, subprocess
from atoll import asset, Definitions

def mark(text):
    with open("marks", "a") as marks:
        marks.write(text + "\\n")
"""
TAIL = """
defs = Definitions(assets=[numbers])
"""


def _asset(body: str, at_import: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in ["mark('ran')", *body.strip("\n").split("\n")])
    return HEAD + at_import + "\n@asset\ndef numbers(context):\n" + lines + TAIL


@pytest.mark.parametrize(
    "body",
    [
        "os.closerange(3, 5000)",
        "for fd in range(3, 40):\n"
        "        try: os.write(fd, b'garbage')\n"
        "        except OSError: pass",
        "p = multiprocessing.Process(target=time.sleep, args=(1000,)); p.start(); time.sleep(0.1)\n"
        "p.terminate(); p.join()",
        "for _ in range(5):\n"
        "        with multiprocessing.get_context('fork').Pool(3) as pool: pool.map(str, range(9))",
        "subprocess.run([sys.executable, '-c', 'print(1)'], check=True)",
        "if os.fork() == 0: return 'the child comes back'",
        "sys.stdout = None; sys.stderr.close()",
        "context.log.info('file \\udce9'); context.add_output_metadata({'x': '\\udcff'})",
        "os.chdir('/'); os.umask(0o777)",
    ],
    ids=[
        "closes-descriptors",
        "writes-to-descriptors",
        "terminates-a-child",
        "uses-a-pool",
        "starts-a-program",
        "forks-and-returns",
        "breaks-its-streams",
        "prints-lone-surrogates",
        "changes-directory-and-mask",
    ],
)
@pytest.mark.parametrize("worker", ["fork", "spawn", "pool"])
def test_a_step_that_is_rough_runs_once_and_ends(island: Island, body: str, worker: str) -> None:
    island.write(_asset(body + "\nreturn 1"))

    async def main() -> None:
        async with island.host(worker=worker) as host:
            await host.load()
            key = host.launch()
            closing = await host.closing(key)
            assert closing.kind == "STEP_SUCCESS", closing
            assert [e.seq for e in host.events(key)] == list(range(1, closing.seq + 1))
        assert island.marks() == ["ran"]

    run(main())


def test_a_worker_that_reads_its_own_journal_is_not_taken_for_dead(
    island: Island, gate: Gate
) -> None:
    island.write(
        _asset(
            f"for root, _, names in os.walk({str(island.state_dir)!r}):\n"
            "        for name in names: open(os.path.join(root, name), 'rb').read()\n"
            "context.log.info('read')\n"
            f"open({str(gate.path)!r}).read()\n"
            "return 1"
        )
    )

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            seen = host.events(key)[-1].seq
        async with island.host(epoch=2) as host:  # it scans at once, and finds no lock
            host.send(AttachAttempts([key], [seen]))
            other = await host.load()
            assert other
            assert host.events(key) == []
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
        assert island.marks() == ["ran"]

    run(main())


def test_a_spawned_worker_may_take_longer_than_a_process_has_to_stop(
    island: Island, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_process, "_STOP_GRACE_S", 0.0)
    island.write(_asset(f"context.log.info('waits')\nopen({str(gate.path)!r}).read()\nreturn 1"))

    async def main() -> None:
        async with island.host(worker="spawn") as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"

    run(main())


def test_streams_that_are_none_of_python_do_not_stop_the_location(island: Island) -> None:
    island.write(_asset("return 1", "class Tee:\n    write = print\nsys.stdout = Tee()\n"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            assert (await host.closing(host.launch())).kind == "STEP_SUCCESS"

    run(main())


def test_a_child_that_is_forked_at_import_does_not_serve(island: Island) -> None:
    island.write(_asset("return 1", "child = os.fork()\n"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            assert (await host.closing(host.launch())).kind == "STEP_SUCCESS"
            assert len([m for m in host.messages if isinstance(m, GenerationLoaded)]) == 1

    run(main())


def test_a_step_whose_files_cannot_be_made_never_starts(island: Island) -> None:
    island.write(_asset("return 1"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            (island.state_dir / "output").write_text("in the way")
            refused = await host.never_started(host.launch())
            assert refused.failure.code == "step.no_worker"
            (island.state_dir / "output").unlink()
            assert (await host.closing(host.launch(attempt=2))).kind == "STEP_SUCCESS"

    run(main())


def test_a_step_whose_journal_cannot_be_made_waits_until_it_can(island: Island) -> None:
    island.write(_asset("return 1"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            (island.state_dir / "journal").write_text("in the way")
            key = host.launch()
            await asyncio.sleep(0)
            assert not [m for m in host.messages if isinstance(m, AttemptNeverStarted)]
            (island.state_dir / "journal").unlink()
            assert (await host.never_started(key)).failure.code == "step.no_worker"
            assert (await host.closing(host.launch(attempt=2))).kind == "STEP_SUCCESS"

    run(main())


def test_a_very_long_name_is_a_name_like_any_other(island: Island) -> None:
    name = "n" * 250
    island.write(
        _asset("return None").replace("def numbers", f"def {name}").replace("numbers", name)
    )

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            assert (await host.closing(host.launch(name))).kind in ("STEP_SUCCESS", "STEP_FAILURE")

    run(main())


def test_garbage_behind_a_dead_workers_events_hides_nothing(island: Island, gate: Gate) -> None:
    island.write(_asset(f"context.log.info('waits')\nopen({str(gate.path)!r}).read()"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            seen, pid = host.events(key)[-1].seq, host.events(key)[0].data["pid"]
        os.kill(pid, signal.SIGKILL)
        journal = next(island.state_dir.glob("journal/d/run/*.jsonl"))
        with journal.open("ab") as file:
            file.write(b"garbage\n" + b"[" * 200_000 + b"\n")
        async with island.host(epoch=2) as host:
            host.send(AttachAttempts([key], [seen]))
            lost = await host.closing(key)
            assert (lost.kind, lost.seq) == ("STEP_WORKER_LOST", seen + 1)

    run(main())


def test_what_orphans_leave_behind_is_buried(island: Island, gate: Gate) -> None:
    reaper.become_subreaper()
    program = f"open({str(gate.path)!r}).read()"
    island.write(_asset(f"subprocess.Popen([sys.executable, '-c', {program!r}])\nreturn 1"))

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            before = _children_of(os.getpid())
            await host.closing(host.launch())
            await asyncio.to_thread(gate.open)
            async with asyncio.timeout(PATIENCE_S):
                while not _zombies(_children_of(os.getpid()) - before):  # noqa: ASYNC110
                    await asyncio.sleep(0)  # nothing tells of a stranger's death
            reaper.reap_strangers({loaded.pid})
            assert not _zombies(_children_of(os.getpid()) - before)

    run(main())


def _zombies(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and start_time(pid) is None}


def _children_of(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def test_logs_that_were_removed_do_not_keep_a_process_from_coming_back(island: Island) -> None:
    island.write(_asset("return 1"))

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            shutil.rmtree(island.state_dir / "logs")
            os.kill(loaded.pid, signal.SIGKILL)
            await host.first(GenerationLoaded, lambda m: m.pid != loaded.pid)

    run(main())
