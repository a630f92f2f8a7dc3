"""What dynamic outputs may be connected to, within a graph and across graphs."""

from __future__ import annotations

from typing import Any, List

import pytest

from atoll import DefinitionError, DynamicOut, DynamicOutput, graph, job, op


@op(out=DynamicOut())
def numbers() -> Any:
    yield DynamicOutput(1, "one")
    yield DynamicOutput(2, "two")


@op(out=DynamicOut())
def split(value: Any) -> Any:
    yield DynamicOutput(value, "only")


@op
def echo(value: Any) -> Any:
    return value


@op
def add(a: Any, b: Any) -> Any:
    return a + b


@graph
def echoed() -> Any:
    return numbers().map(echo)


@graph
def adds_within(a: Any) -> None:
    numbers().map(lambda b: add(a, b))


@graph
def splits_within(a: Any) -> None:
    split(a).map(echo)


@graph
def deeper(a: Any) -> None:
    adds_within(a)


def _list_of_each() -> None:
    each: List[Any] = []
    numbers().map(each.append)
    echo(each)


def _two_directly() -> None:
    numbers().map(lambda a: numbers().map(lambda b: add(a, b)) and None)


def _two_through_an_op() -> None:
    numbers().map(lambda a: (numbers().map(lambda b: add(echo(a), b)), None)[1])


def _two_of_a_graph() -> None:
    numbers().map(lambda a: (echoed().map(lambda b: add(a, b)), None)[1])


def _split_each() -> None:
    numbers().map(lambda a: (split(a).map(echo), None)[1])


def _collect_each() -> None:
    echo(numbers().map(split).collect())


def _each_and_all() -> None:
    every = numbers()
    every.map(lambda a: add(a, every.collect()))


def _all_and_each() -> None:
    every = numbers()
    every.map(lambda a: add(every.collect(), a))


@pytest.mark.parametrize(
    "function",
    [
        _list_of_each,
        _two_directly,
        _two_through_an_op,
        _two_of_a_graph,
        _split_each,
        _collect_each,
        _each_and_all,
        _all_and_each,
        lambda: numbers().map(lambda a: adds_within(echo(a))) and None,
        lambda: numbers().map(splits_within) and None,
        lambda: numbers().map(deeper) and None,
    ],
)
def test_what_has_no_meaning_is_refused_when_the_graph_is_made(function: Any) -> None:
    with pytest.raises(DefinitionError) as refused:
        job(name="refused")(function)
    assert refused.value.code == "definition.bad_dynamic"


def test_a_dynamic_output_of_each_value_is_fine_where_nobody_takes_it() -> None:
    @job
    def fine() -> None:
        numbers().map(split)

    assert fine.execute_in_process().success


def test_what_a_graph_makes_of_each_value_can_be_mapped_and_collected() -> None:
    @op
    def total(values: Any) -> int:
        return sum(values)

    @graph
    def outer() -> Any:
        return total(echoed().map(lambda value: add(value, value)).collect())

    assert echoed.output_defs[0].is_dynamic
    assert outer.execute_in_process().output_value() == 6
