"""Jobs of ops, graphs behind assets, checks and partitions, with real processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from atoll_e2e import Deployment, Host

OPS = """
    from pathlib import Path

    import atoll

    def note(what):
        with open("done.txt", "a") as told:
            told.write(what + "\\n")

    @atoll.op
    def load():
        note("load")
        return [1, 2, 3]

    @atoll.op(out={"even": atoll.Out(is_required=False), "odd": atoll.Out(is_required=False)})
    def split(rows):
        note("split")
        yield atoll.Output([row for row in rows if row % 2], "odd")

    @atoll.op
    def keep_even(rows):
        note("keep_even")
        return rows

    @atoll.op
    def keep_odd(rows):
        if not Path("mended").exists():
            raise ValueError("the odd ones cannot be kept yet")
        note("keep_odd %s" % sum(rows))
        return rows

    @atoll.op
    def tell(parts):
        note("tell %s" % parts)

    @atoll.job
    def sorting():
        parts = split(load())
        tell([keep_even(parts.even), keep_odd(parts.odd)])

    @atoll.asset
    def raw():
        return 20

    @atoll.op
    def add_one(number):
        return number + 1

    @atoll.op
    def double(number):
        return number * 2

    @atoll.graph_asset
    def doubled(raw):
        return double(add_one(raw))

    @atoll.asset
    def after(doubled):
        note("after %s" % doubled)

    defs = atoll.Definitions(assets=[raw, doubled, after], jobs=[sorting])
"""
CHECKED = """
    import atoll

    @atoll.asset
    def orders():
        return [1, -1]

    @atoll.asset_check(asset=orders, blocking=True)
    def none_is_negative(orders):
        return atoll.AssetCheckResult(passed=min(orders) >= 0, metadata={"least": min(orders)})

    @atoll.asset_check(asset=orders)
    def there_are_some(orders):
        return atoll.AssetCheckResult(passed=bool(orders))

    @atoll.asset
    def revenue(orders):
        return sum(orders)

    days = atoll.DailyPartitionsDefinition(start_date="2024-01-01", end_date="2024-02-01")

    @atoll.asset(partitions_def=days)
    def visits(context):
        if context.partition_key == "2024-01-09":
            raise ValueError("nobody came")
        return context.partition_key

    @atoll.asset(partitions_def=days, backfill_policy=atoll.BackfillPolicy.single_run())
    def logs(context):
        return None

    defs = atoll.Definitions(
        assets=[orders, revenue, visits, logs],
        asset_checks=[none_is_negative, there_are_some],
    )
"""


def launched(host: Host, **body: Any) -> dict[str, Any]:
    answer = host.ask("POST", "/api/v1/runs", body)
    assert "run_id" in answer, answer
    return host.wait_run(answer["run_id"])


def statuses(host: Host, run_id: str) -> dict[str, str]:
    return {step["key"]: step["status"] for step in host.get(f"/runs/{run_id}/steps")["items"]}


def done(deployment: Deployment) -> list[str]:
    told = Path(deployment.folder) / "done.txt"
    return told.read_text().splitlines() if told.exists() else []


def test_a_job_of_ops_passes_over_what_has_no_input_and_goes_on_from_failure(
    deployment: Deployment,
) -> None:
    deployment.write("ops", OPS)
    with deployment.dev() as host:
        host.wait_loaded("ops")
        job = host.get("/jobs/sorting")
        assert [(step["key"], step["deps"]) for step in job["steps"]][:2] == [
            ("load", []),
            ("split", ["load"]),
        ]
        failed = launched(host, job="sorting")
        assert failed["status"] == "FAILURE"
        assert statuses(host, failed["run_id"]) == {
            "load": "SUCCESS",
            "split": "SUCCESS",
            "keep_even": "SKIPPED",
            "keep_odd": "FAILURE",
            "tell": "SKIPPED",
        }
        assert done(deployment) == ["load", "split"]

        (deployment.folder / "mended").touch()
        again = host.ask("POST", f"/api/v1/runs/{failed['run_id']}/retry", {})
        assert host.wait_run(again["run_id"])["status"] == "SUCCESS"
        assert statuses(host, again["run_id"]) == {"keep_odd": "SUCCESS", "tell": "SUCCESS"}
        assert done(deployment) == ["load", "split", "keep_odd 4", "tell [[1, 3]]"]

        some = launched(host, job="sorting", ops=["load"])
        assert statuses(host, some["run_id"]) == {"load": "SUCCESS"}


def test_an_asset_with_a_graph_behind_it_is_made_by_all_its_ops(deployment: Deployment) -> None:
    deployment.write("ops", OPS)
    with deployment.dev() as host:
        host.wait_loaded("ops")
        run = launched(host, assets=["raw", "doubled", "after"])
        assert (run["status"], run["message"]) == ("SUCCESS", "Finished execution of run.")
        assert set(statuses(host, run["run_id"])) == {
            "raw",
            "doubled.add_one",
            "doubled.double",
            "after",
        }
        assert done(deployment) == ["after 42"]


def test_a_blocking_check_that_fails_holds_up_what_is_downstream(deployment: Deployment) -> None:
    deployment.write("shop", CHECKED)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        run = launched(host, assets=["orders", "revenue"])
        assert run["status"] == "FAILURE"
        found = statuses(host, run["run_id"])
        assert found["orders"] == "SUCCESS"
        assert found["revenue"] == "SKIPPED"
        checks = {one["name"]: one for one in host.get("/checks?asset=orders")["items"]}
        assert checks["none_is_negative"]["latest"]["outcome"] == "failed"
        assert checks["there_are_some"]["latest"]["outcome"] == "passed"
        assert host.get("/assets/orders")["standing"][3] == 1

        without = launched(host, assets=["orders", "revenue"], checks=[])
        assert without["status"] == "SUCCESS"
        alone = launched(host, checks=["orders:there_are_some"])
        assert statuses(host, alone["run_id"]) == {"orders_there_are_some": "SUCCESS"}
        history = host.get("/checks/results?check=orders:there_are_some")["items"]
        assert [one["run_id"] for one in history] == [alone["run_id"], run["run_id"]]


def test_partitions_are_made_one_by_one_and_in_ranges(deployment: Deployment) -> None:
    deployment.write("shop", CHECKED)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        run = launched(host, assets=["visits"], partition="2024-01-05")
        assert (run["status"], run["partition"]) == ("SUCCESS", "2024-01-05")
        assert launched(host, assets=["visits"], partition="2024-01-09")["status"] == "FAILURE"
        told = host.get("/partitions?asset=visits")
        assert told["counts"] == {
            "materialized": 1,
            "failed": 1,
            "in_progress": 0,
            "missing": 29,
        }
        refused = host.ask("POST", "/api/v1/runs", {"assets": ["visits"], "partition": "2024-1-5"})
        assert refused["code"] == "partition.invalid"
        assert "2024-01-05" in refused["detail"]
        missing = host.ask("POST", "/api/v1/runs", {"assets": ["visits"]})
        assert "made partition by partition" in missing["detail"]

        span = launched(host, assets=["logs"], partition_range=["2024-01-03", "2024-01-06"])
        assert (span["status"], span["partition"]) == ("SUCCESS", "2024-01-03...2024-01-06")
        counts = host.get("/partitions?asset=logs")["counts"]
        assert counts["materialized"] == 4, json.dumps(host.events(span["run_id"]))
