"""What a step has started beside itself: gone after a cancel or a loss, left alone otherwise."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from subprocess import PIPE

import pytest
from tests.contract.island import Island, run, seen

from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttachAttempts, BuryAttempt, CancelStep
from atoll_wire.pulse import start_time

STARTS = """
    import os, subprocess, sys, time
    from atoll import asset, Definitions

    SLEEP = "import time; time.sleep(1000)"
    START = (
        "import subprocess, sys;"
        "print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True,"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
    ).format(SLEEP=SLEEP)

    def child():
        return subprocess.Popen([sys.executable, "-c", SLEEP]).pid

    def of_another_session():
        return subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True).pid

    def of_nobody():
        "Its parent is gone, its session is its own, and it writes nowhere."
        return int(subprocess.run([sys.executable, "-c", START], stdout=subprocess.PIPE).stdout)

    def forked():
        "A daemon as books make them: two forks and a session, but no other program."
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            pid = os.fork()
            if pid == 0:
                os.write(writing, str(os.getpid()).encode())
                while True:
                    time.sleep(1000)
            os._exit(0)
        os.waitpid(pid, 0)
        return int(os.read(reading, 100))

    @asset({options})
    def numbers(context):
        open("started", "w").write(str({start}()))
        context.log.info("started")
        {then}

    defs = Definitions(assets=[numbers])
