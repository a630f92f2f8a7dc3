"""Forks are used where they were seen to work, and only there."""

from __future__ import annotations

import pytest
from tests.contract.island import Island, run

from atoll_wire.messages import WorkerMode

USES = {
    "polars": "polars.DataFrame({'a': [2, 1]}).lazy().sort('a').collect()",
    "numpy": "numpy.ones((256, 256)) @ numpy.ones((256, 256))",
}


def _code(library: str, at_import: bool) -> str:
    return f"""
        import {library}
        from atoll import asset, Definitions

        if {at_import}:
            {USES[library]}

        @asset
        def numbers():
            {USES[library]}
            return [1, 2, 3]

        defs = Definitions(assets=[numbers])
    """


@pytest.mark.parametrize(
    ("library", "at_import", "expected"),
    [
        ("polars", False, "fork"),
        ("polars", True, "spawn"),
        ("numpy", False, "fork"),
        ("numpy", True, "fork"),
    ],
)
def test_a_step_can_use_the_library_whichever_way_its_worker_is_made(
    island: Island, library: str, at_import: bool, expected: str
) -> None:
    pytest.importorskip(library)
    island.write(_code(library, at_import))

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            mode = await host.first(WorkerMode)
            assert mode.mode == expected
            assert library in mode.reason
            assert (await host.closing(host.launch())).kind == "STEP_SUCCESS"

    run(main())
