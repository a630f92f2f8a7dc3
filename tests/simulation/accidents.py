"""Everything that may befall a deployment, and everything that people ask of it.

Each has the chance of its own entry in the script, so that one entry can be left out without
changing what the others do.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tests.simulation.host import awaits_of_the_engine
from tests.simulation.world import WatchedLocation, make_wish

from atoll_server.adapters.locations.fake import Code, changed
from atoll_wire import events as kinds
from atoll_wire.failure import Failure

if TYPE_CHECKING:
    from tests.simulation.simulate import Simulation

Accident = Callable[["Simulation", random.Random], Awaitable[None]]

_BROKEN = Failure(code="user_code.raised", message="No module named 'pandsa'")
_MOST_STEPS = 60


# What people ask for


async def launch(it: Simulation, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 1, 1, 3])):
        it.names += 1
        run_id = f"run{it.names}"
        wish = make_wish(chance, it.code)
        if await it.intend("launch_run", run_id=run_id, **wish):
            it.asked[run_id] = wish


async def launch_again(it: Simulation, chance: random.Random) -> None:
    """Somebody's client did not hear the answer, and asks for the same run once more."""
    if it.asked:
        run_id = chance.choice(list(it.asked))
        if run_id not in it.deleted and not it.is_pruned:
            it.asked_again.add(run_id)
            await it.intend("launch_run", run_id=run_id, **it.asked[run_id])


async def cancel_run(it: Simulation, chance: random.Random) -> None:
    if it.asked:
        await it.intend("cancel_run", run_id=chance.choice(list(it.asked)))


async def delete_run(it: Simulation, chance: random.Random) -> None:
    """Now and then as soon as it was asked for, so that the engine takes up both at once."""
    if chance.random() < 0.3:
        await launch(it, chance)
    if it.asked:
        run_id = chance.choice(list(it.asked))
        if run_id in it.asked_again:
            return  # nobody could say which comes first
        it.deleted.add(run_id)
        await it.intend("delete_run", run_id=run_id)


async def prune(it: Simulation, chance: random.Random) -> None:
    if it.asked_again:
        return
    it.is_pruned = True
    await it.intend("prune", keep_runs=chance.choice([0, 1]))


async def widen_limits(it: Simulation, chance: random.Random) -> None:
    changes = chance.choice([{"pool_limits.gpu": 2}, {"max_concurrent_runs": "unlimited"}])
    await it.intend("change_settings", changes=changes)


async def wipe_assets(it: Simulation, chance: random.Random) -> None:
    keys = [asset.key for one in it.code.values() for asset in one.snapshot.assets]
    await it.intend("wipe_assets", keys=chance.sample(keys, 1))


async def reload_location(it: Simulation, chance: random.Random) -> None:
    """The code is changed, or broken, or neither; mostly somebody asks to have it loaded."""
    location = chance.choice(it.locations)
    roll = chance.random()
    if roll < 0.4:
        _change_code(location, chance)
    elif roll < 0.7:
        location.code = Code(location.code.snapshot, _BROKEN)
    if chance.random() < 0.7:
        await it.intend("reload_location", name=location.name)


async def reload_storm(it: Simulation, chance: random.Random) -> None:
    location = chance.choice(it.locations)
    for _ in range(chance.randint(2, 5)):
        _change_code(location, chance)
        await it.intend("reload_location", name=location.name)
        await asyncio.sleep(chance.choice([0.0, 0.01, 0.2]))


async def reload_and_kill(it: Simulation, chance: random.Random) -> None:
    """Code is loaded, and the process dies over it; there may be other code by then."""
    location = chance.choice(it.locations)
    if chance.random() < 0.5:
        _change_code(location, chance)
    await it.intend("reload_location", name=location.name)
    await asyncio.sleep(chance.choice([0.0, 0.01, 0.05, 0.3]))
    if chance.random() < 0.5:
        _change_code(location, chance)
    for generation in location.kept:
        location.kill_process(generation, 0.01)


# The host


async def crash_engine(it: Simulation, chance: random.Random) -> None:
    it.tell("the engine is killed")
    await _die_and_return(it, chance)


async def crash_engine_in_append(it: Simulation, chance: random.Random) -> None:
    it.log.last_append = chance.choice(["before", "after"])
    it.log.died.clear()
    it.tell(f"the engine will die {it.log.last_append} its next commit")
    try:
        await asyncio.wait_for(it.log.died.wait(), 5.0)
    except TimeoutError:
        it.log.last_append = None
    else:
        await asyncio.sleep(0.2)  # what was sent too early arrives
        await _die_and_return(it, chance)


