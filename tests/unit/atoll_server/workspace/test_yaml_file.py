"""`workspace.yaml`: what each form means, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.location import ServerAddress, WorkspaceLocation
from atoll_server.adapters.workspace.yaml_file import read_workspace_file
from atoll_wire.limits import StepLimits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "elsewhere").mkdir()
    for name in ("main.py", "sub/main.py", "a/main.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def read(folder: Path, text: str, **environment: str) -> list[WorkspaceLocation]:
    path = folder / "workspace.yaml"
    path.write_text(text)
    return read_workspace_file(str(path), environment)


def mistake(folder: Path, text: str) -> str:
    with pytest.raises(WorkspaceError) as caught:
        read(folder, text)
    assert caught.value.file is not None
    return str(caught.value).removeprefix(str(folder) + "/")


def test_short_forms_are_named_after_what_they_load(folder: Path) -> None:
    found = read(
        folder,
        "load_from:\n  - python_module: shop\n  - python_file: sub/main.py\n"
        "  - python_package: shop.jobs\n",
    )

    assert [(one.name, one.target.kind, one.target.name) for one in found] == [
        ("shop", "module", "shop"),
        ("main.py", "file", str(folder / "sub/main.py")),
        ("shop.jobs", "package", "shop.jobs"),
    ]
    assert {one.target.working_directory for one in found} == {str(folder / "elsewhere")}
    assert [one.place.rpartition("/")[2] for one in found] == [
        "workspace.yaml:2:5",
        "workspace.yaml:3:5",
        "workspace.yaml:4:5",
    ]


def test_every_key_of_the_long_form_arrives_in_the_target(folder: Path) -> None:
    (one,) = read(
        folder,
        """
load_from:
  - python_module:
      module_name: legacy_reports
      attribute: defs
      working_directory: ./legacy
      executable_path: ./legacy/.venv/bin/python
      location_name: legacy
      env: {PORT: 5432, EMPTY: "", UNSET: , HOME: {env: WHERE}, NONE: {env: VOID}}
      inherit_env: false
      worker: spawn
      compat: off
      load_timeout: 30
      step_limits: {max_runtime: 10m, memory: 2GiB, cpus: 1.5, open_files: 256}
""",
        WHERE="/somewhere",
        VOID="",
    )

    assert one.name == "legacy"
    assert one.target.attribute == "defs"
    assert one.target.working_directory == str(folder / "legacy")
    assert one.target.executable == str(folder / "legacy/.venv/bin/python")
    empty = {"EMPTY": "", "UNSET": "", "NONE": ""}
    assert one.target.env == {"PORT": "5432", "HOME": "/somewhere", **empty}
    assert (one.target.inherit_env, one.target.worker) == (False, "spawn")
    assert one.target.load_timeout_s == 30.0
    assert not one.target.compat
    limits = StepLimits(max_runtime_s=600, memory_bytes=2 << 30, cpus=1.5, open_files=256)
    assert one.target.step_limits == limits


def test_a_file_in_long_form_runs_where_the_yaml_is_a_module_where_the_host_is(
    folder: Path,
) -> None:
    file, module = read(
        folder,
        "load_from:\n  - python_file: {relative_path: main.py}\n"
        "  - python_module: {module_name: shop}\n",
    )

    assert file.target.working_directory == str(folder)
    assert module.target.working_directory == str(folder / "elsewhere")


def test_an_attribute_is_part_of_the_default_name(folder: Path) -> None:
    file, module = read(
        folder,
        "load_from:\n  - python_file: {relative_path: a/main.py, attribute: two}\n"
        "  - python_module: {module_name: shop, attribute: one}\n",
    )

    assert (file.name, module.name) == ("main.py:two", "shop:one")


def test_a_tilde_in_an_interpreter_is_the_home_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    (one,) = read(
        folder, "load_from: [{python_module: {module_name: m, executable_path: ~/v/bin/python}}]"
    )

    assert one.target.executable == "/home/ada/v/bin/python"


def test_an_interpreter_without_a_folder_is_looked_for_on_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = folder / "bin" / "python9"
    python.parent.mkdir()
    python.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(python.parent))
    text = "load_from: [{python_module: {module_name: m, executable_path: python9}}]"

    assert read(folder, text)[0].target.executable == str(python)
    (folder / "python9").touch()
    assert read(folder, text)[0].target.executable == str(folder / "python9")


def test_merge_keys_share_settings_and_lose_against_what_is_written(folder: Path) -> None:
    first, second = read(
        folder,
        """
load_from:
  - python_module: &shared {module_name: one, worker: spawn, load_timeout: 5}
  - python_module: {module_name: two, <<: *shared}
