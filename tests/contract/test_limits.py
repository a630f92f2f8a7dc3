"""Limits of time and resources, with real workers: who breaks one ends, and says which."""

from __future__ import annotations

import os
import signal
import textwrap
from pathlib import Path

import pytest
from tests.contract.interpreters import INTERPRETERS
from tests.contract.island import Gate, Island, run

from atoll_wire.limits import StepLimits
from atoll_wire.messages import AttachAttempts

CLEANS_UP = """
    import time
    from atoll import asset, Definitions, RetryPolicy

    @asset({options})
    def numbers(context):
        try:
            context.log.info("waiting")
            while True:
                time.sleep(60)
        finally:
            open("marks", "a").write("cleaned up\\n")

    defs = Definitions(assets=[numbers])
"""
STUBBORN = """
    import ctypes, signal, time
    from atoll import asset, Definitions, RetryPolicy

    @asset({options})
    def numbers(context):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        context.log.info("waiting")
        while True:
            time.sleep(60)

    defs = Definitions(assets=[numbers])
"""
QUICKLY = 'op_tags={"atoll/max_runtime": 0.1}'
RETRIED = QUICKLY + ", retry_policy=RetryPolicy(max_retries=1, delay=7)"


def asset(body: str, **op_tags: object) -> str:
    tags = {f"atoll/{name}": value for name, value in op_tags.items()}
    indented = textwrap.indent(textwrap.dedent(body), " " * 8)
    return f"""
    import os, sys, time
    from atoll import asset, Definitions

    @asset(op_tags={tags})
    def numbers(context):
{indented}

    defs = Definitions(assets=[numbers])
    """


@pytest.mark.parametrize("worker", ["fork", "spawn", "pool"])
def test_a_step_that_runs_too_long_sees_an_exception_and_fails(island: Island, worker: str) -> None:
    island.write(CLEANS_UP.format(options=QUICKLY))

    async def main() -> None:
        async with island.host(worker=worker) as host:
            await host.load()
            closing = await host.closing(host.launch())
            assert closing.kind == "STEP_FAILURE"
            failure = closing.data["failure"]
            assert failure["code"] == "step.timed_out"
            assert failure["message"] == (
                "the step ran longer than its limit of 0.1 s (atoll/max_runtime)"
            )
            assert [f["function"] for f in failure["frames"] if f["is_user"]] == ["numbers"]
        assert island.marks() == ["cleaned up"]

    run(main())


def test_a_step_that_ran_too_long_is_retried_by_the_users_policy(island: Island) -> None:
    island.write(CLEANS_UP.format(options=RETRIED))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            closing = await host.closing(host.launch())
            assert (closing.kind, closing.data["delay_s"]) == ("STEP_UP_FOR_RETRY", 7)
            last = await host.closing(host.launch(attempt=2, retry_number=1))
            assert last.kind == "STEP_FAILURE"

    run(main())


@pytest.mark.parametrize(("options", "kind"), [(QUICKLY, "FAILURE"), (RETRIED, "UP_FOR_RETRY")])
def test_a_step_that_takes_no_notice_is_killed_and_told_as_too_long(
    island: Island, options: str, kind: str
) -> None:
    island.write(STUBBORN.format(options=options))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            closing = await host.closing(host.launch(grace_s=0.05))
            assert closing.kind == f"STEP_{kind}"
            assert closing.data["failure"]["code"] == "step.timed_out"
            assert "was killed" in closing.data["failure"]["message"]
            assert closing.data.get("delay_s") == (7 if kind == "UP_FOR_RETRY" else None)

    run(main())


def test_a_stopped_worker_ends_when_its_time_is_over(island: Island) -> None:
    island.write(CLEANS_UP.format(options='op_tags={"atoll/max_runtime": 0.5}'))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch(grace_s=0.05)
            await host.event(key, "STEP_START")
            os.kill(host.events(key)[0].data["pid"], signal.SIGSTOP)
            closing = await host.closing(key)
            assert closing.data["failure"]["code"] == "step.timed_out"

    run(main())


