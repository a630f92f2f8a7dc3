"""`<home>/host.json`: where a running host says how it is reached, `{"url": …, "pid": …}`.

Several webs may serve one deployment. The newest is the one that commands find; when it is
gone, another one puts itself in its place.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path


class HostFile:
    """The file, as one web sees it."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def write(self) -> None:
        """Be the web that commands find."""
        temporary = self._path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"url": self._url, "pid": os.getpid()}) + "\n")
        temporary.replace(self._path)

    def write_if_vacant(self) -> None:
        """Be the web that commands find, unless another one is."""
        pid = self._pid()
        if pid is None or not is_alive(pid):
            self.write()

    def remove(self) -> None:
        """Be it no longer; the file stays if it is another web's by now."""
        if self._pid() == os.getpid():
            with suppress(OSError):
                self._path.unlink()

    def _pid(self) -> int | None:
        try:
            return int(json.loads(self._path.read_text())["pid"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def is_alive(pid: int) -> bool:
    """Whether some process has this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # another user's
    return True
