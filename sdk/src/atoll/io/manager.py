"""`IOManager`: the interface of everything that stores and loads values."""

from __future__ import annotations

from typing import Any

from atoll.io.contexts import InputContext, OutputContext


class IOManager:
    """Stores the values of assets and loads them for others."""

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store `obj` as the value of `context.asset_key`."""
        raise NotImplementedError("%s.handle_output" % type(self).__name__)

    def load_input(self, context: InputContext) -> Any:
        """The value of `context.asset_key`, of the type that `context.dagster_type` wants."""
        raise NotImplementedError("%s.load_input" % type(self).__name__)
