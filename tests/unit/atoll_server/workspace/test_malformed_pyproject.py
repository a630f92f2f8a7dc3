"""Hundreds of `pyproject.toml` that are wrong: each is refused with its place, or loads."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.keys import PYPROJECT_KEYS
from atoll_server.adapters.workspace.location import WorkspaceLocation
from atoll_server.adapters.workspace.nodes import Mapping, Node, Scalar, Sequence
from atoll_server.adapters.workspace.pyproject_file import read_pyproject
from atoll_server.adapters.workspace.toml_nodes import read_toml

RIGHT = """\
# somebody's project
[project]
name = "shop"
authors = [
  {name = "Ada", email = 'ada@shop.example'},  # and more
]
[[tool.mypy.overrides]]
module = ["a", "b"]
[[tool.mypy.overrides]]
module = "c.\\u00e9"
more."dotted.key".'here' = 1979-05-27T07:32:00Z

[ tool . "atoll" ]
module_name = "shop.definitions"
attribute = '''
def''s'''
working_directory = "src"
load_timeout = 1_0.5
max_concurrent_steps = 2
env = {PORT = 5432, TOKEN = {env = "SECRET"}, TEXT = \"""
several \\
   lines \\"quoted\\" \"\"\""}
"""
NO_TEXTS = ["3", "2.5", "true", "2024-01-01", '""', "[]", "{a = 1}", '{env = "UNSET"}']
WRONG_VALUES = {
    "modules": ['"a"', "3", "[]", "[1]", '[{nam = "a"}]', '[{type = "file", name = "a"}]'],
    "env": ['"A=b"', "3", "[1]", "{A = []}", '{"A=B" = "c"}'],
    "inherit_env": ["3", '"true"', "[]"],
    "compat": ["3", '"off"', "[]"],
    "worker": ['"thread"', "1", "[]"],
    "on_code_change": ['"maybe"', "1", "[]"],
    "max_concurrent_steps": ["0", "-1", "1.5", '"3"', "[3]", "9" * 400],
    "load_timeout": ["0", "-1", "nan", "inf", '"3"', "[3]", "9" * 400],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(data: str | bytes) -> list[WorkspaceLocation] | None:
    Path("pyproject.toml").write_bytes(data.encode() if isinstance(data, str) else data)
    return read_pyproject("pyproject.toml", {"SECRET": "s"})


def refused(data: str | bytes) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        read(data)
    assert caught.value.file == "pyproject.toml"
    return caught.value


def test_the_file_that_is_damaged_below_is_right() -> None:
    (one,) = read(RIGHT) or []

    assert one.name == "shop.definitions:def''s"
    assert one.place == "pyproject.toml:14:1"


@pytest.mark.parametrize("key", PYPROJECT_KEYS)
def test_a_value_of_a_wrong_kind_is_told_where_it_stands(key: str) -> None:
    names_code = key in ("module_name", "python_file", "package_name", "autoload_defs_module")
    needed = "" if names_code or key == "modules" else 'module_name = "shop"'
    for value in WRONG_VALUES.get(key, NO_TEXTS):
        error = refused(f"[tool.atoll]\n{needed}\n\n{key} = {value}\n")
        assert error.line == 4, (value, str(error))
        assert error.column is not None


@pytest.mark.parametrize("key", PYPROJECT_KEYS)
def test_a_key_that_is_nearly_right_is_told_with_the_right_one(key: str) -> None:
    for wrong in (key[:-1], key + "s", key[1] + key[0] + key[2:]):
        if wrong not in PYPROJECT_KEYS:
            error = refused(f"[tool.atoll]\n{wrong} = 'x'\n")
            assert (error.line, error.column) == (2, 1)
            assert "known here" in error.message or "did you mean" in error.message


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("a = 1\na = 2\n", (2, 6)),
        ("[tool.atoll]\nmodule_name = shop\n", (2, 15)),
        ("[tool.atoll]\nmodule_name = 'a\n", (3, 1)),
        ("a = " + "[" * 5000, None),
        ("a = " + "[" * 60 + "]" * 60, (1, 55)),
        ("a = " + "1" * 5000, None),
        ("a = 2024-02-30", (1, 5)),
        ("a = '\0'", (1, 6)),
        ("a = '\x07'", (1, 6)),
        (b"[tool.atoll]\nmodule_name = 'sh\xe9p'\n", (2, 18)),
        ("a = 1".encode("utf-16"), None),
        (b"#" * (20 << 20), None),
    ],
    ids=range(12),
)
def test_what_is_no_toml_is_told_with_its_place(
    data: str | bytes, place: tuple[int, int] | None
) -> None:
    error = refused(data)

    assert ((error.line, error.column) if error.line else None) == place


@pytest.mark.parametrize(
    "data", ["", "\ufeff" + RIGHT, RIGHT.replace("\n", "\r\n")], ids=["empty", "BOM", "CR LF"]
)
def test_what_is_right_though_rare_loads(data: str) -> None:
    assert [one.name[:4] for one in read(data) or []] in (["shop"], [])


PIECES = [
    *("\t", "\0", "\r", "\n", "    ", "é", "\U0001f600", "\\", "#", "=", ".", ",", "{", "}", "["),
    *("]", "[[", "]]", '"', "'", '"""', "'''", "{a = 1}", "[1, 2]", "a.b = 1\n", "[tool.atoll]\n"),
    *("[[tool.atoll]]\n", "[tool.atoll.env]\n", "[[a.b]]\n[a.b.c]\nd = 1\n", "inf", "1e9"),
]


def damaged(seed: int) -> str:
    """The right file with one to four pieces cut, put in, or doubled."""
    dice, text = random.Random(seed), RIGHT
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        if dice.random() < 0.6:
            at = text.rfind("\n", 0, at) + 1  # more of what is damaged between lines is TOML
        end = min(len(text), at + dice.randint(1, 30))
        put_in = text[:at] + dice.choice(PIECES) + text[at:]
        text = dice.choice([text[:at] + text[end:], put_in, text[:end] + text[at:]])
    return text


@pytest.mark.parametrize("block", range(30))
def test_damage_is_refused_with_its_place_or_does_no_harm(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        text = damaged(seed)
        try:
            read(text)
        except WorkspaceError as error:
            assert error.line is not None, (seed, str(error))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}\n{text}") from error


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key.value: plain(value) for key, value in node.pairs if isinstance(key, Scalar)}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def keys_of(node: Node) -> list[Scalar]:
    if isinstance(node, Sequence):
        return [key for item in node.items for key in keys_of(item)]
    if not isinstance(node, Mapping):
        return []
    return [
        key for k, value in node.pairs for key in [k, *keys_of(value)] if isinstance(key, Scalar)
    ]


def test_every_key_is_found_where_it_is_written() -> None:
    read_well = 0
    for seed in range(1000):
        text = damaged(seed).replace("\r", "\n")
        try:
            data = tomllib.loads(text)
        except ValueError:
            continue
        read_well += 1
        root, lines = read_toml("pyproject.toml", text), text.split("\n")
        assert list(plain(root)) == list(data)
        for key in keys_of(root):
            written = lines[key.line - 1][key.column - 1 :].lstrip("\"'")
            assert written.startswith(key.value[:1]) or "\\" in written[:1], (seed, key, written)
    assert read_well > 80
