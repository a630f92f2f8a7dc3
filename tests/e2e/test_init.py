"""The project that `atoll init` writes runs as it is."""

from __future__ import annotations

import subprocess

from atoll_e2e import DEADLINE_S, Deployment


def test_a_new_project_materializes_and_passes_its_own_test(deployment: Deployment) -> None:
    assert deployment.run("init").code == 0

    done = deployment.run("asset", "materialize", "--select", "*", "-o", "json")
    tested = subprocess.run(
        [deployment.atoll.with_name("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=deployment.folder,
        env=deployment.environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )

    assert done.code == 0, done.text
    assert {line.split()[1] for line in done.stderr.splitlines()} == {"orders", "revenue"}
    assert deployment.run("location", "list", "-o", "json").stdout.count('"loaded"') == 2
    assert tested.returncode == 0, tested.stdout
    assert "2 passed" in tested.stdout


def test_nothing_is_overwritten(deployment: Deployment) -> None:
    (deployment.folder / "shop.py").write_text("mine = 1\n")

    refused = deployment.run("init")
    elsewhere = deployment.run("init", "new/project")

    assert refused.code == 2
    assert "shop.py" in refused.stderr
    assert sorted(path.name for path in deployment.folder.iterdir()) == ["new", "shop.py"]
    assert elsewhere.code == 0
    assert (deployment.folder / "new/project/README.md").read_text().startswith("# project\n")