"""
WAIT = "time.sleep(1000)"
RUN = f"run-{os.getpid()}"
"""Tests may run beside each other, and what belongs to an attempt is known by its name."""
WAYS = ["child", "of_another_session", "of_nobody", "forked"]
LIMITED = 'op_tags={"atoll/max_runtime": "1h"}'


def code(start: str, then: str, options: str = "") -> str:
    return STARTS.replace("{start}", start).replace("{then}", then).replace("{options}", options)


def started(island: Island) -> int:
    return int((island.folder / "started").read_text())


def lives(pid: int) -> bool:
    return start_time(pid) is not None


@pytest.mark.parametrize("options", ["", LIMITED], ids=["", "limited"])
@pytest.mark.parametrize("way", WAYS)
def test_what_a_canceled_step_has_started_goes_with_it(
    island: Island, way: str, options: str
) -> None:
    island.write(code(way, WAIT, options))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            pid = started(island)
            assert lives(pid)
            host.send(CancelStep(key, grace_s=60))
            await host.closing(key)
            await seen(lambda: not lives(pid))

    run(main())


@pytest.mark.parametrize("way", WAYS)
def test_what_a_dead_worker_has_started_is_gone_before_its_loss_is_told(
    island: Island, way: str
) -> None:
    island.write(code(way, WAIT))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            os.kill(host.events(key)[0].data["pid"], signal.SIGKILL)
            assert (await host.closing(key)).kind == "STEP_WORKER_LOST"
            await seen(lambda: not lives(started(island)))

    run(main())


@pytest.mark.parametrize("way", WAYS)
def test_what_an_interrupted_step_has_started_goes_though_nobody_saw_its_end(
    island: Island, way: str
) -> None:
    """Whoever interrupts it dies before it has ended; the next one finds it ended."""
    island.write(code(way, WAIT))
    journal = island.state_dir / "journal" / "d" / RUN / "numbers.1.jsonl"

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            worker = host.events(key)[0].data["pid"]
            host.supervisor._attempts.close()  # it sees nothing any more
            os.kill(worker, signal.SIGTERM)
            await seen(lambda: "STEP_FAILURE" in journal.read_text())
        assert lives(started(island))
        async with island.host(epoch=2) as host:
            host.send(AttachAttempts([key], [0]))
            assert (await host.closing(key)).kind == "STEP_FAILURE"
            await seen(lambda: not lives(started(island)))

    run(main())


def test_what_a_step_left_behind_after_it_succeeded_is_left_alone(island: Island) -> None:
    island.write(code("of_another_session", "return 1"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            assert (await host.closing(host.launch(run=RUN))).kind == "STEP_SUCCESS"
            other = host.launch(run=RUN + "-other")
            os.rename(island.folder / "started", island.folder / "first")
            await host.closing(other)
        first = int((island.folder / "first").read_text())
        assert lives(first)
        for pid in (first, started(island)):
            os.kill(pid, signal.SIGKILL)

    run(main())


def test_a_step_of_another_run_keeps_what_it_has_started(island: Island) -> None:
    island.write(code("of_nobody", WAIT))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            other = host.launch(run=RUN + "-other")
            await host.event(other, "LOG")
            kept = started(island)
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            gone = started(island)
            host.send(CancelStep(key, grace_s=60))
            await host.closing(key)
            await seen(lambda: not lives(gone))
            assert lives(kept)
            host.send(CancelStep(other, grace_s=60))
            await host.closing(other)

    run(main())


def test_who_reads_what_a_step_writes_is_none_of_its_own(island: Island) -> None:
    island.write(code("child", WAIT))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            output = island.state_dir / "output" / key.run_id / f"{key.file_name}.out"
            with output.open() as file:
                reader = await asyncio.create_subprocess_exec(
                    "cat", stdin=PIPE, stdout=PIPE, pass_fds=[file.fileno()]
                )
                host.send(CancelStep(key, grace_s=60))
                await host.closing(key)
                await seen(lambda: not lives(started(island)))
                assert await reader.communicate(b"I live") == (b"I live", None)

    run(main())


def test_a_group_of_a_limited_step_is_dropped_when_it_is_over(island: Island) -> None:
    island.write(code("int", "return 1", LIMITED))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.closing(key)
            cgroup = host.events(key)[0].data.get("cgroup")
            if cgroup is None:
                pytest.skip("no cgroup may be made here")
            await seen(lambda: not Path(cgroup).exists())

    run(main())


def test_cleaning_up_is_not_interrupted_by_a_second_cancel(island: Island) -> None:
    island.write(
        """
        import os, time
        from atoll import asset, Definitions

        @asset
        def numbers(context):
            try:
                context.log.info("waiting")
                time.sleep(1000)
            finally:
                context.log.info("cleaning up")
                os.mkfifo("fifo")
                open("fifo").read()
                open("marks", "a").write("cleaned up\\n")

        defs = Definitions(assets=[numbers])
        """
    )

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            host.send(CancelStep(key, grace_s=60))
            await seen(lambda: (island.folder / "fifo").exists())
            host.send(CancelStep(key, grace_s=60))
            os.kill(host.events(key)[0].data["pid"], signal.SIGTERM)
            os.close(os.open(island.folder / "fifo", os.O_WRONLY))
            closing = await host.closing(key)
            assert closing.data["failure"]["code"] == "step.interrupted"
            assert island.marks() == ["cleaned up"]

    run(main())


def test_a_stopped_worker_that_is_canceled_is_killed_after_the_grace(island: Island) -> None:
    island.write(code("child", WAIT))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(run=RUN)
            await host.event(key, "LOG")
            os.kill(host.events(key)[0].data["pid"], signal.SIGSTOP)
            host.send(CancelStep(key, grace_s=0.05))
            closing = await host.closing(key)
            assert closing.data["failure"]["exit"]["signal"] == "SIGKILL"
            await seen(lambda: not lives(started(island)))

    run(main())


WHY = Failure(code="step.start_timeout", message="it took too long")


def test_a_buried_attempt_never_starts(island: Island) -> None:
    island.write(code("int", "return 1"))

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            os.kill(loaded.pid, signal.SIGSTOP)
            try:
                key = host.launch(run=RUN)
                host.send(BuryAttempt(key, WHY))
                assert (await host.never_started(key)).failure == WHY
            finally:
                os.kill(loaded.pid, signal.SIGCONT)
            await host.closing(host.launch(run=RUN + "-other"))
            assert host.events(key) == []

    run(main())


def test_one_that_waits_for_its_process_can_be_buried(island: Island) -> None:
    island.write("import time; time.sleep(1000)")

    async def main() -> None:
        from atoll_wire.messages import StartGeneration

        async with island.host() as host:
            host.send(StartGeneration(1))
            key = host.launch(run=RUN)
            host.send(BuryAttempt(key, WHY))
            assert (await host.never_started(key)).failure == WHY

    run(main())


def test_an_attempt_that_has_begun_is_not_buried(island: Island) -> None:
    island.write(code("int", "return 1"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key: AttemptKey = host.launch(run=RUN)
            await host.event(key, "STEP_START")
            host.send(BuryAttempt(key, WHY))
            assert (await host.closing(key)).kind == "STEP_SUCCESS"

    run(main())
