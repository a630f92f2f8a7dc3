"""A location that goes wrong at import is shown as such, and harms nobody else."""

from __future__ import annotations

import pytest
from atoll_e2e import LOADED, Deployment

GOOD = """
    import atoll

    @atoll.asset
    def fine() -> int:
        return 1

    defs = atoll.Definitions(assets=[fine])
"""
BAD = {
    "syntax error": ("import atoll\n\ndef broken(:\n", "broken(:"),
    "missing package": ("import no_such_package_at_all\n", "no_such_package_at_all"),
    "raises": ("def go():\n    raise ValueError('not today')\n\ngo()\n", "not today"),
    "sys.exit": ("import sys\n\nsys.exit(3)\n", "3"),
    "os._exit": ("import os\n\nos._exit(3)\n", "3"),
    "segfault": ("import ctypes\n\nctypes.string_at(0)\n", "SIGSEGV"),
}
ENDLESS = "while True:\n    pass\n"


@pytest.mark.parametrize("kind", BAD)
def test_it_is_shown_as_failed_while_the_others_serve(kind: str, deployment: Deployment) -> None:
    code, told = BAD[kind]
    deployment.write("bad", code)
    deployment.write("good", GOOD)
    with deployment.dev() as host:
        bad = host.wait_location("bad", lambda it: it["status"] == "failed", "failed")
        assert told in bad["error_text"]
        host.wait_loaded("good")
        assert host.wait_run(host.launch("fine"))["status"] == "SUCCESS"

        deployment.write("bad", GOOD.replace("fine", "mended"))
        host.ask("POST", "/api/v1/locations/bad/reload")
        host.wait_loaded("bad")
        assert host.wait_run(host.launch("mended"))["status"] == "SUCCESS"


def test_one_that_never_ends_to_import_holds_up_nobody(deployment: Deployment) -> None:
    deployment.write("endless", ENDLESS)
    deployment.write("good", GOOD)
    with deployment.dev() as host:
        host.wait_loaded("good")
        assert host.wait_run(host.launch("fine"))["status"] == "SUCCESS"
        assert host.get("/locations/endless")["status"] == "loading"

        deployment.write("endless", GOOD.replace("fine", "finite"))
        host.ask("POST", "/api/v1/locations/endless/reload")
        host.wait_loaded("endless")


def test_a_reload_that_fails_leaves_the_old_definitions_in_service(deployment: Deployment) -> None:
    deployment.write("good", GOOD)
    with deployment.dev() as host:
        host.wait_loaded("good")
        deployment.write("good", "raise ValueError('half an edit')\n")
        host.ask("POST", "/api/v1/locations/good/reload")
        shown = host.wait_location("good", lambda it: it["error"] is not None, "in error")
        assert shown["status"] in LOADED
        assert "half an edit" in shown["error_text"]
        assert host.wait_run(host.launch("fine"))["status"] == "SUCCESS"
