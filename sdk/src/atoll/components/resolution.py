"""`ResolutionContext`: what a resolver knows: the scope of templates, and where it is."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence

from atoll.components import scopes
from atoll.components.documents import SourcePositionTree, dotted, place
from atoll.errors import AtollError, ResolutionError, nearest


class ResolutionContext:
    """What a resolver knows of its field's surroundings.

    Args:
        scope: by name, what templates can use.
        path: the way from the document to the field.
        source_position_tree: where in which file the document's values stand.
        stash: what those who resolve want to find again.
    """

    def __init__(
        self,
        scope: Mapping[str, Any],
        path: Sequence[Any] = (),
        source_position_tree: Optional[SourcePositionTree] = None,
        stash: Optional[Mapping[str, Any]] = None,
    ):
        self.scope: Dict[str, Any] = dict(scope)
        self.path = list(path)
        self.source_position_tree = source_position_tree
        self.stash: Dict[str, Any] = dict(stash or {})

    @staticmethod
    def default(source_position_tree: Optional[SourcePositionTree] = None) -> ResolutionContext:
        """One with what every template can name."""
        return ResolutionContext(scopes.everywhere(), (), source_position_tree)

    def at_path(self, path_part: Any) -> ResolutionContext:
        """The context of a value in this one."""
        return self._copy(path=[*self.path, path_part])

    def with_scope(self, **additional_scope: Any) -> ResolutionContext:
        """A copy in which templates can name more."""
        return self._copy(scope={**self.scope, **additional_scope})

    def with_stashed_value(self, key: str, value: Any) -> ResolutionContext:
        """A copy with something to find again.

        Args:
            key: the name by which `stash` has it.
            value: anything.
        """
        return self._copy(stash={**self.stash, key: value})

    def with_source_position_tree(
        self, source_position_tree: SourcePositionTree
    ) -> ResolutionContext:
        """A copy for another document."""
        return self._copy(source_position_tree=source_position_tree)

    def _copy(self, **changes: Any) -> ResolutionContext:
        made = copy.copy(self)
        made.__dict__.update(changes)
        return made

    def resolve_value(self, val: Any, as_type: Any = None) -> Any:
        """The value with its strings rendered, at any depth.

        Args:
            val: what YAML says.
            as_type: what you take it to be; for type checkers only.

        Raises:
            ResolutionError: `component.unknown_variable` or `component.template`.
        """
        if isinstance(val, dict):
            return {key: self.at_path(key).resolve_value(each) for key, each in val.items()}
        if isinstance(val, (list, tuple)):
            made = [self.at_path(index).resolve_value(each) for index, each in enumerate(val)]
            return tuple(made) if isinstance(val, tuple) else made
        return self._rendered(val) if isinstance(val, str) and val else val

    def resolve_source_relative_path(self, value: str) -> Path:
        """The path that a field names, relative to the file in which it stands."""
        path = Path(value)
        if self.source_position_tree is None or path.is_absolute():
            return path
        return Path(self.source_position_tree.position.filename).parent.joinpath(path).resolve()

    def _rendered(self, text: str) -> Any:
        from atoll.components.templates import render

        try:
            return render(text, self.scope)
        except AtollError as error:
            raise error_at(self, error.message, error.code, error.hint) from None
        except Exception as error:
            if type(error).__name__ == "UndefinedError":
                raise self._unknown(text, str(error)) from None
            if type(error).__name__ == "TemplateSyntaxError":
                raise error_at(self, "%.80r: %s" % (text, error), "component.template") from None
            raise self._raised(text, error) from error

    def _raised(self, text: str, error: Exception) -> ResolutionError:
        return error_at(
            self, "%.80r raised %s: %s" % (text, type(error).__name__, error), "component.template"
        )

    def _unknown(self, text: str, message: str) -> ResolutionError:
        name = message.split("'")[1] if message.count("'") >= 2 else ""
        names = ", ".join(sorted(self.scope))
        return error_at(
            self,
            "%.80r: %s; a template here can name %s" % (text, message, names),
            "component.unknown_variable",
            nearest(name, list(self.scope)) or None,
        )


def error_at(
    context: ResolutionContext, message: str, code: str, hint: Optional[str] = None
) -> ResolutionError:
    """The error for the place of a context."""
    at = place(context.source_position_tree, context.path)
    return ResolutionError(at + message, code=code, hint=hint)


def error_of(context: ResolutionContext, error: Exception) -> ResolutionError:
    """What to raise where the user's or a library's code raised at the place of a context."""
    from pydantic import ValidationError

    if isinstance(error, ResolutionError):
        return error
    if isinstance(error, ValidationError):
        from atoll.components.validation import told_of

        told, hint = told_of(error, None, context.source_position_tree, context.path)
        return ResolutionError(told, code="component.invalid", hint=hint)
    where = "%s: " % dotted(context.path) if context.path else ""
    if isinstance(error, AtollError):
        return error_at(context, where + error.message, error.code, error.hint)
    told = where + "%s: %s" % (type(error).__name__, error)
    return error_at(context, told, "component.resolver")
