"""User code in files, loaded as a location process loads it."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any, Iterator

import pytest

from atoll import DefinitionError, Definitions
from atoll.compat import dagster
from atoll.location.load_failure import load_failure
from atoll.location.loading import load
from atoll_wire.failure import Failure
from atoll_wire.messages import Target


class Folder:
    """A working directory with user code in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, code: str) -> str:
        """A file; returns its path."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(code).lstrip("\n"))
        return str(path)

    def load(self, kind: str, name: str, **more: Any) -> Definitions:
        """What a target is found to define."""
        return load(Target(kind, name, **more))

    def keys(self, kind: str, name: str, **more: Any) -> list[str]:
        """The keys of what a target defines."""
        return [str(key) for key in self.load(kind, name, **more).asset_keys]

    def error(self, kind: str, name: str, **more: Any) -> DefinitionError:
        """How a target's definitions are refused; the folder's path is left out."""
        with pytest.raises(DefinitionError) as caught:
            self.load(kind, name, **more)
        caught.value.message = caught.value.message.replace("%s/" % self.path, "")
        caught.value.hint = (caught.value.hint or "").replace("%s/" % self.path, "")
        return caught.value

    def failure(self, kind: str, name: str, **more: Any) -> Failure:
        """How a target that does not load is told."""
        target = Target(kind, name, **more)
        with pytest.raises(Exception) as caught:
            load(target)
        ours = caught.value.__traceback__
        assert ours is not None
        return load_failure(caught.value.with_traceback(ours.tb_next), target)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    monkeypatch.chdir(tmp_path)
    path, modules = list(sys.path), set(sys.modules)
    yield Folder(tmp_path)
    dagster.uninstall()
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        file = getattr(sys.modules[name], "__file__", None) or str(tmp_path)
        if file.startswith(str(tmp_path)):
            del sys.modules[name]
