"""`atoll definitions validate`: every location loaded, nothing touched."""

from __future__ import annotations

import json

from atoll_e2e import Deployment

GOOD = """
    import atoll

    @atoll.asset
    def %s() -> int:
        return 1

    defs = atoll.Definitions(assets=[%s])
"""


def test_locations_that_load_are_listed_and_nothing_is_left_behind(deployment: Deployment) -> None:
    deployment.write("shop", GOOD % ("orders", "orders"))
    deployment.write("mart", GOOD % ("revenue", "revenue"))

    done = deployment.run("definitions", "validate")

    assert done.code == 0, done.text
    first, second = done.stdout.splitlines()
    assert first.startswith("shop: ok, 1 asset, Python 3.")
    assert second.startswith("mart: ok, 1 asset, Python 3.")
    assert not deployment.home.exists()


def test_what_does_not_load_is_told_in_full_and_ends_with_3(deployment: Deployment) -> None:
    deployment.write("shop", GOOD % ("orders", "orders"))
    deployment.write("bad", "import atoll\n\ndef make():\n    return atoll.Definitions()\n")
    deployment.write("again", GOOD % ("orders", "orders"))

    done = deployment.run("definitions", "validate")

    assert done.code == 3
    assert "shop: ok, 1 asset" in done.stdout
    assert "bad (workspace.yaml:3:5): failed" in done.stdout
    assert "line 4 stands inside the function make" in done.stdout
    assert "again (workspace.yaml:4:5): failed" in done.stdout
    assert '  asset "orders" is defined in shop (' in done.stdout
    assert "Traceback" not in done.text

    done = deployment.run("definitions", "validate", "-o", "json")

    assert done.code == 3
    told = json.loads(done.stdout)
    assert [(one["name"], one["ok"], one["assets"]) for one in told] == [
        ("shop", True, 1),
        ("bad", False, 0),
        ("again", False, 1),
    ]
    assert told[1]["error"]["code"] == "definition.none"
    assert len(told[2]["conflicts"]) == 1


def test_a_running_host_is_neither_asked_nor_disturbed(deployment: Deployment) -> None:
    deployment.write("shop", GOOD % ("orders", "orders"))
    with deployment.dev() as host:
        loaded = host.wait_loaded("shop")
        deployment.write("shop", "raise ValueError('half an edit')\n")

        done = deployment.run("definitions", "validate")

        assert done.code == 3
        assert "half an edit" in done.stdout
        still = host.get("/locations/shop")
        assert (still["pid"], still["error"]) == (loaded["pid"], None)


def test_a_package_is_taken_as_a_whole(deployment: Deployment) -> None:
    (deployment.folder / "shop" / "raw").mkdir(parents=True)
    for name in ("orders", "raw/items"):
        code = f"import atoll\n\n@atoll.asset\ndef {name[-5:]}(): ...\n"
        (deployment.folder / "shop" / f"{name}.py").write_text(code)

    done = deployment.run("definitions", "validate", "--autoload-defs-module-name", "shop")

    assert done.code == 0, done.text
    assert done.stdout.startswith("shop: ok, 2 assets, ")


def test_an_empty_workspace_is_valid(deployment: Deployment) -> None:
    done = deployment.run("definitions", "validate", "--empty-workspace")

    assert (done.code, done.stdout, done.stderr) == (0, "", "There are no locations.\n")


def test_what_a_project_for_dagster_uses_is_told_name_by_name(deployment: Deployment) -> None:
    deployment.write("shop", (GOOD % ("orders", "orders")).replace("atoll", "dagster"))
    deployment.write("mart", "import dagster as dg\n\nclass Mart(dg.SqlComponent): ...\n")

    done = deployment.run("definitions", "validate", "--dagster")

    assert done.code == 3, done.text
    assert "shop: ok, 1 asset" in done.stdout
    assert "  2 of 2 names of Dagster's that it uses are there" in done.stdout
    assert "  no dagster.SqlComponent (mart.py:3)" in done.stdout
    assert "they come in a later release" in done.stdout

    done = deployment.run("definitions", "validate", "--dagster", "-o", "json")

    first, second = json.loads(done.stdout)
    assert [(use["name"], use["runs"]) for use in first["dagster"]] == [
        ("dagster.Definitions", "yes"),
        ("dagster.asset", "yes"),
    ]
    assert first["ok"]
    assert [use["places"] for use in second["dagster"]] == [["mart.py:3"]]
    assert not second["ok"]