async def crash_engine_at_an_await(it: Simulation, chance: random.Random) -> None:
    if chance.random() < 0.3:
        it.host.die_at(times=chance.randint(1, _MOST_STEPS))
    else:
        it.host.die_at(_an_await(chance))
    if await it.host.has_died(within_s=5.0):
        it.tell("the engine has died somewhere")
        await _die_and_return(it, chance)


async def crash_engine_again_and_again(it: Simulation, chance: random.Random) -> None:
    for _ in range(8):
        await _die_at(it, chance, _an_await(chance))


async def crash_engine_over_a_wish(it: Simulation, chance: random.Random) -> None:
    """Somebody asks for something, and the engine dies while it carries that out."""
    wish, files = chance.choice(_CARRIED_OUT_IN)
    it.story.faults[wish.__name__] += 1
    it.host.die_at(*files, times=chance.randint(1, 8))
    await wish(it, chance)
    if await it.host.has_died(within_s=5.0):
        it.tell("the engine has died over it")
        await _die_and_return(it, chance)


async def crash_engine_while_it_tidies(it: Simulation, chance: random.Random) -> None:
    """It does so some time after it has started."""
    if chance.random() < 0.5:
        it.host.die_at("housekeeping.py", times=chance.randint(1, 12))
    else:
        it.host.die_at(chance.choice(_awaits_in("keep_up", "_remove_journals_of_ended_runs")))
    if await it.host.has_died(within_s=30.0):
        it.tell("the engine has died while it tidied")
        await _die_and_return(it, chance)


async def crash_engine_while_it_starts(it: Simulation, chance: random.Random) -> None:
    it.tell("the engine is killed, and again while it starts")
    it.host.kill()
    if chance.random() < 0.3:
        it.present = [chance.choice(it.locations)]
    await asyncio.sleep(chance.choice([0.0, 0.1]))
    if it.host.engine is None:
        starting = asyncio.get_running_loop().create_task(it.host.start())
        await asyncio.sleep(0)
        if chance.random() < 0.5:
            it.host.die_at(times=chance.randint(1, _MOST_STEPS))
        else:
            it.host.die_at("engine.py", "takeover.py", "locations.py", times=chance.randint(1, 20))
        await starting
        await it.host.has_died(within_s=1.0)
        await _die_and_return(it, chance)


async def shut_down(it: Simulation, chance: random.Random) -> None:
    """Somebody ends the host in order, impatiently perhaps; and it may die over that."""
    it.tell("the engine is told to end")
    hurry = asyncio.Event()
    if chance.random() < 0.3:
        asyncio.get_running_loop().call_later(chance.random() * 3, hurry.set)
    if chance.random() < 0.5:
        it.host.die_at("shutdown.py", times=chance.randint(1, 6))
    await it.host.shut_down(chance.choice([0.0, 0.5, 5.0]), hurry)
    await _die_and_return(it, chance)


async def change_workspace(it: Simulation, chance: random.Random) -> None:
    """The host is started again with fewer or more locations."""
    it.present = [one for one in it.locations if chance.random() < 0.6] or it.locations[:1]
    it.tell(f"the workspace has {[one.name for one in it.present]} from now on")
    await _die_and_return(it, chance)
    if chance.random() < 0.5:
        await _die_at(it, chance, "departed.py")


async def refuse_opening(it: Simulation, chance: random.Random) -> None:
    it.tell("the engine is killed, and its storage cannot be opened at first")
    it.log.refused_openings = chance.choice([1, 2])
    await _die_and_return(it, chance)


async def cut_power_of_host(it: Simulation, chance: random.Random) -> None:
    await _cut_power(it, chance, [one for one in it.locations if one.is_local])


async def cut_power_everywhere(it: Simulation, chance: random.Random) -> None:
    await _cut_power(it, chance, it.locations)


async def _cut_power(
    it: Simulation, chance: random.Random, locations: list[WatchedLocation]
) -> None:
    it.host.kill()
    forgotten = await it.log.cut_power()
    it.tell(f"the power of the host fails; {forgotten} writes are lost")
    it.judge.host_died()
    for location in locations:
        location.cut_power(_keeping(chance))
    await _die_and_return(it, chance)


async def set_clock(it: Simulation, chance: random.Random) -> None:
    by_s = chance.choice([-86400.0, -3600.0, -1.0, 1.0, 3600.0, 86400.0])
    it.tell(f"the clock is set by {by_s:+g} s")
    it.clock.is_off_by_s += by_s


def _an_await(chance: random.Random) -> str:
    return chance.choice(list(awaits_of_the_engine()))


