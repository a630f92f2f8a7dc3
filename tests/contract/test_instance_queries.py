"""User code asks the instance: over the supervisor's socket to the host, and back."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.contract.island import Host, Island

from atoll_wire.codec import to_wire
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttachAttempts, InstanceAnswer, InstanceQuery
from atoll_wire.recorded import RecordedRun

CODE = """
    from atoll import AssetMaterialization, Definitions, asset

    @asset
    def curious(context):
        context.instance.report_runless_asset_event(AssetMaterialization("elsewhere"))
        return [run.run_id for run in context.instance.get_runs(limit=2)]

    defs = Definitions([curious])
"""
RUNS = [to_wire(RecordedRun(run_id, "nightly", "SUCCESS", 1.0, 2.0)) for run_id in ("r2", "r1")]


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Execute an async test."""

    @functools.wraps(test)
    def story(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return story


async def asked(host: Host, key: AttemptKey) -> InstanceQuery:
    return await host.first(InstanceQuery, lambda query: query.key == key)


@pytest.mark.parametrize("worker", ["fork", "spawn", "pool"])
@on_loop
async def test_a_step_is_told_what_the_host_answers(island: Island, worker: str) -> None:
    island.write(CODE)
    async with island.host(worker=worker) as host:
        await host.load()
        key = host.launch("curious")

        query = await asked(host, key)
        assert query.kind == "runs"
        assert query.arguments["limit"] == 2
        host.send(InstanceAnswer(query.id, RUNS))

        assert (await host.closing(key)).kind == "STEP_SUCCESS"
        made = [e for e in host.events(key) if e.kind == "ASSET_MATERIALIZATION"]
        assert [event.data["asset_key"] for event in made] == ["elsewhere", "curious"]


@on_loop
async def test_why_there_is_no_answer_is_raised_in_the_step(island: Island) -> None:
    island.write(CODE)
    async with island.host() as host:
        await host.load()
        key = host.launch("curious")

        query = await asked(host, key)
        host.send(InstanceAnswer(query.id, failure=Failure("instance.too_much", "so many")))

        failure = (await host.closing(key)).data["failure"]
        assert (failure["code"], failure["message"]) == ("instance.too_much", "so many")


@on_loop
async def test_a_host_that_comes_back_is_asked_again(island: Island) -> None:
    island.write(CODE)
    async with island.host() as host:
        await host.load()
        key = host.launch("curious")
        first = await asked(host, key)

        host.messages.clear()
        host.send(AttachAttempts([key], [0]))

        assert await asked(host, key) == first
        host.send(InstanceAnswer(first.id, RUNS))
        host.send(InstanceAnswer(first.id, RUNS))
        assert (await host.closing(key)).kind == "STEP_SUCCESS"


@on_loop
async def test_a_question_outlives_the_supervisor(island: Island) -> None:
    island.write(CODE)
    async with island.host() as host:
        await host.load()
        key = host.launch("curious")
        await asked(host, key)

    async with island.host(epoch=2) as later:
        later.send(AttachAttempts([key], [0]))
        query = await asked(later, key)
        later.send(InstanceAnswer(query.id, RUNS))

        assert (await later.closing(key)).kind == "STEP_SUCCESS"


@on_loop
async def test_a_step_knows_the_partitions_that_it_has_added(island: Island) -> None:
    island.write(
        """
        from atoll import Definitions, asset

        @asset
        def curious(context):
            context.instance.add_dynamic_partitions("regions", ["asia"])
            context.instance.delete_dynamic_partition("regions", "us")
            context.log.info(",".join(context.instance.get_dynamic_partitions("regions")))

        defs = Definitions([curious])
        """
    )
    async with island.host() as host:
        await host.load()
        key = host.launch("curious")

        query = await asked(host, key)
        assert query.kind == "dynamic_partitions"
        host.send(InstanceAnswer(query.id, [[1, "us"], [4, "eu"]]))

        assert (await host.closing(key)).kind == "STEP_SUCCESS"
        changes = [e.data for e in host.events(key) if e.kind == "DYNAMIC_PARTITIONS_CHANGED"]
        assert changes == [
            {"name": "regions", "add": ["asia"], "delete": []},
            {"name": "regions", "add": [], "delete": ["us"]},
        ]
        assert (await host.event(key, "LOG")).message == "eu,asia"


@on_loop
async def test_what_a_step_may_not_do_is_told(island: Island) -> None:
    island.write(
        """
        from atoll import Definitions, asset

        @asset
        def curious(context):
            context.instance.delete_run("r1")

        defs = Definitions([curious])
        """
    )
    async with island.host() as host:
        await host.load()
        closing: Any = await host.closing(host.launch("curious"))

        assert closing.data["failure"]["code"] == "instance.not_here"
