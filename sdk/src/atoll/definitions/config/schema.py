"""The config schema of a definition, and `configured`: a definition whose config is given."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Tuple, TypeVar

from atoll.definitions.config.fields import Field, Shape, field_of
from atoll.definitions.config.reading import Path, Reading, shown
from atoll.definitions.config.types import ANY, UNSET, ConfigType
from atoll.definitions.source import caller_source
from atoll.errors import ConfigDefinitionError, ConfigMappingError, ParameterError, nearest

_Configurable = TypeVar("_Configurable", bound="Configurable")


class ConfigSchema:
    """What config a definition takes.

    Args:
        field: the field `config` of its entry in a run's configuration.
    """

    def __init__(self, field: Field):
        self._field = field

    @staticmethod
    def of(schema: Any) -> ConfigSchema:
        """The schema that an argument `config_schema` means; anything is taken without one."""
        if isinstance(schema, ConfigSchema):
            return schema
        if schema is None:
            return ConfigSchema(Field(ANY, is_required=False))
        return ConfigSchema(field_of(schema))

    def as_field(self) -> Field:
        """The field `config`."""
        return self._field

    @property
    def config_type(self) -> ConfigType:
        """What the config may be."""
        return self._field.config_type

    @property
    def is_required(self) -> bool:
        """Whether config must be given."""
        return self._field.is_required

    @property
    def default_provided(self) -> bool:
        """Whether there is a config by default."""
        return self._field.default_provided

    @property
    def default_value(self) -> Any:
        """The config by default."""
        return self._field.default_value

    @property
    def description(self) -> Optional[str]:
        """What the config is for."""
        return self._field.description

    def read(self, given: Any, path: Path, reading: Reading) -> Any:
        """The config that the definition's function sees.

        Args:
            given: the config, or UNSET.
            path: where it stands in the run's configuration.
            reading: takes what does not fit.
        """
        return read_field(self._field, given, path, reading)


class ConfiguredSchema(ConfigSchema):
    """The schema of a definition that gives config to another one.

    Args:
        parent: the schema of that other one.
        field: what is taken itself.
        give: makes the parent's config of it; or that config.
    """

    def __init__(self, parent: ConfigSchema, field: Field, give: Any):
        super().__init__(field)
        self._parent = parent
        self._give = give

    def read(self, given: Any, path: Path, reading: Reading) -> Any:
        """The config of the innermost definition."""
        known = len(reading.problems)
        filling = Reading(reading.resolve)
        filling.problems = reading.problems
        outer = super().read(given, path, filling)
        if not reading.resolve or len(reading.problems) > known:
            return outer
        inner = self._give
        if callable(inner):
            try:
                inner = inner({} if outer is None else outer)
            except Exception as error:
                raise ConfigMappingError(
                    "the function of @configured raised %s: %s" % (type(error).__name__, error),
                    user_exception=error,
                ) from error
        return self._parent.read(inner, path, reading)


def read_field(field: Field, given: Any, path: Path, reading: Reading) -> Any:
    """What a field of its own means: what is given, else its default.

    Args:
        field: the field.
        given: its value, or UNSET.
        path: where it stands.
        reading: takes what does not fit.
    """
    if given is UNSET:
        if field.default_provided:
            given = field.default_value
        elif not field.is_required:
            return None
        elif isinstance(field.config_type, Shape):
            given = {}
        else:
            told = "it is missing, and takes %s" % field.config_type
            reading.problem(path, "missing", told)
            return None
    return field.config_type.read(given, path, reading)


class Configurable:
    """What has a config schema, and can be given its config in advance.

    Subclasses hold `_config` and define `copy_for_configured`.
    """

    _config: ConfigSchema
    _takes_name = False

    @property
    def config_schema(self) -> ConfigSchema:
        """What config it takes."""
        return self._config

    @property
    def config_field(self) -> Field:
        """The field `config` of its entry in a run's configuration."""
        return self._config.as_field()

    @property
    def has_config_field(self) -> bool:
        """Whether it takes config: always, as in Dagster, where none is declared."""
        return True

    def get_config_field(self) -> Field:
        """The field `config` of its entry in a run's configuration."""
        return self._config.as_field()

    def copy_for_configured(self, description: Optional[str], config_schema: ConfigSchema) -> Any:
        """A copy with another schema."""
        raise NotImplementedError

    def configured(
        self: _Configurable,
        config_or_config_fn: Any,
        config_schema: Any = None,
        description: Optional[str] = None,
    ) -> _Configurable:
        """A copy that is given its config.

        Args:
            config_or_config_fn: the config; or a function that makes it of the config that the
                copy takes.
            config_schema: what the copy takes, where a function is given.
            description: of the copy; the same by default.
        """
        made: _Configurable = self.copy_for_configured(
            description, configured_schema(self._config, config_or_config_fn, config_schema)
        )
        return made


