"""The mistakes of the first day: each ends with a code, and with what to do instead."""

from __future__ import annotations

import pytest
from atoll_e2e import Deployment

ORDERS = """
import atoll

@atoll.asset
def orders() -> list:
    return [1]
"""
DEFINED = "\ndefs = atoll.Definitions(assets=[orders])\n"
FILES = {
    "good.py": ORDERS + DEFINED,
    "nothing.py": ORDERS,
    "twice.py": ORDERS + DEFINED + "more = atoll.Definitions()\n",
    "later.py": "from atoll import SqlComponent\n",
    "class.py": ORDERS
    + """
class Warehouse(atoll.ConfigurableResource):
    url: str

defs = atoll.Definitions(assets=[orders], resources={"warehouse": Warehouse})
""",
}
MAKE = ("asset", "materialize", "--select")
MISTAKES = {
    "a command with a typo": (("asest", "list"), 2, 'Did you mean "asset"?'),
    "no selection": (("asset", "materialize", "-f", "good.py"), 2, "--select"),
    "a file that is not there": ((*MAKE, "*", "-f", "god.py"), 2, "there is no such file"),
    "a workspace that is not there": (("dev", "-w", "nowhere.yaml"), 2, "nowhere.yaml"),
    "no Definitions": ((*MAKE, "*", "-f", "nothing.py"), 3, "defs = Definitions(assets=[orders])"),
    "two Definitions": ((*MAKE, "*", "-f", "twice.py"), 3, "attribute: defs"),
    "what comes later": ((*MAKE, "*", "-f", "later.py"), 3, "no 'SqlComponent' yet"),
    "a class as resource": ((*MAKE, "*", "-f", "class.py"), 3, "write Warehouse(...)"),
    "an asset with a typo": ((*MAKE, "ordres", "-f", "good.py"), 2, "did you mean 'orders'?"),
    "half a selection": ((*MAKE, "orders and", "-f", "good.py"), 2, "at column 11"),
    "config that is no JSON": (
        (*MAKE, "orders", "-f", "good.py", "--config-json", "{"),
        2,
        "not JSON",
    ),
    "a run where nothing has run": (("run", "show", "nosuch"), 4, "there is no deployment at"),
    "a reload without a host": (("location", "reload", "good.py"), 5, "atoll dev"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_what_to_do(mistake: str, deployment: Deployment) -> None:
    arguments, code, told = MISTAKES[mistake]
    for name, text in FILES.items():
        (deployment.folder / name).write_text(text)

    done = deployment.run(*arguments)

    assert done.code == code, done.text
    assert told in done.text
    assert "Traceback" not in done.text


def test_the_first_command_of_all_says_what_there_is(deployment: Deployment) -> None:
    done = deployment.run()

    for command in ("dev", "asset", "run", "location"):
        assert f"\n  {command} " in done.text
    assert "ATOLL_HOME" in done.text


def test_a_deployment_keeps_out_of_git(deployment: Deployment) -> None:
    (deployment.folder / "good.py").write_text(FILES["good.py"])

    assert deployment.run(*MAKE, "*", "-f", "good.py").code == 0

    assert (deployment.home / ".gitignore").read_text() == "*\n"
    assert oct(deployment.home.stat().st_mode & 0o777) == "0o700"
