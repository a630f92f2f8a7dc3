"""`Component`: an object that makes definitions."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar

from atoll.components import template_vars
from atoll.definitions.collection import Definitions
from atoll.definitions.metadata.code_references import LocalFileCodeReference
from atoll.errors import AtollError, DefinitionError

if TYPE_CHECKING:
    from atoll.components.documents import SourcePosition
    from atoll.components.load_context import ComponentDeclLoadContext, ComponentLoadContext

_LOADER = "__dagster_component_loader_fn"
_PRODUCES = ("asset", "asset_check", "schedule", "sensor", "job", "resource")
F = TypeVar("F", bound=Callable[..., Any])


class ComponentTypeSpec:
    """What a kind of component is.

    Args:
        description: in words.
        tags: marks to find it by.
        owners: addresses, or teams as `team:NAME`.
        metadata: facts about it.
        produces: what it makes: asset, asset_check, schedule, sensor, job or resource.

    Raises:
        DefinitionError: `component.type_spec`, it makes something that there is not.
    """

    def __init__(
        self,
        description: Optional[str] = None,
        tags: Optional[Sequence[str]] = None,
        owners: Optional[Sequence[str]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        produces: Optional[Sequence[str]] = None,
    ):
        unknown = [each for each in produces or () if each not in _PRODUCES]
        if unknown:
            raise DefinitionError(
                "ComponentTypeSpec: a component cannot produce %s" % ", ".join(unknown),
                code="component.type_spec",
                hint="choose from %s" % ", ".join(_PRODUCES),
            )
        self.description = description
        self.tags: List[str] = list(tags or ())
        self.owners: List[str] = list(owners or ())
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.produces: List[str] = list(produces or ())


class Component(ABC):
    """An object that makes definitions; derive from `Resolvable` too if YAML is to describe it."""

    @abstractmethod
    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """The definitions."""

    @classmethod
    def get_schema(cls) -> Any:
        """The pydantic model of its attributes, for one that is no `Resolvable`."""
        return None

    @classmethod
    def get_spec(cls) -> ComponentTypeSpec:
        """What this kind of component is."""
        return ComponentTypeSpec()

    @classmethod
    def get_description(cls) -> Optional[str]:
        """What this kind of component is, in words."""
        return cls.get_spec().description or inspect.getdoc(cls)

    @classmethod
    def get_model_cls(cls) -> Any:
        """The pydantic model of what YAML may say as its `attributes`; None if it takes none."""
        model = getattr(cls, "model", None)
        return model() if is_resolvable(cls) and model is not None else cls.get_schema()

    @classmethod
    def get_additional_scope(cls) -> Mapping[str, Any]:
        """What its templates can name besides."""
        return template_vars.without_context(cls)

    @classmethod
    def load(cls, attributes: Any, context: ComponentLoadContext) -> Any:
        """A component of what YAML says as its `attributes`.

        Args:
            attributes: an object of `get_model_cls()`; None if YAML says nothing.
            context: where it is declared.

        Raises:
            DefinitionError: `component.*`, a value is of another type or cannot be resolved.
        """
        if not is_resolvable(cls):
            return cls()
        from atoll.components import scopes
        from atoll.components.model import cause_of
        from atoll.components.resolution import error_of

        resolution = context.resolution_context.with_scope(**scopes.of_component(context))
        place = resolution.at_path("attributes")
        try:
            if attributes is None:
                return cls()
            return cls.resolve_from_model(place, attributes)  # type: ignore[attr-defined]
        except AtollError:
            raise
        except (TypeError, ValueError) as error:  # pydantic's, or of the class's own __init__
            raise error_of(place, error) from cause_of(error)

    @classmethod
    def get_code_references_for_yaml(
        cls, yaml_path: Path, source_position: SourcePosition, context: ComponentDeclLoadContext
    ) -> Sequence[Any]:
        """The places of which its assets say that they are made there.

        Args:
            yaml_path: the file that declares it.
            source_position: where in the file its document begins.
            context: where it is declared.
        """
        return [LocalFileCodeReference(str(yaml_path), source_position.line)]

    @classmethod
    def from_attributes_dict(
        cls, *, attributes: Dict[str, Any], context: Optional[ComponentLoadContext] = None
    ) -> Any:
        """A component of what YAML might say as its `attributes`; for tests.

        Args:
            attributes: as YAML would give them.
            context: where it is; by itself a folder without components.

        Raises:
            ValueError: pydantic's `ValidationError`, they do not fit.
            DefinitionError: `component.*`, a value cannot be resolved.
        """
        from atoll.components.tree import ComponentTree
        from atoll.components.validation import validated_by_pydantic

        model = cls.get_model_cls()
        said = None if model is None else validated_by_pydantic(model, attributes)
        return cls.load(said, context or ComponentTree.for_test().load_context)

    @classmethod
    def from_yaml_path(cls, yaml_path: Path, context: Any = None) -> Any:
        """The component of a YAML file; of several documents, all of them as one.

        Args:
            yaml_path: the file.
            context: where it is; by itself a folder without components.

        Raises:
            DefinitionError: `component.*`, the file describes it wrongly.
        """
        from atoll.components.declarations import yaml_file
        from atoll.components.tree import ComponentTree

        found = yaml_file(context or ComponentTree.for_test().load_context, Path(yaml_path))
        components = [each.load() for each in found.children]
        return components[0] if len(components) == 1 else found.load()


def is_resolvable(cls: type) -> bool:
    """Whether YAML can describe objects of a class."""
    return any(
        base.__name__ == "Resolvable" and base.__module__ == "atoll.components.resolvable"
        for base in cls.__mro__
    )


def component_instance(fn: F) -> F:
    """Decorate a function that gives a component, in a Python file of the folder `defs`.

    Args:
        fn: takes nothing, or the `ComponentLoadContext` of its place.
    """
    setattr(fn, _LOADER, True)
    return fn


component = component_instance
"""As `component_instance` was called before."""


def is_component_instance(value: Any) -> bool:
    """Whether it is a function that `component_instance` decorates."""
    return inspect.isfunction(value) and getattr(value, _LOADER, False) is True