def _awaits_in(*methods: str) -> list[str]:
    """The awaits in these methods, whosever they are."""
    awaits = awaits_of_the_engine().items()
    return [at for at, name in awaits if name.partition(".")[2] in methods]


def _at(method: str) -> str:
    """The await in a method that has only one."""
    return next(at for at, name in awaits_of_the_engine().items() if name == method)


async def die_where_aimed(it: Simulation, chance: random.Random) -> None:
    """Die once at the await that the story aims at, if the engine ever comes there."""
    for _ in range(10):
        await it.host.started.wait()
        it.host.die_at(it.story.aim)
        if await it.host.has_died(within_s=5.0):
            it.tell(f"the engine has died at {it.story.aim}")
            await _die_and_return(it, chance)
            return


async def _die_at(it: Simulation, chance: random.Random, place: str) -> None:
    """Die when this is reached, if that is soon."""
    it.host.die_at(place)
    if await it.host.has_died(within_s=1.0):
        it.tell("the engine has died over that")
        await _die_and_return(it, chance)


async def _die_and_return(it: Simulation, chance: random.Random) -> None:
    """Kill the host if nobody has, and start it unless somebody does."""
    it.host.kill()
    await asyncio.sleep(chance.choice([0.0, 0.1, 5.0]))
    if it.host.engine is None:
        await it.host.start()


# Storage


async def fill_disk(it: Simulation, chance: random.Random) -> None:
    it.tell("the disk is full for a while")
    it.log.is_broken = True
    await asyncio.sleep(chance.choice([0.1, 2.0]))
    it.log.is_broken = False


async def slow_disk(it: Simulation, chance: random.Random) -> None:
    it.tell("every write takes long for a while")
    it.log.pause_s = chance.choice([0.5, 3.0])
    await asyncio.sleep(chance.choice([2.0, 8.0]))
    it.log.pause_s = 0.0


async def unreadable_disk(it: Simulation, chance: random.Random) -> None:
    it.tell("nothing can be read for a while")
    it.log.is_unreadable = True
    await asyncio.sleep(chance.choice([0.1, 2.0]))
    it.log.is_unreadable = False


async def unstorable_events(it: Simulation, chance: random.Random) -> None:
    """Something about certain events cannot be stored, however often it is tried."""
    kind = chance.choice([kinds.STEP_OUTPUT, kinds.ASSET_MATERIALIZATION, kinds.STEP_START])
    it.tell(f"no {kind} can be stored for a while")
    it.log.poison = kind
    it.log.pause_s = chance.choice([0.0, 0.3])  # much comes together
    roll = chance.random()
    if roll < 0.3:
        it.host.die_at("storing.py", times=chance.randint(1, 20))
    elif roll < 0.7:
        it.host.die_at(chance.choice(_awaits_in("_store_one_by_one", "_store_somehow")))
    for _ in range(4):
        await chance.choice([launch, cancel_run, wipe_assets])(it, chance)
        await asyncio.sleep(0.1)
    has_died = await it.host.has_died(within_s=chance.choice([0.5, 3.0]))
    it.log.poison, it.log.pause_s = None, 0.0
    if has_died:
        it.tell("the engine has died over that")
        await _die_and_return(it, chance)


# Locations


async def kill_worker(it: Simulation, chance: random.Random) -> None:
    running = [(one, key) for one in it.locations for key in one.running]
    if running:
        location, key = chance.choice(running)
        it.tell(f"the worker of {key} is killed")
        location.kill_worker(key)


async def stop_worker(it: Simulation, chance: random.Random) -> None:
    running = [(one, key) for one in it.locations for key in one.running]
    if running:
        location, key = chance.choice(running)
        it.tell(f"the worker of {key} is stopped, and goes on in a minute")
        location.pause_worker(key, 60.0)


async def kill_process(it: Simulation, chance: random.Random) -> None:
    """It may be serving, or loading still; workers that it is asked for may begin or not."""
    location = chance.choice(it.locations)
    if chance.random() < 0.3:  # while an engine takes over
        await _die_and_return(it, chance)
        await asyncio.sleep(chance.choice([0.0, 0.01, 0.05]))
    for generation in location.kept:
        it.tell(f"the process of {location.name} {generation} is killed")
        pause_s = chance.choice([0.01, 1.0])
        location.kill_process(generation, pause_s, are_forked=chance.random() < 0.5)


async def fill_disk_of_location(it: Simulation, chance: random.Random) -> None:
    location = chance.choice(it.locations)
    it.tell(f"the disk of {location.name} is full for a while")
    location.journals.is_full = True
    await asyncio.sleep(chance.choice([0.5, 3.0]))
    location.journals.is_full = False


