"""Arguments of asset declarations: misspelt ones, and what may be said once only."""

from __future__ import annotations

import inspect
from typing import Any, Callable

import pytest

from atoll import (
    AssetDep,
    AssetIn,
    AssetOut,
    AssetSpec,
    Definitions,
    asset,
    asset_check,
    graph_asset,
    multi_asset,
)
from atoll.errors import DefinitionError, UnknownArgumentError


@pytest.mark.parametrize(
    ("declare", "misspelt", "meant"),
    [
        (lambda **given: Definitions(**given), "asets", "assets"),
        (lambda **given: asset(**given)(lambda: 1), "grup_name", "group_name"),
        (lambda **given: multi_asset(specs=[AssetSpec("a")], **given), "can_subst", "can_subset"),
        (lambda **given: AssetSpec("a", **given), "onwers", "owners"),
        (lambda **given: AssetOut(**given), "descripton", "description"),
        (lambda **given: asset_check(asset="a", **given), "bloking", "blocking"),
        (lambda **given: graph_asset(**given), "key_prefx", "key_prefix"),
    ],
)
def test_a_misspelt_argument_is_told_with_the_nearest(
    declare: Callable[..., Any], misspelt: str, meant: str
) -> None:
    with pytest.raises(UnknownArgumentError, match=misspelt) as caught:
        declare(**{misspelt: None})

    assert caught.value.code == "definition.unknown_argument"
    assert meant in str(caught.value.hint)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, DefinitionError)


def test_the_signature_stays_visible() -> None:
    assert "can_subset" in inspect.signature(multi_asset).parameters
    assert "assets" in inspect.signature(Definitions).parameters


def test_non_argument_deps_are_deps() -> None:
    @asset(non_argument_deps={"up"})
    def one() -> None: ...

    @multi_asset(outs={"two": AssetOut()}, non_argument_deps={"up"})
    def several() -> None: ...

    assert [str(key) for key in one.dependency_keys] == ["up"]
    assert [str(key) for key in several.dependency_keys] == ["up"]


@pytest.mark.parametrize(
    "said",
    [AssetIn(metadata={"a": 1}), AssetIn(key_prefix="p"), AssetIn(dagster_type=int)],
    ids=["metadata", "prefix", "type"],
)
def test_a_dependency_of_which_ins_say_more_is_refused(said: AssetIn) -> None:
    with pytest.raises(DefinitionError) as caught:

        @asset(deps=[AssetDep("up")], ins={"up": said})
        def one(up: Any) -> None: ...

    assert caught.value.code == "definition.conflicting_deps"


def test_a_dependency_may_be_bound_to_a_parameter() -> None:
    @asset(deps=["up"], ins={"renamed": AssetIn("up")})
    def one(renamed: Any) -> None: ...

    assert one.keys_by_input_name["renamed"].path == ["up"]


def test_a_parameter_that_no_spec_depends_on_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'up'"):

        @multi_asset(specs=[AssetSpec("a"), AssetSpec("b", deps=["other"])])
        def several(up: Any) -> None: ...


def test_a_dependency_without_a_value_is_an_input_of_the_op() -> None:
    @asset(deps=["up"])
    def one() -> None: ...

    assert one.op.ins["up"].dagster_type.is_nothing
