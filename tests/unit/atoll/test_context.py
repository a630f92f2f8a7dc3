from __future__ import annotations

from typing import Any

import pytest
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import (
    AssetExecutionContext,
    AssetKey,
    AssetOut,
    ConfigurableResource,
    DefinitionError,
    InvocationError,
    MaterializeResult,
    ParameterError,
    asset,
    build_asset_context,
    multi_asset,
)
from atoll.errors import PropertyError


def test_it_tells_of_asset_step_and_run() -> None:
    seen = {}

    @asset(key_prefix="p", metadata={"n": 1})
    def a(context: AssetExecutionContext) -> None:
        seen.update(
            asset_key=context.asset_key,
            by_output=context.asset_key_for_output(),
            step=context.step_key,
            op=context.op.name,
            run=context.run_id,
            run_object=context.run.run_id,
            dagster_run=context.dagster_run.job_name,
            job=context.job_name,
            retry=context.retry_number,
            tags=context.run_tags,
            tag=(context.has_tag("t"), context.get_tag("u")),
            selected=context.selected_asset_keys,
            outputs=context.selected_output_names,
            config=context.op_config,
            metadata=context.assets_def.metadata_by_key[context.asset_key],
            partition=context.has_partition_key,
        )

    config = {"ops": {"p__a": {"config": {"x": 1}}}}
    done = attempt([a], "p__a", run_tags={"t": "1"}, run_config=config, retry_number=2)

    assert done.closing.kind == "STEP_SUCCESS", done.closing
    assert seen == {
        "asset_key": AssetKey("p/a"),
        "by_output": AssetKey("p/a"),
        "step": "p__a",
        "op": "p__a",
        "run": "run-1",
        "run_object": "run-1",
        "dagster_run": "__ASSET_JOB",
        "job": "__ASSET_JOB",
        "retry": 2,
        "tags": {"t": "1"},
        "tag": (True, None),
        "selected": {AssetKey("p/a")},
        "outputs": {"result"},
        "config": {"x": 1},
        "metadata": {"n": 1},
        "partition": False,
    }


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("partition_ky", "did you mean 'partition_key'"),
        ("nonsense_at_all", "it has: "),
    ],
)
def test_what_it_lacks_is_told_helpfully(name: str, says: str) -> None:
    with pytest.raises(AttributeError, match=says):
        getattr(build_asset_context(), name)
    assert not hasattr(build_asset_context(), name)


def test_an_asset_without_partitions_has_no_partition_key() -> None:
    with pytest.raises(ParameterError, match="no partition key"):
        build_asset_context().partition_key  # noqa: B018
    assert build_asset_context(partition_key="2026").partition_key == "2026"


def test_a_step_of_several_assets_has_no_single_key() -> None:
    @multi_asset(outs={"x": AssetOut(), "y": AssetOut(key="z")})
    def both(context: AssetExecutionContext) -> Any:
        assert context.asset_key_for_output("y") == AssetKey("z")
        assert context.output_for_asset_key("z") == "y"
        context.asset_key  # noqa: B018

    failure = attempt([both], "both").failure

    assert failure["code"] == "context.several_assets"
    assert "selected_asset_keys" in failure["hint"]


def test_metadata_for_an_unknown_output_is_told() -> None:
    @asset
    def a(context: AssetExecutionContext) -> None:
        context.add_output_metadata({"n": 1}, output_name="resultt")

    assert attempt([a], "a").failure["code"] == "invocation.unknown_output"


class Db(ConfigurableResource):
    url: str = "x"


@asset
def uses_all(context: AssetExecutionContext, up: int, db: Db) -> MaterializeResult:
    context.log.info("called by hand")
    context.add_output_metadata({"n": up})
    return MaterializeResult(metadata={"url": db.url, "key": context.asset_key})


def test_an_asset_can_be_called_with_a_context_and_values() -> None:
    context = build_asset_context(resources={"db": Db(url="from context")})
    result = uses_all(context, 3)

    assert result.metadata["url"] == "from context"
    assert context.get_output_metadata() == {"n": 3}
    assert uses_all(build_asset_context(), up=3, db=Db(url="given")).metadata["url"] == "given"


def test_an_asset_without_context_is_called_like_its_function() -> None:
    @asset
    def total(a: int, b: int = 2) -> int:
        return a + b

    assert total(1, 2) == 3
    assert total(a=1, b=5) == 6
    assert total(build_asset_context(), 1, 1) == 2


def test_a_config_may_be_given_or_left_to_its_defaults() -> None:
    class Settings(atoll.Config):
        n: int = 4

    @asset
    def a(config: Settings) -> int:
        return config.n

    assert a() == 4
    assert a(Settings(n=5)) == 5
    assert a(config=Settings(n=6)) == 6
    assert a(build_asset_context(asset_config={"n": 7})) == 7


@pytest.mark.parametrize(
    ("args", "kwargs", "code"),
    [
        ((), {"up": 1}, "invocation.no_context"),
        ((build_asset_context(), 1), {"dbb": 1}, "invocation.unknown_argument"),
    ],
)
def test_a_call_that_does_not_fit_is_told(args: Any, kwargs: Any, code: str) -> None:
    with pytest.raises(InvocationError) as told:
        uses_all(*args, **kwargs)

    assert told.value.code == code


def test_a_resource_that_a_call_lacks_is_told() -> None:
    with pytest.raises(DefinitionError, match="needs the resource 'db'") as told:
        uses_all(build_asset_context(), 1)

    assert told.value.code == "definition.missing_resource"


def test_a_context_says_which_asset_it_is_for() -> None:
    told = []

    @asset
    def a(context: AssetExecutionContext) -> None:
        told.append((context.step_key, context.has_assets_def))

    a(build_asset_context())

    assert told == [("a", True)]
    with pytest.raises(PropertyError, match="belongs to no step"):
        build_asset_context().has_assets_def  # noqa: B018


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda context: context.job_name, "there is no run"),
        (lambda context: context.assets_def, "belongs to no asset"),
        (lambda context: context.load_asset_value("a"), "belongs to no run"),
    ],
)
def test_what_a_context_made_by_hand_lacks_is_told(ask: Any, says: str) -> None:
    with pytest.raises(PropertyError, match=says):
        ask(build_asset_context())
