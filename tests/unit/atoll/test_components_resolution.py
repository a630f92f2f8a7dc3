"""How fields come out of what a YAML file says."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Union

import pytest
from pydantic import BaseModel, Field, ValidationError
from typing_extensions import Annotated, Literal

import atoll
from atoll import AssetKey, AutomationCondition, Model, ResolutionError, Resolvable, Resolver
from atoll.components.templates import render


class Color(enum.Enum):
    RED = "red"


class Plain(BaseModel):
    size: int


@dataclass
class Inner(Resolvable):
    key: atoll.ResolvedAssetKey
    times: int = 1


class Outer(Resolvable, Model):
    one: Inner
    many: List[Inner] = Field(default_factory=list)
    named: Dict[str, Inner] = Field(default_factory=dict)
    maybe: Optional[Inner] = None
    either: Union[Inner, str, None] = None
    plain: Optional[Plain] = None
    color: Color = Color.RED


class ByInit(Resolvable):
    def __init__(self, name: str, sizes: Optional[List[int]] = None):
        self.name, self.sizes = name, sizes


def test_objects_come_out_of_containers_of_any_depth() -> None:
    made = Outer.resolve_from_yaml(
        """
        one: {key: a/b}
        many: [{key: c, times: 2}]
        named: {x: {key: d}}
        either: {key: e}
        plain: {size: 3}
        color: red
        """
    )

    assert made.one == Inner(AssetKey(["a", "b"]))
    assert list(made.many) == [Inner(AssetKey("c"), 2)]
    assert made.named == {"x": Inner(AssetKey("d"))}
    assert (made.maybe, made.either) == (None, Inner(AssetKey("e")))
    assert (made.plain, made.color) == (Plain(size=3), Color.RED)


def test_a_template_may_stand_for_a_whole_field() -> None:
    made = Outer.resolve_from_yaml(
        "one: '{{ first }}'\nmany: '{{ [first, first] }}'\n",
        scope={"first": Inner(AssetKey("f"))},
    )

    assert made.one == Inner(AssetKey("f"))
    assert len(made.many) == 2


def test_a_class_with_an_init_of_its_own_is_resolved_by_its_parameters() -> None:
    made = ByInit.resolve_from_dict({"name": "a", "sizes": "{{ [1 + 1] }}"})

    assert (made.name, made.sizes) == ("a", [2])
    assert ByInit.resolve_from_dict({"name": "b"}).sizes is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("{{ n }}", 3),
        ("{{ n }}{{ n }}", 33),
        ("a{{ n }}", "a3"),
        ("{{ items }}", [1]),
        ("{% if n > 2 %}more{% endif %}", "more"),
        ("7", 7),
        ("[1, 'a']", [1, "a"]),
        ("1,", (1,)),
        ("def f(", "def f("),
        ("{{ missing | default('d') }}", "d"),
        ("{{ missing or 'd' }}", "d"),
    ],
)
def test_a_string_means_what_jinja_makes_of_it(text: str, value: Any) -> None:
    assert render(text, {"n": 3, "items": [1]}) == value


@pytest.mark.parametrize("text", ["{{ missing }}", "a{{ missing }}", "{{ n.missing }} b"])
def test_what_a_template_cannot_name_is_never_nothing(text: str) -> None:
    with pytest.raises(ResolutionError, match="missing") as told:
        atoll.ResolutionContext({"n": 3}).resolve_value([text])

    assert told.value.code == "component.unknown_variable"


def upper(context: Any, value: str) -> str:
    return value.upper()


def joined(context: Any, model: Any) -> str:
    return model.first + model.second


class Resolved(Resolvable, Model):
    loud: Annotated[str, Resolver(upper, model_field_name="said")]
    both: Annotated[
        Any, Resolver.from_model(joined, model_field_name="first", model_field_type=str)
    ] = None
    second: str = ""
    raw: Annotated[Any, Resolver.passthrough()] = None
    when: Optional[atoll.Injected[AutomationCondition]] = None


def test_resolvers_make_the_value_of_their_field() -> None:
    made = Resolved.resolve_from_yaml(
        "said: '{{ word }}'\nfirst: a\nsecond: b\nraw: '{{ word }}'\nwhen: '{{ eager }}'",
        scope={"word": "hey", "eager": AutomationCondition.eager()},
    )

    assert (made.loud, made.both, made.raw) == ("HEY", "ab", "{{ word }}")
    assert made.when == AutomationCondition.eager()


def test_what_a_resolver_raises_is_told_with_its_place() -> None:
    class Broken(Resolvable, Model):
        rows: List[Annotated[int, Resolver(lambda _, value: int(value), model_field_type=str)]]

    with pytest.raises(ResolutionError, match=r"<string>:3:3: rows\[1\]: ValueError: ") as told:
        Broken.resolve_from_yaml("rows:\n- '1'\n- x\n")

    assert told.value.code == "component.resolver"
    assert isinstance(told.value.__cause__, ValueError)


def test_a_wrong_document_is_told_with_pydantic_s_error_and_our_words() -> None:
    with pytest.raises(ValidationError, match=r"<string>:2:1: oen: there is no such field"):
        Outer.resolve_from_yaml("one: {key: a}\noen: 3\n")


class Unfit(Resolvable, Model):
    key: AssetKey


class Foreign(Resolvable, Model):
    it: Annotated[AssetKey, Resolver(upper)]


class Untyped(Resolvable):
    def __init__(self, name):  # type: ignore[no-untyped-def]
        pass


@dataclass
class Numbered(Resolvable):
    by_number: Dict[int, Inner] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("cls", "said", "hint"),
    [
        (Unfit, "field 'key', which is of type AssetKey", "write ResolvedAssetKey instead"),
        (Foreign, "does not say what YAML gives for AssetKey", "model_field_type=str"),
        (Untyped, "parameter 'name' without a type", "annotate it"),
        (Numbered, "are no strings", ""),
    ],
)
def test_a_field_that_yaml_cannot_give_is_told_at_its_class(cls: Any, said: str, hint: str) -> None:
    with pytest.raises(ResolutionError, match=said) as told:
        cls.model()

    assert told.value.code == "component.fields"
    assert hint in (told.value.hint or "")


class Narrow(Resolvable, Model):
    mode: Literal["full", "delta"] = "full"


def test_a_value_out_of_a_template_is_checked_too() -> None:
    with pytest.raises(ValidationError, match="full"):
        Narrow.resolve_from_dict({"mode": "{{ 'oth' + 'er' }}"})


def test_the_schema_says_what_the_resolvers_say() -> None:
    class Told(Resolvable, Model):
        """Its own words."""

        a: Annotated[str, Resolver.default(description="the first", examples=["x"])]

    schema = Told.model().model_json_schema()

    assert schema["properties"]["a"]["description"] == "the first"
    assert (schema["required"], schema["additionalProperties"]) == (["a"], False)


def test_a_spec_that_cannot_be_produced_is_told() -> None:
    with pytest.raises(atoll.DefinitionError, match="cannot produce table") as told:
        atoll.ComponentTypeSpec(produces=["asset", "table"])

    assert told.value.code == "component.type_spec"


def test_a_component_is_made_of_attributes_in_a_test() -> None:
    class Mine(atoll.Component, Model, Resolvable):
        name: str

        def build_defs(self, context: Any) -> atoll.Definitions:
            return atoll.Definitions(assets=[atoll.AssetSpec(self.name)])

    made = Mine.from_attributes_dict(attributes={"name": "{{ 'a' + 'b' }}"})

    assert [str(key) for key in atoll.component_defs(component=made).asset_keys] == ["ab"]
    with pytest.raises(ValidationError, match="nmae: there is no such field"):
        Mine.from_attributes_dict(attributes={"nmae": "a"})


def test_text_of_an_asset_stays_text_where_it_looks_like_a_number() -> None:
    class Named(atoll.Model, atoll.Resolvable):
        spec: atoll.ResolvedAssetSpec

    said = "spec: {key: '2024', code_version: '1.10', group_name: '007', description: '{{ n }}'}"
    spec = Named.resolve_from_yaml(said, scope={"n": 3}).spec

    assert (spec.key, spec.code_version) == (atoll.AssetKey("2024"), "1.10")
    assert (spec.group_name, spec.description) == ("007", "3")
