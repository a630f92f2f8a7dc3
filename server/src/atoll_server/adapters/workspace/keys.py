"""Every key that a workspace may have: one table for its reader and for its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

STEP_LIMITS: Mapping[str, str] = {
    "max_runtime": "Seconds, or a text such as 10m, that a step may run.",
    "memory": "Bytes, or a text such as 2GiB, that a step may use.",
    "cpu_time": "Seconds of CPU, or a text such as 5m, that a step may use.",
    "cpus": "How many CPUs a step may use at a time; only where cgroups are permitted.",
    "open_files": "How many files a step may have open.",
}
WORKER_MODES = ("auto", "fork", "spawn", "pool")
ON_CODE_CHANGE = ("fail", "continue")


class Key(NamedTuple):
    """A key of a location."""

    kind: str
    """What its value is: `text`, `flag`, `seconds`, `count`, `port`, `worker`, `on_code_change`,
    `variables`, `limits`, `anything`, or `environment`, which is known and refused for now."""
    about: str


class Element(NamedTuple):
    """What an element of `load_from` may be."""

    about: str
    kind: str | None
    """Of its `Target`; None: it is a server."""
    name_key: str | None
    """The key of the long form for what the short form says alone; None: no short form."""
    keys: Mapping[str, Key]


_NAME = Key("text", "The location's name, unique in the workspace.")
_ATTRIBUTE = Key(
    "text",
    "Name of the Definitions, or of a function without arguments that returns them. "
    "Default: the only Definitions at the top level.",
)
_ON_CODE_CHANGE = Key(
    "on_code_change",
    "What becomes of runs whose code is gone: their steps fail, or continue on the code as it is "
    "now. Default: fail.",
)
_STEPS = Key("count", "Steps that run there at a time. Default: no limit of its own.")
PROCESS_KEYS: Mapping[str, Key] = {
    "working_directory": Key("text", "Where the code runs: a path, relative to this file."),
    "executable_path": Key(
        "text", "The interpreter: a path, relative to this file, or a command on PATH."
    ),
    "location_name": _NAME,
    "env": Key("variables", "Variables for the location's processes."),
    "inherit_env": Key("flag", "Whether they get the host's variables. Default: true."),
    "compat": Key(
        "flag", "Whether Atoll serves `import dagster` there. Default: on; off: the installed one."
    ),
    "worker": Key("worker", "How workers are made. Default: auto."),
    "load_timeout": Key("seconds", "Seconds after which a load counts as failed. Default: 180."),
    "on_code_change": _ON_CODE_CHANGE,
    "max_concurrent_steps": _STEPS,
    "step_limits": Key("limits", "What each of its steps may use, unless the step says itself."),
    "environment": Key("environment", "An environment that Atoll builds; comes later."),
}
"""What may be said of every location that runs here."""

ELEMENTS: Mapping[str, Element] = {
    "python_file": Element(
        "A file that holds Definitions.",
        "file",
        "relative_path",
        {
            "relative_path": Key("text", "The file, relative to this one."),
            "attribute": _ATTRIBUTE,
            **PROCESS_KEYS,
        },
    ),
    "python_module": Element(
        "A module that holds Definitions.",
        "module",
        "module_name",
        {
            "module_name": Key("text", "The module's dotted name."),
            "attribute": _ATTRIBUTE,
            **PROCESS_KEYS,
        },
    ),
    "python_package": Element(
        "A package that holds Definitions.",
        "package",
        "package_name",
        {
            "package_name": Key("text", "The package's dotted name."),
            "attribute": _ATTRIBUTE,
            **PROCESS_KEYS,
        },
    ),
    "autoload_defs_module": Element(
        "A package of which every module is imported; all definitions in it are taken together.",
        "autoload",
        "module_name",
        {"module_name": Key("text", "The package's dotted name."), **PROCESS_KEYS},
    ),
    "grpc_server": Element(
        "A server that somebody runs with `atoll api grpc`.",
        None,
        None,
        {
            "host": Key("text", "Where it listens. Default: localhost."),
            "port": Key("port", "The port on which it listens."),
            "socket": Key("text", "Or the Unix socket: a path, relative to this file."),
            "location_name": _NAME,
            "on_code_change": _ON_CODE_CHANGE,
            "ssl": Key("flag", "Whether it speaks TLS. Default: false."),
            "max_concurrent_steps": _STEPS,
            "additional_metadata": Key("anything", "Free facts, shown with the location."),
        },
    ),
}
"""By the key that says which it is."""

ENVIRONMENT_KEYS = ("python", "requirements", "project", "requirements_file")

PYPROJECT_NAMES: Mapping[str, str] = {
    "module_name": "module",
    "python_file": "file",
    "package_name": "package",
    "autoload_defs_module": "autoload",
}
"""Keys of `[tool.atoll]` that name code, and the kind of their target."""
PYPROJECT_KEYS = (
    *PYPROJECT_NAMES,
    "modules",
    "code_location_name",
    "attribute",
    *(key for key in PROCESS_KEYS if key not in ("location_name", "environment")),
)
"""All keys of `[tool.atoll]`."""
DAGSTER_KEYS = ("module_name", "modules", "code_location_name")
"""Those that `[tool.dagster]` may have as well."""
