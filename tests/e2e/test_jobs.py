"""Asset jobs in a terminal and on a running host, over two locations."""

from __future__ import annotations

import json

import pytest
from atoll_e2e import Deployment

SHOP = """
    import json
    from pathlib import Path

    import atoll

    class Limits(atoll.Config):
        rows: int = 1
        kept: str = "no"

    @atoll.asset
    def orders(config: Limits) -> list:
        return [config.kept] * config.rows

    @atoll.asset
    def report(context: atoll.AssetExecutionContext, orders: list) -> None:
        told = {"job": context.job_name, "tags": context.run_tags, "orders": orders}
        Path("report.json").write_text(json.dumps(told))

    @atoll.asset
    def unrelated() -> None:
        Path("unrelated").touch()

    defs = atoll.Definitions(
        assets=[unrelated, report, orders],
        jobs=[
            atoll.define_asset_job(
                "nightly",
                selection="+report",
                config=atoll.RunConfig(ops={"orders": Limits(rows=2, kept="yes")}),
                tags={"team": "data", "tier": "1"},
            )
        ],
    )
"""
BANK = """
    import atoll

    @atoll.asset
    def rates() -> float:
        raise ValueError("the bank is closed")

    defs = atoll.Definitions(assets=[rates], jobs=[atoll.define_asset_job("open")])
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """A location with a job, and another one."""
    deployment.write("shop", SHOP)
    deployment.write("bank", BANK)
    return deployment


def report_of(shop: Deployment) -> object:
    return json.loads((shop.folder / "report.json").read_text())


def test_a_job_is_executed_to_its_end_with_its_config_and_tags(shop: Deployment) -> None:
    config = ["--config-json", '{"ops": {"orders": {"config": {"rows": 3}}}}']
    done = shop.run("job", "execute", "-j", "nightly", *config, "--tags", "tier=2")

    assert done.code == 0, done.text
    assert report_of(shop) == {
        "job": "nightly",
        "tags": {"team": "data", "tier": "2"},
        "orders": ["yes"] * 3,
    }
    assert not (shop.folder / "unrelated").exists()
    failed = shop.run("job", "execute", "-j", "open")
    assert failed.code == 1
    assert "the bank is closed" in failed.text
    listed = json.loads(shop.run("run", "list", "--job", "nightly", "-o", "json").stdout)
    assert [(run["job"], run["status"]) for run in listed] == [("nightly", "SUCCESS")]


def test_a_job_is_launched_on_the_running_host(shop: Deployment) -> None:
    with shop.dev() as host:
        launched = shop.run("job", "launch", "-j", "nightly", "-l", "shop")
        assert launched.code == 0, launched.text
        run_id = launched.stdout.strip()
        run = host.wait_run(run_id)
        listed = json.loads(shop.run("job", "list", "-o", "json").stdout)
        printed = shop.run("job", "print", "-j", "nightly")
        unknown = shop.run("job", "launch", "-j", "nightli")

    assert (run["status"], run["job"]) == ("SUCCESS", "nightly"), run
    assert run["tags"] == {"team": "data", "tier": "1"}
    assert report_of(shop) == {"job": "nightly", "tags": run["tags"], "orders": ["yes"] * 2}
    lines = [line for line in host.log.read_text().splitlines() if run_id in line]
    assert lines
    assert all(f" - nightly - {run_id} - " in line for line in lines)
    assert [(job["name"], job["location"]) for job in listed] == [
        ("nightly", "shop"),
        ("open", "bank"),
    ]
    assert printed.stdout.splitlines()[-2:] == ["orders  shop", "report  shop"]
    assert unknown.code == 4
    assert 'Did you mean "nightly"?' in unknown.text


def test_a_job_of_a_location_that_does_not_load_is_told_with_its_error(shop: Deployment) -> None:
    shop.write("bank", "import pandsa\n")

    done = shop.run("job", "execute", "-j", "open")

    assert done.code == 3
    assert 'there is no job "open"' in done.text
    assert "No module named 'pandsa'" in done.text


def test_a_job_with_a_mistake_fails_the_load_with_the_line_of_the_job(shop: Deployment) -> None:
    path = shop.write("shop", SHOP.replace("+report", "+reprot"))
    line = path.read_text().splitlines().index("        atoll.define_asset_job(") + 1

    done = shop.run("job", "list")

    assert done.code == 3
    assert "did you mean 'report'?" in done.text
    assert f"shop.py:{line}" in done.text


def test_a_server_names_the_job_of_what_it_executes(deployment: Deployment) -> None:
    server = deployment.server(
        "bank", BANK.replace('raise ValueError("the bank is closed")', "return 1.5")
    )
    try:
        done = deployment.run("job", "execute", "-j", "open")
        console = server.log.read_text()
    finally:
        server.close()

    assert done.code == 0, done.text
    lines = [line for line in console.splitlines() if " - rates - " in line]
    assert any(" - STEP_SUCCESS - " in line for line in lines), console
    assert all(" - DEBUG - open - " in line for line in lines), console
