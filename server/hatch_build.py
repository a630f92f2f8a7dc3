"""Sees to it that no wheel and no sdist is made without the built UI.

What is built already is taken as it is; in a clone that has not built it, npm does so now.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path("src/atoll_server/api/static/index.html")


class PagesMissing(Exception):
    """There is no built UI, and none can be made."""


def see_to_pages(root: Path) -> None:
    """Return when the UI is built.

    Args:
        root: the folder of `pyproject.toml`.

    Raises:
        PagesMissing: it is not, and building it was not possible.
    """
    page, sources = root / PAGE, root.parent / "ui"
    if page.is_file():
        return
    npm = shutil.which("npm")
    if npm is not None and (sources / "package.json").is_file():
        for arguments in (["ci"], ["run", "build"]):
            if subprocess.run([npm, *arguments], cwd=sources, check=False).returncode != 0:
                break
    if not page.is_file():
        raise PagesMissing(
            f"{page} is missing: the pages are not built. Run `make ui` in a clone (it needs "
            "Node 20.19 or newer, or PyPI), then build again."
        )


class BuiltPages(BuildHookInterface[Any]):
    """The hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install needs no pages: they are looked for when they are asked for."""
        if version != "editable":
            see_to_pages(Path(self.root))
