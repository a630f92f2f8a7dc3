"""A project with a `defs` folder, as tests of components write one."""

from __future__ import annotations

import itertools
import sys
import textwrap
from pathlib import Path
from typing import Any, Dict

import atoll

_numbers = itertools.count(1)

TABLES = """
    from dataclasses import dataclass, field
    from typing import Any, Dict, List, Optional
    import atoll
    from typing_extensions import Literal

    @dataclass
    class Table(atoll.Resolvable):
        name: str
        columns: List[str] = field(default_factory=list)

    class Source(atoll.Model, atoll.Resolvable):
        url: str
        timeout: int = 30

    class Tables(atoll.Component, atoll.Model, atoll.Resolvable):
        source: Source
        tables: List[Table]
        mode: Literal["full", "delta"] = "full"
        specs: Optional[List[atoll.ResolvedAssetSpec]] = None

        @staticmethod
        @atoll.template_var
        def region(): return "eu"

        @staticmethod
        @atoll.template_var
        def place(context): return context.path.name

        def build_defs(self, context):
            facts = {"url": self.source.url, "timeout": self.source.timeout, "mode": self.mode}
            made = [
                atoll.AssetSpec(each.name, metadata={**facts, "columns": each.columns})
                for each in self.tables
            ]
            return atoll.Definitions(assets=[*made, *(self.specs or [])])
"""
"""A module with a component's class."""


class Project:
    """A project in a folder; its package has a name that no other test has."""

    def __init__(self, folder: Path):
        self.name = "made_of_components_%d" % next(_numbers)
        self.root = folder
        self.defs = folder / self.name / "defs"
        (folder / "pyproject.toml").write_text(
            '[tool.dg.project]\nroot_module = "%s"\n' % self.name
        )
        self.write("../__init__.py", "")
        self.write("../tables.py", TABLES)
        self.write("__init__.py", "")

    def write(self, path: str, text: str) -> Path:
        """A file below `defs`; PROJECT stands for the package's name."""
        file = self.defs / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n").replace("PROJECT", self.name))
        return file

    def load(self) -> atoll.Definitions:
        """All that it defines."""
        return atoll.load_from_defs_folder(path_within_project=self.root)

    def specs(self) -> Dict[str, Any]:
        """By key, its assets."""
        return {str(each.key): each for each in self.load().get_all_asset_specs()}

    def forget(self) -> None:
        """Its modules are not loaded."""
        for name in [each for each in sys.modules if each.startswith(self.name)]:
            del sys.modules[name]