def test_the_next_supervisor_knows_how_long_a_step_may_run(island: Island) -> None:
    island.write(CLEANS_UP.format(options='op_tags={"atoll/max_runtime": "1s"}'))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.event(key, "LOG")
        async with island.host(epoch=2) as host:
            host.send(AttachAttempts([key], [0]))
            closing = await host.closing(key)
            assert closing.data["failure"]["code"] == "step.timed_out"

    run(main())


def test_a_step_that_ends_in_time_is_left_alone(island: Island) -> None:
    island.write(asset("return 1", max_runtime="1h", memory="4GiB", cpu_time=60, open_files=64))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            assert (await host.closing(key)).kind == "STEP_SUCCESS"
            assert host.events(key)[0].data["limits"] == {
                "max_runtime_s": 3600.0,
                "memory_bytes": 4 << 30,
                "cpu_time_s": 60.0,
                "open_files": 64,
            }

    run(main())


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda path: Path(path).parts[-3])
def test_a_step_that_needs_too_much_memory_fails_and_says_which_limit(
    island: Island, interpreter: str
) -> None:
    island.write(asset("kept = [bytearray(1 << 20) for _ in range(1 << 20)]", memory="300MiB"))

    async def main() -> None:
        async with island.host(executable=interpreter) as host:
            await host.load()
            closing = await host.closing(host.launch())
            failure = closing.data["failure"]
            assert failure["code"] == "step.out_of_memory"
            assert failure["message"] == (
                "the step used more memory than its limit of 300 MiB (atoll/memory)"
            )
            assert failure["frames"][-1]["function"] in ("numbers", "<listcomp>")

    run(main())


def test_small_objects_that_fill_the_memory_are_told_as_well(island: Island) -> None:
    island.write(asset("kept = [[n] for n in range(1 << 40)]", memory="120MiB"))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            closing = await host.closing(host.launch())
            assert closing.data["failure"]["code"] == "step.out_of_memory"

    run(main())


def test_a_step_that_computes_too_long_fails(island: Island) -> None:
    island.write(asset("while True: pass", cpu_time=1))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            closing = await host.closing(host.launch())
            assert closing.data["failure"]["code"] == "step.cpu_time"
            assert "1 s (atoll/cpu_time)" in closing.message

    run(main())


def test_a_step_that_opens_too_many_files_is_refused_the_next(island: Island) -> None:
    island.write(asset("files = [open(os.devnull) for _ in range(100)]", open_files=64))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            closing = await host.closing(host.launch())
            assert "Too many open files" in closing.message

    run(main())


def test_a_step_says_more_than_its_location(island: Island) -> None:
    island.write(asset("return 1", max_runtime="1h"))

    async def main() -> None:
        limits = StepLimits(max_runtime_s=5, open_files=300)
        async with island.host(step_limits=limits) as host:
            await host.load()
            key = host.launch()
            await host.closing(key)
            assert host.events(key)[0].data["limits"] == {
                "max_runtime_s": 3600.0,
                "open_files": 300,
            }

    run(main())


def test_limits_of_one_step_do_not_hold_the_next_in_a_pool(island: Island, gate: Gate) -> None:
    island.write(
        """
        import resource
        from atoll import asset, Definitions

        @asset(op_tags={"atoll/open_files": 64, "atoll/cpu_time": 30, "atoll/memory": "2GiB"})
        def narrow():
            return 1

        @asset
        def wide(context):
            kinds = (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_DATA)
            soft = [resource.getrlimit(kind)[0] for kind in kinds]
            context.add_output_metadata({"soft": str(soft)})
            return 1

        defs = Definitions(assets=[narrow, wide])
        """
    )

    async def main() -> None:
        async with island.host(worker="pool") as host:
            await host.load()
            first = host.launch("wide", run="a")
            before = await host.event(first, "ASSET_MATERIALIZATION")
            await host.closing(host.launch("narrow", run="b"))
            await host.closing(host.launch("narrow", run="c"))
            after = await host.event(host.launch("wide", run="d"), "ASSET_MATERIALIZATION")
            assert after.data["metadata"]["soft"] == before.data["metadata"]["soft"]

    run(main())