""",
    )

    assert (first.name, second.name) == ("one", "two")
    assert (second.target.worker, second.target.load_timeout_s) == ("spawn", 5.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", 'workspace.yaml: is empty; expected "load_from" with a list of locations'),
        ("load_form: []", 'workspace.yaml:1:1: workspace.yaml has no key "load_form"; did you'),
        ("- python_module: m", "workspace.yaml:1:1: workspace.yaml is a mapping, not a list"),
        ("load_from: m", "workspace.yaml:1:12: load_from is a list, not a text"),
        (
            "load_from:\n  - python_file: {relative_path: main.py, step_limits: {memory: lots}}",
            "workspace.yaml:2:65: step_limits.memory is a number of bytes, at least 1 MiB, or a "
            'text such as 512MiB or 2GB, not "lots"',
        ),
        (
            "load_from:\n  - python_file: {relative_path: main.py, step_limits: {memry: 2GiB}}",
            'workspace.yaml:2:57: step_limits has no key "memry"; did you mean "memory"?',
        ),
        (
            "load_from:\n  - grpc_server: far:4500",
            "workspace.yaml:2:18: grpc_server is a mapping: write `grpc_server: {host: far, port:"
            " 4500}`",
        ),
        (
            "load_from:\n  - grpc_server: {prot: 4500}",
            'workspace.yaml:2:19: grpc_server has no key "prot"; did you mean "port"?',
        ),
        (
            "load_from:\n  - grpc_server: {port: 1, socket: s}",
            "workspace.yaml:2:18: grpc_server has exactly one of port and socket",
        ),
        (
            "load_from:\n  - grpc_server: {port: 1, cert: c}",
            'workspace.yaml:2:28: grpc_server has no key "cert"; known here: ',
        ),
        (
            "load_from:\n  - grpc_server: {port: 4500.5}",
            "workspace.yaml:2:25: port is a whole number from 1 to 65535, not 4500.5",
        ),
        (
            "load_from:\n  - grpc_server: {port: 1, additional_metadata: [a]}",
            "workspace.yaml:2:49: additional_metadata is a mapping, not a list",
        ),
        (
            "load_from:\n  - autoload_defs_module: {module_name: m, attribute: a}",
            'workspace.yaml:2:44: autoload_defs_module has no key "attribute"; known here: ',
        ),
        (
            "load_from:\n  - python_module: {module_name: m, python_environment: x}",
            'workspace.yaml:2:37: python_module has no key "python_environment"; did you mean',
        ),
        (
            "load_from:\n  - python_module: {module_name: m, location_name: 2024}",
            "workspace.yaml:2:52: location_name is a text or {env: NAME}, not a whole number; put"
            ' it in quotes: "2024"',
        ),
        (
            'load_from:\n  - python_module: {module_name: m, location_name: "a\\tb"}',
            "workspace.yaml:2:52: location_name holds a character that cannot be printed",
        ),
        (
            'load_from:\n  - python_file: "a\\0b"',
            "workspace.yaml:2:18: python_file holds the character NUL",
        ),
        (
            "load_from: [!!python/name:os.system x]",
            "workspace.yaml:1:13: the tag tag:yaml.org,2002:python/name:os.system means nothing",
        ),
        (
            "load_from: []\n---\nload_from: []",
            "workspace.yaml:2:1: a second document begins here; a workspace file has one",
        ),
        ("load_from: *a", "workspace.yaml:1:12: *a refers to nothing: there is no &a above"),
        (
            "load_from:\n  - python_flie: main.py",
            'workspace.yaml:2:5: an element of load_from has no key "python_flie"; did you mean'
            ' "python_file"?',
        ),
        (
            "load_from:\n  - python_file: a.py\n    python_module: m",
            "workspace.yaml:2:5: an element of load_from has exactly one of python_file",
        ),
        (
            "load_from:\n  - python_module: {modul_name: m}",
            'workspace.yaml:2:21: python_module has no key "modul_name"; did you mean'
            ' "module_name"?',
        ),
        (
            "load_from:\n  - python_module: {attribute: defs}",
            'workspace.yaml:2:20: python_module needs "module_name"',
        ),
        (
            "load_from:\n  - python_module: {module_name: [m]}",
            "workspace.yaml:2:34: module_name is a text or {env: NAME}, not a list",
        ),
        (
            "load_from:\n  - python_module: {module_name: m, worker: thread}",
            "workspace.yaml:2:45: worker is auto, fork, spawn or pool, not thread",
        ),
        (
            "load_from:\n  - python_module: {module_name: m, load_timeout: many}",
            'workspace.yaml:2:51: load_timeout is a number greater than 0, not "many"',
        ),
        (
            "load_from:\n  - python_module: {module_name: m, inherit_env: 3}",
            "workspace.yaml:2:50: inherit_env is true or false, not 3",
        ),
        (
            "load_from:\n  - python_module: {module_name: m, module_name: n}",
            'workspace.yaml:2:37: "module_name" was given already, in line 2',
        ),
        (
            "load_from:\n  - python_module: {env: UNSET_VARIABLE}",
            "workspace.yaml:2:20: python_module: the environment variable UNSET_VARIABLE is not",
        ),
        ("load_from: [", "workspace.yaml:1:13: not YAML: expected the node content"),
        (
            "load_from:\n\t- python_module: m",
            "workspace.yaml:2:1: not YAML: the line is indented with a tab; indent with spaces",
        ),
        (
            "load_from:\n  -\tpython_module: m",
            "workspace.yaml:2:4: not YAML: the line is indented with a tab; indent with spaces",
        ),
        (
            "load_from:\n  - main.py",
            "workspace.yaml:2:5: an element of load_from is a mapping: write"
            " `- python_file: main.py`",
        ),
        (
            "load_from:\n  - shop.defs",
            "workspace.yaml:2:5: an element of load_from is a mapping: write"
            " `- python_module: shop.defs`",
        ),
        (
            "load_from:\n  - python_module: main.py",
            "workspace.yaml:2:20: python_module is a dotted name; a file is named with"
            " `python_file: main.py`",
        ),
        (
            "load_from:\n  - python_package: {package_name: sub/shop}",
            "workspace.yaml:2:36: package_name is a dotted name; a file is named with",
        ),
        (
            "load_from:\n  - python_file: sub",
            'workspace.yaml:2:18: python_file "sub": is a folder; name a .py file, or a package'
            " with python_package",
        ),
        (
            "load_from:\n  - python_file: {relative_path: sub/mian.py}",
            'workspace.yaml:2:34: relative_path "sub/mian.py": there is no such file; did you'
            ' mean "main.py"?',
        ),
        (
            "load_from:\n  - python_file: zzz.txt",
            'workspace.yaml:2:18: python_file "zzz.txt": there is no such file; its folder has'
            " main.py",
        ),
        (
            "load_from:\n  - python_file: elsewhere/a.py",
            'workspace.yaml:2:18: python_file "elsewhere/a.py": there is no such file; its folder'
            " has no .py file",
        ),
        (
            "load_from:\n  - python_file: nowhere/a.py",
            'workspace.yaml:2:18: python_file "nowhere/a.py": there is no such file, and no folder',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(
    text: str, told: str, folder: Path
) -> None:
    assert mistake(folder, text).startswith(told)


def test_a_server_is_read_with_all_that_it_may_say(folder: Path) -> None:
    port, socket, named = read(
        folder,
        """
