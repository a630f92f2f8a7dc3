"""TOML as nodes that know where they stand.

`tomllib` reads the file and says whether it is TOML, but tells no places: those are found by
walking through the text once more, which by then is known to be valid.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import Any

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence

Path = tuple[str | int, ...]
_KINDS = {str: "text", bool: "flag", int: "whole number", float: "number"}
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|' r"'''.*?'{3,5}(?!')|" r"\"(?:\\.|[^\"\\])*\"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]+")


def read_toml(file: str, text: str) -> Mapping:
    """A TOML file as one mapping.

    Raises:
        WorkspaceError: `workspace.invalid`, with the place of what is not TOML.
    """
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise _not_toml(file, text, str(error)) from None
    except RecursionError:
        raise WorkspaceError(f"nested more than {MAX_DEPTH} deep", file=file) from None
    places = _Places(text)
    node = _Maker(file, text, places).node(data, (), 0, 0)
    assert isinstance(node, Mapping)
    return node


def _not_toml(file: str, text: str, problem: str) -> WorkspaceError:
    """The error of `tomllib`, which tells the place within its message."""
    line = column = None
    place = re.search(r" *[(]at (?:line (\d+), column (\d+)|end of document)[)]", problem)
    if place is not None:
        problem = problem.replace(place[0], "")
        ends = (text.count("\n") + 1, len(text) - text.rfind("\n"))
        line, column = (int(place[1]), int(place[2])) if place[1] else ends
    return WorkspaceError(f"not TOML: {problem}", file=file, line=line, column=column)


class _Maker:
    def __init__(self, file: str, text: str, places: _Places) -> None:
        self._file, self._places = file, places
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def node(self, value: Any, path: Path, start: int, depth: int) -> Node:
        """The node of a value; one whose place is unknown stands where it is held."""
        start = self._places.values.get(path, start)
        line, column = self._place(start)
        if depth > MAX_DEPTH:
            raise WorkspaceError(
                f"nested more than {MAX_DEPTH} deep", file=self._file, line=line, column=column
            )
        if isinstance(value, dict):
            pairs: list[tuple[Node, Node]] = []
            for key, held in value.items():
                key_start = self._places.keys.get((*path, key), start)
                name = Scalar(*self._place(key_start), key, "text")
                pairs.append((name, self.node(held, (*path, key), key_start, depth + 1)))
            return Mapping(line, column, pairs)
        if isinstance(value, list):
            held = [self.node(v, (*path, i), start, depth + 1) for i, v in enumerate(value)]
            return Sequence(line, column, held)
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return Scalar(line, column, written, _KINDS.get(type(value), "date"))

    def _place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1


class _Places:
    """Where the keys and values of a valid TOML text begin, by their path."""

    def __init__(self, text: str) -> None:
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {}
        self._text, self._at = text, 0
        self._lengths: dict[Path, int] = {}
        """Of arrays of tables: how many tables they have so far."""
        table: Path = ()
        self._skip()
        while self._at < len(text):
            table = self._header() if text[self._at] == "[" else self._assignment(table)
            self._skip()

    def _skip(self) -> None:
        match = _BLANK.match(self._text, self._at)
        assert match is not None
        self._at = match.end()

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`; returns the table that follows."""
        start, is_array = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        self._skip()
        path: Path = ()
        while True:
            path = self._key(path)
            if self._text[self._at] == "]":
                break
            path = self._last(path)
        self._at += 2 if is_array else 1
        if is_array:
            self._lengths[path] = self._lengths.get(path, 0) + 1
        path = self._last(path)
        self.values[path] = start
        return path

    def _last(self, path: Path) -> Path:
        """The table that `path` means: of an array of tables, the last one."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _key(self, path: Path) -> Path:
        """One part of a dotted key, and the dot or blanks behind it."""
        match = _KEY.match(self._text, self._at)
        assert match is not None
        written = match[0]
        name = written
        if written[0] == "'":
            name = written[1:-1]
        elif written[0] == '"':
            name = tomllib.loads(f"key = {written}")["key"]
        path = (*path, name)
        self.keys.setdefault(path, self._at)
        self._at = match.end()
        behind = _DOT.match(self._text, self._at)
        self._at = behind.end() if behind else self._at
        while self._text[self._at] in " \t":
            self._at += 1
        return path

    def _assignment(self, table: Path) -> Path:
        """`key.key = value`; returns the same table."""
        path = table
        while self._text[self._at] != "=":
            path = self._key(path)
        self._at += 1
        self._skip()
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        self.values[path] = self._at
        opening = self._text[self._at]
        if opening == "[":
            self._listed(path)
        elif opening == "{":
            self._inline(path)
        else:
            match = (_STRING if opening in "\"'" else _BARE).match(self._text, self._at)
            assert match is not None
            self._at = match.end()

    def _listed(self, path: Path) -> None:
        count = 0
        self._next()
        while self._text[self._at] != "]":
            self._value((*path, count))
            count += 1
            self._separator()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._next()
        while self._text[self._at] != "}":
            self._assignment(path)
            self._separator()
        self._at += 1

    def _next(self) -> None:
        self._at += 1
        self._skip()

    def _separator(self) -> None:
        self._skip()
        if self._text[self._at] == ",":
            self._next()


def table_at(root: Mapping, *names: str) -> tuple[Node, Mapping] | None:
    """The table of that path, with its key; None where there is none."""
    key: Node | None = None
    for name in names:
        named = (p for p in root.pairs if isinstance(p[0], Scalar) and p[0].value == name)
        key, value = next(named, (None, None))
        if not isinstance(value, Mapping):
            return None
        root = value
    return None if key is None else (key, root)
