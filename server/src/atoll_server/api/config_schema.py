"""The JSON Schema of a run's config: what the chosen steps and their resources take.

Pure. The schemas of steps and resources come from user code, each with `$defs` of its own; in one
document these get names that no other has, and references follow them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]
Named = Iterable[tuple[str, Schema]]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFINITIONS = "#/$defs/"
_BY_NAME = frozenset(["properties", "patternProperties", "dependentSchemas"])
"""Keywords whose members are schemas under names that anybody may choose."""
_VALUES = frozenset(["default", "const", "enum", "examples", "required"])
"""Keywords that hold no schemas."""


def config_schema(steps: Named, resources: Named, given: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `{"ops": {STEP: {"config": …}}, "resources": {KEY: {"config": …}}}`.

    Args:
        steps: schemas by the name under which config is given; a name that comes twice, because
            two locations have it, takes what either does.
        resources: likewise. What the code has given a resource already, no run has to.
        given: the job's own config, under the run's: what it holds need not be given again.
    """
    made = _Definitions()
    ops = _section("ops", steps, given, made, is_given_by_code=False)
    kept = _section("resources", resources, given, made, is_given_by_code=True)
    schema = {"$schema": DIALECT, **_object({"ops": ops, "resources": kept})}
    for name in given:
        schema["properties"].setdefault(name, {})  # such as `loggers`: taken, and not looked at
    return {**schema, "$defs": made.all} if made.all else schema


def _section(
    section: str,
    schemas: Named,
    given: Mapping[str, Any],
    made: _Definitions,
    *,
    is_given_by_code: bool,
) -> dict[str, Any]:
    ways: dict[str, list[dict[str, Any]]] = {}
    for name, schema in schemas:
        known = _known(given, section, name)
        found = made.adopt(schema)
        if "required" in found:
            required = [] if is_given_by_code else [n for n in found["required"] if n not in known]
            found = {**found, "required": required}
            if not required:
                del found["required"]
        if found not in ways.setdefault(name, []):
            ways[name].append(found)
    entries = {}
    for name, found_ways in ways.items():
        one = found_ways[0] if len(found_ways) == 1 else {"anyOf": found_ways}
        entries[name] = _object({"config": one})
    return _nested(entries) if section == "ops" else _object(entries)


def _nested(entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The entries of ops, those in graphs (`graph.op`) under the `ops` of their graph."""
    own = {name: entry for name, entry in entries.items() if "." not in name}
    graphs: dict[str, dict[str, dict[str, Any]]] = {}
    for name, entry in entries.items():
        graph, dot, rest = name.partition(".")
        if dot:
            graphs.setdefault(graph, {})[rest] = entry
    return _object(own | {graph: _object({"ops": _nested(s)}) for graph, s in graphs.items()})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object of these members and no others; those that cannot be empty have to be there."""
    required = [name for name, schema in properties.items() if _is_needed(schema)]
    made = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**made, "required": required} if required else made


def _is_needed(schema: Schema) -> bool:
    ways = schema.get("anyOf", ())
    return bool(schema.get("required")) or (bool(ways) and all(way.get("required") for way in ways))


def _known(given: Mapping[str, Any], section: str, name: str) -> Mapping[str, Any]:
    """What the job's config holds for a step or a resource."""
    found: Any = given
    path = name.replace(".", f".{section}.").split(".") if section == "ops" else [name]
    for key in (section, *path, "config"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


class _Definitions:
    """The `$defs` of one document, each under a name of its own; equal ones share it."""

    def __init__(self) -> None:
        self.all: dict[str, Any] = {}
        self._origins: dict[str, Any] = {}

    def adopt(self, schema: Schema) -> dict[str, Any]:
        """`schema` without its `$defs`, referring to those of the document."""
        own = schema.get("$defs", {})
        names = {name: self._name(name, definition, own) for name, definition in own.items()}
        for name, definition in own.items():
            self.all.setdefault(names[name], _renamed(definition, names))
        bare = {key: value for key, value in schema.items() if key != "$defs"}
        found: dict[str, Any] = _renamed(bare, names)
        return found

    def _name(self, name: str, definition: Any, own: Mapping[str, Any]) -> str:
        # Two that are equal may refer to others that are not: they are equal only with those.
        origin, free, count = (definition, own), name, 1
        while self._origins.setdefault(free, origin) != origin:
            count += 1
            free = f"{name}_{count}"
        return free


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """A schema with its references to `$defs` renamed; values that it holds stay as they are."""
    if isinstance(schema, list):
        return [_renamed(one, names) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "$ref":
            found[keyword] = _reference(value, names)
        elif keyword in _BY_NAME and isinstance(value, Mapping):
            found[keyword] = {name: _renamed(one, names) for name, one in value.items()}
        elif keyword == "mapping" and isinstance(value, Mapping):  # of a discriminator
            found[keyword] = {name: _reference(one, names) for name, one in value.items()}
        else:
            found[keyword] = value if keyword in _VALUES else _renamed(value, names)
    return found


def _reference(target: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(target, str) or not target.startswith(_DEFINITIONS):
        return target
    name, slash, rest = target.removeprefix(_DEFINITIONS).partition("/")
    return f"{_DEFINITIONS}{names.get(name, name)}{slash}{rest}"
