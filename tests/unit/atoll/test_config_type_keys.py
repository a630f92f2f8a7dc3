"""Types of a configuration that are declared twice are one."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from atoll import Array, Enum, Field, Map, Noneable, Permissive, ScalarUnion, Selector, Shape


@pytest.mark.parametrize("made", [Shape, Permissive, Selector])
def test_what_is_declared_again_is_the_same_object(made: Any) -> None:
    one = made({"limit": Field(int, default_value=3), "name": str})

    assert made({"name": Field(str), "limit": Field(int, default_value=3)}) is one


@pytest.mark.parametrize(
    "other",
    [
        Shape({"limit": str}),
        Shape({"limit": Field(int, is_required=False)}),
        Shape({"limit": Field(int, default_value=1)}),
        Shape({"limit": Field(int, description="how many")}),
        Shape({"limit": Field(int, is_secret=True)}),
        Shape({"limit": int}, description="limits"),
        Shape({"limit": int}, field_aliases={"limit": "most"}),
        Permissive({"limit": int}),
        Selector({"limit": int}),
    ],
)
def test_what_differs_in_anything_has_another_key(other: Any) -> None:
    assert other.key != Shape({"limit": int}).key


def test_enums_of_one_name_are_told_apart() -> None:
    class One(enum.Enum):
        A = 1

    class Two(enum.Enum):
        A = 2

    one = Shape({"letter": Enum.from_python_enum(One, "Letter")})
    two = Shape({"letter": Enum.from_python_enum(Two, "Letter")})

    assert one is not two


def test_keys_of_what_holds_other_types_name_them() -> None:
    assert Array(int).key == "Array.Int"
    assert Noneable(str).key == "Noneable.String"
    assert Map(str, int).key != Map(str, int, key_label_name="city").key
    assert ScalarUnion(str, [str]).key == "ScalarUnion.String-Array.String"
