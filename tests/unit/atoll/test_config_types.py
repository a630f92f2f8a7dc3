from __future__ import annotations

import enum
import json
import pickle
from typing import Any, List, Optional

import pytest

import atoll
from atoll import (
    Array,
    Enum,
    EnumValue,
    Field,
    IntSource,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    StringSource,
)
from atoll.definitions.config.fields import config_type_of, read_config


class Color(enum.Enum):
    RED = 1
    BLUE = 2


def problems(kind: Any, given: Any) -> list[tuple[str, str]]:
    """(path, reason) of everything that does not fit."""
    with pytest.raises(atoll.ConfigError) as caught:
        read_config(kind, given, "it")
    assert caught.value.code == "config.invalid"
    return [(":".join(one.path), one.reason) for one in caught.value.errors]


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        (str, "x", "x"),
        (int, 3, 3),
        (float, 1, 1.0),
        (bool, True, True),
        (list, [1, "a"], [1, "a"]),
        (dict, {"a": {"b": 1}}, {"a": {"b": 1}}),
        (Any, "anything", "anything"),
        ([int], [1, 2], [1, 2]),
        (Array(Noneable(int)), [1, None], [1, None]),
        (Noneable(str), None, None),
        ({"a": int, "b": Field(str, default_value="y")}, {"a": 1}, {"a": 1, "b": "y"}),
        ({"a": Field(int, is_required=False)}, {}, {}),
        ({"a": Noneable(int)}, {}, {"a": None}),
        ({"a": {"b": Field(int, default_value=3)}}, {}, {"a": {"b": 3}}),
        (Permissive({"a": int}), {"a": 1, "z": 2}, {"a": 1, "z": 2}),
        (Shape({"a": int}, field_aliases={"a": "b"}), {"b": 1}, {"a": 1}),
        ({str: int}, {"a": 1}, {"a": 1}),
        (Map(str, {"x": int}), {"a": {"x": 1}}, {"a": {"x": 1}}),
        (Selector({"a": int, "b": str}), {"b": "x"}, {"b": "x"}),
        (Selector({"a": Field({"x": Field(int, default_value=2)})}), {"a": None}, {"a": {"x": 2}}),
        (Selector({"a": Field(int, default_value=1)}), {}, {"a": 1}),
        (ScalarUnion(int, {"a": int}), 3, 3),
        (ScalarUnion(int, {"a": int}), {"a": 3}, {"a": 3}),
        (Enum.from_python_enum(Color), "RED", Color.RED),
        (Enum.from_python_enum_direct_values(Color), "RED", 1),
        (Enum("E", [EnumValue("a", 7), EnumValue("b")]), "a", 7),
    ],
)
def test_a_value_becomes_what_code_is_given(kind: Any, given: Any, found: Any) -> None:
    got = read_config(kind, given, "it")

    assert got == found
    assert type(got) is type(found)


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        (str, 1, [("", "type")]),
        (str, None, [("", "type")]),
        (int, True, [("", "type")]),
        (int, "1", [("", "type")]),
        (int, 1.0, [("", "type")]),
        (bool, 1, [("", "type")]),
        (float, "1", [("", "type")]),
        ([int], (1, 2), [("", "type")]),
        ([int], [1, "x", None], [("1", "type"), ("2", "type")]),
        ({"a": int}, [], [("", "type")]),
        (dict, 3, [("", "type")]),
        (Map(str, int), {"a": "x", 3: 4}, [("a", "type"), ("3:key", "type")]),
        (Selector({"a": int, "b": str}), {}, [("", "selector")]),
        (Selector({"a": int, "b": str}), {"a": 1, "b": "x"}, [("", "selector")]),
        (Selector({"a": int}), {"c": 1}, [("", "unknown")]),
        (Enum.from_python_enum(Color), "GREEN", [("", "enum")]),
        (Enum.from_python_enum(Color), Color.RED, [("", "type")]),
        (StringSource, {"envv": "X"}, [("", "type")]),
        (str, {"env": "X"}, [("", "type")]),
        (str, atoll.EnvVar("X"), [("", "type")]),
        (Shape({"a": int}, field_aliases={"a": "b"}), {"a": 1, "b": 1}, [("a", "unknown")]),
    ],
)
def test_what_does_not_fit_is_refused(kind: Any, given: Any, wrong: Any) -> None:
    assert problems(kind, given) == wrong


def test_every_problem_is_told_with_its_path_and_what_is_taken() -> None:
    kind = {"limit": int, "names": [str], "deep": {"color": Enum.from_python_enum(Color)}}
    given = {"limt": 1, "names": ["x", 2], "deep": {"color": "REDD"}, "more": 1}

    with pytest.raises(atoll.ConfigError) as caught:
        read_config(kind, given, "the config of 'a'", ("ops", "a", "config"))

    error = caught.value
    assert [one.reason for one in error.errors] == ["missing", "type", "enum", "unknown", "unknown"]
    text = str(error)
    assert "in 5 places" in text
    assert "at path root:ops:a:config: the field 'limit' is missing; it takes Int" in text
    assert "at path root:ops:a:config:names:1: it takes String, not the integer 2" in text
    assert "root:ops:a:config:deep:color: it takes one of 'RED', 'BLUE'; did you mean 'RED'" in text
    assert "there is no field 'limt'; did you mean 'limit'?" in text
    assert error.config_value == given
    assert [str(e) for e in pickle.loads(pickle.dumps(error)).errors] == [
        str(e) for e in error.errors
    ]


