"""What a YAML document says, checked against a pydantic model; errors name the place."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Type

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from atoll.components.documents import SourcePositionTree, place
from atoll.errors import DefinitionError, nearest


def validated(
    model: Type[BaseModel],
    value: Any,
    positions: Optional[SourcePositionTree] = None,
    prefix: Sequence[Any] = (),
) -> Any:
    """The model, made of a value of a file.

    Args:
        positions: where the whole document stands.
        prefix: the way from the document to the value.

    Raises:
        DefinitionError: `component.invalid`, it does not fit.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = _problems(error)
        told = [_told(each, positions, prefix) for each in problems]
        hints = [hint for hint in (_hint(each, model) for each in problems) if hint]
        raise DefinitionError(
            "\n".join(told), code="component.invalid", hint=hints[0] if hints else None
        ) from error


def validated_by_pydantic(
    model: Type[BaseModel], value: Any, positions: Optional[SourcePositionTree] = None
) -> Any:
    """The same, of a text or dict in the user's code, which may expect pydantic's own error.

    Raises:
        ValidationError: pydantic's, with our sentences.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ValidationError.from_exception_data(
            error.title,
            [
                {
                    "type": PydanticCustomError(each["type"], "{told}", {"told": told}),
                    "loc": tuple(each["loc"]),
                    "input": each["input"],
                }
                for each in _problems(error)
                for told in [_told(each, positions, ())]
            ],
        ) from error


def _told(
    problem: Any,
    positions: Optional[SourcePositionTree],
    prefix: Sequence[Any],
) -> str:
    path = [*prefix, *problem["loc"]]
    at, _ = place(positions, path)
    return "%s%s: %s" % (at, dotted(path), _sentence(problem))


def dotted(path: Sequence[Any]) -> str:
    """A path as one reads it: `attributes.tables[0].name`."""
    text = ""
    for step in path:
        text += "[%d]" % step if isinstance(step, int) else "." * bool(text) + str(step)
    return text or "the document"


def _problems(error: ValidationError) -> List[Any]:
    """What pydantic says, without the names of the variants of a union in the paths."""
    problems: List[Any] = [dict(each) for each in error.errors(include_url=False)]
    for each in problems:
        each["loc"] = [step for step in each["loc"] if not _names_a_variant(step)]
    # Every field also takes a string (a template); that it is none is no news.
    return [each for each in problems if each["type"] != "string_type"] or problems


def _names_a_variant(step: Any) -> bool:
    return isinstance(step, str) and (
        step in ("str", "int", "float", "bool") or "[" in step or step.endswith("Model")
    )


def _sentence(problem: Any) -> str:
    if problem["type"] == "missing":
        return "it is missing"
    if problem["type"] == "extra_forbidden":
        return "there is no such field"
    return "%s, and it is %.60r" % (problem["msg"], problem["input"])


def _hint(problem: Any, model: Type[BaseModel]) -> Optional[str]:
    if problem["type"] != "extra_forbidden" or not problem["loc"]:
        return None
    known = _fields_at(model, problem["loc"][:-1])
    near = nearest(str(problem["loc"][-1]), known)
    return near or ("the fields are %s" % ", ".join(known) if known else "it takes no fields")


def _fields_at(model: Any, path: Sequence[Any]) -> List[str]:
    """The names of the fields of the model that lies at `path` within a model."""
    models = [model]
    for step in path:
        inner: List[Any] = []
        for each in models:
            if isinstance(step, int):
                inner.append(each)
            elif step in each.model_fields:
                inner.extend(_models_in(each.model_fields[step].annotation))
        models = inner or models
    names = [info.alias or name for each in models for name, info in each.model_fields.items()]
    return list(dict.fromkeys(names))


def _models_in(annotation: Any) -> List[Any]:
    from typing_extensions import get_args

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
