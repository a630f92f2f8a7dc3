"""Whether the files that a process works with still are the ones in the deployment's folder.

Removing or replacing them does not stop who has them open: it would work on in files that
nobody else can find, while a second engine takes the first one's name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from atoll_server.ports.event_log import StorageError


class InPlace:
    """The identities of open files.

    Args:
        paths: files that are there, and must stay what they are.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._identities = {path: _identity(path) for path in paths}

    def check(self) -> None:
        """Look at every file once.

        Raises:
            StorageError: `storage.moved`, one of them was removed or replaced.
        """
        for path, identity in self._identities.items():
            try:
                now = _identity(path)
            except FileNotFoundError:
                now = None
            except OSError:
                continue  # a file system in trouble says nothing about what lies in it
            if now != identity:
                done = "removed" if now is None else "replaced"
                raise StorageError(
                    f"{path} was {done} while this process worked with it",
                    code="storage.moved",
                    hint="Start anew with the files in their place; move or restore them only "
                    "while nothing runs.",
                )


def _identity(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino
