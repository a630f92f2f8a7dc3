from __future__ import annotations

import enum
import json
from typing import Any, Dict, List, Literal, Optional, Union

import pydantic
import pytest
from pydantic import PrivateAttr, field_validator
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import Config, EnvVar, MaterializeResult, PermissiveConfig, RunConfig, asset


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


class Inner(Config):
    n: int = 1


class Cat(Config):
    kind: Literal["cat"] = "cat"
    meows: int


class Dog(Config):
    kind: Literal["dog"] = "dog"
    barks: float = 2.0


class Settings(Config):
    name: str
    color: Color = Color.RED
    inner: Inner = Inner()
    items: List[Inner] = pydantic.Field(default=[])
    by_name: Dict[str, int] = pydantic.Field(default={})
    limit: Optional[int]
    pet: Union[Cat, Dog] = pydantic.Field(default=Dog(), discriminator="kind")
    mode: Literal["fast", "slow"] = "fast"
    aliased: int = pydantic.Field(default=0, alias="alias")
    _kept: List[int] = PrivateAttr(default_factory=list)


def read(cls: Any, given: Any) -> Any:
    return cls.from_run_config(given, "'a'", ("ops", "a", "config"))


def wrong(cls: Any, given: Any) -> list[str]:
    with pytest.raises(atoll.ConfigError) as caught:
        read(cls, given)
    return [":".join(one.path) for one in caught.value.errors]


def test_a_run_s_config_becomes_an_object(monkeypatch: Any) -> None:
    monkeypatch.setenv("NAME", "from env")
    given = {
        "name": {"env": "NAME"},
        "color": "BLUE",
        "inner": {},
        "items": [{"n": 2}, {}],
        "by_name": {"env": 3},
        "pet": {"cat": {"meows": 4}},
        "mode": "slow",
        "alias": 5,
    }

    found = read(Settings, given)

    assert found.name == "from env"
    assert found.color is Color.BLUE
    assert found.items == [Inner(n=2), Inner()]
    assert found.by_name == {"env": 3}, "a dict of numbers is no variable"
    assert found.pet == Cat(meows=4)
    assert (found.mode, found.aliased, found.limit) == ("slow", 5, None)


def test_what_is_not_given_is_pydantic_s_to_fill_in() -> None:
    class Outer(Config):
        inner: Inner
        n: int = pydantic.Field(default_factory=lambda: 4)

    assert read(Inner, {}).model_fields_set == set()
    assert read(Outer, None) == Outer(inner=Inner(n=1), n=4)
    assert not Outer.to_fields_dict()["inner"].is_required


def test_config_is_asked_only_of_steps_that_run() -> None:
    @asset
    def plain() -> int:
        return 1

    @asset
    def a(config: Settings) -> None: ...

    assert atoll.materialize([plain, a], selection=[plain]).success
    with pytest.raises(atoll.ConfigError, match="'name' is missing"):
        atoll.materialize([plain, a])
    with pytest.raises(atoll.ConfigError, match="root:ops:a:config"):
        atoll.materialize([plain, a], {"ops": {"a": {"config": {}}}}, selection=[plain])


def test_every_problem_of_it_is_told_at_once() -> None:
    given = {
        "name": 1,
        "color": "r",
        "inner": {"m": 1},
        "items": [{"n": "x"}],
        "pet": {"bird": {}},
        "mode": "medium",
        "aliased": 1,
    }

    assert wrong(Settings, given) == [
        "ops:a:config:name",
        "ops:a:config:color",
        "ops:a:config:inner",
        "ops:a:config:items:0:n",
        "ops:a:config:pet",
        "ops:a:config:mode",
        "ops:a:config",
    ]


def test_what_only_pydantic_knows_is_told_with_the_path() -> None:
    class Limits(Config):
        n: int = pydantic.Field(ge=0)
        inner: Optional[Inner] = None

        @field_validator("n")
        @classmethod
        def _odd(cls, value: int) -> int:
            if value % 2 == 0:
                raise ValueError("an odd number, please")
            return value

    assert wrong(Limits, {"n": -1}) == ["ops:a:config:n"]
    with pytest.raises(atoll.ConfigError, match="an odd number, please"):
        read(Limits, {"n": 2})


def test_objects_take_instances_names_and_selectors_alike() -> None:
    made = Settings(name="x", color="BLUE", pet={"cat": {"meows": 1}})  # type: ignore[arg-type]

    assert made.color is Color.BLUE
    assert made.pet == Cat(meows=1)
    assert made.limit is None, "what may be None need not be given"
    assert Settings(name="x", color=Color.RED, pet=Dog(barks=1)).pet == Dog(barks=1)
    assert Settings(name="x", color="b").color is Color.BLUE  # type: ignore[arg-type]


def test_an_object_is_written_as_a_run_s_config_and_read_back(monkeypatch: Any) -> None:
    made = Settings(
        name=EnvVar("NAME"),
        color=Color.BLUE,
        items=[Inner(n=3)],
        pet=Cat(meows=2),
        alias=9,
    )

    written = made.to_config_dict()

    assert written == {
        "name": {"env": "NAME"},
        "color": "BLUE",
        "inner": {"n": 1},
        "items": [{"n": 3}],
        "by_name": {},
        "limit": None,
        "pet": {"cat": {"meows": 2}},
        "mode": "fast",
        "alias": 9,
    }
    assert json.loads(json.dumps(written)) == written
    monkeypatch.setenv("NAME", "x")
    assert read(Settings, written) == made.model_copy(update={"name": "x"})


