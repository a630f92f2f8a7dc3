"""Loaders: they make a value of a type from what the config of an input says."""

from __future__ import annotations

import json
import pickle
from typing import Any, Callable, Dict, List, Optional, Sequence, Set

from atoll.definitions.config.fields import Permissive, Selector, config_type_of
from atoll.definitions.config.types import ANY, Array, ConfigType, Map, Noneable, ScalarUnion


class DagsterTypeLoader:
    """Makes a value of a type from what the config of an input says."""

    @property
    def schema_type(self) -> Any:
        """What config it takes."""
        return ANY

    @property
    def required_resource_keys(self) -> Set[str]:
        """Resources that it uses."""
        return set()

    def construct_from_config_value(self, context: Any, config_value: Any) -> Any:
        """The value.

        Args:
            context: of the step.
            config_value: what the run's config says for the input.
        """
        return config_value


class FunctionLoader(DagsterTypeLoader):
    """A loader that is a function of a context and a config."""

    def __init__(self, fn: Callable[[Any, Any], Any], schema: Any, keys: Optional[Set[str]] = None):
        self._fn = fn
        self._schema = config_type_of(schema)
        self._keys = set(keys or ())

    @property
    def schema_type(self) -> ConfigType:
        """What config it takes."""
        return self._schema

    @property
    def required_resource_keys(self) -> Set[str]:
        """Resources that it uses."""
        return set(self._keys)

    def construct_from_config_value(self, context: Any, config_value: Any) -> Any:
        """The value."""
        return self._fn(context, config_value)

    def __call__(self, context: Any, config_value: Any) -> Any:
        """The function's result."""
        return self._fn(context, config_value)


def dagster_type_loader(
    config_schema: Any, required_resource_keys: Optional[Set[str]] = None
) -> Callable[[Callable[[Any, Any], Any]], FunctionLoader]:
    """Declare that a function of a context and a config makes values of a type.

    Args:
        config_schema: the config that the function takes.
        required_resource_keys: resources that it uses.

    Raises:
        DefinitionError: `definition.bad_signature`, the function does not take two arguments.
    """

    def build(fn: Callable[[Any, Any], Any]) -> FunctionLoader:
        check_takes_two(fn, "a loader")
        return FunctionLoader(fn, config_schema, required_resource_keys)

    return build


def check_takes_two(fn: Any, what: str) -> None:
    """Refuse a function that cannot be called with a context and a value."""
    from atoll.errors import DefinitionError

    code = getattr(fn, "__code__", None)
    if code is None or hasattr(fn, "__wrapped__") or code.co_flags & 0x04:
        return
    bound = 1 if getattr(fn, "__self__", None) is not None else 0
    if code.co_argcount - bound != 2:
        raise DefinitionError(
            "%s takes a context and a value, but %s takes %d arguments"
            % (what, fn.__name__, code.co_argcount - bound),
            code="definition.bad_signature",
            hint="write def %s(context, value)" % fn.__name__,
            source=(code.co_filename, code.co_firstlineno),
        )


def _written_or_in_file(_: Any, given: Any) -> Any:
    """A value as it stands in the config, or as a file holds it."""
    if not isinstance(given, dict):
        return given
    ((form, value),) = given.items()
    if form == "value":
        return value
    if form == "json":
        with open(value["path"], encoding="utf-8") as file:
            return json.load(file)["value"]
    with open(value["path"], "rb") as file:
        return pickle.load(file)


def _forms(kind: Any) -> Selector:
    return Selector({"value": kind, "json": {"path": str}, "pickle": {"path": str}})


def scalar_loader(python_type: type) -> FunctionLoader:
    """Takes a scalar, `{value: ...}`, `{json: {path: ...}}` or `{pickle: {path: ...}}`."""
    kind = config_type_of(python_type)
    return FunctionLoader(_written_or_in_file, ScalarUnion(kind, _forms(kind)))


def any_loader() -> FunctionLoader:
    """Takes `{value: ...}`, `{json: {path: ...}}` or `{pickle: {path: ...}}`."""
    return FunctionLoader(_written_or_in_file, _forms(ANY))


def plain_loader(python_type: type) -> FunctionLoader:
    """Takes any dict, or any list, as it is."""
    schema = Permissive() if python_type is dict else Array(ANY)
    return FunctionLoader(lambda _, given: given, schema)


class NoneableLoader(DagsterTypeLoader):
    """Takes null, or what the loader of another type takes."""

    def __init__(self, inner: DagsterTypeLoader):
        self._inner = inner

    @property
    def schema_type(self) -> ConfigType:
        """What config it takes."""
        return Noneable(self._inner.schema_type)

    @property
    def required_resource_keys(self) -> Set[str]:
        """Resources that it uses."""
        return self._inner.required_resource_keys

    def construct_from_config_value(self, context: Any, config_value: Any) -> Any:
        """None, or the value."""
        if config_value is None:
            return None
        return self._inner.construct_from_config_value(context, config_value)


class ItemsLoader(DagsterTypeLoader):
    """Takes a list; makes a list, a set or a tuple of what the items' loaders make.

    Args:
        make: `list`, `set` or `tuple`.
        items: of all items; or of each, for a tuple.
    """

    def __init__(self, make: Any, items: Sequence[DagsterTypeLoader]):
        self._make = make
        self._items = list(items)

    @property
    def schema_type(self) -> ConfigType:
        """What config it takes."""
        return Array(self._items[0].schema_type if self._make is not tuple else ANY)

    @property
    def required_resource_keys(self) -> Set[str]:
        """Resources that it uses."""
        return {key for item in self._items for key in item.required_resource_keys}

    def construct_from_config_value(self, context: Any, config_value: Any) -> Any:
        """The list, set or tuple."""
        loaders = self._items if self._make is tuple else self._items * len(config_value)
        return self._make(
            loader.construct_from_config_value(context, item)
            for loader, item in zip(loaders, config_value)
        )


class EntriesLoader(DagsterTypeLoader):
    """Takes a mapping with texts as keys."""

    def __init__(self, inner: DagsterTypeLoader):
        self._inner = inner

    @property
    def schema_type(self) -> ConfigType:
        """What config it takes."""
        return Map(str, self._inner.schema_type)

    @property
    def required_resource_keys(self) -> Set[str]:
        """Resources that it uses."""
        return self._inner.required_resource_keys

    def construct_from_config_value(self, context: Any, config_value: Any) -> Dict[str, Any]:
        """The dict."""
        load = self._inner.construct_from_config_value
        return {key: load(context, value) for key, value in config_value.items()}


def all_loaders(kinds: Sequence[Any]) -> Optional[List[DagsterTypeLoader]]:
    """The loaders of all types; None where one has none."""
    found = [kind.loader for kind in kinds]
    return None if any(loader is None for loader in found) else found
