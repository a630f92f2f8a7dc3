"""What becomes of the messages of a process outside; here the test itself writes them."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import zlib
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest

import atoll
from atoll import AssetKey, MaterializeResult, PipesExecutionError
from atoll.pipes.readers import lines_of
from atoll.pipes.threaded_reader import extract_message_or_forward_to_file


@atoll.multi_asset(
    specs=[atoll.AssetSpec("shop/orders", code_version="7"), atoll.AssetSpec("items")],
    check_specs=[atoll.AssetCheckSpec("some", asset="items")],
    can_subset=True,
)
def shop(context: atoll.AssetExecutionContext) -> Any:
    return SPOKEN.pop()(context)


SPOKEN: List[Any] = []
"""What the step does."""


def directly(do: Any) -> Any:
    """What is done with the context of an op that is called directly."""
    given: List[Any] = []

    @atoll.op
    def anything(context: atoll.OpExecutionContext) -> None:
        given.append(do(context))

    anything(atoll.build_op_context())
    return given[0]


def step(do: Any, keys: Any = None, **more: Any) -> Any:
    """Run the step."""
    SPOKEN[:] = [do]
    return atoll.materialize([shop], selection=keys, **more)


def decoded(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text)))


def message(method: str, **params: Any) -> Dict[str, Any]:
    return {"__dagster_pipes_version": "0.1", "method": method, "params": params or None}


def write(path: str, *messages: Any) -> None:
    with open(path, "a", encoding="utf-8") as file:
        for each in messages:
            file.write(each if isinstance(each, str) else json.dumps(each) + "\n")


@contextlib.contextmanager
def speaking(context: Any, *messages: Any, **extras: Any) -> Iterator[Any]:
    """A session in whose course these messages come."""
    reader = atoll.PipesTempFileMessageReader()
    with atoll.open_pipes_session(
        context, atoll.PipesEnvContextInjector(), reader, extras
    ) as session:
        write(session.message_reader_params["path"], message("opened"), *messages)
        write(session.message_reader_params["path"], message("closed"))
        yield session


def spoken(*messages: Any) -> Any:
    """What a session has reported in which these messages came."""

    def do(context: Any) -> Any:
        with speaking(context, *messages) as session:
            pass
        return session.get_reported_results()

    return directly(do)


def read_by(reader: Any, act: Any = None) -> Any:
    """What a session has reported whose messages another reader has read."""

    def do(context: Any) -> Any:
        injector = atoll.PipesEnvContextInjector()
        with atoll.open_pipes_session(context, injector, reader) as session:
            if act is not None:
                act(session)
        return session.get_reported_results()

    return directly(do)


MADE = message("report_asset_materialization", asset_key="items", metadata=None)


def test_the_process_is_told_of_its_step() -> None:
    told: Dict[str, Any] = {}

    def do(context: Any) -> Any:
        with speaking(context, size=3) as session:
            told.update(session.get_bootstrap_env_vars())
            arguments = session.get_bootstrap_cli_arguments()
            assert arguments["--dagster-pipes-context"] == told["DAGSTER_PIPES_CONTEXT"]
        return session.get_results()

    run = step(do, keys=[AssetKey(["shop", "orders"])])

    data = decoded(told["DAGSTER_PIPES_CONTEXT"])["data"]
    assert data["asset_keys"] == ["shop/orders"]
    assert data["code_version_by_asset_key"] == {"shop/orders": "7"}
    assert (data["run_id"], data["retry_number"]) == (run.run_id, 0)
    assert (data["extras"], data["partition_key"]) == ({"size": 3}, None)
    assert set(decoded(told["DAGSTER_PIPES_MESSAGES"])) == {"path", "include_stdio_in_messages"}


def test_partitions_are_told_with_their_window() -> None:
    @atoll.asset(partitions_def=atoll.DailyPartitionsDefinition("2024-01-01"))
    def daily(context: atoll.AssetExecutionContext) -> Any:
        with speaking(context) as session:
            found.update(session.context_data)
        return session.get_results()

    found: Dict[str, Any] = {}
    atoll.materialize([daily], partition_key="2024-03-01")

    assert found["partition_key"] == "2024-03-01"
    assert found["partition_key_range"] == {"start": "2024-03-01", "end": "2024-03-01"}
    assert found["partition_time_window"] == {
        "start": "2024-03-01T00:00:00+00:00",
        "end": "2024-03-02T00:00:00+00:00",
    }


def test_what_is_reported_becomes_events_of_the_step() -> None:
    def do(context: Any) -> Any:
        with speaking(
            context,
            message(
                "report_asset_materialization",
                asset_key="items",
                metadata={"rows": {"raw_value": 3, "type": "int"}},
                data_version="v1",
            ),
            message(
                "report_asset_check",
                asset_key="items",
                check_name="some",
                passed=False,
                severity="WARN",
                metadata=None,
            ),
            message("report_custom_message", payload=[1, 2]),
        ) as session:
            pass
        assert session.get_custom_messages() == ([1, 2],)
        return session.get_results()

    run = step(do)

    made = {str(e.asset_key): e.materialization for e in run.get_asset_materialization_events()}
    assert sorted(made) == ["items", "shop/orders"], "the other is made implicitly"
    assert made["items"].metadata["rows"].value == 3
    assert made["items"].tags["dagster/data_version"] == "v1"
    (check,) = run.get_asset_check_evaluations()
    assert (check.passed, check.severity.name) == (False, "WARN")


LINEAGE = {"asset_key": "b", "column_name": "c"}
SCHEMA = {"columns": [{"name": "a", "type": "int", "constraints": {"nullable": False}}]}


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("__infer__", 3, 3),
        ("text", "a", atoll.MetadataValue.text("a")),
        ("url", "http://a", atoll.MetadataValue.url("http://a")),
        ("path", "/a", atoll.MetadataValue.path("/a")),
        ("notebook", "/n", atoll.MetadataValue.notebook("/n")),
        ("json", {"a": [1]}, atoll.MetadataValue.json({"a": [1]})),
        ("md", "# a", atoll.MetadataValue.md("# a")),
        ("float", 1.5, atoll.MetadataValue.float(1.5)),
        ("bool", True, atoll.MetadataValue.bool(True)),
        ("timestamp", 5.0, atoll.MetadataValue.timestamp(5.0)),
        ("dagster_run", "r", atoll.MetadataValue.dagster_run("r")),
        ("asset", "a/b", atoll.MetadataValue.asset(AssetKey(["a", "b"]))),
        ("null", None, atoll.MetadataValue.null()),
    ],
)
def test_facts_have_the_kind_that_they_are_sent_with(kind: str, raw: Any, value: Any) -> None:
    (made,) = spoken(
        message(
            "report_asset_materialization",
            asset_key="a",
            metadata={"fact": {"raw_value": raw, "type": kind}},
        )
    )

    assert made.metadata["fact"] == value


def test_tables_and_lineage_are_told_as_facts() -> None:
    (made,) = spoken(
        message(
            "report_asset_materialization",
            asset_key="a",
            metadata={
                "table": {
                    "raw_value": {"records": [{"a": 1}], "schema": SCHEMA["columns"]},
                    "type": "table",
                },
                "schema": {"raw_value": SCHEMA, "type": "table_schema"},
                "lineage": {
                    "raw_value": {"deps_by_column": {"a": [LINEAGE]}},
                    "type": "table_column_lineage",
                },
            },
        )
    )

    assert made.metadata["table"].records[0].data == {"a": 1}
    (column,) = made.metadata["schema"].schema.columns
    assert (column.name, column.type, column.constraints.nullable) == ("a", "int", False)
    (dep,) = made.metadata["lineage"].value.deps_by_column["a"]
    assert (dep.asset_key, dep.column_name) == (AssetKey("b"), "c")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (message("report_aset_check"), "unknown kind, 'report_aset_check'"),
        ("no json\n", "could not be taken"),
        (message("report_asset_materialization", asset="a"), "asset"),
        (message("report_asset_check", asset_key="a", check_name="c"), "passed"),
    ],
)
def test_what_is_no_message_fails_the_step(bad: Any, said: str) -> None:
    with pytest.raises(PipesExecutionError, match=said) as told:
        spoken(MADE, bad)

    assert told.value.code == "pipes.message"


def test_a_message_that_is_torn_in_two_is_one(tmp_path: Path) -> None:
    path, text = str(tmp_path / "messages"), json.dumps(MADE) + "\n"

    class Over(threading.Event):
        """While it is waited for, the process writes the rest, and ends."""

        def wait(self, timeout: Optional[float] = None) -> bool:
            write(path, text[9:])
            self.set()
            return False

    write(path, text[:9])

    assert [json.loads(line) for line in lines_of(path, Over())] == [MADE]


@pytest.mark.parametrize(
    ("messages", "warning"),
    [([], "did not receive any messages"), ([message("opened")], "did not receive closed message")],
)
def test_a_process_that_does_not_speak_is_warned_of(
    messages: List[Any], warning: str, caplog: Any
) -> None:
    def do(context: Any) -> Any:
        reader = atoll.PipesTempFileMessageReader()
        with atoll.open_pipes_session(context, atoll.PipesEnvContextInjector(), reader) as session:
            write(session.message_reader_params["path"], *messages)
        return session.get_results()

    run = step(do)

    assert run.success
    assert warning in caplog.text


def test_one_result_is_had_alone_or_it_is_said_why_not() -> None:
    def ask(method: str, *messages: Any) -> Any:
        def do(context: Any) -> Any:
            with speaking(context, *messages) as session:
                pass
            done = atoll.PipesClientCompletedInvocation(session, metadata={"job": "j-1"})
            return getattr(done, method)()

        return directly(do)

    check = message("report_asset_check", asset_key="items", check_name="c", passed=True)
    foreign = message("report_asset_check", asset_key="b", check_name="c", passed=True)

    made = ask("get_materialize_result", MADE, check)
    assert [each.check_name for each in made.check_results] == ["c"]
    assert made.metadata["job"] == atoll.MetadataValue.text("j-1")
    assert ask("get_asset_check_result", check).passed is True
    for method, messages in (
        ("get_materialize_result", [MADE, MADE]),
        ("get_materialize_result", []),
        ("get_materialize_result", [MADE, foreign]),
        ("get_asset_check_result", [MADE]),
    ):
        with pytest.raises(PipesExecutionError, match=r"use get_results\(\)") as told:
            ask(method, *messages)
        assert told.value.code == "pipes.results"


def test_several_processes_write_each_to_its_own_reader() -> None:
    def act(session: Any) -> None:
        for index, each in enumerate(session.get_per_writer_bootstrap_env_vars()):
            report = message("report_asset_materialization", asset_key="part%d" % index)
            path = decoded(each["DAGSTER_PIPES_MESSAGES"])["path"]
            write(path, message("opened"), report, message("closed"))

    reader = atoll.PipesCompositeMessageReader([atoll.PipesTempFileMessageReader()] * 2)
    found = read_by(reader, act)

    assert sorted(str(each.asset_key) for each in found) == ["part0", "part1"]
    with pytest.raises(atoll.InvariantError) as told:
        atoll.PipesCompositeMessageReader([])
    assert told.value.code == "pipes.readers"


class Folder(atoll.PipesBlobStoreMessageReader):
    """A store of numbered files."""

    def __init__(self, folder: Path):
        super().__init__(interval=0.001)
        self.folder = folder

    @contextlib.contextmanager
    def get_params(self) -> Iterator[Dict[str, Any]]:
        yield {"folder": str(self.folder)}

    def download_messages_chunk(self, index: int, params: Any) -> Optional[str]:
        file = Path(params["folder"]) / str(index)
        return file.read_text() if file.exists() else None

    def no_messages_debug_text(self) -> str:
        return str(self.folder)


def test_messages_in_numbered_files_are_read_in_turn(tmp_path: Path) -> None:
    def act(session: Any) -> None:
        write(str(tmp_path / "2.new"), MADE, message("closed"))
        write(str(tmp_path / "1.new"), message("opened"), "what others wrote\n", '{"a": 1}\n')
        (tmp_path / "2.new").rename(tmp_path / "2")
        (tmp_path / "1.new").rename(tmp_path / "1")

    (made,) = read_by(Folder(tmp_path), act)

    assert isinstance(made, MaterializeResult) and made.asset_key == AssetKey("items")


def test_what_a_reader_of_one_s_own_raises_fails_the_step(tmp_path: Path) -> None:
    class Broken(Folder):
        def download_messages_chunk(self, index: int, params: Any) -> Optional[str]:
            raise OSError("the store is gone")

    with pytest.raises(PipesExecutionError, match="the store is gone") as told:
        read_by(Broken(tmp_path))

    assert isinstance(told.value.__cause__, OSError)


def test_what_the_process_prints_may_come_by_message(capfd: Any) -> None:
    spoken(
        message("log_external_stream", stream="stdout", text="said\n", extras={}),
        message("log_external_stream", stream="stderr", text="complained\n", extras={}),
    )

    out, err = capfd.readouterr()
    assert (out, "complained\n" in err) == ("said\n", True)


def test_lines_that_are_no_messages_are_passed_on(tmp_path: Path) -> None:
    class Handler:
        def __init__(self) -> None:
            self.taken: List[Any] = []

        def handle_message(self, each: Any) -> None:
            self.taken.append(each)

    handler: Any = Handler()
    with (tmp_path / "out").open("w") as file:
        for line in (json.dumps(MADE), "hello", "[1]"):
            extract_message_or_forward_to_file(handler, line, file)

    assert handler.taken == [MADE]
    assert (tmp_path / "out").read_text() == "hello\n[1]\n"
