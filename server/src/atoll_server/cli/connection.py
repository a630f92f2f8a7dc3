"""How a command reaches the deployment: a running web, an engine without one, or its own host.

A running web is found by `<home>/host.json`, an engine by the lock that it holds. Beside an
engine without a web, commands go through the storage, and ring. Where there is neither, reading
commands open the storage, and those that need definitions or an engine run a host of their own
until they are done, which serves other commands meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, HttpTransport, drive, running_host
from atoll_server.cli.options import make_home, tell_of_ignored
from atoll_server.settings import Settings

if TYPE_CHECKING:
    from atoll_server.adapters.event_log.home_lock import EngineProcess
    from atoll_server.assembly import Host

T = TypeVar("T")
Body = Callable[[Client], Awaitable[T]]
_RETRY_S = 0.25
_SERVE_AFTER_S = 1.0
_LOOK_EVERY_S = 1.0


def with_storage(settings: Settings, body: Body[T]) -> T:
    """Run `body` against the running host, else against the storage alone."""
    transport = running_host(settings.host_file)
    if transport is not None:
        return _driven(transport, body)
    _check_home(settings)
    return _through_storage(settings, body)


def _check_home(settings: Settings) -> None:
    if not settings.home.is_dir():
        raise exits.CommandFailed(
            f"there is no deployment at {settings.home}; name it with ATOLL_HOME, or make one "
            "with: atoll dev",
            exits.NOT_FOUND,
        )


def with_running_host(settings: Settings, body: Body[T]) -> T:
    """Run `body`, which commands an engine; without a running one it cannot be carried out.

    An engine without a web, as a daemon or another command's, is commanded through the storage.
    """
    transport = running_host(settings.host_file)
    if transport is not None:
        return _driven(transport, body)
    if _engine(settings) is not None:
        return _through_storage(settings, body)
    raise exits.CommandFailed(
        f"no host is running for {settings.home}; start one with: atoll dev", exits.UNREACHABLE
    )


def with_definitions(settings: Settings, locations: Callable[[], list[Any]], body: Body[T]) -> T:
    """Run `body`, which reads definitions: against whoever has loaded them, or see `with_host`.

    Args:
        locations: reads the workspace; asked only where nobody has loaded it.
    """
    transport = running_host(settings.host_file)
    if transport is not None:
        tell_of_ignored()
        return _driven(transport, body)
    return with_host(settings, locations, body)


def with_engine(settings: Settings, body: Body[T]) -> T:
    """Run `body`, whose commands are about the past and need no location.

    An engine carries them out; where none runs, this process does, with the deployment's lock.
    """
    import asyncio

    while True:
        if _engine(settings) is not None:
            return with_storage(settings, body)
        _check_home(settings)
        try:
            return asyncio.run(_with_housekeeping(settings, body))
        except _Held:
            time.sleep(_RETRY_S)  # one has just started


def with_own_storage(settings: Settings, body: Body[T]) -> T:
    """Run `body` against the storage, read by this process even where a host runs."""
    _check_home(settings)
    return _through_storage(settings, body)


def with_host(
    settings: Settings,
    locations: Callable[[], list[Any]],
    body: Body[T],
    *,
    takes_work: bool = False,
) -> T:
    """Run `body` against the deployment's engine, else against one that ends with the command.

    The latter's locations have loaded or failed when `body` begins.

    Args:
        locations: reads the workspace; asked only where there is no engine.
        takes_work: whether `body` wants a run. An engine of its own then goes on with all that
            wait, and serves others meanwhile; else it leaves them as they are.
    """
    found: list[Any] | None = None
    while True:
        engine = _engine(settings)
        if engine is not None:
            transport = running_host(settings.host_file)
            if not engine.is_passing:
                tell_of_ignored()
            if transport is not None and (transport.pid == engine.pid or not engine.is_passing):
                return _driven(transport, body)
            if not engine.is_passing:
                return _through_storage(settings, body)
        import asyncio  # a command that speaks to a running host does without

        is_first = found is None
        found = locations() if found is None else found
        make_home(settings)
        try:
            return asyncio.run(_with_own_host(settings, found, body, takes_work))
        except _Held as held:
            # Another command's own host, or an engine that starts just now.
            if is_first:
                click.echo(f"{held}; waiting for it", err=True)
            time.sleep(_RETRY_S)


def _engine(settings: Settings) -> EngineProcess | None:
    from atoll_server.adapters.event_log.home_lock import running_engine

    return running_engine(str(settings.home))


def _driven(transport: HttpTransport, body: Body[T]) -> T:
    async def run() -> T:
        return await body(Client(transport))

    return drive(run())


def _through_storage(settings: Settings, body: Body[T]) -> T:
    import asyncio

    return asyncio.run(_with_storage(settings, body))


async def _with_storage(settings: Settings, body: Body[T]) -> T:
    from atoll_server import assembly
    from atoll_server.api.app import Api
    from atoll_server.cli.embedded import AsgiTransport

    async with (
        refused_as_failure(),
        assembly.storage(settings) as context,
        _absence_told(settings),
    ):
        return await body(Client(AsgiTransport(Api(context))))


async def _with_housekeeping(settings: Settings, body: Body[T]) -> T:
    from atoll_server import assembly
    from atoll_server.api.app import Api
    from atoll_server.cli.embedded import AsgiTransport

    async with refused_as_failure(), _held_told(), assembly.housekeeping(settings) as context:
        return await body(Client(AsgiTransport(Api(context))))


@asynccontextmanager
async def _absence_told(settings: Settings) -> AsyncIterator[None]:
    """Say so when the engine goes on which this command waits; the next one takes up its work."""
    import asyncio

    async def watch() -> None:
        known = _engine(settings)
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            engine = _engine(settings)
            if known is not None and engine is None:
                click.echo(
                    f"the daemon (pid {known.pid}) is gone; waiting for another one, "
                    "as by: atoll daemon run",
                    err=True,
                )
            known = engine

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


async def _with_own_host(
    settings: Settings, locations: list[Any], body: Body[T], takes_work: bool
) -> T:
    import asyncio
    import math

    from atoll_server import assembly
    from atoll_server.cli.lifetime import Signals, teller

    host = assembly.Host(settings, locations, is_passing=True, takes_work=takes_work)
    working = asyncio.create_task(_work(host, body, serves=takes_work))
    signals = Signals(2, working.cancel)  # the first may be the command's own, to cancel its run
    async with refused_as_failure():
        try:
            return await working
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        finally:
            # Steps of other runs that were taken up have all the time they want, unless somebody
            # does not want to wait: else each command would begin them, and none end them.
            is_told = signals[0].is_set()
            grace_s = float(settings.shutdown_grace) if is_told else math.inf
            hurry = signals[1] if is_told else signals[0]
            await host.come_to_rest(hurry, teller(grace_s), grace_s)
            await host.stop()


async def _work(host: Host, body: Body[T], *, serves: bool) -> T:
    import asyncio

    from atoll_server.api.app import Api
    from atoll_server.cli.embedded import AsgiTransport

    async with _held_told():
        await host.start()
    serving = asyncio.create_task(_serve_others(host)) if serves else None
    try:
        await host.settled()
        return await body(Client(AsgiTransport(Api(host.context))))
    finally:
        if serving is not None:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def _serve_others(host: Host) -> None:
    """Answer other commands of this deployment while this one runs.

    Not at once, and imported beside the loop: most commands are over before anybody asks.
    """
    import asyncio
    import importlib

    from atoll_server.api.listener import bind

    await asyncio.sleep(_SERVE_AFTER_S)
    await asyncio.to_thread(importlib.import_module, "atoll_server.api.serve")
    await host.serve(bind("127.0.0.1", 0))


class _Held(Exception):
    """Another process is the deployment's engine."""


@asynccontextmanager
async def _held_told() -> AsyncIterator[None]:
    from atoll_server.ports.event_log import StorageError

    try:
        yield
    except StorageError as error:
        if error.code == "storage.locked":
            raise _Held(str(error)) from None
        raise


@asynccontextmanager
async def refused_as_failure() -> AsyncIterator[None]:
    """Tell a storage that refuses in the words of the command line."""
    from atoll_server.ports.event_log import StorageError

    try:
        yield
    except StorageError as error:
        raise exits.refused_storage(error) from None
