"""`@definitions`: a function that gives the `Definitions` when they are asked for."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable

from atoll.definitions.collection import Definitions
from atoll.definitions.source import caller_source
from atoll.errors import InvariantError


class LazyDefinitions:
    """What `@definitions` makes of a function: call it for the `Definitions`."""

    def __init__(self, load_fn: Callable[..., Any], has_context_arg: bool):
        functools.update_wrapper(self, load_fn)
        self.load_fn = load_fn
        self.has_context_arg = has_context_arg
        self.source = caller_source()

    def __call__(self, context: Any = None) -> Any:
        """The `Definitions` (or the repository) that the function gives.

        Args:
            context: where it is in a `defs` folder; only for a function that takes one.

        Raises:
            InvariantError: `definition.wrong_attribute`, it gives something else;
                `definition.no_context`, it needs a context.
        """
        if self.has_context_arg and context is None:
            raise InvariantError(
                "@definitions: %s takes a ComponentLoadContext, and there is none%s"
                % (self._name, self._place),
                code="definition.no_context",
                hint="only a function in a `defs` folder has one; in a test, pass "
                "ComponentTree.for_test().load_context",
            )
        made = self.load_fn(context) if self.has_context_arg else self.load_fn()
        if isinstance(made, Definitions) or type(made).__name__ == "RepositoryDefinition":
            return made
        raise InvariantError(
            "@definitions: %s returned %.80r%s. Function must return a Definitions or "
            "RepositoryDefinition object" % (self._name, made, self._place),
            code="definition.wrong_attribute",
            hint="return Definitions(assets=[...])",
        )

    def built(self, context: Any = None) -> Definitions:
        """The `Definitions`, those of a repository included."""
        made = self(context)
        found: Definitions = made if isinstance(made, Definitions) else made.definitions
        return found

    @property
    def _name(self) -> str:
        return getattr(self.load_fn, "__name__", repr(self.load_fn))

    @property
    def _place(self) -> str:
        return " (%s:%d)" % self.source if self.source else ""


def definitions(fn: Callable[..., Any]) -> LazyDefinitions:
    """Decorate a function that gives the `Definitions`; it is called when they are asked for.

    Args:
        fn: takes nothing; in a `defs` folder it may take a `ComponentLoadContext`.

    Raises:
        InvariantError: `definition.parameters`, it takes something else.
    """
    parameters = list(inspect.signature(fn).parameters.values())
    if not parameters:
        return LazyDefinitions(fn, False)
    if len(parameters) == 1 and _is_context(parameters[0].annotation):
        return LazyDefinitions(fn, True)
    raise InvariantError(
        "@definitions: %s has parameters. Function must accept either no parameters or exactly one "
        "ComponentLoadContext parameter" % getattr(fn, "__name__", repr(fn)),
        code="definition.parameters",
        hint="write `context: ComponentLoadContext`, or no parameter",
    )


def _is_context(annotation: Any) -> bool:
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return name.rpartition(".")[2] in ("ComponentLoadContext", "ComponentDeclLoadContext")
