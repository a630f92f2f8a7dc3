"""What a supervisor, a location process and its workers hold to, with real processes."""

from __future__ import annotations

import os
import signal

import pytest
from tests.contract.island import Gate, Island, run

from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    AcknowledgeEvents,
    AttachAttempts,
    AttemptNeverStarted,
    CancelStep,
    ForgetRun,
    GenerationExited,
    GenerationLoaded,
    StartGeneration,
    StopGeneration,
    WorkerMode,
)

ONE_ASSET = """
    from atoll import asset, Definitions

    @asset
    def numbers():
        with open("marks", "a") as marks:
            marks.write("ran\\n")
        return [1, 2, 3]

    defs = Definitions(assets=[numbers])
"""


def waiting_asset(gate: Gate) -> str:
    return f"""
        import sys
        from atoll import asset, Definitions

        @asset
        def numbers(context):
            with open("marks", "a") as marks:
                marks.write("ran\\n")
            print("about to wait", file=sys.stderr)
            context.log.info("waiting")
            open({str(gate.path)!r}).read()
            return [1, 2, 3]

        defs = Definitions(assets=[numbers])
    """


def test_a_step_runs_in_a_worker_and_its_events_arrive_in_order(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            key = host.launch()
            await host.closing(key)
            assert host.kinds(key) == [
                "STEP_WORKER_STARTED",
                "LOGS_CAPTURED",
                "STEP_START",
                "STEP_OUTPUT",
                "ASSET_MATERIALIZATION",
                "HANDLED_OUTPUT",
                "STEP_SUCCESS",
            ]
            assert [e.seq for e in host.events(key)] == list(range(1, 8))
            assert host.events(key)[0].data["pid"] not in (loaded.pid, os.getpid())

    run(main())


def test_an_attempt_that_is_launched_twice_runs_once(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.closing(key)
            host.launch()
            other = host.launch(run="other")
            await host.closing(other)
        assert island.marks() == ["ran", "ran"]

    run(main())


def test_an_attempt_that_was_asked_about_before_it_began_never_starts(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = AttemptKey("run", "numbers", 1)
            host.send(AttachAttempts([key], [0]))
            await host.never_started(key)
            host.launch()
            await host.closing(host.launch(run="other"))
        assert island.marks() == ["ran"]

    run(main())


def test_what_waits_for_a_worker_when_its_run_is_forgotten_leaves_no_trace(
    island: Island,
) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host(worker="spawn") as host:
            host.send(StartGeneration(1))
            key = host.launch()  # nothing has loaded yet: it waits
            host.send(AttachAttempts([key], [0]))
            await host.never_started(key)
            host.send(ForgetRun("run"))
            await host.closing(host.launch(run="other"))
            host.send(StopGeneration(1))
        assert island.marks() == ["ran"]
        assert [path.name for path in (island.state_dir / "journal" / "d").iterdir()] == ["other"]

    run(main())


def test_a_killed_worker_is_told_with_its_signal_and_last_words(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            os.kill(host.events(key)[0].data["pid"], signal.SIGKILL)
            lost = await host.closing(key)
            assert lost.kind == "STEP_WORKER_LOST"
            assert lost.data["failure"]["exit"]["signal"] == "SIGKILL"
            assert lost.data["failure"]["stderr"] == ["about to wait"]

    run(main())


def test_a_segfault_in_a_step_is_told_with_the_stack(island: Island) -> None:
    island.write("""
        import ctypes
        from atoll import asset, Definitions

        @asset
        def numbers():
            ctypes.string_at(0)

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            lost = await host.closing(host.launch())
            failure = lost.data["failure"]
            assert failure["exit"]["signal"] == "SIGSEGV"
            assert "in numbers" in failure["stack"]

    run(main())


def test_a_running_step_outlives_its_location_process(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            os.kill(loaded.pid, signal.SIGKILL)
            exited = await host.first(GenerationExited)
            assert exited.exit.signal == "SIGKILL"
            await host.first(GenerationLoaded, lambda m: m.pid != loaded.pid)
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
        assert island.marks() == ["ran"]

    run(main())


def test_a_running_step_outlives_its_supervisor(island: Island, gate: Gate) -> None:
    island.write(waiting_asset(gate))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            seen = host.events(key)[-1].seq
        async with island.host(epoch=2) as host:
            host.send(AttachAttempts([key], [seen]))
            gate.open()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
            assert [e.seq for e in host.events(key)] == list(range(seen + 1, seen + 5))
        assert island.marks() == ["ran"]

    run(main())


def test_a_worker_that_died_unwatched_is_lost_with_unknown_cause(
    island: Island, gate: Gate
) -> None:
    island.write(waiting_asset(gate))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            pid = host.events(key)[0].data["pid"]
        os.kill(pid, signal.SIGKILL)
        journal = next(island.state_dir.glob("journal/d/run/*.jsonl"))
        with journal.open("ab") as file:
            file.write(b'{"seq": 99, "kind": "STEP_SUC')  # torn
        async with island.host(epoch=2) as host:
            host.send(AttachAttempts([key], [0]))
            lost = await host.closing(key)
            assert lost.kind == "STEP_WORKER_LOST"
            assert [e.seq for e in host.events(key)] == list(range(1, lost.seq + 1))

    run(main())


def test_cancelling_raises_in_user_code_which_can_clean_up(island: Island, gate: Gate) -> None:
    island.write(f"""
        from atoll import asset, Definitions

        @asset
        def numbers(context):
            try:
                context.log.info("waiting")
                open({str(gate.path)!r}).read()
            finally:
                open("marks", "a").write("cleaned up")

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            host.send(CancelStep(key, grace_s=60))
            failed = await host.closing(key)
            assert failed.kind == "STEP_FAILURE"
            assert failed.data["failure"]["code"] == "step.interrupted"
        assert island.marks() == ["cleaned up"]

    run(main())


def test_a_step_that_ignores_cancelling_is_killed_after_the_grace(island: Island) -> None:
    island.write("""
        import signal, time
        from atoll import asset, Definitions

        @asset
        def numbers(context):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            context.log.info("waiting")
            while True:
                time.sleep(60)

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            host.send(CancelStep(key, grace_s=0.05))
            lost = await host.closing(key)
            assert lost.data["failure"]["exit"]["signal"] == "SIGKILL"

    run(main())


def test_a_step_that_is_interrupted_by_a_shutdown_cleans_up_and_starts_again(
    island: Island,
) -> None:
    island.write("""
        import time
        from atoll import RetryPolicy, asset, Definitions

        @asset(retry_policy=RetryPolicy(max_retries=5))
        def numbers(context):
            try:
                context.log.info("waiting")
                time.sleep(60)
            finally:
                time.sleep(0.2)  # a second order to end does not interrupt this
                with open("marks", "a") as marks:
                    marks.write("cleaned up\\n")
                raise ValueError("a file that is gone, say")

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            host.send(CancelStep(key, 30.0, again=True))
            host.send(CancelStep(key, 30.0, again=True))
            host.send(CancelStep(key, 30.0))
            closing = await host.closing(key)
            assert (closing.kind, closing.data["interrupted"]) == ("STEP_UP_FOR_RETRY", True)
            assert "delay_s" not in closing.data, "the policy has no part in it"

    run(main())
    assert island.marks() == ["cleaned up"]


@pytest.mark.parametrize("again", [True, False])
def test_a_step_that_does_not_let_itself_be_interrupted_is_killed(
    again: bool, island: Island
) -> None:
    island.write("""
        import time
        from atoll import asset, Definitions

        @asset
        def numbers(context):
            while True:
                try:
                    context.log.info("waiting")
                    time.sleep(60)
                except BaseException:
                    pass

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
            host.send(CancelStep(key, 0.05, again=again))
            lost = await host.closing(key)
            code = "step.shut_down" if again else "step.worker_lost"
            assert (lost.kind, lost.data["failure"]["code"]) == ("STEP_WORKER_LOST", code)
            assert lost.data["failure"]["exit"]["signal"] == "SIGKILL"

    run(main())


def test_a_step_that_waits_for_a_process_when_all_ends_has_not_begun(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host(worker="spawn") as host:
            await host.load()
            key = host.launch()
            host.send(CancelStep(key, 30.0, again=True))
            never = await host.never_started(key)
            assert never.failure.code == "step.shut_down"

    run(main())
    assert island.marks() == []


def test_an_acknowledged_journal_shrinks_and_still_bars_its_attempt(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            seq = (await host.closing(key)).seq
            journal = next(island.state_dir.glob("journal/d/run/*.jsonl"))
            full = journal.stat().st_size
            host.send(AcknowledgeEvents(key, seq - 1))
            assert journal.stat().st_size == full
            host.send(AcknowledgeEvents(key, seq))
            assert journal.stat().st_size < full / 10
            host.launch()
            await host.closing(host.launch(run="other"))
            assert island.marks() == ["ran", "ran"]
            host.send(ForgetRun("run"))
            assert not journal.parent.exists()

    run(main())


def test_a_host_whose_database_is_older_than_an_acknowledgement_is_told_so(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            host.send(AcknowledgeEvents(key, (await host.closing(key)).seq))
            host.send(AttachAttempts([key], [2]))
            refused = await host.never_started(key)
            assert refused.failure.code == "step.outcome_lost"
            assert "backup" in refused.failure.message

    run(main())


def test_a_launch_on_a_generation_that_is_gone_never_starts(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            refused = await host.never_started(host.launch())
            assert refused.failure.code == "location.generation_lost"

    run(main())


def test_orders_of_an_earlier_host_are_dropped(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host(epoch=5) as host:
            await host.load()
            key = AttemptKey("run", "numbers", 1)
            host.send(AttachAttempts([key], [0]), epoch=4)
            await host.closing(host.launch())
            assert not [m for m in host.messages if isinstance(m, AttemptNeverStarted)]

    run(main())


def test_a_thread_started_at_import_makes_workers_spawn(island: Island) -> None:
    island.write("""
        import threading
        from atoll import asset, Definitions

        threading.Thread(target=threading.Event().wait, daemon=True, name="poller").start()

        @asset
        def numbers():
            return [1, 2, 3]

        defs = Definitions(assets=[numbers])
    """)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            mode = await host.first(WorkerMode)
            assert (mode.mode, "poller" in mode.reason) == ("spawn", True)
            keys = [host.launch(run=f"run{i}") for i in range(4)]
            for key in keys:
                assert (await host.closing(key)).kind == "STEP_SUCCESS"
            assert len({host.events(key)[0].data["pid"] for key in keys}) == 4

    run(main())


def test_a_pool_keeps_its_workers_for_several_steps(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host(worker="pool") as host:
            await host.load()
            pids = set()
            for i in range(6):
                key = host.launch(run=f"run{i}")
                assert (await host.closing(key)).kind == "STEP_SUCCESS"
                pids.add(host.events(key)[0].data["pid"])
            assert len(pids) <= 2

    run(main())


def test_a_spare_that_finds_other_code_refuses_the_step(island: Island, gate: Gate) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host(worker="spawn") as host:
            await host.load()
            for i in range(2):
                await host.closing(host.launch(run=f"run{i}"))
            island.write(ONE_ASSET.replace("[1, 2, 3]", "[4]"))
            refusals = []
            for i in range(2, 8):
                key = host.launch(run=f"run{i}")
                message = await host.first(
                    object, lambda m, key=key: getattr(m, "key", None) == key
                )
                if isinstance(message, AttemptNeverStarted):
                    refusals.append(message.failure.code)
                else:
                    await host.closing(key)
            assert refusals
            assert set(refusals) == {"location.generation_lost"}

    run(main())


def test_a_step_that_was_planned_on_other_code_never_starts(island: Island) -> None:
    island.write(ONE_ASSET)

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            told = await host.never_started(host.launch(identity="of other code"))
            assert told.failure.code == "location.generation_lost"
            key = host.launch(attempt=2, identity=loaded.identity)
            assert (await host.closing(key)).kind == "STEP_SUCCESS"

    run(main())
    assert island.marks() == ["ran"]
