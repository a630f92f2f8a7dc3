"""A step whose work a process of its own does, which speaks by the package `dagster-pipes`."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
from pathlib import Path
from typing import Any, List

import pytest

import atoll
from atoll import PipesExecutionError, PipesSubprocessClient
from atoll.errors import ExecutionInterrupted


def run(script: str, client: Any = None, **options: Any) -> Any:
    """A run of an asset `orders`, with a check `some`, whose work the script does."""
    command = [sys.executable, "-c", textwrap.dedent(script)]

    @atoll.asset(check_specs=[atoll.AssetCheckSpec("some", asset="orders")])
    def orders(context: atoll.AssetExecutionContext, pipes: PipesSubprocessClient) -> Any:
        return pipes.run(command=command, context=context, **options).get_results()

    return atoll.materialize([orders], resources={"pipes": client or PipesSubprocessClient()})


def test_what_a_script_reports_becomes_events_of_the_step(caplog: Any, tmp_path: Path) -> None:
    done = run(
        """
        import os
        from dagster_pipes import open_dagster_pipes
        with open_dagster_pipes() as pipes:
            assert pipes.asset_key == "orders" and not pipes.is_partition_step
            pipes.log.warning("%s lines in %s", pipes.get_extra("lines"), os.getcwd())
            pipes.report_asset_materialization(
                metadata={"rows": 3, "at": {"raw_value": "/a", "type": "path"}}, data_version="v2"
            )
            pipes.report_asset_check("some", passed=False, severity="WARN", metadata={"bad": 1})
            pipes.report_custom_message({"shop": os.environ["SHOP"]})
        """,
        PipesSubprocessClient(env={"SHOP": "north"}, cwd=str(tmp_path)),
        extras={"lines": 5},
    )

    (made,) = done.get_asset_materialization_events()
    assert made.materialization.metadata["rows"].value == 3
    assert made.materialization.metadata["at"] == atoll.MetadataValue.path("/a")
    assert made.materialization.tags["dagster/data_version"] == "v2"
    (check,) = done.get_asset_check_evaluations()
    assert (check.passed, check.metadata["bad"].value) == (False, 1)
    assert "5 lines in %s" % os.path.realpath(str(tmp_path)) in caplog.text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("raise SystemExit(3)", "failed with code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
        ("from dagster_pipes import *\nwith open_dagster_pipes(): 1 / 0", "failed with code 1"),
    ],
)
def test_a_process_that_does_not_end_well_fails_the_step(
    script: str, said: str, caplog: Any
) -> None:
    with pytest.raises(PipesExecutionError, match=said) as told:
        run(script, PipesSubprocessClient(forward_stdio=False))

    assert told.value.code == "pipes.exit_code"
    assert ("ZeroDivisionError" in caplog.text) is ("1 / 0" in script)


@pytest.mark.parametrize("forward", [True, False])
def test_what_it_prints_is_what_the_step_prints(forward: bool, capfd: Any) -> None:
    script = "import sys; print('said'); print('complained', file=sys.stderr)"

    run_of_an_op(script, PipesSubprocessClient(forward_stdio=forward))

    out, err = capfd.readouterr()
    assert ("said" in out, "complained" in err) == (forward, forward)


def test_context_and_messages_go_by_files_of_one_s_own(tmp_path: Path) -> None:
    told, heard = tmp_path / "context.json", tmp_path / "messages.jsonl"
    client = PipesSubprocessClient(
        context_injector=atoll.PipesFileContextInjector(str(told)),
        message_reader=atoll.PipesFileMessageReader(str(heard), cleanup_file=False),
    )

    run_of_an_op(
        "from dagster_pipes import *\nwith open_dagster_pipes() as p: p.log.info('hi')", client
    )

    assert not told.exists()
    assert [line.count('"method"') for line in heard.read_text().splitlines()] == [1, 1, 1]


def run_of_an_op(script: str, client: PipesSubprocessClient) -> None:
    @atoll.op
    def work(context: atoll.OpExecutionContext) -> None:
        client.run(command=[sys.executable, "-c", script], context=context)

    work(atoll.build_op_context())


STUBBORN = """
import os, signal, sys
def told(*_):
    open(sys.argv[-1], "w").write("interrupted")
    {then}
signal.signal(signal.SIGINT, told)
os.kill(os.getppid(), signal.SIGUSR1)
while True: signal.pause()
"""


@pytest.mark.parametrize(("then", "patience_s"), [("sys.exit()", 60), ("pass", 0.05)])
def test_a_canceled_step_interrupts_its_process_and_then_kills_it(
    then: str, patience_s: float, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    command: List[str] = [sys.executable, "-c", STUBBORN.format(then=then), str(mark)]
    client = PipesSubprocessClient(termination_timeout_seconds=patience_s)

    def interrupt(*_: Any) -> None:
        raise ExecutionInterrupted("the step is to end")

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(ExecutionInterrupted):

            @atoll.op
            def work(context: atoll.OpExecutionContext) -> None:
                client.run(command=command, context=context)

            work(atoll.build_op_context())
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert then == "pass" or mark.read_text() == "interrupted"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
