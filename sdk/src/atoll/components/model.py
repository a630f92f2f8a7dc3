"""`Model` and `Resolver`: how a field of a component comes out of what a YAML file says."""

from __future__ import annotations

import functools
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import Annotated

from atoll.components.resolution import ResolutionContext, error_at, error_of
from atoll.errors import AtollError, ParameterError, ResolutionError


class Model(BaseModel):
    """A pydantic model that takes no fields but its own: the usual base of a component."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class ParentFn:
    """A resolving function that gets the whole model."""

    def __init__(self, callable: Callable[[Any, Any], Any]):
        self.callable = callable


class AttrWithContextFn:
    """A resolving function that gets the value of its field."""

    def __init__(self, callable: Callable[[Any, Any], Any]):
        self.callable = callable


_default = AttrWithContextFn(lambda context, value: context.resolve_value(value))
_as_it_is = AttrWithContextFn(lambda context, value: value)


class Resolver:
    """How one field is resolved; put into its annotation, as in `Annotated[T, Resolver(fn)]`.

    Args:
        fn: gets a `ResolutionContext` and the field's value as the YAML file has it; gives what
            the field is to hold.
        model_field_name: the field's name in YAML, where it is another.
        model_field_type: the field's type in YAML, where it is another.
        description: what the field means.
        examples: values that it might have.
        inject_before_resolve: a string is rendered first; where that gives no string, that is
            the field's value, and `fn` is not called.
        json_schema_extra: more for the field's JSON schema.
        form_config: taken and not used: Atoll's pages do not edit components.

    Raises:
        ParameterError: `parameter.type`, `fn` is no function.
    """

    def __init__(
        self,
        fn: Union[ParentFn, AttrWithContextFn, Callable[[Any, Any], Any]],
        *,
        model_field_name: Optional[str] = None,
        model_field_type: Any = None,
        description: Optional[str] = None,
        examples: Optional[List[Any]] = None,
        inject_before_resolve: bool = True,
        json_schema_extra: Optional[Dict[str, Any]] = None,
        form_config: Any = None,
    ):
        if not isinstance(fn, (ParentFn, AttrWithContextFn)):
            if not callable(fn):
                raise ParameterError("Resolver(fn): %.80r is not a function" % (fn,))
            fn = AttrWithContextFn(fn)
        self.fn = fn
        self.model_field_name = model_field_name
        self.model_field_type = model_field_type
        self.description = description
        self.examples = examples
        self.inject_before_resolve = inject_before_resolve
        self.json_schema_extra = json_schema_extra or None

    @staticmethod
    def from_model(fn: Callable[[Any, Any], Any], **kwargs: Any) -> Resolver:
        """A resolver whose function gets the whole model, not only its field's value.

        Args:
            fn: gets a `ResolutionContext` and the model.
            kwargs: what else `Resolver` takes.
        """
        return Resolver(ParentFn(fn), **kwargs)

    @staticmethod
    def union(arg_resolver_pairs: Sequence[Tuple[Any, Resolver]]) -> Resolver:
        """A resolver that takes what the first of several that can makes of the value."""
        types = tuple(each.model_field_type or kind for kind, each in arg_resolver_pairs)
        return Resolver(
            functools.partial(_first_that_can, [each for _, each in arg_resolver_pairs]),
            model_field_type=Union[types],
        )

    @staticmethod
    def default(**kwargs: Any) -> Resolver:
        """The usual: strings are rendered, at any depth. It takes what `Resolver` takes."""
        return Resolver(_default, inject_before_resolve=False, **kwargs)

    @staticmethod
    def passthrough(
        description: Optional[str] = None, examples: Optional[List[Any]] = None
    ) -> Resolver:
        """The value as it stands in the YAML file, templates included.

        Args:
            description: what the field means.
            examples: values that it might have.
        """
        return Resolver(
            _as_it_is, inject_before_resolve=False, description=description, examples=examples
        )

    @property
    def is_default(self) -> bool:
        """Whether strings are rendered, and nothing else."""
        return self.fn is _default

    @property
    def resolves_from_parent_object(self) -> bool:
        """Whether the function gets the whole model."""
        return isinstance(self.fn, ParentFn)

    def with_outer_resolver(self, outer: Resolver) -> Resolver:
        """The same, described as `outer` is."""
        return Resolver(
            self.fn,
            model_field_name=self.model_field_name,
            model_field_type=self.model_field_type,
            description=outer.description or self.description,
            examples=outer.examples or self.examples,
            inject_before_resolve=self.inject_before_resolve,
            json_schema_extra=outer.json_schema_extra or self.json_schema_extra,
        )

    def execute(self, context: ResolutionContext, model: Any, field_name: str) -> Any:
        """What the field of a model is to hold.

        Args:
            context: what templates can name, and where the model stands.
            model: what YAML says.
            field_name: the field's name in the class.

        Raises:
            ResolutionError: `component.resolver`, the function raised.
        """
        try:
            if isinstance(self.fn, ParentFn):
                return self.fn.callable(context, model)
            name = self.model_field_name or field_name
            value = getattr(model, name)
            context = context.at_path(name)
            if self.inject_before_resolve and isinstance(value, str):
                value = context.resolve_value(value)
                if not isinstance(value, str):
                    return value
            return self.fn.callable(context, value)
        except ResolutionError:
            raise
        except Exception as error:
            raise error_of(context, error) from cause_of(error)


def cause_of(error: Exception) -> Optional[Exception]:
    """What is worth to be told as the cause: errors of the user's own code."""
    return None if isinstance(error, (AtollError, ValidationError)) else error


def _first_that_can(resolvers: Sequence[Resolver], context: ResolutionContext, value: Any) -> Any:
    """As pydantic tries the types of a union; the default takes anything, so it comes last."""
    raised: List[Exception] = []
    for each in sorted(resolvers, key=lambda resolver: resolver.is_default):
        try:
            found = each.fn.callable(context, value)
        except Exception as error:
            raised.append(error)
        else:
            if found is not None:
                return found
    told = [error for error in raised if isinstance(error, ResolutionError)]
    if len(told) == 1:  # it fits this type; that it is none of the others is no news
        raise told[0]
    raise error_at(
        context,
        "no type of the union fits %.80r: %s"
        % (value, "; ".join("%s: %s" % (type(each).__name__, each) for each in raised)),
        "component.resolver",
    )


T = TypeVar("T")
Injected = Annotated[T, Resolver.default(model_field_type=str)]
"""A field that YAML gives as a template only: `Injected[AutomationCondition]`."""