load_from:
  - grpc_server: {port: 4500}
  - grpc_server: {socket: run/shop.sock, ssl: true}
  - grpc_server:
      host: {env: SHOP_HOST}
      port: {env: SHOP_PORT}
      location_name: shop
      additional_metadata: {team: data, on_call: [1, 2.5, true, ~], more: {env: X}}
""",
        SHOP_HOST="far",
        SHOP_PORT="4501",
    )

    assert (port.name, port.target) == (
        "grpc:localhost:4500",
        ServerAddress("localhost", 4500, None, False, {}),
    )
    assert (socket.name, socket.target) == (
        "grpc:localhost:run/shop.sock",
        ServerAddress("localhost", None, str(folder / "run/shop.sock"), True, {}),
    )
    facts = {"team": "data", "on_call": [1, 2.5, True, None], "more": {"env": "X"}}
    assert (named.name, named.target) == ("shop", ServerAddress("far", 4501, None, False, facts))


def test_a_package_may_be_loaded_with_everything_in_it(folder: Path) -> None:
    short, long = read(
        folder,
        """
load_from:
  - autoload_defs_module: shop.defs
  - autoload_defs_module: {module_name: mart, location_name: m, working_directory: ~/x}
""",
    )

    assert (short.name, short.target.kind, short.target.name) == (
        "shop.defs",
        "autoload",
        "shop.defs",
    )
    assert (long.name, long.target.kind, long.target.name) == ("m", "autoload", "mart")
    assert long.target.working_directory == str(Path("~/x").expanduser())


def test_built_environments_are_checked_then_refused_for_now(folder: Path) -> None:
    entry = "load_from:\n  - python_file: {relative_path: main.py, environment: {%s}}"

    assert "later release" in mistake(folder, entry % 'python: "3.13", requirements: [polars]')
    assert 'did you mean "requirements"?' in mistake(folder, entry % "requirement: [polars]")


def test_an_alias_that_contains_itself_is_a_mistake_not_a_crash(folder: Path) -> None:
    told = mistake(folder, "load_from: &a\n  - python_module: {<<: &b {<<: *b}}\n")

    assert told == "workspace.yaml:2:33: *b stands within what it refers to"


def test_a_location_says_what_becomes_of_runs_whose_code_is_gone(folder: Path) -> None:
    text = """
load_from:
  - python_file: {relative_path: main.py, on_code_change: continue}
  - python_file: sub/main.py
  - grpc_server: {port: 4500, on_code_change: continue}
"""
    assert [location.continues for location in read(folder, text)] == [True, False, True]