def test_variables_may_stand_inside_lists_dicts_and_nested_configs(monkeypatch: Any) -> None:
    class Deep(Config):
        urls: List[str]
        ports: Dict[str, int]
        inner: Inner

    made = Deep(
        urls=[EnvVar("U"), "y"],
        ports={"a": EnvVar.int("P")},
        inner={"n": EnvVar.int("P")},  # type: ignore[arg-type]
    )
    monkeypatch.setenv("U", "x")
    monkeypatch.setenv("P", "7")

    assert made._resolved() == Deep(urls=["x", "y"], ports={"a": 7}, inner=Inner(n=7))
    assert read(Deep, made.to_config_dict()) == made._resolved()
    assert EnvVar.int("P").get_value() == 7


def test_fields_beyond_those_declared_are_kept_where_that_is_allowed() -> None:
    class Open(PermissiveConfig):
        n: int

    assert read(Open, {"n": 1, "more": "x"}).more == "x"
    assert wrong(Open, {"more": "x"}) == ["ops:a:config"]
    assert Open(n=1, more=2).to_config_dict() == {"n": 1, "more": 2}


def test_a_class_tells_its_fields_to_older_code() -> None:
    fields = Settings.to_fields_dict()

    assert fields["name"].is_required
    assert not fields["limit"].is_required
    assert fields["color"].default_value == "RED"
    assert fields["pet"].default_value == {"dog": {"barks": 2.0}}
    assert list(fields)[-1] == "alias"
    assert Settings.to_config_schema().as_field().is_required

    @asset(config_schema=Inner.to_config_schema())
    def a(context: atoll.AssetExecutionContext) -> MaterializeResult:
        return MaterializeResult(metadata={"n": context.op_config["n"]})

    assert attempt([a], "a").metadata("a") == {"n": 1}


def test_the_context_has_the_config_with_defaults() -> None:
    @asset
    def a(context: atoll.AssetExecutionContext, config: Inner) -> MaterializeResult:
        return MaterializeResult(metadata={"raw": context.op_config, "n": config.n})

    assert attempt([a], "a").metadata("a") == {"raw": {"n": 1}, "n": 1}


def test_its_json_schema_is_what_a_run_writes() -> None:
    schema = Settings.config_json_schema()

    assert schema is not None
    text = json.dumps(schema)
    assert '["RED", "BLUE"]' in text
    assert '"default": "RED"' in text
    choices = schema["properties"]["pet"]["oneOf"]
    assert [one["required"] for one in choices] == [["cat"], ["dog"]]
    assert schema["properties"]["pet"]["default"] == {"dog": {"barks": 2.0}}
    assert "kind" not in choices[0]["properties"]["cat"]["properties"]


def test_fields_do_not_change_and_the_error_says_what_to_do() -> None:
    made = Settings(name="x")
    made._kept.append(1)

    with pytest.raises(atoll.InvocationError, match="does not change"):
        made.name = "y"  # type: ignore[misc]
    with pytest.raises(atoll.InvocationError, match="did you mean 'name'"):
        made.nam = "y"  # type: ignore[attr-defined]
    with pytest.raises(atoll.ConfigDefinitionError, match=r"pydantic\.Field"):

        class Legacy(Config):
            n: int = atoll.Field(int)  # type: ignore[assignment]


def test_a_run_config_is_compared_and_written_as_a_whole() -> None:
    config = RunConfig(
        ops={"a": Inner(n=2), "graph": {"ops": {"b": Inner(n=3)}}},
        resources={"r": {"config": {"e": EnvVar("X")}}},
    )

    assert config.to_config_dict() == {
        "loggers": {},
        "resources": {"r": {"config": {"e": {"env": "X"}}}},
        "ops": {"a": {"config": {"n": 2}}, "graph": {"ops": {"b": {"config": {"n": 3}}}}},
        "execution": {},
    }
    assert config == RunConfig(ops=config.ops, resources=config.resources)
    assert config != RunConfig(ops=config.ops)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"solids": {}}, "write 'ops'"),
        ({"opps": {}}, "did you mean 'ops'"),
        ({"ops": {"b": {}}}, "nothing called 'b'"),
        ({"ops": {"a": {"n": 1}}}, "put it under 'config'"),
        ({"ops": {"a": {"config": {"n": "x"}}}}, "root:ops:a:config:n: it takes Int"),
        ({"resources": {"r": {}}}, "nothing called 'r'"),
        (7, "RunConfig or a dict"),
    ],
)
def test_a_run_begins_only_with_config_that_fits(config: Any, says: str) -> None:
    @asset
    def a(config: Inner) -> None:
        raise AssertionError("it must not begin")

    with pytest.raises(atoll.ConfigError, match=says):
        atoll.materialize([a], run_config=config, raise_on_error=False)
