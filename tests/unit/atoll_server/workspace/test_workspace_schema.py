"""The schema that editors are given agrees with the reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.keys import ELEMENTS
from atoll_server.adapters.workspace.yaml_file import read_workspace_file

ROOT = Path(__file__).resolve().parents[4]
SCHEMA = json.loads((ROOT / "schema" / "workspace.schema.json").read_text())
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}
VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "text": (["shop", {"env": "SECRET"}], [3, 2.5, True, None, "", ["a"], {"a": "b"}]),
    "flag": ([True, False], ["true", 1, None, [True], {"env": "SECRET"}]),
    "seconds": ([1, 2.5], [0, -1, "3", None, [3], {"env": "SECRET"}]),
    "count": ([1, 7, {"env": "PORT"}], [0, -1, 2.5, "3", None, True, [3]]),
    "port": ([1, 65535, {"env": "PORT"}], [0, 65536, 2.5, "80", None, True, [80]]),
    "worker": (["auto", "pool"], ["thread", "", 1, None, ["auto"]]),
    "on_code_change": (["fail", "continue"], ["maybe", "", 1, None, ["fail"]]),
    "variables": (
        [{}, {"A": "b", "C": 1, "D": 2.5, "E": True, "F": None, "G": {"env": "SECRET"}}],
        ["A=b", None, ["A"], {"A": ["b"]}, {"A": {"B": "c"}}, {"A=B": "c"}],
    ),
    "limits": (
        [{}, {"max_runtime": "10m", "memory": "2GiB", "cpu_time": 30, "cpus": 1.5}],
        ["10m", None, 3, ["10m"], {"max_memory": 1}, {"memory": None}, {"cpus": [1]}],
    ),
    "anything": ([{}, {"a": [1, {"b": None}]}], ["a", 3, None, ["a"]]),
}
"""What each kind of key may hold, and what not; `environment` is refused, whatever it says."""


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is valid, by those words of JSON Schema that ours uses."""
    for word, said in schema.items():
        if word == "$ref":
            ok = fits(value, SCHEMA["definitions"][said.rpartition("/")[2]])
        elif word == "type":
            names = [said] if isinstance(said, str) else said
            as_bool = isinstance(value, bool) and "boolean" not in names
            ok = not as_bool and any(isinstance(value, TYPES[name]) for name in names)
        elif word in ("anyOf", "oneOf"):
            count = sum(fits(value, each) for each in said)
            ok = count == 1 if word == "oneOf" else count > 0
        elif word == "enum":
            ok = value in said
        elif word in ("minLength", "minProperties"):
            ok = len(value) >= said if isinstance(value, str | dict) else True
        elif word == "maxProperties":
            ok = len(value) <= said
        elif word in ("minimum", "maximum", "exclusiveMinimum"):
            above = {"minimum": value >= said, "maximum": value <= said}
            ok = above.get(word, value > said)
        elif word == "items":
            ok = all(fits(item, said) for item in value)
        elif word == "required":
            ok = all(key in value for key in said)
        elif word == "properties":
            ok = all(fits(value[key], said[key]) for key in value if key in said)
        elif word == "propertyNames":
            ok = all(re.search(said["pattern"], key) for key in value)
        elif word == "additionalProperties":
            extra = [value[key] for key in value if key not in schema.get("properties", {})]
            ok = not extra if said is False else all(fits(each, said) for each in extra)
        else:
            assert word in ("$schema", "title", "description", "definitions"), word
            ok = True
        if not ok:
            return False
    return True


def is_read(workspace: Any) -> bool:
    Path("w.yaml").write_text(yaml.safe_dump(workspace))
    try:
        read_workspace_file("w.yaml", {"SECRET": "shop", "PORT": "80"})
    except WorkspaceError:
        return False
    return True


def with_key(kind: str, key: str, value: Any) -> dict[str, Any]:
    name_key = ELEMENTS[kind].name_key
    options: dict[str, Any] = {name_key: "shop"} if name_key else {"port": 80}
    if key == "socket":
        options = {}
    return {"load_from": [{kind: {**options, key: value}}]}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "key"),
    [(k, key) for k, e in ELEMENTS.items() for key in e.keys if key != "environment"],
)
def test_what_a_key_may_hold_is_the_same_to_both(kind: str, key: str) -> None:
    right, wrong = VALUES[ELEMENTS[kind].keys[key].kind]
    for values, is_right in ((right, True), (wrong, False)):
        for value in values:
            workspace = with_key(kind, key, value)
            assert is_read(workspace) == fits(workspace, SCHEMA) == is_right, value


@pytest.mark.parametrize(
    "workspace",
    [
        {},
        [],
        "shop",
        {"load_from": "shop"},
        {"load_from": ["shop"]},
        {"load_from": [{}]},
        {"load_from": [{"python_modul": "shop"}]},
        {"load_from": [{"python_module": "shop", "python_package": "shop"}]},
        {"load_from": [{"python_module": {}}]},
        {"load_from": [{"python_module": {"module_name": "shop", "colour": "red"}}]},
        {"load_from": [{"grpc_server": "far:4500"}]},
        {"load_from": [{"grpc_server": {}}]},
        {"load_from": [{"grpc_server": {"port": 1, "socket": "s"}}]},
        {"load_from": [], "more": 1},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(workspace: Any) -> None:
    assert not is_read(workspace)
    assert not fits(workspace, SCHEMA)


@pytest.mark.parametrize("kind", ELEMENTS)
def test_the_short_forms_are_the_same_to_both(kind: str) -> None:
    for value in ("shop", {"env": "SECRET"}, 3, None):
        workspace = {"load_from": [{kind: value}]}
        is_short = ELEMENTS[kind].name_key is not None and bool(value) and value != 3
        assert is_read(workspace) == fits(workspace, SCHEMA) == is_short


def examples() -> dict[str, str]:
    """Every workspace that the documentation and the examples show, by where it stands."""
    found = {}
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.S)):
            if "load_from:" in block:
                found[f"{page.relative_to(ROOT)}:{number}"] = block
    for path in sorted((ROOT / "examples").rglob("workspace.yaml")):
        found[str(path.relative_to(ROOT))] = path.read_text()
    return found


@pytest.mark.parametrize("where", examples())
def test_every_workspace_that_is_shown_is_valid(where: str) -> None:
    assert fits(yaml.safe_load(examples()[where]), SCHEMA)
