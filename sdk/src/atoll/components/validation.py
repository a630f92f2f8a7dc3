"""What a YAML document says, checked against a pydantic model; errors name the place."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple, Type

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from atoll.components.documents import SourcePositionTree, dotted, place
from atoll.errors import DefinitionError, nearest

Problem = Dict[str, Any]


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
        told, hint = told_of(error, model, positions, prefix)
        raise DefinitionError(told, code="component.invalid", hint=hint) from None


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


def told_of(
    error: ValidationError,
    model: Optional[Type[BaseModel]],
    positions: Optional[SourcePositionTree],
    prefix: Sequence[Any],
) -> Tuple[str, Optional[str]]:
    """What does not fit, one line for each problem, and a hint for the first that has one."""
    problems = _problems(error)
    hints = [hint for hint in (_hint(each, model) for each in problems) if hint]
    told = "\n".join(_told(each, positions, prefix) for each in problems)
    return told, hints[0] if hints else None


def _told(problem: Problem, positions: Optional[SourcePositionTree], prefix: Sequence[Any]) -> str:
    path = [*prefix, *problem["loc"]]
    return "%s%s: %s" % (place(positions, path), dotted(path), _sentence(problem))


def _problems(error: ValidationError) -> List[Problem]:
    """What pydantic says, without the names of the variants of a union in the paths."""
    problems = _of_meant_variants([dict(each) for each in error.errors(include_url=False)])
    found: List[Problem] = []
    for each in problems:
        each["loc"] = [step for step in each["loc"] if not _names_a_variant(step)]
        same = [other for other in found if other["loc"] == each["loc"]]
        if any(other["msg"] == each["msg"] for other in same):
            continue
        if each["type"] == "literal_error" and same and same[0]["type"] == "literal_error":
            same[0]["choices"] += _choices(each)
        else:
            found.append({**each, "choices": _choices(each)})
    # Every field also takes a string (a template); that it is none is no news.
    return [each for each in found if each["type"] != "string_type"] or found


def _choices(problem: Problem) -> List[str]:
    """Of a field that takes only some strings: these."""
    if problem["type"] not in ("literal_error", "enum"):
        return []
    return re.findall(r"'([^']*)'", problem["ctx"]["expected"])


def _of_meant_variants(problems: List[Problem]) -> List[Problem]:
    """Where models of a union are told apart by a field such as `type`: those of the one named.

    If it names none of them, what else they lack is not told.
    """
    variants: Dict[Tuple[Any, ...], Set[Any]] = {}
    excluded: Set[Tuple[Any, ...]] = set()
    for each in problems:
        path = tuple(each["loc"])
        at = [index for index, step in enumerate(path) if _names_a_variant(step) and step != "str"]
        for index in at:
            variants.setdefault(path[:index], set()).add(path[: index + 1])
        if each["type"] == "literal_error" and at and at[-1] == len(path) - 2:
            excluded.add(path[: at[-1] + 1])
    unnamed = {whole for whole, each in variants.items() if each <= excluded}

    def is_told(problem: Problem) -> bool:
        path = tuple(problem["loc"])
        for end in range(1, len(path) + 1):
            if path[:end] in excluded:
                return path[: end - 1] in unnamed and problem["type"] == "literal_error"
        return True

    return [each for each in problems if is_told(each)]


def _names_a_variant(step: Any) -> bool:
    return isinstance(step, str) and (
        step in ("str", "int", "float", "bool") or "[" in step or step.endswith("Model")
    )


def _sentence(problem: Problem) -> str:
    if problem["type"] == "missing":
        return "it is missing"
    if problem["type"] == "extra_forbidden":
        return "there is no such field"
    if problem["type"] in ("model_type", "dict_type"):
        return "it is %.60r, and a mapping belongs here" % (problem["input"],)
    if problem["choices"]:
        return "it is %.60r, and can be %s" % (problem["input"], " or ".join(problem["choices"]))
    return "%s, and it is %.60r" % (problem["msg"], problem["input"])


def _hint(problem: Problem, model: Optional[Type[BaseModel]]) -> Optional[str]:
    if problem["choices"]:
        return nearest(str(problem["input"]), problem["choices"]) or None
    if problem["type"] != "extra_forbidden" or not problem["loc"] or model is None:
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
