"""One suite over every adapter of `ports.event_log`, the memory fake included."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.ports.logs import Make, ended, enqueued, event, journal, made, opened, wiped

from atoll_server.ports.event_log import LocationRecord, Retention
from atoll_wire.keys import AttemptKey


def test_each_opening_begins_the_next_epoch_of_one_deployment(make: Make) -> None:
    async def story() -> None:
        seen = []
        for _ in range(3):
            log = make()
            seen.append(await log.open())
            await log.close()
        assert [d.epoch - seen[0].epoch for d in seen] == [0, 1, 2]
        assert len({d.id for d in seen}) == 1

    asyncio.run(story())


def test_events_come_back_as_they_were_stored_in_order(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            first = await log.append([event(message="é", data={"x": [1, None, {"y": "z"}]})])
            second = await log.append([journal(1, step="a/b"), event("r2")])
            everything = await log.events()
            assert everything == first + second
            assert everything[0].data == {"x": [1, None, {"y": "z"}]}
            assert [e.id for e in everything] == sorted(e.id for e in everything)

    asyncio.run(story())


def test_a_journal_event_is_stored_once_but_decisions_may_repeat(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([journal(1), journal(2)])
            added = await log.append([journal(2), journal(3), journal(2, attempt=2)])
            assert [(e.attempt, e.seq) for e in added] == [(1, 3), (2, 2)]
            twice = event(kind="STEP_SKIPPED", step="a")
            assert len(await log.append([twice, twice])) == 2

    asyncio.run(story())


def test_the_watermark_is_the_highest_stored_sequence_number(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([journal(1), journal(2), journal(1, step="b", attempt=3), event()])
            assert await log.watermarks("r1") == {
                AttemptKey("r1", "a", 1): 2,
                AttemptKey("r1", "b", 3): 1,
            }
            assert await log.watermarks("other") == {}

    asyncio.run(story())


def test_pages_of_events_continue_after_the_last_id(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([journal(n) for n in range(1, 8)])
            first = await log.events(limit=3)
            rest = await log.events(after=first[-1].id, limit=10)
            assert [e.seq for e in first + rest] == [1, 2, 3, 4, 5, 6, 7]
            assert await log.events(after=rest[-1].id) == []

    asyncio.run(story())


def test_events_are_filtered_by_run_kind_and_step(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(
                [
                    journal(1, kind="STEP_START"),
                    journal(2, kind="LOG"),
                    journal(1, step="b", kind="STEP_START"),
                    event("r2", "STEP_START", step="a"),
                    event("r2", "RUN_START"),
                ]
            )

            async def found(**filters: Any) -> list[tuple[str, str, str | None]]:
                return [(e.run_id, e.kind, e.step) for e in await log.events(**filters)]

            assert await found(run_id="r1", step="a") == [
                ("r1", "STEP_START", "a"),
                ("r1", "LOG", "a"),
            ]
            assert await found(run_id="r1", step="a", kinds=["LOG"]) == [("r1", "LOG", "a")]
            assert await found(run_id="r1", kinds=["STEP_START"]) == [
                ("r1", "STEP_START", "a"),
                ("r1", "STEP_START", "b"),
            ]
            assert await found(kinds=["STEP_START", "RUN_START"], limit=4) == [
                ("r1", "STEP_START", "a"),
                ("r1", "STEP_START", "b"),
                ("r2", "STEP_START", "a"),
                ("r2", "RUN_START", None),
            ]
            assert len(await found(kinds=["STEP_START", "RUN_START"], limit=2)) == 2
            assert await found(step="b") == [("r1", "STEP_START", "b")]

    asyncio.run(story())


def test_a_run_record_follows_its_events(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            assert await log.run("r1") is None
            await log.append([enqueued("r1", tags={"team": "x"}, partition="2026-01-01")])
            queued = await log.run("r1")
            assert queued is not None
            assert (queued.status, queued.message, queued.selection) == ("QUEUED", "waits", ("a",))
            assert (queued.tags, queued.partition) == ({"team": "x"}, "2026-01-01")
            steps = [(["a", "b"], "shop"), (["c"], "bank"), (["d"], "shop")]
            plan = {"steps": [{"assets": assets, "location": name} for assets, name in steps]}
            await log.append(
                [
                    event(kind="RUN_STARTING", data={"plan": plan}),
                    event(kind="RUN_START", at=5.0),
                    event(kind="RUN_FAILURE", at=9.0, message="a failed"),
                ]
            )
            ended = await log.run("r1")
            assert ended is not None
            assert (ended.status, ended.assets) == ("FAILURE", ("a", "b", "c", "d"))
            assert (ended.asset_count, ended.locations) == (4, ("shop", "bank"))
            assert (ended.started_at, ended.ended_at, ended.message) == (5.0, 9.0, "a failed")

    asyncio.run(story())


def test_a_run_has_the_config_and_tags_with_which_it_was_planned(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([enqueued("r1")])
            planned = {"plan": {"steps": []}, "config": {"ops": {}}, "tags": {"team": "y"}}
            await log.append([event("r1", "RUN_STARTING", data=planned)])
            run = await log.run("r1")
            assert run is not None
            assert (run.config, run.tags) == ({"ops": {}}, {"team": "y"})

    asyncio.run(story())


def test_an_asset_shows_its_latest_materialization(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            made = [
                journal(
                    n, kind="ASSET_MATERIALIZATION", data={"asset_key": key, "metadata": {"n": n}}
                )
                for n, key in enumerate(["a", "b", "a"], start=1)
            ]
            await log.append(made)
            latest = await log.assets()
            assert {key: record.metadata for key, record in latest.items()} == {
                "a": {"n": 3},
                "b": {"n": 2},
            }
            assert list(await log.assets(["b", "missing"])) == ["b"]
            assert await log.assets([]) == {}

    asyncio.run(story())


def test_settings_are_kept_until_they_are_dropped(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            assert await log.settings() == {}
            await log.save_settings({"runs": 3, "pools.gpu": 1, "tags": [{"limit": 2}]}, 1.0)
            await log.save_settings({"runs": "unlimited", "pools.gpu": None, "none": None}, 2.0)
        async with opened(make) as log:
            assert list((await log.settings()).items()) == [
                ("runs", "unlimited"),
                ("tags", [{"limit": 2}]),
            ]

    asyncio.run(story())


def test_settings_settle_the_intent_that_asked_for_them(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            first = await log.add_intent("change_settings", {}, 1.0)
            second = await log.add_intent("change_settings", {}, 2.0)
            await log.save_settings({"runs": 3}, 3.0, [first])
            assert [intent.id for intent in await log.intents()] == [second]

    asyncio.run(story())


def test_an_intent_is_settled_with_the_events_that_answer_it(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            first = await log.add_intent("launch_run", {"run_id": "r1"}, 2.0)
            second = await log.add_intent("cancel_run", {"run_id": "r0"}, 3.0)
            assert [(i.id, i.kind, i.payload) for i in await log.intents()] == [
                (first, "launch_run", {"run_id": "r1"}),
                (second, "cancel_run", {"run_id": "r0"}),
            ]
            await log.append([enqueued("r1")], intents=[first])
            assert [i.id for i in await log.intents()] == [second]
            await log.append([], intents=[second])
            assert await log.intents() == []
            assert await log.add_intent("launch_run", {}, 4.0) > second

    asyncio.run(story())


def test_locations_and_snapshots_are_kept_until_forgotten(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.save_location(LocationRecord(name="shop", view={"status": "loading"}))
            shop = LocationRecord(name="shop", view={"status": "loaded"}, snapshot_hash="h")
            await log.save_location(shop)
            await log.save_location(LocationRecord(name="bank", view={}))
            await log.save_snapshot("h", "text")
            await log.save_snapshot("h", "text")
            assert [record.name for record in await log.locations()] == ["bank", "shop"]
            assert (await log.locations())[1] == shop
            assert await log.snapshot("h") == "text"
            assert await log.snapshot("unknown") is None
            await log.forget_location("shop")
            await log.forget_location("never there")
            assert [record.name for record in await log.locations()] == ["bank"]

    asyncio.run(story())


def test_the_next_opening_finds_what_was_appended(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([enqueued("r1"), journal(1)])
            await log.sync()
        async with opened(make) as log:
            assert [e.kind for e in await log.events(run_id="r1")] == ["RUN_ENQUEUED", "LOG"]
            assert await log.unfinished_runs() == ["r1"]
            assert await log.append([journal(1)]) == []

    asyncio.run(story())


def test_concurrent_appends_are_all_stored_in_the_order_of_calling(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await asyncio.gather(*(log.append([journal(n)]) for n in range(1, 60)), log.sync())
            assert [e.seq for e in await log.events()] == list(range(1, 60))

    asyncio.run(story())


def test_text_that_is_no_utf8_is_stored_escaped(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            data = {"asset_key": "a", "metadata": {"\udcff": ["\ud800", {"x": "é"}]}}
            added = await log.append(
                [
                    journal(1, message="file \udcff"),
                    journal(2, kind="ASSET_MATERIALIZATION", data=data),
                ]
            )
            assert await log.events() == added
            assert added[0].message == "file \\udcff"
            assert added[1].data["metadata"] == {"\\udcff": ["\\ud800", {"x": "é"}]}
            assert (await log.assets())["a"].metadata == added[1].data["metadata"]
            await log.save_location(LocationRecord(name="shop", view={"error": "\udcff"}))
            assert [r.view for r in await log.locations()] == [{"error": "\\udcff"}]

    asyncio.run(story())


def test_an_event_that_can_never_be_stored_is_told_from_storage_in_trouble(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            nameless = journal(2, kind="ASSET_MATERIALIZATION", data={})
            with pytest.raises(KeyError):
                await log.append([journal(1), nameless])
            assert await log.events() == []

    asyncio.run(story())


def test_an_erased_run_leaves_nothing_and_touches_no_other(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([*ended("r1", 2.0), *ended("r2", 3.0), *map(journal, range(1, 8))])
            dropped = [await log.erase_run("r1", 4)]
            assert await log.run("r1") is None  # at once, whatever is left of its events
            while dropped[-1] == 4:
                dropped.append(await log.erase_run("r1", 4))
            assert dropped == [4, 4, 1]
            assert [e.run_id for e in await log.events()] == ["r2", "r2"]
            assert await log.watermarks("r1") == {}
            assert await log.erase_run("r1", 4) == 0
            assert [run.run_id for run in await log.runs()] == ["r2"]

    asyncio.run(story())


def test_ids_of_erased_events_never_come_back(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([event("r1")])
            (last,) = await log.append([event("r2")])
            await log.erase_run("r2", 10)
            (following,) = await log.append([event("r3")])
            assert following.id > last.id

    asyncio.run(story())


def test_an_asset_falls_back_to_what_was_made_before_the_erased_run(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([made("r1", "a"), made("r1", "b"), made("r2", "a"), made("r3", "a")])

            async def latest() -> dict[str, str]:
                return {key: record.run_id for key, record in (await log.assets()).items()}

            await log.erase_run("r2", 10)
            assert await latest() == {"a": "r3", "b": "r1"}
            await log.erase_run("r3", 10)
            assert await latest() == {"a": "r1", "b": "r1"}
            await log.erase_run("r1", 10)
            assert await latest() == {}

    asyncio.run(story())


def test_a_wiped_asset_was_never_made_whatever_is_erased_later(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([*ended("r1", 2.0), made("r1", "a"), made("r1", "b"), wiped("a")])
            assert list(await log.assets()) == ["b"]
            await log.append([made("r2", "a")])
            assert sorted(await log.assets()) == ["a", "b"]
            await log.erase_run("r2", 10)
            assert list(await log.assets()) == ["b"]
            assert await log.check() == []

    asyncio.run(story())


def test_a_run_is_prunable_when_neither_rule_keeps_it(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            for number in (1, 2, 3, 4):
                await log.append(ended(f"r{number}", float(number)))
            await log.append([enqueued("waiting")])

            async def prunable(limit: int = 10, **rules: Any) -> list[str]:
                return await log.prunable_runs(Retention(**rules), limit)

            assert await prunable(keep_runs=0) == ["r1", "r2", "r3", "r4"]
            assert await prunable(keep_runs=3) == ["r1"]
            assert await prunable(keep_runs=9) == []
            assert await prunable(ended_before=3.0) == ["r1", "r2"]
            assert await prunable(ended_before=9.0, keep_runs=3) == ["r1"]
            assert await prunable(ended_before=2.0, keep_runs=1) == ["r1"]
            assert await prunable(limit=1, keep_runs=0) == ["r1"]
            assert await log.count_prunable(Retention(ended_before=3.0)) == (2, 4)

    asyncio.run(story())


def test_only_snapshots_that_no_location_has_are_dropped(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.save_snapshot("used", "text")
            await log.save_snapshot("old", "text")
            await log.save_location(LocationRecord(name="shop", view={}, snapshot_hash="used"))
            await log.save_location(LocationRecord(name="bank", view={}))
            assert await log.unused_snapshots() == ["old"]
            assert await log.drop_snapshots(["used", "old", "unknown"]) == 1
            assert (await log.snapshot("used"), await log.snapshot("old")) == ("text", None)

    asyncio.run(story())


def test_the_facts_count_what_is_there(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([*ended("r1", 2.0), made("r1", "a"), made("r1", "b", 2)])
            facts = await log.facts()
            assert (facts.runs, facts.assets) == (1, 2)
            assert facts.deployment_id

    asyncio.run(story())


def test_what_fails_in_a_canceled_run_is_no_failure_of_its_asset(make: Make) -> None:
    async def scenario() -> list[str]:
        plan = {"steps": [{"key": key, "assets": [key]} for key in ("before", "after")]}
        async with opened(make) as log:
            await log.append([enqueued("r1"), event("r1", "RUN_STARTING", data={"plan": plan})])
            await log.append([event("r1", "STEP_FAILURE", step="before")])
            await log.append([event("r1", "RUN_CANCELING")])
            await log.append([event("r1", "STEP_FAILURE", step="after")])
            return list(await log.failures())

    assert asyncio.run(scenario()) == ["before"]
