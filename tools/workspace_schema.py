"""The JSON Schema of `workspace.yaml`, for editors: `schema/workspace.schema.json`.

Made of the table by which the host reads the file. Draft 7 is what editors understand.
"""

from __future__ import annotations

import json
from typing import Any

from atoll_server.adapters.workspace.keys import (
    ELEMENTS,
    ENVIRONMENT_KEYS,
    ON_CODE_CHANGE,
    STEP_LIMITS,
    WORKER_MODES,
    Element,
    Key,
)

Schema = dict[str, Any]
_ENV: Schema = {"$ref": "#/definitions/env"}
_TEXT: Schema = {"anyOf": [{"type": "string", "minLength": 1}, _ENV]}
_VALUES: dict[str, Schema] = {
    "text": _TEXT,
    "flag": {"type": "boolean"},
    "seconds": {"type": "number", "exclusiveMinimum": 0},
    "count": {"anyOf": [{"type": "integer", "minimum": 1}, _ENV]},
    "port": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 65535}, _ENV]},
    "worker": {"anyOf": [{"enum": list(WORKER_MODES)}, _ENV]},
    "on_code_change": {"anyOf": [{"enum": list(ON_CODE_CHANGE)}, _ENV]},
    "variables": {
        "type": "object",
        "propertyNames": {"pattern": "^[^=]+$"},
        "additionalProperties": {
            "anyOf": [{"type": ["string", "number", "boolean", "null"]}, _ENV],
        },
    },
    "limits": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"description": about, "anyOf": [{"type": ["number", "string"]}, _ENV]}
            for name, about in STEP_LIMITS.items()
        },
    },
    "anything": {"type": "object"},
    "environment": {
        "type": "object",
        "properties": {key: {} for key in ENVIRONMENT_KEYS},
        "additionalProperties": False,
    },
}


def document() -> bytes:
    """The schema, as JSON."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Atoll workspace",
        "description": "The code locations that a deployment works with.",
        "type": "object",
        "required": ["load_from"],
        "additionalProperties": False,
        "properties": {"load_from": {"type": "array", "items": _element()}},
        "definitions": {
            "env": {
                "description": "The value of a variable of the host's environment.",
                "type": "object",
                "required": ["env"],
                "additionalProperties": False,
                "properties": {"env": {"type": "string", "minLength": 1}},
            }
        },
    }
    return (json.dumps(schema, indent=2) + "\n").encode()


def _element() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {kind: _forms(element) for kind, element in ELEMENTS.items()},
    }


def _forms(element: Element) -> Schema:
    """What may stand behind the key that says what a location is."""
    long: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _value(key) for name, key in element.keys.items()},
    }
    if element.name_key is None:
        long["oneOf"] = [{"required": ["port"]}, {"required": ["socket"]}]
        return {"description": element.about, **long}
    long["required"] = [element.name_key]
    return {"description": element.about, "anyOf": [*_TEXT["anyOf"], long]}


def _value(key: Key) -> Schema:
    return {"description": key.about, **_VALUES[key.kind]}
