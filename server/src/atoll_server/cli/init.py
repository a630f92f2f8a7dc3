"""`atoll init`: a small project that runs, to be changed into one's own."""

from __future__ import annotations

from pathlib import Path

import click

from atoll_server.cli import exits

_WORKSPACE = """\
# The code locations of this project: each a process, with a Python of its own if it needs one:
#   - python_file: {relative_path: report.py, executable_path: ./report/.venv/bin/python}
load_from:
  - python_file: shop.py
  - python_file: report.py
"""
_SHOP = '''\
"""What was sold: a code location with one asset."""

import atoll


@atoll.asset
def orders() -> list:
    """The orders of one day."""
    return [
        {"item": "coral", "count": 2, "price": 12.0},
        {"item": "sand", "count": 10, "price": 0.5},
    ]


defs = atoll.Definitions(assets=[orders])
'''
_REPORT = '''\
"""What it came to: another code location, which knows nothing of the first one's code."""

import atoll


@atoll.asset
def revenue(context: atoll.AssetExecutionContext, orders: list) -> float:
    """The sum of all orders; `orders` is the value of the asset of that name."""
    total = sum(order["count"] * order["price"] for order in orders)
    context.log.info(f"{len(orders)} orders")
    return total


defs = atoll.Definitions(assets=[revenue])
'''
_TEST = '''\
"""Assets made within the test's own process: no host, no files."""

import atoll
from report import revenue
from shop import orders


def test_revenue_is_the_sum_of_all_orders():
    result = atoll.materialize([orders, revenue])

    assert result.success
    assert result.output_for_node("revenue") == 29.0


def test_a_day_without_orders_has_no_revenue():
    assert revenue(atoll.build_asset_context(), orders=[]) == 0
'''
_IGNORE = """\
.atoll/
.venv/
__pycache__/
"""
_README = """\
# {name}

Two code locations: `shop.py` makes the asset `orders`, `report.py` makes `revenue` of it.

Make everything once:

    atoll asset materialize --select '*'

Serve a page where it can be looked at and made again, until Ctrl-C:

    atoll dev

Test it:

    python -m pytest
"""
_FILES = {
    "workspace.yaml": _WORKSPACE,
    "shop.py": _SHOP,
    "report.py": _REPORT,
    "test_project.py": _TEST,
    ".gitignore": _IGNORE,
    "README.md": _README,
}


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> int:
    """Write a small project that runs into FOLDER (the current one by default).

    Two code locations, a value that one hands to the other, and a test. Nothing that is there
    is overwritten.
    """
    taken = [name for name in _FILES if (folder / name).exists()]
    if taken:
        raise exits.CommandFailed(
            f"{folder} has {', '.join(taken)} already, and nothing is overwritten; "
            "name another folder: atoll init NAME",
            exits.USAGE,
        )
    name = folder.resolve().name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in _FILES.items():
            (folder / file).write_text(text.replace("{name}", name), encoding="utf-8")
    except OSError as error:
        raise exits.CommandFailed(
            f"cannot write to {folder}: {error.strerror}", exits.USAGE
        ) from None
    click.echo(f"Wrote {', '.join(_FILES)} to {folder}. Now:", err=True)
    if folder != Path("."):
        click.echo(f"  cd {folder}", err=True)
    click.echo("  atoll asset materialize --select '*'", err=True)
    return exits.OK
