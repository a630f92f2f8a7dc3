"""A location out of its entries, whichever format they were written in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import Any

from atoll_server.adapters.workspace.document import Document, Entry
from atoll_server.adapters.workspace.keys import (
    ELEMENTS,
    ENVIRONMENT_KEYS,
    ON_CODE_CHANGE,
    STEP_LIMITS,
    WORKER_MODES,
)
from atoll_server.adapters.workspace.location import (
    ServerAddress,
    WorkspaceLocation,
    is_file_name,
    mistake_in_file,
    mistake_in_module,
    mistake_in_name,
    server_name,
)
from atoll_server.adapters.workspace.nodes import Node, Scalar
from atoll_wire.limits import LIMITS, StepLimits
from atoll_wire.messages import Target

_MAX_PORT = 65535
_MAX_STEPS = 10**6


class ElementReader:
    """Reads what a file says about its locations.

    Args:
        document: the file.
        file_key: how a file is named there, for whoever names one as a module.
    """

    def __init__(self, document: Document, file_key: str) -> None:
        self.document = document
        self.directory = os.path.dirname(os.path.abspath(os.path.expanduser(document.file)))
        self._file_key = file_key

    def path(self, text: str) -> str:
        """A path as the file means it: relative to itself, with `~`."""
        return os.path.normpath(os.path.join(self.directory, os.path.expanduser(text)))

    def code(self, node: Node, kind: str, what: str) -> str:
        """What a target loads: the path of a file that is there, or a dotted name."""
        name = self.document.text(node, what)
        if kind == "file":
            mistake = mistake_in_file(self.path(name))
            if mistake is not None:
                self.document.fail(node, f'{what} "{name}": {mistake}')
            return self.path(name)
        if is_file_name(name):
            self.document.fail(
                node, f"{what} is a dotted name; a file is named with {self._file_key % name}"
            )
        mistake = mistake_in_module(name)
        if mistake is not None:
            self.document.fail(node, f'{what} {mistake}, not "{name}"')
        return name

    def location_name(self, entries: Mapping[str, Entry], key: str) -> str | None:
        """The name that the location was given, if it was."""
        if key not in entries:
            return None
        node = entries[key].value
        name = self.document.text(node, key)
        mistake = mistake_in_name(name)
        if mistake is not None:
            self.document.fail(node, f"{key} {mistake}")
        return name

    def target(self, kind: str, name: str, entries: Mapping[str, Entry], directory: str) -> Target:
        """The target that `entries` describe.

        Args:
            directory: where the code runs unless they say otherwise.
        """
        document = self.document
        if "environment" in entries:
            self._refuse_environment(entries["environment"])
        options: dict[str, Any] = {}
        if "working_directory" in entries:
            directory = self.path(self._text(entries, "working_directory"))
        if "attribute" in entries:
            options["attribute"] = self._text(entries, "attribute")
        if "executable_path" in entries:
            options["executable"] = self._executable(self._text(entries, "executable_path"))
        if "worker" in entries:
            options["worker"] = document.choice(entries["worker"].value, "worker", WORKER_MODES)
        if "env" in entries:
            options["env"] = self._variables(entries["env"])
        if "inherit_env" in entries:
            options["inherit_env"] = document.flag(entries["inherit_env"].value, "inherit_env")
        if "compat" in entries:
            options["compat"] = document.flag(entries["compat"].value, "compat")
        if "load_timeout" in entries:
            seconds = document.number(entries["load_timeout"].value, "load_timeout")
            options["load_timeout_s"] = seconds
        if "step_limits" in entries:
            options["step_limits"] = self._limits(entries["step_limits"])
        return Target(kind, name, working_directory=directory, **options)

    def location(
        self, name: str, target: Target | ServerAddress, place: str, entries: Mapping[str, Entry]
    ) -> WorkspaceLocation:
        """The location, with the rules that `entries` have for its runs."""
        rules: dict[str, Any] = {}
        key = "on_code_change"
        if key in entries:
            rules[key] = self.document.choice(entries[key].value, key, ON_CODE_CHANGE)
        key = "max_concurrent_steps"
        if key in entries:
            rules[key] = self.document.whole_number(entries[key].value, key, _MAX_STEPS)
        return WorkspaceLocation(name, target, place, **rules)

    def server(self, entry: Entry, place: str) -> WorkspaceLocation:
        """The location behind a `grpc_server`."""
        document, node = self.document, entry.value
        if isinstance(node, Scalar):
            host, _, number = node.value.rpartition(":")
            example = f"host: {host or 'localhost'}, port: {number if number.isdigit() else 4500}"
            document.fail(node, f"grpc_server is a mapping: write `grpc_server: {{{example}}}`")
        entries = document.mapping(node, "grpc_server", ELEMENTS["grpc_server"].keys)
        if ("port" in entries) == ("socket" in entries):
            document.fail(node, "grpc_server has exactly one of port and socket")
        host = self._text(entries, "host") if "host" in entries else ServerAddress.host
        port, socket = None, None
        if "port" in entries:
            port = document.whole_number(entries["port"].value, "port", _MAX_PORT)
        else:
            socket = self._text(entries, "socket")
        metadata = {}
        if "additional_metadata" in entries:
            value = entries["additional_metadata"].value
            document.mapping(value, "additional_metadata", None)
            metadata = document.plain(value, "additional_metadata")
        ssl = "ssl" in entries and document.flag(entries["ssl"].value, "ssl")
        name = self.location_name(entries, "location_name") or server_name(host, port, socket)
        path = None if socket is None else self.path(socket)
        address = ServerAddress(host, port, path, ssl, metadata)
        return self.location(name, address, place, entries)

    def _text(self, entries: Mapping[str, Entry], key: str) -> str:
        return self.document.text(entries[key].value, key)

    def _variables(self, entry: Entry) -> dict[str, str]:
        """The `env:` map; numbers and flags are taken as they are written."""
        values = {}
        for name, (key, value) in self.document.mapping(entry.value, "env", None).items():
            if not name or "=" in name or not name.isprintable():
                self.document.fail(key, f'"{name}" cannot name a variable')
            if isinstance(value, Scalar) and value.kind == "nothing":
                values[name] = ""
                continue
            kinds = ("whole number", "number", "flag", "date")
            values[name] = self.document.text(value, f"env.{name}", *kinds, may_be_empty=True)
        return values

    def _limits(self, entry: Entry) -> StepLimits:
        """The `step_limits:` map: values as a step's own op tags take them."""
        found = {}
        for name, (_, value) in self.document.mapping(
            entry.value, "step_limits", STEP_LIMITS
        ).items():
            field, read = LIMITS[name]
            text = self.document.text(value, f"step_limits.{name}", "whole number", "number")
            try:
                found[field] = read(text)
            except ValueError as error:
                self.document.fail(value, f'step_limits.{name} is {error}, not "{text}"')
        return StepLimits(**found)

    def _executable(self, text: str) -> str:
        """An interpreter: a path, relative to the file, or a command that PATH knows.

        Links are kept: a venv is known by the link that it was called by.
        """
        path = self.path(text)
        if os.sep not in text and not os.path.exists(path):
            return shutil.which(text) or path
        return path

    def _refuse_environment(self, entry: Entry) -> None:
        self.document.mapping(entry.value, "environment", ENVIRONMENT_KEYS)
        self.document.fail(
            entry.key,
            "environments that Atoll builds come in a later release; until then, make one and "
            "name its interpreter with executable_path",
        )
