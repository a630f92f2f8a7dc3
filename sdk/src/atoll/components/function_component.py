"""`FunctionComponent`: assets and checks that a Python function makes, named by YAML."""

from __future__ import annotations

import importlib
from typing import Any, Callable, Union

from typing_extensions import Annotated, Literal

from atoll.components.core_models import OpSpec
from atoll.components.executable import ExecutableComponent
from atoll.components.load_context import ComponentDeclLoadContext
from atoll.components.model import Resolver
from atoll.components.resolution import ResolutionContext, error_at
from atoll.errors import nearest


def resolve_callable(context: ResolutionContext, model: str) -> Callable[..., Any]:
    """The function of a dotted name; `.module.name` is relative to the folder `defs`.

    Raises:
        ResolutionError: `component.unknown_function`.
    """
    name = model
    if model.startswith("."):
        name = ComponentDeclLoadContext.from_resolution_context(context).defs_module_name + model
    module, _, last = name.rpartition(".")
    try:
        holder = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not (module + ".").startswith(error.name + "."):
            raise
        raise error_at(
            context,
            "there is no module '%s'" % module,
            "component.unknown_function",
            "a name that begins with '.' is relative to the folder `defs`",
        ) from None
    if not hasattr(holder, last):
        raise error_at(
            context,
            "%s has no function '%s'" % (module, last),
            "component.unknown_function",
            nearest(last, list(vars(holder))) or None,
        )
    found: Callable[..., Any] = getattr(holder, last)
    return found


ResolvableCallable = Annotated[Callable[..., Any], Resolver(resolve_callable, model_field_type=str)]
"""A function, in YAML its dotted name."""


class FunctionSpec(OpSpec):
    """A function that a step calls."""

    type: Literal["function"] = "function"
    fn: ResolvableCallable


class FunctionComponent(ExecutableComponent):
    """Assets and checks that a Python function makes.

    The function takes what an asset's function may take: `context`, `config`, resources. It gives
    a `MaterializeResult` or `AssetCheckResult`, or several.

    Attributes:
        execution: the function, or a mapping with `fn` and what else the step says.
    """

    execution: Union[FunctionSpec, ResolvableCallable]

    @property
    def op_spec(self) -> FunctionSpec:
        """What it says of its step; by itself named as the function."""
        if isinstance(self.execution, FunctionSpec):
            return self.execution
        return FunctionSpec(name=self.execution.__name__, fn=self.execution)

    def function(self, context: Any) -> Callable[..., Any]:
        """The function itself."""
        return self.op_spec.fn
