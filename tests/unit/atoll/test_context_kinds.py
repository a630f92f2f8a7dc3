"""Which kind of context a function is given, and `get()` from the code that it calls."""

import pytest

from atoll import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetOut,
    AssetSpec,
    MaterializeResult,
    OpDefinition,
    OpExecutionContext,
    Output,
    asset,
    asset_check,
    graph_asset,
    job,
    materialize,
    op,
)
from atoll.errors import DefinitionError, InvariantError


def kind_in_asset(make):
    """The class of the context that the asset gets which `make` makes of a list to tell it to."""
    seen = []
    assert materialize([make(seen)]).success
    return [type(one) for one in seen]


def test_an_asset_gets_the_context_that_it_is_annotated_to_take():
    def plain(seen):
        @asset
        def one(context):
            seen.append(context)

        return one

    def as_op(seen):
        @asset
        def one(context: OpExecutionContext):
            seen.append(context)

        return one

    assert kind_in_asset(plain) == [AssetExecutionContext]
    assert kind_in_asset(as_op) == [OpExecutionContext]


def test_an_op_inside_of_an_asset_may_take_the_context_of_the_asset():
    def annotated(seen):
        @op
        def first(context: AssetExecutionContext):
            seen.append(context)
            return 1

        @op
        def second(context, value):
            seen.append(context)
            return value

        return graph_asset(name="one")(lambda: second(first()))

    assert kind_in_asset(annotated) == [AssetExecutionContext, OpExecutionContext]


def test_an_op_of_a_job_may_not():
    @op
    def one(context: AssetExecutionContext):
        pass

    @job
    def two():
        one()

    with pytest.raises(DefinitionError, match="one takes the context as AssetExecutionContext"):
        two.execute_in_process()


def test_a_check_is_given_its_own_context_and_not_that_of_an_asset():
    seen = []

    @asset
    def one(): ...

    @asset_check(asset=one)
    def good(context):
        seen.append((type(context), AssetCheckExecutionContext.get() is context))
        with pytest.raises(InvariantError, match="no AssetExecutionContext"):
            AssetExecutionContext.get()
        return AssetCheckResult(passed=True)

    @asset_check(asset=one)
    def bad(context: AssetExecutionContext):
        return AssetCheckResult(passed=True)

    assert materialize([one, good]).success
    assert seen == [(AssetCheckExecutionContext, True)]
    with pytest.raises(DefinitionError, match="but it is no asset"):
        materialize([one, bad])


@pytest.mark.parametrize("decorator", [op, asset])
def test_what_is_no_context_is_refused_at_once(decorator):
    def one(context: int): ...

    with pytest.raises(DefinitionError, match="annotated int"):
        decorator(one)


def test_code_that_a_function_calls_gets_its_context():
    def called(kind):
        return kind.get()

    with pytest.raises(InvariantError, match="no step is executed here"):
        called(OpExecutionContext)

    @asset
    def one(context: OpExecutionContext):
        assert called(OpExecutionContext) is context
        view = called(AssetExecutionContext)
        assert isinstance(view, AssetExecutionContext)
        view.add_output_metadata({"rows": 3})

    result = materialize([one])
    assert result.asset_materializations_for_node("one")[0].metadata["rows"].value == 3
    with pytest.raises(InvariantError):
        called(OpExecutionContext)


def test_a_definition_of_a_function_called_by_position_may_take_the_rest():
    def plain(context, *args):
        yield Output(len(args))

    one = OpDefinition(compute_fn=plain, name="one")

    @job
    def two():
        one()

    assert two.execute_in_process().output_for_node("one") == 1


def test_a_function_that_must_tell_of_all_its_outputs_is_told_which_are_missing():
    check = AssetCheckSpec("fine", asset="one")

    @asset(check_specs=[check])
    def one(context: AssetExecutionContext):
        context.set_requires_typed_event_stream(error_message="say what you made")
        return MaterializeResult()

    with pytest.raises(InvariantError, match="'one:fine', which its context requires") as caught:
        materialize([one])
    assert "say what you made" in str(caught.value.hint)

    @asset
    def silent(context):
        context.set_requires_typed_event_stream()

    with pytest.raises(InvariantError, match="did not say itself that it made 'silent'"):
        materialize([silent])


def test_an_output_of_a_spec_cannot_take_what_the_spec_depends_on():
    with pytest.raises(DefinitionError, match="the spec of 'a/b' has deps"):
        AssetOut.from_spec(AssetSpec(["a", "b"], deps=["c"]))
