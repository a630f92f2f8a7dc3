"""A target in the words of a workspace, for people."""

from __future__ import annotations

import os
from typing import Dict

from atoll_wire.messages import Target

_KINDS = {
    "file": "python_file",
    "module": "python_module",
    "package": "python_package",
    "autoload": "autoload_defs_module",
}


def loaded_from(target: Target) -> Dict[str, str]:
    """What is loaded and with what; values of variables are left out."""
    told = {_KINDS.get(target.kind, target.kind): target.name}
    for name, value in (
        ("attribute", target.attribute),
        ("working_directory", target.working_directory),
        ("executable_path", target.executable),
        ("compat", None if target.compat else "off"),
        ("worker", target.worker if target.worker != "auto" else None),
        ("env", ", ".join(sorted(set(target.env) - {"PATH"}))),
    ):
        if value:
            told[name] = value
    return told


def default_name(target: Target) -> str:
    """The name of a location that was given none, as Dagster names it.

    The module, the package, or the file without its folders; then `:attribute` where given.
    """
    name = os.path.basename(target.name) if target.kind == "file" else target.name
    return name if target.attribute is None else "%s:%s" % (name, target.attribute)
