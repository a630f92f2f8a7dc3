"""Hundreds of workspace files that are wrong: each is refused with its place, or loads.

Made from the table of keys, so that a new key is put to the test by being there, and by seeded
damage to a file that is right.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.keys import ELEMENTS
from atoll_server.adapters.workspace.location import WorkspaceLocation
from atoll_server.adapters.workspace.yaml_file import read_workspace_file

RIGHT = """\
# the shop's locations
load_from:
  - python_file: main.py
  - python_file: &options
      relative_path: main.py
      attribute: defs
      working_directory: ./legacy
      executable_path: ~/venv/bin/python
      location_name: "legacy \\u00e9"
      env: {PORT: 5432, TOKEN: {env: SECRET}, EMPTY: ""}
      inherit_env: no
      worker: spawn
      load_timeout: 2.5
      max_concurrent_steps: 2
      step_limits: {max_runtime: 10m, memory: 2GiB, cpus: 1.5, open_files: 256}
  - python_file:
      <<: *options
      location_name: 'more'
  - python_module: {module_name: shop.definitions}
  - python_package: shop.analytics
  - autoload_defs_module: {module_name: shop.defs, location_name: all of it}
  - grpc_server:
      host: {env: SECRET}
      port: 4500
      ssl: true
      additional_metadata: {team: [data, 1, 2.5, ~]}
"""
WRONG_VALUES = {
    "text": ["3", "2.5", "true", "2024-01-01", "~", "''", "[a]", "{a: b}", "{env: UNSET}"],
    "flag": ["3", "maybe", "~", "'true'", "[true]", "{env: SECRET}"],
    "seconds": ["0", "-1", ".nan", ".inf", "soon", "'3'", "~", "[3]", "{a: 3}", "1:30:a"],
    "count": ["0", "-1", "2.5", "many", "'3'", "~", "[3]", "{env: SECRET}"],
    "port": ["0", "65536", "2.5", "http", "'80'", "~", "[80]", "{env: SECRET}", "9" * 5000],
    "worker": ["thread", "''", "1", "~", "[auto]", "{auto: true}"],
    "on_code_change": ["maybe", "''", "1", "~", "[fail]"],
    "variables": ["A=b", "3", "~", "[A]", "{A: [b]}", "{A: {B: c}}", "{'': a}", "{'A=B': c}"],
    "limits": ["10m", "~", "[a]", "{memory: much}", "{memory: [2]}", "{max_memory: 2GiB}"],
    "anything": ["text", "3", "~", "[a]", "{? [a] : b}"],
    "environment": ["~", "[a]", "{requirement: [polars]}", "{python: '3.13'}"],
}
LINES = "  - {kind}:\n      {required}\n      {key}: {value}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(data: str | bytes) -> list[WorkspaceLocation]:
    Path("w.yaml").write_bytes(data.encode() if isinstance(data, str) else data)
    return read_workspace_file("w.yaml", {"SECRET": "s"})


def refused(data: str | bytes) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        read(data)
    assert caught.value.file == "w.yaml"
    assert len(str(caught.value)) < 6000
    return caught.value


def required(kind: str) -> str:
    name_key = ELEMENTS[kind].name_key
    if name_key is None:
        return "port: 4500"
    return f"{name_key}: {'main.py' if kind == 'python_file' else 'shop'}"


KEYS = [(kind, key) for kind, element in ELEMENTS.items() for key in element.keys]


def with_key(kind: str, key: str, value: str) -> str:
    """A workspace in which only `key`, in its fourth line, is not known to be right."""
    needs = required(kind)
    if needs.startswith(f"{key}:"):
        needs = "# nothing else"
    elif key == "socket":
        needs = "host: localhost"
    return "load_from:\n" + LINES.format(kind=kind, required=needs, key=key, value=value)


def test_the_file_that_is_damaged_below_is_right(folder: Path) -> None:
    names = [one.name for one in read(RIGHT)]

    assert names == [
        "main.py",
        "legacy é",
        "more",
        "shop.definitions",
        "shop.analytics",
        "all of it",
        "grpc:s:4500",
    ]


@pytest.mark.parametrize(("kind", "key"), KEYS)
def test_a_value_of_a_wrong_kind_is_told_where_it_stands(kind: str, key: str, folder: Path) -> None:
    for value in WRONG_VALUES[ELEMENTS[kind].keys[key].kind]:
        error = refused(with_key(kind, key, value))
        assert error.line == 4, (value, str(error))
        assert error.column is not None
        assert key in error.message or "cannot name" in error.message or "key of" in error.message


@pytest.mark.parametrize(("kind", "key"), KEYS)
def test_a_key_that_is_nearly_right_is_told_with_the_right_one(
    kind: str, key: str, folder: Path
) -> None:
    known = ELEMENTS[kind].keys
    for wrong in (key[:-1], key + "s", key[1] + key[0] + key[2:], key.upper(), key + " "):
        if wrong not in known and wrong != key.upper():
            error = refused(with_key(kind, key, "x").replace(f"{key}: x", f'"{wrong}": x'))
            assert (error.line, error.column) == (4, 7)
            if len(key) > 4:
                assert "did you mean" in error.message, str(error)
    assert "has no key" in refused(with_key(kind, "colour", "red")).message


@pytest.mark.parametrize(("kind", "key"), KEYS)
def test_a_key_that_is_given_twice_is_told(kind: str, key: str, folder: Path) -> None:
    text = with_key(kind, key, "x") + f"      {key}: y\n"

    error = refused(text)

    assert (error.line, error.column) == (5, 7)
    assert error.message == f'"{key}" was given already, in line 4'


@pytest.mark.parametrize("kind", ELEMENTS)
def test_an_element_that_is_nearly_right_is_told_with_the_right_one(
    kind: str, folder: Path
) -> None:
    for wrong in (kind[:-1], kind + "s", kind.replace("_", "-"), kind.title()):
        error = refused(f"load_from:\n  - {wrong}: shop\n")
        assert (error.line, error.column) == (2, 5)
        assert f'did you mean "{kind}"' in error.message


NINE = [", ".join([f"*n{n}"] * 9) for n in range(29)]
LAUGHS = "".join(f"  - &n{n} [{nine}]\n" for n, nine in enumerate(NINE, start=1))
FACTS = """\
load_from:
  - grpc_server:
      port: 1
      additional_metadata:
        n0: &n0 %s