async def break_stream(it: Simulation, chance: random.Random) -> None:
    if location := _a_server(it, chance):
        it.tell(f"the stream to {location.name} breaks")
        if chance.random() < 0.5:
            location.refuses = "connection refused"
        location.break_stream(arriving=chance.choice([0, 1, 99]))
        await asyncio.sleep(chance.choice([0.1, 5.0]))
        location.refuses = None


async def stall_stream(it: Simulation, chance: random.Random) -> None:
    location = chance.choice(it.locations)
    seconds = chance.choice([0.5, 3.0, 30.0])
    it.tell(f"what goes to and comes from {location.name} is {seconds} s late")
    location.stall(seconds)


async def repeat_frames(it: Simulation, chance: random.Random) -> None:
    location = chance.choice(it.locations)
    it.tell(f"what goes to and comes from {location.name} arrives twice for a while")
    location.repeats = True
    await asyncio.sleep(chance.choice([0.5, 3.0]))
    location.repeats = False


async def garble_snapshots(it: Simulation, chance: random.Random) -> None:
    location = chance.choice(it.locations)
    it.tell(f"snapshots of {location.name} arrive damaged for a while")
    location.garbles = True
    await asyncio.sleep(chance.choice([0.5, 3.0]))
    location.garbles = False


async def measure(it: Simulation, chance: random.Random) -> None:
    """Now and then just as a host has returned to a server that it has not heard of yet."""
    if chance.random() < 0.5:
        await _die_and_return(it, chance)
    for _ in range(20):
        for location in it.locations:
            location.measure()
        await asyncio.sleep(0.02)


async def repeat_events(it: Simulation, chance: random.Random) -> None:
    for location in it.locations:
        for key in list(location.written):
            location.repeat(key)
    if chance.random() < 0.6:
        await _die_at(it, chance, _at("Engine._hear_of_stranger"))


async def restart_server(it: Simulation, chance: random.Random) -> None:
    """A server dies, with its location processes; its next code may be another."""
    if location := _a_server(it, chance):
        it.tell(f"the server of {location.name} is started again")
        location.break_stream()
        location.lose_processes(are_forked=chance.random() < 0.5)
        if chance.random() < 0.3:
            _change_code(location, chance)


async def cut_power_of_server(it: Simulation, chance: random.Random) -> None:
    if location := _a_server(it, chance):
        it.tell(f"the power of {location.name} fails")
        location.break_stream()
        location.cut_power(_keeping(chance))


def _a_server(it: Simulation, chance: random.Random) -> WatchedLocation | None:
    servers = [one for one in it.locations if not one.is_local]
    return chance.choice(servers) if servers else None


def _change_code(location: WatchedLocation, chance: random.Random) -> None:
    if location.code.snapshot.assets:
        key = chance.choice(location.code.snapshot.assets).key
        location.code = changed(Code(location.code.snapshot), key)


def _keeping(chance: random.Random) -> Callable[[int], int | None]:
    """How much of a journal is on the disk when the power fails."""

    def kept(count: int) -> int | None:
        roll = chance.random()
        if roll < 0.2:
            return None
        return count if roll < 0.5 else chance.randint(0, count)

    return kept


WISHES: list[Accident] = [
    launch,
    launch_again,
    cancel_run,
    delete_run,
    prune,
    widen_limits,
    wipe_assets,
    reload_location,
    reload_storm,
    reload_and_kill,
]
_CARRIED_OUT_IN: list[tuple[Accident, tuple[str, ...]]] = [
    (launch, ("intents.py", "planner.py", "storing.py")),
    (delete_run, ("intents.py", "housekeeping.py")),
    (prune, ("housekeeping.py",)),
    (reload_location, ("locations.py", "planner.py")),
]
"""What people ask for, and the files of the engine that have to do with it."""
ACCIDENTS: list[Accident] = [
    crash_engine,
    crash_engine_in_append,
    crash_engine_at_an_await,
    crash_engine_again_and_again,
    crash_engine_over_a_wish,
    crash_engine_over_a_wish,
    crash_engine_while_it_starts,
    crash_engine_while_it_tidies,
    crash_engine_while_it_tidies,
    shut_down,
    shut_down,
    change_workspace,
    refuse_opening,
    cut_power_of_host,
    cut_power_everywhere,
    set_clock,
    fill_disk,
    slow_disk,
    unreadable_disk,
    unstorable_events,
    kill_worker,
    stop_worker,
    kill_process,
    kill_process,
    fill_disk_of_location,
    break_stream,
    stall_stream,
    repeat_frames,
    garble_snapshots,
    measure,
    repeat_events,
    restart_server,
    cut_power_of_server,
]
