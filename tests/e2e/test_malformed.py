"""A workspace that is wrong, in a terminal: one sentence with its place, and exit code 2."""

from __future__ import annotations

import pytest
from atoll_e2e import Deployment

MALFORMED = {
    "tab": (b"load_from:\n\t- python_module: shop\n", "w.yaml:2:1: not YAML"),
    "near miss": (b"load_from:\n  - python_modul: shop\n", 'did you mean "python_module"?'),
    "wrong type": (b"load_from:\n  - python_module: [shop]\n", "w.yaml:2:20: "),
    "billion laughs": (
        b"a: &a [x]\nb: &b [*a, *a]\nload_from: *b\n",
        'w.yaml:1:1: workspace.yaml has no key "a"',
    ),
    "recursion": (b"load_from: &a [*a]\n", "w.yaml:1:16: *a stands within what it refers to"),
    "UTF-16": ("load_from: []".encode("utf-16"), "w.yaml: is UTF-16; save it as UTF-8"),
    "binary": (bytes(range(256)) * 9, "w.yaml:"),
    "huge": (b"#" * (20 << 20), "w.yaml: is larger than 1 MiB"),
    "empty": (b"", "w.yaml: is empty"),
    "two documents": (b"load_from: []\n---\nload_from: []\n", "w.yaml:2:1: a second document"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_it_is_told_in_one_sentence(name: str, deployment: Deployment) -> None:
    data, told = MALFORMED[name]
    (deployment.folder / "w.yaml").write_bytes(data)

    done = deployment.run("location", "list", "-w", "w.yaml")

    assert (done.code, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.startswith("Error: w.yaml") and done.stderr.count("\n") == 1
    assert not deployment.home.exists()


def test_so_it_is_in_pyproject_and_for_every_command(deployment: Deployment) -> None:
    (deployment.folder / "pyproject.toml").write_text("[tool.atoll]\nmodulename = 'shop'\n")

    for command in (["dev"], ["asset", "list"], ["definitions", "validate"]):
        done = deployment.run(*command)
        assert done.code == 2
        assert "pyproject.toml:2:1: [tool.atoll] has no key" in done.stderr
        assert "Traceback" not in done.text


def test_a_name_that_looks_like_a_path_stays_within_the_home(deployment: Deployment) -> None:
    (deployment.folder / "shop.py").write_text("import atoll\n\ndefs = atoll.Definitions()\n")
    (deployment.folder / "workspace.yaml").write_text(
        "load_from:\n  - python_file: {relative_path: shop.py, location_name: ../../out}\n"
    )

    done = deployment.run("location", "list")

    assert done.code == 0, done.text
    assert [path.name for path in (deployment.home / "logs").iterdir()] == ["%2E.%2F..%2Fout"]
    assert not (deployment.folder / "out").exists()
