"""How code that cannot be loaded is told, and that it hurts nobody."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.contract.interpreters import INTERPRETERS, TOO_OLD
from tests.contract.island import Host, Island, run

from atoll_wire.messages import (
    FetchSnapshot,
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    SnapshotChunk,
    Target,
)
from atoll_wire.snapshot import LocationSnapshot, content_hash

GOOD = """
    from atoll import asset, Definitions

    @asset(group_name="first")
    def numbers():
        return [1, 2, 3]

    @asset
    def total(numbers: list) -> int:
        return sum(numbers)

    defs = Definitions(assets=[numbers, total])
"""


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda path: Path(path).parts[-3])
def test_every_python_loads_a_location_and_materializes_it(
    island: Island, interpreter: str
) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host(executable=interpreter) as host:
            loaded = await host.load()
            host.send(FetchSnapshot(loaded.snapshot_hash))
            chunk = await host.first(SnapshotChunk)
            assert content_hash(chunk.text) == loaded.snapshot_hash
            assets = {a.key: a for a in LocationSnapshot.loads(chunk.text).assets}
            assert (assets["numbers"].group, assets["total"].deps) == ("first", ["numbers"])
            assert (await host.closing(host.launch("numbers"))).kind == "STEP_SUCCESS"
            assert (await host.closing(host.launch("total"))).kind == "STEP_SUCCESS"

    run(main())


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda path: Path(path).parts[-3])
def test_every_python_takes_a_package_as_a_whole(island: Island, interpreter: str) -> None:
    for name in ("numbers", "totals"):
        folder = island.folder / "shop" / name
        folder.mkdir(parents=True)
        code = f"from atoll import asset\n\n@asset\ndef {name}(): ...\n"
        (folder / "assets.py").write_text(code)
    target = Target(
        "autoload", "shop", working_directory=str(island.folder), executable=interpreter
    )

    async def main() -> None:
        host = Host(island.state_dir, target)
        try:
            loaded = await host.load()
            host.send(FetchSnapshot(loaded.snapshot_hash))
            chunk = await host.first(SnapshotChunk)
            assert sorted(a.key for a in LocationSnapshot.loads(chunk.text).assets) == [
                "numbers",
                "totals",
            ]
        finally:
            await host.supervisor.close()

    run(main())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sys; sys.exit(3)", ("location.exited", "sys.exit(3)")),
        ("import os; os._exit(7)", ("location.exited", "exit status 7")),
        ("import ctypes; ctypes.string_at(0)", ("location.exited", "SIGSEGV")),
        ("import no_such_package", ("location.missing_package", "no_such_package")),
        ("def broken(:\n    pass", ("user_code.raised", "invalid syntax")),
        ("1 / 0", ("user_code.raised", "division by zero")),
        ("x = 1", ("definition.none", "no Definitions object")),
    ],
    ids=["sys.exit", "os._exit", "segfault", "missing", "syntax", "raises", "empty"],
)
def test_code_that_fails_to_load_is_told_with_its_reason(
    island: Island, code: str, expected: tuple[str, str]
) -> None:
    island.write(code)

    async def main() -> None:
        async with island.host() as host:
            failed = await host.load_and_fail()
            assert failed.failure.code == expected[0]
            assert expected[1] in failed.failure.message
            assert failed.load_seconds > 0

    run(main())


def test_the_users_frames_are_known(island: Island) -> None:
    island.write("""
        import json
        json.loads("{")
    """)

    async def main() -> None:
        async with island.host() as host:
            failure = (await host.load_and_fail()).failure
            assert [(f.file, f.line) for f in failure.user_frames] == [(str(island.file), 3)]
            assert len(failure.frames) > 1

    run(main())


def test_a_syntax_error_names_its_line(island: Island) -> None:
    island.write("x = 1\ndef broken(:\n    pass\n")

    async def main() -> None:
        async with island.host() as host:
            failure = (await host.load_and_fail()).failure
            assert (failure.user_frames[-1].file, failure.user_frames[-1].line) == (
                str(island.file),
                2,
            )

    run(main())


def test_an_endless_loop_is_stopped_and_shown_where_it_was(island: Island) -> None:
    island.write("""
        def forever():
            while True:
                pass
        forever()
    """)

    async def main() -> None:
        async with island.host(load_timeout_s=1.0) as host:
            failed = await host.load_and_fail()
            assert failed.failure.code == "location.load_timeout"
            assert "in forever" in (failed.failure.stack or "")

    run(main())


def test_an_interpreter_that_is_not_there_is_named(island: Island) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host(executable="/no/such/python") as host:
            failure = (await host.load_and_fail()).failure
            assert failure.code == "location.not_started"
            assert "/no/such/python" in (failure.hint or "")

    run(main())


def test_what_the_code_prints_before_it_dies_is_told(island: Island) -> None:
    island.write("""
        import os, sys
        print("reading the settings", file=sys.stderr)
        os._exit(7)
    """)

    async def main() -> None:
        async with island.host() as host:
            failed = await host.load_and_fail()
            assert failed.failure.stderr == ["reading the settings"]

    run(main())


def test_an_idle_process_that_is_killed_is_back(island: Island) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            os.kill(loaded.pid, signal.SIGKILL)
            exited = await host.first(GenerationExited)
            assert (exited.restart_in_s, exited.crash_loop) == (0.0, False)
            again = await host.first(GenerationLoaded, lambda m: m.pid != loaded.pid)
            assert again.identity == loaded.identity
            assert (await host.closing(host.launch("numbers"))).kind == "STEP_SUCCESS"

    run(main())


def test_changed_sources_give_another_identity(island: Island) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host() as host:
            first = await host.load(1)
            island.write(GOOD.replace("sum(numbers)", "max(numbers)"))
            second = await host.load(2)
            assert second.snapshot_hash == first.snapshot_hash
            assert second.identity != first.identity

    run(main())


def test_the_hosts_own_variables_are_kept_from_user_code(
    island: Island, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOLL_SECRET", "x")
    monkeypatch.setenv("SHARED", "y")
    island.write("""
        import os
        names = ("ATOLL_SECRET", "SHARED", "OWN")
        raise RuntimeError(" ".join(str(os.environ.get(name)) for name in names))
    """)

    async def main() -> None:
        async with island.host(env={"OWN": "z"}) as host:
            assert (await host.load_and_fail()).failure.message == "None y z"

    run(main())


def test_a_process_that_comes_back_with_other_code_is_another_generation(island: Island) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            island.write(GOOD.replace("sum(numbers)", "max(numbers)"))
            os.kill(loaded.pid, signal.SIGKILL)
            failed = await host.first(GenerationFailed)
            assert failed.failure.code == "location.generation_lost"
            refused = await host.never_started(host.launch("numbers"))
            assert refused.failure.code == "location.generation_lost"

    run(main())


def test_a_host_that_asks_again_is_told_again_and_nothing_is_loaded(island: Island) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host() as host:
            loaded = await host.load()
            host.messages.clear()
            assert (await host.load()).pid == loaded.pid

    run(main())


def test_what_is_probably_not_meant_is_noticed_at_load(island: Island) -> None:
    island.write(GOOD.replace("def total(numbers: list)", "def total(number: list)"))

    async def main() -> None:
        async with island.host() as host:
            (notice,) = (await host.load()).notices
            assert "'number'" in notice
            assert "'numbers'" in notice

    run(main())


@pytest.mark.parametrize("interpreter", TOO_OLD, ids=lambda path: path.parts[-3])
def test_an_interpreter_that_is_too_old_says_so(island: Island, interpreter: Path) -> None:
    island.write(GOOD)

    async def main() -> None:
        async with island.host(executable=str(interpreter)) as host:
            failure = (await host.load_and_fail()).failure
            assert failure.code == "location.python_too_old"
            assert "needs 3.8 or newer" in failure.message

    run(main())


DAGSTER = """
import dagster as dg

@dg.asset
def orders() -> int:
    return 1

defs = dg.Definitions(assets=[orders])
"""


def test_code_for_dagster_is_served_by_atoll_and_says_so_once(island: Island) -> None:
    island.write(DAGSTER)

    async def main() -> None:
        async with island.host() as host:
            (notice,) = (await host.load()).notices
            assert "served by Atoll" in notice
            assert "compat: off" in notice

    run(main())


def test_code_for_dagster_is_not_served_where_compat_is_off(island: Island) -> None:
    island.write(DAGSTER)

    async def main() -> None:
        async with island.host(compat=False) as host:
            failure = (await host.load_and_fail()).failure
            assert failure.code == "location.missing_package"
            assert "compat: off" in (failure.hint or "")

    run(main())
