"""`[tool.atoll]` and `[tool.dagster]` of a `pyproject.toml`.

Both may say `module_name`, or `modules = [{type = "module", name = …}]`, and
`code_location_name`. Ours may also name a `python_file`, and set what `workspace.yaml` sets.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

from atoll_server.adapters.workspace.errors import WorkspaceError, nearest
from atoll_server.adapters.workspace.location import (
    WORKER_MODES,
    WorkspaceLocation,
    default_name,
    is_file_name,
    mistake_in_file,
)
from atoll_wire.messages import Target

_NAMES = ("module_name", "modules", "code_location_name")
_OURS = (
    *_NAMES,
    "python_file",
    "attribute",
    "working_directory",
    "executable_path",
    "env",
    "inherit_env",
    "worker",
    "load_timeout",
)
_NO_FILE = "module_name is a dotted name; a file is named with"
_DAGSTERS_OWN = ("registry_modules", "project")


def read_pyproject(path: str) -> list[WorkspaceLocation] | None:
    """The locations of a `pyproject.toml`; None where it has no table of ours or Dagster's.

    Raises:
        WorkspaceError: `workspace.invalid`, with the line of the mistake.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        tools = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+), column (\d+)", str(error))
        raise WorkspaceError(
            f"not TOML: {error}",
            file=path,
            line=int(line[1]) if line else None,
            column=int(line[2]) if line else None,
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"cannot be read: {error}", file=path) from None
    for tool, known in (("atoll", _OURS), ("dagster", _NAMES)):
        table = tools.get(tool) if isinstance(tools, dict) else None
        if isinstance(table, dict) and any(key in table for key in known):
            return _Table(path, text, tool, table).locations(known)
    return None


class _Table:
    """One of the two tables."""

    def __init__(self, path: str, text: str, tool: str, table: Mapping[str, Any]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._tool = tool
        self._table = table
        self._directory = os.path.dirname(os.path.abspath(path))

    def locations(self, known: tuple[str, ...]) -> list[WorkspaceLocation]:
        for key in self._table:
            if key not in known and not (self._tool == "dagster" and key in _DAGSTERS_OWN):
                self._fail(key, f'[tool.{self._tool}] has no key "{key}"{nearest(key, known)}')
        given = [key for key in ("module_name", "modules", "python_file") if key in self._table]
        if len(given) != 1:
            self._fail(
                given[-1] if given else None,
                f"[tool.{self._tool}] names its code once: module_name, modules"
                + (" or python_file" if self._tool == "atoll" else "")
                + f" (this one has {', '.join(given) or 'none of them'})",
            )
        if given == ["python_file"]:
            path = self._file(self._text("python_file"))
            mistake = mistake_in_file(path)
            if mistake is not None:
                self._fail("python_file", f'python_file "{self._text("python_file")}": {mistake}')
            targets = [self._target("file", path)]
        elif given == ["module_name"]:
            name = self._text("module_name")
            if is_file_name(name):
                self._fail("module_name", f'{_NO_FILE} python_file = "{name}" of [tool.atoll]')
            targets = [self._target("module", name)]
        else:
            targets = [self._target("module", name) for name in self._modules()]
        given_name = (
            self._text("code_location_name") if "code_location_name" in self._table else None
        )
        if given_name is not None and len(targets) > 1:
            self._fail(
                "code_location_name",
                f"code_location_name names one location, and modules lists {len(targets)}",
            )
        place = f"{self._path}:{self._line(given[0])}"
        return [WorkspaceLocation(given_name or default_name(t), t, place) for t in targets]

    def _modules(self) -> list[str]:
        modules = self._table["modules"]
        if not isinstance(modules, list) or not modules:
            self._fail("modules", 'modules is a list of {type = "module", name = …}, not empty')
        names = []
        for item in modules:
            if (
                not isinstance(item, dict)
                or item.get("type", "module") != "module"
                or not isinstance(item.get("name"), str)
                or not set(item) <= {"type", "name"}
            ):
                self._fail("modules", f'expected {{type = "module", name = …}}, not {item}')
            names.append(item["name"])
        return names

    def _target(self, kind: str, name: str) -> Target:
        env = self._table.get("env", {})
        if not isinstance(env, dict) or not all(isinstance(v, str) for v in env.values()):
            self._fail("env", "env is a table of texts")
        inherit = self._table.get("inherit_env", True)
        if not isinstance(inherit, bool):
            self._fail("inherit_env", "inherit_env is true or false")
        timeout = self._table.get("load_timeout", Target.load_timeout_s)
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0:
            self._fail("load_timeout", "load_timeout is a number greater than 0")
        worker = self._table.get("worker", "auto")
        if worker not in WORKER_MODES:
            self._fail("worker", f"worker is one of {', '.join(WORKER_MODES)}, not {worker}")
        has = self._table.__contains__
        return Target(
            kind=kind,
            name=name,
            attribute=self._text("attribute") if has("attribute") else None,
            working_directory=(
                self._file(self._text("working_directory"))
                if has("working_directory")
                else self._directory
            ),
            executable=(
                self._file(self._text("executable_path")) if has("executable_path") else None
            ),
            worker=worker,
            env=env,
            inherit_env=inherit,
            load_timeout_s=float(timeout),
        )

    def _text(self, key: str) -> str:
        value = self._table[key]
        if not isinstance(value, str) or not value:
            self._fail(key, f"{key} is a text")
        return value

    def _file(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._directory, os.path.expanduser(path)))

    def _line(self, key: str | None) -> int:
        """The line of a key of the table, or of its head: the parser does not tell it."""
        inside, head = False, 1
        for number, line in enumerate(self._lines, start=1):
            section = re.match(r"\s*\[+\s*([^\]]*?)\s*\]", line)
            if section:
                inside = section[1].replace(" ", "").split(".")[:2] == ["tool", self._tool]
                head = number if inside and head == 1 else head
                if inside and key is not None and section[1].endswith("." + key):
                    return number
            elif inside and key is not None and re.match(rf"\s*{re.escape(key)}\s*[.=]", line):
                return number
        return head

    def _fail(self, key: str | None, message: str) -> NoReturn:
        raise WorkspaceError(message, file=self._path, line=self._line(key))