class NamedConfigurable(Configurable):
    """What has a config schema and a name: an op, a graph, an executor."""

    _takes_name = True

    def copy_for_configured(  # type: ignore[override]
        self, name: str, description: Optional[str], config_schema: ConfigSchema
    ) -> Any:
        """A copy of another name, with another schema."""
        raise NotImplementedError

    def configured(  # type: ignore[override]
        self: _Configurable,
        config_or_config_fn: Any,
        name: str,
        config_schema: Any = None,
        description: Optional[str] = None,
    ) -> _Configurable:
        """A copy of another name that is given its config.

        Args:
            config_or_config_fn: the config; or a function that makes it of the config that the
                copy takes.
            name: of the copy.
            config_schema: what the copy takes, where a function is given.
            description: of the copy; the same by default.
        """
        schema = configured_schema(self._config, config_or_config_fn, config_schema)
        copy: Callable[..., _Configurable] = self.copy_for_configured
        return copy(name, description, schema)


def configured_schema(parent: ConfigSchema, give: Any, schema: Any = None) -> ConfiguredSchema:
    """The schema of a definition that gives config to one with the schema `parent`.

    Args:
        parent: what the other one takes.
        give: the config for it, or a function of the config that is taken.
        schema: what is taken; nothing is needed by default.
    """
    give, inferred = _of_function(give)
    if inferred is not None and schema is not None:
        raise ParameterError(
            "@configured has a config_schema, and its function takes a Config",
            hint="leave the config_schema out",
        )
    return ConfiguredSchema(parent, ConfigSchema.of(schema or inferred).as_field(), give)


def _of_function(give: Any) -> Tuple[Any, Any]:
    """`give`, as a function of plain values, and the schema that its annotation means."""
    code = getattr(give, "__code__", None)
    if code is None or code.co_argcount != 1:
        return (_plain(give) if not callable(give) else give), None
    from atoll.definitions.function import annotations_of, is_config_type

    cls: Any = annotations_of(give).get(code.co_varnames[0])
    if not is_config_type(cls):
        return (lambda config: _plain(give(config))), None
    return (lambda config: _plain(give(cls(**config)))), cls.to_config_schema()


def _plain(config: Any) -> Any:
    dump = getattr(config, "to_config_dict", None)
    return config if dump is None else dump()


def configured(configurable: Any, config_schema: Any = None, **kwargs: Any) -> Callable[[Any], Any]:
    """Give a definition its config: a decorator of a function, or called with the config.

    `@configured(greet, {"name": str})` decorates a function that makes the config of `greet` of
    the config that the new definition takes; `configured(greet, name="greet_ann")({...})` gives
    it at once.

    Args:
        configurable: a resource, op, graph, logger or executor, or a `ConfigurableResource`.
        config_schema: what the function takes; not where its parameter is a `Config`.
        **kwargs: `name` and `description` of the new definition.

    Raises:
        ParameterError: `parameter.type`, this takes no config.
    """
    if isinstance(configurable, type) and hasattr(configurable, "configure_at_launch"):
        configurable = configurable.configure_at_launch().get_resource_definition()
    if not callable(getattr(configurable, "configured", None)):
        raise ParameterError(
            "@configured takes a resource, op, graph, logger or executor, not %.80r"
            % (configurable,),
        )

    def give(config_or_fn: Any) -> Any:
        arguments: Dict[str, Any] = dict(kwargs)
        if getattr(configurable, "_takes_name", False):
            name = kwargs.get("name") or getattr(config_or_fn, "__name__", None)
            if name is None:
                raise ConfigDefinitionError(
                    "a configured copy needs a name",
                    code="config_schema.no_name",
                    hint="write configured(..., name='...')",
                    source=caller_source(),
                )
            arguments["name"] = name
        return configurable.configured(config_or_fn, config_schema=config_schema, **arguments)

    return give


def read_run_section(
    entries: Any, schemas: Mapping[str, ConfigSchema], section: str, reading: Reading
) -> Dict[str, Any]:
    """The config of each definition in a section of a run's configuration, such as `resources`.

    Args:
        entries: the section.
        schemas: what each definition takes, by name.
        section: its name.
        reading: takes what does not fit.
    """
    if not isinstance(entries, dict):
        reading.problem((section,), "type", "it takes a dict, not %s" % shown(entries))
        return {}
    known = list(schemas)
    for name in entries:
        if name not in schemas:
            hint = nearest(str(name), known) or "there are: %s" % (", ".join(known) or "none")
            told = "there is nothing called '%s' under '%s'" % (name, section)
            reading.problem((section,), "unknown", told, hint)
    found = {}
    for name, schema in schemas.items():
        path = (section, name)
        given = _config_of(entries.get(name), path, reading)
        found[name] = None if given is _BAD else schema.read(given, (*path, "config"), reading)
    return found


_BAD: Any = object()
_BESIDE_CONFIG = ("config", "inputs", "outputs", "ops")


def _config_of(entry: Any, path: Path, reading: Reading) -> Any:
    """What stands under `config` in an entry; UNSET for nothing, _BAD where it is no entry."""
    if entry is None:
        return UNSET
    if not isinstance(entry, dict):
        reading.problem(path, "type", "it takes {'config': ...}, not %s" % shown(entry))
        return _BAD
    strange = [name for name in entry if name not in _BESIDE_CONFIG]
    for name in strange:
        hint = nearest(str(name), _BESIDE_CONFIG) or "put it under 'config': {'%s': ...}" % name
        reading.problem(path, "unknown", "there is no '%s' in an entry" % name, hint)
    return _BAD if strange else entry.get("config", UNSET)