def test_texts_are_not_told_for_they_may_be_secrets() -> None:
    with pytest.raises(atoll.ConfigError) as caught:
        read_config({"n": int}, {"n": "hunter2"}, "it")

    assert "hunter2" not in str(caught.value)


def test_variables_are_read_when_the_config_is(monkeypatch: Any) -> None:
    kind = {"s": StringSource, "n": IntSource, "b": atoll.BoolSource}
    given = {"s": {"env": "S"}, "n": {"env": "N"}, "b": {"env": "B"}}
    for name, value in (("S", "x"), ("N", "4"), ("B", "false")):
        monkeypatch.setenv(name, value)
    assert read_config(kind, given, "it") == {"s": "x", "n": 4, "b": False}

    monkeypatch.setenv("N", "secret")
    with pytest.raises(atoll.ConfigError) as caught:
        read_config(kind, given, "it")
    assert [one.path for one in caught.value.errors] == [("n",)]
    assert "secret" not in str(caught.value)

    monkeypatch.delenv("S")
    monkeypatch.setenv("N", "4")
    with pytest.raises(atoll.ConfigError, match="variable S is not set") as caught:
        read_config(kind, given, "it")
    assert caught.value.code == "config.env_missing"


def test_what_a_field_needs_follows_from_its_type() -> None:
    def facts(field: Field) -> tuple[bool, Any]:
        return field.is_required, field.default_value if field.default_provided else "none"

    assert facts(Field(int)) == (True, "none")
    assert facts(Field(int, default_value=3)) == (False, 3)
    assert facts(Field(int, is_required=False)) == (False, "none")
    assert facts(Field(dict)) == (False, {})
    assert facts(Field(list)) == (True, "none")
    assert facts(Field(Any)) == (True, "none")
    assert facts(Field(Noneable(int))) == (False, None)
    assert facts(Field({"a": Field(int, default_value=3)})) == (False, {"a": 3})
    assert facts(Field(Selector({"a": Field(int, default_value=1)}))) == (False, {"a": 1})
    assert facts(Field(StringSource, default_value=atoll.EnvVar("X"))) == (False, {"env": "X"})
    assert Field({"a": (1.5).__class__}).config_type.written() == "{a: Float}"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (object, "str, int, float"),
        (3, "str, int, float"),
        ([int, str], "one type"),
        ([], "one type"),
        ({1: int}, "a text"),
        ({"a": {"b": 3}}, "at a:b"),
        (Optional[int], r"Noneable\(int\)"),
        (List[int], r"\[str\] for lists"),
        (Noneable, r"Noneable\(\.\.\.\)"),
        (Color, "from_python_enum"),
    ],
)
def test_what_is_no_type_is_told_at_the_user_s_line(kind: Any, says: str) -> None:
    with pytest.raises(atoll.ConfigDefinitionError, match=says) as caught:
        Field(kind)

    assert caught.value.code == "config_schema.invalid"
    assert caught.value.file == __file__


def test_a_default_is_checked_where_it_is_written() -> None:
    with pytest.raises(atoll.ConfigError):
        Field(int, default_value="x")
    with pytest.raises(atoll.ParameterError):
        Field(int, default_value=1, is_required=True)
    with pytest.raises(atoll.ParameterError):
        Field(list, default_value=list)
    with pytest.raises(atoll.ConfigDefinitionError, match="'RED'"):
        Field(Enum.from_python_enum(Color), default_value=Color.RED)
    with pytest.raises(atoll.ConfigDefinitionError):
        Map(dict, int)
    with pytest.raises(atoll.ConfigDefinitionError):
        Enum("E", [EnumValue("a"), EnumValue("a")])


def test_editors_are_told_the_same_by_json_schema() -> None:
    kind = config_type_of(
        {
            "a": Field(int, description="how many"),
            "b": Field(Noneable(str), default_value="x"),
            "c": Selector({"x": int, "y": [str]}),
            "d": Map(str, bool),
            "e": Field(Enum.from_python_enum(Color), default_value="RED"),
            "f": ScalarUnion(int, {"z": float}),
            "g": Field(str, default_value="hidden", is_secret=True),
        }
    )

    schema = kind.json_schema()

    assert json.loads(json.dumps(schema)) == schema
    assert set(schema["required"]) == {
        "a",
        "c",
        "d",
        "f",
    }
    assert schema["properties"]["a"] == {"type": "integer", "description": "how many"}
    assert schema["properties"]["e"] == {"enum": ["RED", "BLUE"], "default": "RED"}
    assert [one["required"] for one in schema["properties"]["c"]["oneOf"]] == [["x"], ["y"]]
    assert "default" not in schema["properties"]["g"]
