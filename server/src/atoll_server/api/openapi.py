"""The OpenAPI 3.1 description, made from the table of operations and the schemas.

`schema/openapi.json` is this document, committed, so that a change of the API is seen.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import msgspec

from atoll_server.api.problems import TITLES
from atoll_server.api.routes.operation import Operation
from atoll_server.api.routes.table import OPERATIONS
from atoll_server.api.schemas.deployment import ProblemBody

_REF = "#/components/schemas/{name}"
_PATH_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_VERSION = "1"


@functools.cache
def document() -> bytes:
    """The description as JSON, ending with a newline; equal for equal tables."""
    return json.dumps(describe(), indent=2, sort_keys=True).encode() + b"\n"


def describe() -> dict[str, Any]:
    """The description as JSON-able values."""
    types = [
        kind
        for operation in OPERATIONS
        for kind in (operation.answers, operation.takes, operation.messages)
        if isinstance(kind, type)
    ]
    _, components = msgspec.json.schema_components([*types, ProblemBody], ref_template=_REF)
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        path = _PATH_PARAMETER.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Atoll",
            "version": _VERSION,
            "description": "Runs, assets and code locations of one deployment.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "responses": {
            str(operation.status): _response(operation),
            **_problems(operation),
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    for query in operation.query:
        schema: dict[str, Any] = {"type": query.type}
        if query.is_list:
            schema = {"type": "array", "items": schema}
        parameters.append(
            {"name": query.name, "in": "query", "description": query.about, "schema": schema}
        )
    if parameters:
        described["parameters"] = parameters
    if operation.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(operation.takes)}},
        }
    return described


def _response(operation: Operation) -> dict[str, Any]:
    answers = operation.answers
    if isinstance(answers, str):
        told = "As asked for."
        if operation.messages is not None:
            told = f"Each message's data is a {operation.messages.__name__}."
        return {"description": told, "content": {answers: {}}}
    return {
        "description": (answers.__doc__ or "").strip().partition("\n")[0],
        "content": {"application/json": {"schema": _reference(answers)}},
    }


def _problems(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in operation.problems:
        by_status.setdefault(TITLES[code][0], []).append(code)
    content = {"application/problem+json": {"schema": _reference(ProblemBody)}}
    answers = {
        str(status): {"description": ", ".join(sorted(codes)), "content": content}
        for status, codes in by_status.items()
    }
    answers["default"] = {"description": "Another problem.", "content": content}
    return answers


def _reference(kind: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}
