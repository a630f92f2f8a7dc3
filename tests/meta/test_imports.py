"""What importing costs: `import atoll` is free of third-party modules, the CLI of heavy ones."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MOST_MODULES = 60
"""Of ours and of the standard library's, beyond what a bare interpreter has loaded."""
HOST = ("starlette", "uvicorn", "anyio", "sqlite3", "rich", "asyncio", "multiprocessing", "ssl")


def loaded_by(code: str) -> set[str]:
    """Modules that `code` loads beyond a bare interpreter's."""
    script = (
        "import sys\nbefore = set(sys.modules)\n"
        f"{code}\n"
        "import json\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    )
    # -I: without the user's site, whose .pth files load modules of their own.
    command = [sys.executable, "-I", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def third_party(modules: set[str]) -> set[str]:
    """Top-level names that are neither the standard library's nor ours."""
    names = {name.partition(".")[0] for name in modules}
    own = {"atoll", "atoll_wire", "atoll_supervisor", "atoll_server"}
    return {n for n in names if n not in own and n not in sys.stdlib_module_names}


def test_import_atoll_loads_no_third_party_module_and_few_of_the_others() -> None:
    modules = loaded_by("import atoll")

    assert third_party(modules) == set()
    assert not modules & {"asyncio", "socket", "subprocess", "logging.config", "atoll_supervisor"}
    assert len(modules) <= MOST_MODULES, sorted(modules)


def test_pydantic_comes_with_config_only() -> None:
    assert "pydantic" not in loaded_by("from atoll import asset, Definitions, MetadataValue")
    assert "pydantic" in loaded_by("from atoll import Config\nclass C(Config):\n    a: int = 1")


@pytest.mark.parametrize("command", ["--help", "--version"])
def test_the_command_line_loads_nothing_heavy_to_say_what_it_is(command: str) -> None:
    modules = loaded_by(
        "import sys\nfrom atoll_supervisor.entry import main\n"
        f"sys.argv = ['atoll', {command!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )

    assert not modules & set(HOST), sorted(modules & set(HOST))
    assert "atoll" not in modules, "the host never imports the library of user code"