"""
MANY_VALUES = "".join(f"        n{n}: &n{n} [{nine}]\n" for n, nine in enumerate(NINE[:20], 1))
MANY_MERGES = MANY_VALUES.replace("[", "{<<: [").replace("]", "]}")
CHAIN = "".join(f"  - &c{n} {{env: [*c{n - 1}]}}\n" for n in range(1, 500))
SPECIAL: dict[str, str | bytes] = {
    "an alias within itself": "load_from: &a [*a]",
    "a key within itself": "&a {? *a : b}",
    "a merge of itself": "load_from:\n  - python_module: &a {<<: *a}",
    "env within itself": "load_from:\n  - python_module: &a {env: *a}",
    "an alias of nothing": "load_from: *nothing",
    "a billion laughs": "load_from:\n  - &n0 [lol]\n" + LAUGHS + "  - python_module: *n29\n",
    "a billion facts": FACTS % "[lol]" + MANY_VALUES,
    "a billion merges": FACTS % "{}" + MANY_MERGES,
    "aliases in a chain": "load_from:\n  - &c0 [x]\n" + CHAIN,
    "deep lists": "load_from: " + "[" * 100_000,
    "deep mappings": "load_from: " + "{a: " * 100_000,
    "deep blocks": "".join(" " * n + "a:\n" for n in range(300)),
    "deep dashes": "- " * 100_000,
    "a merge of a text": "load_from: [{<<: shop}]",
    "a merge of texts": "load_from: [{<<: [shop]}]",
    "a list as key": "load_from: [{[a, b]: shop}]",
    "a mapping as key": "{load_from: {}, {a: b}: c}",
    "two documents": RIGHT + "---\n" + RIGHT,
    "two empty documents": "---\n---\n",
    "an object": "load_from: !!python/object/apply:os.system [echo]",
    "a tag": "load_from: [!shop {python_module: shop}]",
    "a tag on a text": "load_from: [{python_module: !!binary c2hvcA==}]",
    "a number that is none": "load_from: [{grpc_server: {port: !!int shop}}]",
    "a flag that is none": "load_from: [{grpc_server: {port: 1, ssl: !!bool shop}}]",
    "a directive": "%YAML 9.9\n---\nload_from: []",
    "a long directive": "%YAML 1." + "1" * 5000 + "\n---\nload_from: []",
    "half a character": 'load_from: [{python_file: "\\ud800"}]',
    "half a name": 'load_from: [{python_module: {module_name: m, location_name: "\\ud800"}}]',
    "a character beyond all": 'load_from: ["\\UFFFFFFFF"]',
    "NUL in a file's name": 'load_from: [{python_file: "a\\0b"}]',
    "NUL in a variable": 'load_from: [{python_module: {module_name: m, env: {A: "\\0"}}}]',
    "NUL": "load_from:\n  - python_module: sh\0op\n",
    "a control character": "load_from:\n  - python_module: sh\x07op\n",
    "an open quote": 'load_from: ["shop',
    "an open bracket": "load_from: [{python_module: shop}",
    "a closing bracket": "load_from: ]",
    "tabs": RIGHT.replace("  - ", "\t- "),
    "a tab within": RIGHT.replace("      attribute", "\tattribute"),
    "a long key": "load_from: [{" + "k" * 5000 + ": shop}]",
    "a long file name": "load_from: [{python_file: " + "f" * 5000 + ".py}]",
    "a long name": "load_from: [{python_module: {module_name: m, location_name: %s}}]"
    % ("n" * 999),
    "a name that is a folder": "load_from: [{python_module: {module_name: m, location_name: ..}}]",
    "blanks": "load_from: [{python_module: ' '}]",
    "a module with arguments": "load_from: [{python_module: 'shop --help'}]",
    "a relative module": "load_from: [{python_module: .shop}]",
    "a module and attribute": "load_from: [{python_module: 'shop:defs'}]",
    "a text": "shop",
    "a number": "3",
    "only load_from": "load_from:",
    "an empty element": "load_from:\n  -\n",
    "an empty mapping": "load_from:\n  - {}\n",
    "an empty value": "load_from:\n  - python_module:\n",
    "an empty long form": "load_from:\n  - python_module: {}\n",
    "a second key": RIGHT + "loadfrom: []\n",
    "not UTF-8": b"load_from:\n  - python_module: sh\xe9p\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
}
WITHOUT_PLACE: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": "  \n\n",
    "comments": "# load_from:\n",
    "null": "~",
    "an empty document": "---\n...\n",
    "UTF-16": RIGHT.encode("utf-16"),
    "UTF-16 of the other kind": b"\xfe\xff" + RIGHT.encode("utf-16-be"),
    "20 MB": b"#" * (20 << 20),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_what_no_hand_would_write_is_told_where_it_stands(name: str, folder: Path) -> None:
    error = refused(SPECIAL[name])

    assert error.line is not None, str(error)
    assert error.column is not None
    text = SPECIAL[name]
    assert error.line <= len(text.splitlines() or [""]) + 1


def test_what_aliases_multiply_is_bounded(folder: Path) -> None:
    assert "more than 1000 values" in refused(SPECIAL["a billion facts"]).message
    assert "more than 1000 mappings are merged" in refused(SPECIAL["a billion merges"]).message
    assert "more than 50 deep" in refused(SPECIAL["aliases in a chain"]).message


@pytest.mark.parametrize("name", WITHOUT_PLACE)
def test_what_is_no_text_at_all_is_told_with_its_file(name: str, folder: Path) -> None:
    assert refused(WITHOUT_PLACE[name]).line is None


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff" + RIGHT,
        RIGHT.replace("\n", "\r\n"),
        RIGHT.replace("\n", "\r"),
        RIGHT.rstrip("\n"),
        "%YAML 1.1\n---\n" + RIGHT + "...\n",
        '!!map {"load_from": !!seq ' + "[]}",
    ],
    ids=["BOM", "CR LF", "CR", "no last line end", "directive", "standard tags"],
)
def test_what_is_right_though_rare_loads(data: str, folder: Path) -> None:
    assert [one.name for one in read(data)][:1] in (["main.py"], [])


PIECES = [
    *("\t", "\0", "\r", "\n", "    ", "\u2028", "\x85", "\ufeff", "é", "\U0001f600", "\\"),
    *("&a ", "*a", "{", "}", "[", "]", ": ", "- ", "<<: ", "? ", "|", ">", "#", "!", "!!int "),
    *("'", '"', "~", "%", "@", "`", "---\n", "{env: ", "null", "1e999", "0x"),
]


def damaged(seed: int) -> str:
    """The right file with one to five pieces cut, put in, doubled or swapped."""
    dice, text = random.Random(seed), RIGHT
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(text) + 1)
        end = min(len(text), at + dice.randint(1, 30))
        text = dice.choice(
            [
                text[:at] + text[end:],
                text[:at] + dice.choice(PIECES) + text[at:],
                text[:end] + text[at:],
                text[:at] + text[at:end][::-1] + text[end:],
                text[:at] + dice.choice(PIECES) + text[end:],
            ]
        )
    return text


@pytest.mark.parametrize("block", range(50))
def test_damage_is_refused_with_its_place_or_does_no_harm(block: int, folder: Path) -> None:
    for seed in range(block * 10, block * 10 + 10):
        text = damaged(seed)
        try:
            read(text)
        except WorkspaceError as error:
            assert error.file == "w.yaml"
            assert error.line is not None or "is empty" in error.message, (seed, str(error))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}\n{text}") from error
