"""`atoll asset materialize` in a terminal, over three locations, without a running host."""

from __future__ import annotations

import pytest
from atoll_e2e import Deployment

ORDERS = """
    import atoll

    @atoll.asset
    def orders(context: atoll.AssetExecutionContext) -> list:
        context.add_output_metadata({"rows": 3})
        return [120, 80, 45]

    defs = atoll.Definitions(assets=[orders])
"""
REVENUE = """
    import atoll

    @atoll.asset
    def revenue(orders: list) -> int:
        return sum(orders)

    defs = atoll.Definitions(assets=[revenue])
"""
REPORT = """
    from pathlib import Path

    import atoll

    @atoll.asset
    def report(revenue: int) -> None:
        Path("report.txt").write_text("revenue: %d" % revenue)

    defs = atoll.Definitions(assets=[report])
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """Three locations, each of which needs what the one before makes."""
    deployment.write("orders", ORDERS)
    deployment.write("finance", REVENUE)
    deployment.write("reports", REPORT)
    return deployment


def test_assets_of_three_locations_are_made_in_one_run(shop: Deployment) -> None:
    done = shop.run("asset", "materialize", "--select", "*")

    assert done.code == 0, done.text
    assert (shop.folder / "report.txt").read_text() == "revenue: 245"
    for asset in ("orders", "revenue", "report"):
        assert asset in done.text


def test_a_selection_makes_what_it_names_out_of_what_is_stored(shop: Deployment) -> None:
    assert shop.run("asset", "materialize", "--select", "orders").code == 0

    done = shop.run("asset", "materialize", "--select", "revenue+")

    assert done.code == 0, done.text
    assert (shop.folder / "report.txt").exists()


def test_a_failing_asset_ends_with_one_and_shows_the_users_frames_first(shop: Deployment) -> None:
    shop.write(
        "finance",
        """
        import atoll

        def add_up(orders: list) -> int:
            return sum(orders) + "VAT"

        @atoll.asset
        def revenue(orders: list) -> int:
            return add_up(orders)

        defs = atoll.Definitions(assets=[revenue])
        """,
    )

    done = shop.run("asset", "materialize", "--select", "*")

    assert done.code == 1, done.text
    assert "TypeError" in done.text
    told = done.text[done.text.index("TypeError") :]
    assert told.index("add_up") < told.index("in revenue")
    assert 'return sum(orders) + "VAT"' in told
    assert "site-packages/atoll" not in told[: told.index("in revenue")]
    assert not (shop.folder / "report.txt").exists()


def test_an_unknown_asset_is_refused_with_what_is_near(shop: Deployment) -> None:
    done = shop.run("asset", "materialize", "--select", "revenu")

    assert done.code == 2, done.text
    assert "revenue" in done.text
    assert "Traceback" not in done.text


def test_no_workspace_is_told_with_what_to_do(deployment: Deployment) -> None:
    done = deployment.run("asset", "materialize", "--select", "*")

    assert done.code == 2, done.text
    assert "workspace.yaml" in done.text
    assert "Traceback" not in done.text


def test_a_mistake_in_the_workspace_is_told_with_its_place(shop: Deployment) -> None:
    workspace = shop.folder / "workspace.yaml"
    workspace.write_text("load_from:\n  - python_flie: orders.py\n")

    done = shop.run("asset", "materialize", "--select", "*")

    assert done.code == 2, done.text
    assert "workspace.yaml:2" in done.text
    assert "python_file" in done.text
    assert "Traceback" not in done.text


def test_a_location_that_does_not_load_fails_what_needs_it(shop: Deployment) -> None:
    shop.write("finance", "import atoll\n\nraise RuntimeError('not today')\n")

    done = shop.run("asset", "materialize", "--select", "revenue")

    assert done.code == 3, done.text
    assert "not today" in done.text
    assert shop.run("asset", "materialize", "--select", "orders").code == 0
