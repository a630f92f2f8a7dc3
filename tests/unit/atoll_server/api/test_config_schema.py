"""One schema out of those of steps and resources: names kept apart, references followed."""

from __future__ import annotations

from typing import Any

from atoll_server.api.config_schema import config_schema


def model(*, required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    made = {"type": "object", "title": "Settings", "properties": properties}
    return made if required is None else {**made, "required": required}


def of_step(schema: dict[str, Any], name: str) -> Any:
    return schema["properties"]["ops"]["properties"][name]["properties"]["config"]


def test_only_what_the_steps_and_resources_take_can_be_given() -> None:
    rows = {"type": "integer", "default": 5, "description": "How many."}

    schema = config_schema([("load", model(rows=rows))], [("db", model(url={}))], {})

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == ["ops", "resources"]
    ops = schema["properties"]["ops"]
    assert (list(ops["properties"]), ops["additionalProperties"]) == (["load"], False)
    assert ops["properties"]["load"]["additionalProperties"] is False
    assert of_step(schema, "load") == model(rows=rows), "what it says for people is kept"
    assert "required" not in schema and "$defs" not in schema


def test_what_has_to_be_given_is_required_all_the_way_down() -> None:
    steps = [("load", model(required=["day"], day={}, rows={})), ("sum", model(rows={}))]

    schema = config_schema(steps, [("db", model(required=["url"], url={}))], {})

    assert schema["required"] == ["ops"]
    assert schema["properties"]["ops"]["required"] == ["load"]
    assert schema["properties"]["ops"]["properties"]["load"]["required"] == ["config"]
    assert of_step(schema, "load")["required"] == ["day"]
    assert "required" not in schema["properties"]["resources"], "the code has made it already"


def test_what_the_job_gives_need_not_be_given_again() -> None:
    steps = [("load", model(required=["day", "rows"], day={}, rows={}))]
    given = {"ops": {"load": {"config": {"day": "monday"}}}, "loggers": {"console": {}}}

    some = config_schema(steps, [], given)
    all_of_it = config_schema(steps, [], {"ops": {"load": {"config": {"day": 1, "rows": 2}}}})

    assert of_step(some, "load")["required"] == ["rows"]
    assert "required" not in all_of_it
    assert some["properties"]["loggers"] == {}


def test_definitions_of_one_name_that_are_not_the_same_are_kept_apart() -> None:
    day = {"$ref": "#/$defs/Day"}
    one = {**model(day=day), "$defs": {"Day": {"enum": ["mon"]}}}
    other = {**model(day=day, more={"items": day}), "$defs": {"Day": {"enum": ["tue"]}}}

    schema = config_schema([("a", one), ("b", other), ("c", one)], [], {})

    assert schema["$defs"] == {"Day": {"enum": ["mon"]}, "Day_2": {"enum": ["tue"]}}
    assert of_step(schema, "a")["properties"]["day"] == {"$ref": "#/$defs/Day"}
    assert of_step(schema, "b")["properties"]["day"] == {"$ref": "#/$defs/Day_2"}
    assert of_step(schema, "b")["properties"]["more"]["items"] == {"$ref": "#/$defs/Day_2"}
    assert of_step(schema, "c") == of_step(schema, "a")


def test_definitions_that_are_equal_but_refer_to_others_are_kept_apart() -> None:
    def nested(kind: str) -> dict[str, Any]:
        outer = {"properties": {"inner": {"$ref": "#/$defs/Inner"}}}
        return {
            **model(outer={"$ref": "#/$defs/Outer"}),
            "$defs": {"Outer": outer, "Inner": {"type": kind}},
        }

    schema = config_schema([("a", nested("string")), ("b", nested("integer"))], [], {})

    outer = of_step(schema, "b")["properties"]["outer"]["$ref"].rpartition("/")[2]
    inner = schema["$defs"][outer]["properties"]["inner"]["$ref"].rpartition("/")[2]
    assert schema["$defs"][inner] == {"type": "integer"}


def test_only_references_are_renamed_whatever_members_and_values_are_called() -> None:
    first = {**model(), "$defs": {"Day": {"type": "string"}}}
    properties = {
        "default": {"$ref": "#/$defs/Day"},
        "kind": {"default": {"$ref": "#/$defs/Day"}, "enum": ["#/$defs/Day"]},
        "either": {"discriminator": {"propertyName": "k", "mapping": {"d": "#/$defs/Day"}}},
    }
    second = {**model(**properties), "$defs": {"Day": {"type": "integer"}}}

    found = of_step(config_schema([("a", first), ("b", second)], [], {}), "b")["properties"]

    assert found["default"] == {"$ref": "#/$defs/Day_2"}
    assert found["kind"] == properties["kind"]
    assert found["either"]["discriminator"]["mapping"] == {"d": "#/$defs/Day_2"}


def test_a_name_that_two_locations_have_takes_what_either_does() -> None:
    one, other = model(url={}), model(port={})

    schema = config_schema([], [("db", one), ("db", other), ("db", one)], {})

    config = schema["properties"]["resources"]["properties"]["db"]["properties"]["config"]
    assert config == {"anyOf": [one, other]}
