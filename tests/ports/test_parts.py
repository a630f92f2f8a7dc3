"""What every event log keeps of partitions and checks."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.ports.logs import Make, enqueued, event, opened, wiped

from atoll_server.ports.event_log import EventLog, NewEvent, PartitionNote


def part(run_id: str, partition: str, *, key: str = "a", seq: int = 1) -> NewEvent:
    data = {"asset_key": key, "partition": partition, "metadata": {}}
    return NewEvent(
        run_id=run_id,
        kind="ASSET_MATERIALIZATION",
        at=1.0,
        data=data,
        step=key,
        attempt=1,
        seq=seq,
    )


def found(run_id: str, name: str, *, passed: bool, severity: str = "ERROR") -> NewEvent:
    data = {"asset_key": "a", "check_name": name, "passed": passed, "severity": severity}
    return event(run_id, "ASSET_CHECK_EVALUATION", data=data)


def planned(run_id: str, of: str | None, **step: Any) -> list[NewEvent]:
    plan = {"steps": [{"key": "a", "assets": ["a"], **step}]}
    return [
        enqueued(run_id, partition=of),
        event(run_id, "RUN_STARTING", data={"plan": plan}),
    ]


def failed(run_id: str) -> NewEvent:
    return event(run_id, "STEP_FAILURE", step="a")


async def made(log: EventLog, after: int = 0) -> dict[str, str]:
    changes = await log.partition_changes("a", after)
    return {note.partition: note.run_id for note in changes.made}


def test_the_latest_materialization_of_each_partition_is_kept(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            stored = await log.append([part("r1", "x"), part("r1", "y", seq=2), part("r2", "x")])
            assert await made(log) == {"y": "r1", "x": "r2"}
            assert await made(log, stored[1].id) == {"x": "r2"}
            latest = await log.partitions("a", ["x", "z"])
            assert latest == {"x": PartitionNote("x", stored[2].id, "r2", 1.0)}

    asyncio.run(story())


def test_a_wiped_asset_has_no_partitions(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            stored = await log.append([part("r1", "x"), wiped("a"), part("r2", "y")])
            changes = await log.partition_changes("a")
            assert [note.partition for note in changes.made] == ["y"]
            assert changes.wiped_by == stored[1].id

    asyncio.run(story())


def test_a_partition_falls_back_to_what_was_made_before_the_erased_run(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([part("r1", "x"), part("r2", "x"), part("r2", "y", seq=2)])
            await log.erase_run("r2", 1)
            await log.erase_run("r2", 10)
            assert await made(log) == {"x": "r1"}
            await log.erase_run("r1", 10)
            assert await made(log) == {}

    asyncio.run(story())


def test_a_failure_is_of_the_runs_partition_or_of_the_steps_own(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([*planned("r1", "x"), failed("r1")])
            await log.append([*planned("r2", "x", partition="week"), failed("r2")])
            await log.append([*planned("r3", "m...n"), failed("r3")])
            await log.append([*planned("r4", "y"), part("r4", "y"), failed("r4")])
            changes = await log.partition_changes("a")
            assert [note.partition for note in changes.failed] == ["x", "week", "m...n"]
            await log.erase_run("r1", 10)
            changes = await log.partition_changes("a")
            assert [note.partition for note in changes.failed] == ["week", "m...n"]

    asyncio.run(story())


def test_the_latest_evaluation_of_each_check_is_kept(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(
                [
                    found("r1", "fits", passed=True),
                    found("r1", "warns", passed=False, severity="WARN"),
                    found("r2", "fits", passed=False),
                ]
            )
            told = {one.name: (one.outcome, one.run_id) for one in await log.checks()}
            assert told == {"fits": ("failed", "r2"), "warns": ("warned", "r1")}
            assert await log.checks("b") == []
            await log.erase_run("r2", 10)
            assert [one.outcome for one in await log.checks("a")] == ["passed", "warned"]

    asyncio.run(story())


def test_events_of_an_asset_are_found_by_partition_and_by_check(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            stored = await log.append(
                [part("r1", "x"), part("r1", "y", seq=2), found("r1", "fits", passed=True)]
            )
            await log.append([found("r2", "fits", passed=False), found("r2", "else", passed=True)])
            of_x = await log.asset_events("a", partition="x")
            assert [one.id for one in of_x] == [stored[0].id]
            results = await log.asset_events("a", check="fits", limit=1)
            assert [one.run_id for one in results] == ["r2"]
            older = await log.asset_events("a", check="fits", before=results[-1].id)
            assert [one.id for one in older] == [stored[2].id]
            notes = await log.notes()
            assert (notes[0].partition, notes[2].check_name, notes[3].outcome) == (
                "x",
                "fits",
                "failed",
            )

    asyncio.run(story())
