"""Which kind of context a step's function is given, and the one of the step that is executed."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import Any, Iterator, Optional, Type

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.function import context_type_name
from atoll.errors import DefinitionError, InvariantError
from atoll.execution.context import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    Kind,
    OpExecutionContext,
)
from atoll.graph.steps import Step

_CURRENT: ContextVar[Optional[OpExecutionContext]] = ContextVar("atoll_context", default=None)

_ASSET, _CHECK, _OP = AssetExecutionContext, AssetCheckExecutionContext, OpExecutionContext


def context_for(step: Step, **facts: Any) -> OpExecutionContext:
    """The context for a step, of the kind that its function is annotated to take.

    Without an annotation it is that of what the function was decorated to be; an op inside of
    a graph of assets takes `OpExecutionContext`.

    Raises:
        DefinitionError: `definition.wrong_context_type`, the step has no context of that kind.
    """
    own = _own_kind(step)
    wanted = context_type_name(step.function.context_type)
    kinds = {kind.__name__: kind for kind in (_OP, _ASSET, _CHECK)}
    kind = kinds.get(wanted, _OP if _is_op(step) else own)
    if kind is not _OP and kind is not own:
        raise DefinitionError(
            "%s takes the context as %s, but it is no %s"
            % (step.function.name, wanted, "asset" if kind is _ASSET else "asset check"),
            code="definition.wrong_context_type",
            hint="annotate it %s, or not at all"
            % " or ".join(dict.fromkeys([own.__name__, _OP.__name__])),
            source=step.function.source,
        )
    return kind(step=step, **facts)


def _own_kind(step: Step) -> Type[OpExecutionContext]:
    """The kind of context that says the most about a step."""
    if step.assets is None:
        return _OP
    return _ASSET if step.assets.outputs else _CHECK


def _is_op(step: Step) -> bool:
    return not isinstance(step.definition, AssetsDefinition)


@contextlib.contextmanager
def entered(context: OpExecutionContext) -> Iterator[None]:
    """Be the context that `get()` gives, until the block ends."""
    before = _CURRENT.set(context)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def current_context(kind: Type[Kind]) -> Kind:
    """The context of the step that is executed here, as one of that kind.

    An asset whose function takes an `OpExecutionContext` still has an `AssetExecutionContext`
    for the code that it calls: both are views of the same step, and share what is told.

    Raises:
        InvariantError: `context.no_step`, `context.other_kind`.
    """
    found = _CURRENT.get()
    if found is None:
        raise InvariantError(
            "no step is executed here, so there is no %s" % kind.__name__,
            code="context.no_step",
            hint="call it from the function of an asset, an op or a check, in its own thread",
        )
    if isinstance(found, kind):
        return found
    own = _own_kind(found.step)
    if not issubclass(own, kind):
        raise InvariantError(
            "'%s' has no %s" % (found.step_key, kind.__name__),
            code="context.other_kind",
            hint="use %s.get()" % own.__name__,
        )
    view = kind.__new__(kind)
    view.__dict__ = found.__dict__
    return view
