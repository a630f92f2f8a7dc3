"""`dagster._check`: guards on arguments."""

from __future__ import annotations

from typing import Any

import pytest

from atoll import ParameterError
from atoll.compat import check


@pytest.mark.parametrize(
    ("guard", "arguments", "result"),
    [
        ("str_param", ("a", "name"), "a"),
        ("opt_str_param", (None, "name"), None),
        ("opt_str_param", (None, "name", "b"), "b"),
        ("list_param", ([1], "name", int), [1]),
        ("opt_list_param", (None, "name"), []),
        ("opt_nullable_list_param", (None, "name"), None),
        ("opt_mapping_param", (None, "name"), {}),
        ("dict_param", ({"a": 1}, "name", str, int), {"a": 1}),
        ("opt_set_param", (None, "name"), set()),
        ("set_param", ({1}, "name", int), {1}),
        ("tuple_param", ((1,), "name", int), (1,)),
        ("sequence_param", ((1, 2), "name", int), (1, 2)),
        ("numeric_param", (1.5, "name"), 1.5),
        ("str_elem", ({"a": "b"}, "a"), "b"),
        ("opt_int_elem", ({}, "a"), None),
        ("opt_list_elem", ({}, "a"), []),
        ("inst_param", (1, "name", (int, str)), 1),
        ("opt_inst_param", (None, "name", int, 5), 5),
        ("not_none", (0,), 0),
        ("invariant", (True,), True),
        ("class_param", (bool, "name", int), bool),
        ("callable_param", (len, "name"), len),
    ],
)
def test_what_fits_comes_back(guard: str, arguments: Any, result: Any) -> None:
    assert getattr(check, guard)(*arguments) == result


@pytest.mark.parametrize(
    ("guard", "arguments", "said"),
    [
        ("str_param", (1, "name"), 'Param "name" is not str. Got 1'),
        ("list_param", ([1, "a"], "name", int), 'an item of "name"'),
        ("dict_param", ({1: 1}, "name", str), 'a key of "name"'),
        ("mapping_param", ({"a": 1}, "name", str, str), 'a value of "name"'),
        ("inst_param", (1.0, "name", (int, str)), "int or str"),
        ("not_none", (None,), "non-None"),
        ("invariant", (False, "the reason"), "the reason"),
        ("class_param", (str, "name", int), "a subclass of int"),
        ("callable_param", (1, "name"), "a callable"),
        ("failed", ("the reason",), "the reason"),
        ("literal_param", (3, "name", (1, 2)), "one of [1, 2]"),
    ],
)
def test_what_does_not_fit_is_refused(guard: str, arguments: Any, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        getattr(check, guard)(*arguments)

    assert said in str(caught.value)
