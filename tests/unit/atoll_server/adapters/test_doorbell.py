"""Bells: who hears them, and what becomes of those whose process is gone."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import stat
from pathlib import Path

from atoll_server.adapters.doorbell import FOLDER, Bells


async def heard(*events: asyncio.Event) -> None:
    """Return when all have happened, and forget that."""
    for event in events:
        await asyncio.wait_for(event.wait(), 10)
        event.clear()


def test_the_engine_hears_intents_and_every_reader_hears_commits(tmp_path: Path) -> None:
    async def story() -> None:
        intent, one, two = asyncio.Event(), asyncio.Event(), asyncio.Event()
        engine, reader, other = Bells(tmp_path), Bells(tmp_path), Bells(tmp_path)
        assert engine.hear_as_engine(intent.set)
        assert reader.hear_as_reader(one.set)
        assert other.hear_as_reader(two.set)

        reader.ring_engine()
        await heard(intent)
        assert not one.is_set() and not two.is_set()
        engine.ring_readers()
        await heard(one, two)
        assert not intent.is_set()

        for bells in (engine, reader, other):
            bells.close()
        assert list((tmp_path / FOLDER).iterdir()) == []

    asyncio.run(story())


def test_bells_that_were_removed_are_put_up_again(tmp_path: Path) -> None:
    async def story() -> None:
        intent, commit = asyncio.Event(), asyncio.Event()
        engine, reader = Bells(tmp_path), Bells(tmp_path)
        engine.hear_as_engine(intent.set)
        reader.hear_as_reader(commit.set)
        shutil.rmtree(tmp_path / FOLDER)
        reader.ring_engine()
        for bells in (engine, reader):
            bells.hear_again()
        reader.ring_engine()
        engine.ring_readers()
        await heard(intent, commit)
        for bells in (engine, reader):
            bells.close()
        assert list((tmp_path / FOLDER).iterdir()) == []

    asyncio.run(story())


def test_rings_that_pile_up_are_one(tmp_path: Path) -> None:
    async def story() -> int:
        rung: list[None] = []
        bells = Bells(tmp_path)
        bells.hear_as_engine(lambda: rung.append(None))
        for _ in range(2000):  # more than the socket holds
            bells.ring_engine()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        bells.close()
        return len(rung)

    assert asyncio.run(story()) == 1


def test_nobody_there_is_no_trouble(tmp_path: Path) -> None:
    bells = Bells(tmp_path / "nowhere")
    bells.ring_engine()
    bells.ring_readers()
    bells.close()
    assert not (tmp_path / "nowhere").exists()


def test_the_bell_of_a_dead_engine_is_taken_over_and_that_of_a_dead_reader_removed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    for name in ("engine", "reader-1-1"):  # as processes leave them that were killed
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
            dead.bind(str(folder / name))

    async def story() -> None:
        intent = asyncio.Event()
        bells = Bells(tmp_path)
        bells.ring_engine()
        assert bells.hear_as_engine(intent.set)
        bells.ring_readers()
        assert os.listdir(folder) == ["engine"]
        bells.ring_engine()
        await heard(intent)
        bells.close()

    asyncio.run(story())


def test_a_path_longer_than_a_socket_address_is_no_limit(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 50)
    home.mkdir()

    async def story() -> None:
        intent = asyncio.Event()
        engine, other = Bells(home), Bells(home)
        assert engine.hear_as_engine(intent.set)
        other.ring_engine()
        await heard(intent)
        engine.close()
        other.close()

    asyncio.run(story())


def test_only_the_user_can_ring(tmp_path: Path) -> None:
    async def story() -> list[int]:
        bells = Bells(tmp_path)
        bells.hear_as_engine(lambda: None)
        paths = (tmp_path / FOLDER, tmp_path / FOLDER / "engine")
        modes = [stat.S_IMODE(path.stat().st_mode) for path in paths]
        bells.close()
        return modes

    assert asyncio.run(story()) == [0o700, 0o600]


def test_where_no_socket_can_be_made_nobody_can_ring(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")

    async def story() -> bool:
        bells = Bells(tmp_path)
        can_be_rung = bells.hear_as_reader(lambda: None)
        bells.ring_engine()
        bells.ring_readers()
        bells.close()
        return can_be_rung

    assert not asyncio.run(story())
