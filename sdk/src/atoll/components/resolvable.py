"""`Resolvable`: a class whose objects a YAML file can describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Type, Union

from pydantic import BaseModel, Field, create_model
from pydantic.errors import PydanticSchemaGenerationError

from atoll.components.documents import parse_documents
from atoll.components.fields import fields_of, resolver_of
from atoll.components.model import Model
from atoll.components.resolution import ResolutionContext
from atoll.errors import ResolutionError

if TYPE_CHECKING:
    from atoll.components.fields import FieldOf
    from atoll.components.model import Resolver

_UNSET = "__DAGSTER_UNSET_DEFAULT__"
"""Stands for a default that JSON cannot say; where it is left, the class's own default counts."""
_models: Dict[Any, Type[BaseModel]] = {}


class Resolvable:
    """A class whose objects a YAML file can describe.

    Derive from it and from `Model`, or decorate with `@dataclass`, or annotate `__init__`. What
    YAML may say follows from the fields' types; each field also takes a template, `"{{ ... }}"`.
    """

    @classmethod
    def model(cls) -> Type[BaseModel]:
        """The pydantic model of what YAML may say.

        Raises:
            ResolutionError: `component.fields`, a field is of a type that YAML cannot give.
        """
        if cls not in _models:
            _models[cls] = _derived(cls)
        return _models[cls]

    @classmethod
    def get_form_config(cls) -> Any:
        """None: Atoll's pages do not edit components."""
        return None

    @classmethod
    def resolve_from_model(cls, context: ResolutionContext, model: BaseModel) -> Any:
        """An object, out of what YAML said.

        Args:
            context: what templates can name, and where the model stands.
            model: an object of `model()`.

        Raises:
            ResolutionError: `component.*`, a value cannot be resolved.
        """
        return cls(**resolve_fields(model, cls, context))

    @classmethod
    def resolve_from_yaml(cls, yaml: str, *, scope: Optional[Mapping[str, Any]] = None) -> Any:
        """An object, out of the text of a YAML document.

        Args:
            yaml: the text.
            scope: by name, what its templates can use.

        Raises:
            ValueError: pydantic's `ValidationError`, the text says something else; it names line
                and column.
            ResolutionError: `component.*`, a value cannot be resolved.
        """
        from atoll.components.validation import validated_by_pydantic

        model = cls.model()
        documents = parse_documents(yaml, "<string>")
        positions = documents[0].positions if documents else None
        said = validated_by_pydantic(model, documents[0].value if documents else {}, positions)
        context = ResolutionContext.default(positions)
        return cls.resolve_from_model(context.with_scope(**scope) if scope else context, said)

    @classmethod
    def resolve_from_dict(cls, dictionary: Dict[str, Any]) -> Any:
        """An object, out of a dict as YAML would give it."""
        from atoll.components.validation import validated_by_pydantic

        return cls.resolve_from_model(
            ResolutionContext.default(), validated_by_pydantic(cls.model(), dictionary)
        )


def resolve_fields(
    model: BaseModel, resolved_cls: Type[Any], context: ResolutionContext
) -> Dict[str, Any]:
    """By field, the arguments for an object of the class; what YAML leaves out is left out.

    Raises:
        ResolutionError: `component.*`, a value cannot be resolved.
    """
    found: Dict[str, Any] = {}
    for name, field in fields_of(resolved_cls).items():
        resolver = resolver_of(field.type, name)
        said = resolver.model_field_name or name
        if said in model.model_fields_set and getattr(model, said) != _UNSET:
            alias = field.info.alias if field.info is not None else None
            found[alias or name] = resolver.execute(context, model, name)
    return found


def _derived(cls: Type[Any]) -> Type[BaseModel]:
    fields: Dict[str, Any] = {}
    for name, field in fields_of(cls).items():
        resolver = resolver_of(field.type, name)
        kind = resolver.model_field_type or field.type
        # A template may stand for anything.
        kind = kind if kind is str else Union[kind, str]
        fields[resolver.model_field_name or name] = (kind, _field(field, resolver))
    try:
        made: Type[BaseModel] = create_model(cls.__name__ + "Model", __base__=Model, **fields)
    except PydanticSchemaGenerationError as error:
        raise ResolutionError(
            "what YAML may say of a %s cannot be told: %s" % (cls.__name__, error.message),
            code="component.fields",
            hint="give the resolver of that field a model_field_type",
        ) from error
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z0-9])|[A-Z][a-z0-9]*|[a-z0-9]+", cls.__name__)
    made.model_config["json_schema_extra"] = {"title": " ".join(words)}
    made.__doc__ = cls.__doc__
    return made


def _field(field: FieldOf, resolver: Resolver) -> Any:
    described: Dict[str, Any] = {}
    for name in ("description", "examples", "json_schema_extra"):
        value = getattr(resolver, name) or getattr(field.info, name, None)
        if value is not None:
            described[name] = value
    if getattr(field.info, "alias", None):
        described["alias"] = field.info.alias
    if not field.has_default:
        return Field(**described)
    plain = type(field.default) in (int, float, str, bool, type(None))
    return Field(default=field.default if plain else _UNSET, **described)
