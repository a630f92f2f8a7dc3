"""What things cost, in counts: processes, writes, messages. A clock would only guess."""

from __future__ import annotations

import os
from pathlib import Path

from tests.contract.island import Island, run

from atoll_wire.messages import AttemptEvents

CODE = """
    import os
    from atoll import asset, Definitions

    @asset
    def numbers(context):
        counts = dict(line.split(": ") for line in open("/proc/self/io").read().splitlines())
        context.add_output_metadata({name: int(counts[name]) for name in ("syscr", "syscw")})
        return len(os.listdir("/proc/self/fd"))

    defs = Definitions(assets=[numbers])
"""


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def test_a_location_is_one_process(island: Island) -> None:
    island.write(CODE)

    async def main() -> None:
        before = set(_children(os.getpid()))
        async with island.host() as host:
            loaded = await host.load()
            assert set(_children(os.getpid())) - before == {loaded.pid}
            assert _children(loaded.pid) == []
            key = host.launch()
            await host.closing(key)
            assert set(_children(os.getpid())) - before == {loaded.pid}

    run(main())


def test_a_worker_writes_three_lines_before_user_code_runs(island: Island) -> None:
    island.write(CODE)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            key = host.launch()
            await host.closing(key)
            made = next(e for e in host.events(key) if e.kind == "ASSET_MATERIALIZATION")
            metadata = {name: value["value"] for name, value in made.data["metadata"].items()}
            assert metadata["syscw"] == 3
            assert metadata["syscr"] <= 3

    run(main())


def test_a_trivial_step_takes_few_messages(island: Island) -> None:
    island.write(CODE)

    async def main() -> None:
        async with island.host() as host:
            await host.load()
            for number in range(20):
                await host.closing(host.launch(run=f"run{number}"))
            told = [m for m in host.messages if isinstance(m, AttemptEvents)]
            assert len(told) <= 20 * 3  # the doorbell rings for STEP_START, the value, the end

    run(main())
