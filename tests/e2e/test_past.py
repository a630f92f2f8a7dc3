"""Retrying, deleting, wiping and pruning beside a running host and without one."""

from __future__ import annotations

import json

from atoll_e2e import Deployment

ORDERS = """
    import atoll

    @atoll.asset
    def orders() -> list:
        print("made")
        return [1, 2]

    defs = atoll.Definitions(assets=[orders])
"""
REVENUE = """
    import os
    import atoll

    @atoll.asset
    def revenue(orders: list) -> int:
        if not os.path.exists("mended"):
            raise ValueError("not yet")
        return sum(orders)

    defs = atoll.Definitions(assets=[revenue])
"""


def newest(deployment: Deployment) -> dict[str, object]:
    found: dict[str, object] = json.loads(deployment.run("run", "list", "-o", "json").stdout)[0]
    return found


def materialized(deployment: Deployment) -> dict[str, str | None]:
    listed = json.loads(deployment.run("asset", "list", "-o", "json").stdout)
    return {one["key"]: (one["latest_materialization"] or {}).get("run_id") for one in listed}


def test_a_run_is_mended_and_what_failed_is_forgotten(deployment: Deployment) -> None:
    deployment.write("shop", ORDERS)
    deployment.write("bank", REVENUE)
    assert deployment.run("asset", "materialize", "--select", "*", "--tags", "team=x").code == 1
    failed = str(newest(deployment)["run_id"])
    (deployment.folder / "mended").touch()

    with deployment.dev() as host:
        retried = deployment.run("run", "retry", failed, "-o", "json")
        assert retried.code == 0, retried.text
        again = json.loads(retried.stdout)
        assert again["assets"] == ["revenue"]
        assert again["tags"] == {
            "team": "x",
            "atoll/parent_run_id": failed,
            "atoll/root_run_id": failed,
        }
        assert materialized(deployment) == {"orders": failed, "revenue": again["run_id"]}
        assert deployment.run("run", "retry", failed[:-1]).code == 0  # how its id begins is enough

        assert deployment.run("run", "delete", "--force", failed).code == 0
        assert host.get(f"/runs/{failed}")["code"] == "run.unknown"
        assert materialized(deployment)["orders"] is None
        assert not (deployment.home / "output" / failed).exists()
        assert deployment.run("asset", "wipe", "--noprompt", "revenue").code == 0
        assert set(materialized(deployment).values()) == {None}
        info = json.loads(deployment.run("instance", "info", "-o", "json").stdout)
        assert info["engine"]["pid"] == info["web"]["pid"] == host.process.pid
        assert info["runs"] == 2

    assert deployment.run("db", "check").code == 0
    pruned = deployment.run("db", "prune", "--keep-runs", "1", "-o", "json")
    assert json.loads(pruned.stdout)["runs"] == 1, pruned.text
    assert deployment.run("db", "check").code == 0
    values = list((deployment.home / "values").rglob("*"))
    assert values, "the values of wiped assets and deleted runs stay"


def test_a_value_that_was_made_is_read_by_the_retry_of_what_failed(deployment: Deployment) -> None:
    deployment.write("shop", ORDERS)
    deployment.write("bank", REVENUE)
    assert deployment.run("asset", "materialize", "--select", "*").code == 1
    (deployment.folder / "mended").touch()

    done = deployment.run("run", "retry", str(newest(deployment)["run_id"]))

    assert done.code == 0, done.text
    assert "orders" not in done.stderr


def test_a_doctor_finds_nothing_wrong_here(deployment: Deployment) -> None:
    deployment.write("shop", ORDERS)

    with deployment.dev():
        told = deployment.run("doctor", "-o", "json")

    found = {one["about"]: one for one in json.loads(told.stdout)}
    assert told.code == 0, told.text
    assert "runs, pid" in found["engine"]["message"]
    assert "is served at" in found["port"]["message"]
