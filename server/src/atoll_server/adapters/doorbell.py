"""Bells between the processes of a deployment: who rings one says "look", and nothing else.

A bell is a datagram socket in `ATOLL_HOME/bells`: `engine` wakes the engine for an intent,
`reader-…` a process that reads along for what was committed. Rings may be lost and cost nothing
then: whoever has a bell also looks now and then. See docs/decisions/0009.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = "bells"
_ENGINE = "engine"
_READER = "reader-"
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BYTES = 16


class Bells:
    """The bells of one deployment, as one process hears and rings them."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._folder_fd: int | None = None
        self._ringing: socket.socket | None = None
        self._heard: dict[str, tuple[socket.socket, Callable[[], None]]] = {}

    def hear_as_engine(self, on_ring: Callable[[], None]) -> bool:
        """Call `on_ring` on the loop when there is an intent; False: nobody can ring here.

        To be called by the engine only: it takes the place of an earlier one's bell.
        """
        return self._hear(_ENGINE, on_ring)

    def hear_as_reader(self, on_ring: Callable[[], None]) -> bool:
        """Call `on_ring` on the loop when something was committed; False: nobody can ring."""
        return self._hear(f"{_READER}{os.getpid()}-{id(self)}", on_ring)

    def ring_engine(self) -> None:
        """There is an intent."""
        with contextlib.suppress(OSError):
            self._ring(_ENGINE)

    def ring_readers(self) -> None:
        """Something was committed, or the engine has come, or goes."""
        for name in self._readers():
            try:
                self._ring(name)
            except BlockingIOError:
                pass  # its bell is full of rings already
            except OSError:  # its process is gone
                self._remove(name)

    def hear_again(self) -> None:
        """Put up anew what somebody has removed."""
        gone = [name for name in self._heard if not (self._folder / name).exists()]
        if gone and self._folder_fd is not None:
            os.close(self._folder_fd)
            self._folder_fd = None
        for name in gone:
            bell, on_ring = self._heard.pop(name)
            asyncio.get_running_loop().remove_reader(bell)
            bell.close()
            self._hear(name, on_ring)

    def close(self) -> None:
        """Hear nothing more."""
        for name, (bell, _) in self._heard.items():
            asyncio.get_running_loop().remove_reader(bell)
            bell.close()
            self._remove(name)
        self._heard.clear()
        if self._ringing is not None:
            self._ringing.close()
        if self._folder_fd is not None:
            os.close(self._folder_fd)
        self._ringing = self._folder_fd = None

    def _hear(self, name: str, on_ring: Callable[[], None]) -> bool:
        bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bell.setblocking(False)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._remove(name)
            bell.bind(self._address(name))
            (self._folder / name).chmod(0o600)
        except OSError:  # a file system without sockets, a path that is too long
            bell.close()
            return False
        self._heard[name] = bell, on_ring
        asyncio.get_running_loop().add_reader(bell, _answer, bell, on_ring)
        return True

    def _ring(self, name: str) -> None:
        if self._ringing is None:
            self._ringing = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._ringing.setblocking(False)
        self._ringing.sendto(b"", self._address(name))

    def _readers(self) -> Iterator[str]:
        try:
            names = os.listdir(self._folder)
        except OSError:
            return
        yield from (name for name in names if name.startswith(_READER))

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):
            (self._folder / name).unlink()

    def _address(self, name: str) -> str:
        """A path for the kernel, which takes no more than 107 bytes: by way of the open folder."""
        if self._folder_fd is None:
            self._folder_fd = os.open(self._folder, _OPEN_FOLDER)
        short = f"/proc/self/fd/{self._folder_fd}"
        return f"{short if os.path.isdir(short) else self._folder}/{name}"


def _answer(bell: socket.socket, on_ring: Callable[[], None]) -> None:
    """Take all rings that are there for one."""
    with contextlib.suppress(OSError):
        while True:
            bell.recv(_BYTES)
    on_ring()
