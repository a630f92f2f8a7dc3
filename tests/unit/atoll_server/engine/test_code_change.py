"""What becomes of a run whose code is gone: it fails, or continues where the workspace says so."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import BROKEN, House, live

from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome, assets, changed
from atoll_wire import events as kinds


async def change_under_a_run(
    loop: VirtualLoop, code: Code, continuing: Collection[str]
) -> tuple[House, FakeLocation]:
    """A run of `a`, then `b`, whose location process dies during `a` and comes back with `code`."""
    before = assets("a", ("b", ["a"]))
    shop = FakeLocation("shop", before, behave=lambda request: Outcome(5.0))
    house = House(loop, shop, continuing=frozenset(continuing))
    await house.open()
    await house.launch("*")
    await asyncio.sleep(2)
    shop.code = code
    shop.kill_process(1, 0.1)
    await asyncio.sleep(30)
    return house, shop


def test_without_a_word_in_the_workspace_the_rest_of_the_run_fails() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = changed(assets("a", ("b", ["a"])), "b")
        house, shop = await change_under_a_run(loop, code, [])
        assert (await house.run()).status == "FAILURE"
        assert [key.step for key in shop.started] == ["a"]
        await house.engine.stop()

    live(story)


def test_a_run_continues_on_the_code_as_it_is_now_and_says_so() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = changed(assets("a", ("b", ["a"])), "b")
        house, shop = await change_under_a_run(loop, code, ["shop"])
        assert (await house.run()).status == "SUCCESS"
        assert [(key.step, shop.ran_on[key] == code.identity) for key in shop.started] == [
            ("a", False),
            ("b", True),
        ]
        notes = await house.log.events(run_id="r1", kinds=[kinds.ENGINE_EVENT])
        (told,) = [note.message for note in notes if note.step == "b"]
        assert "continues on that of generation 2" in told
        await house.engine.stop()

    live(story)


def test_where_nothing_loads_any_more_the_run_fails_all_the_same() -> None:
    async def story(loop: VirtualLoop) -> None:
        broken = Code(assets("a").snapshot, BROKEN)
        house, _ = await change_under_a_run(loop, broken, ["shop"])
        run = await house.run()
        assert (run.status, "can no longer be loaded" in run.message) == ("FAILURE", True)
        await house.engine.stop()

    live(story)


def test_a_reload_keeps_the_code_of_a_run_that_could_continue() -> None:
    async def story(loop: VirtualLoop) -> None:
        before = assets("a", ("b", ["a"]))
        shop = FakeLocation("shop", before, behave=lambda request: Outcome(5.0))
        house = House(loop, shop, continuing=frozenset(["shop"]))
        await house.open()
        await house.launch("*")
        await asyncio.sleep(2)
        shop.code = changed(before, "b")
        await house.intend("reload_location", name="shop")
        await asyncio.sleep(30)
        assert (await house.run()).status == "SUCCESS"
        assert set(shop.ran_on.values()) == {before.identity}
        await house.engine.stop()

    live(story)
