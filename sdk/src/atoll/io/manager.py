"""The interfaces of everything that stores and loads values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from atoll.io.contexts import InputContext, OutputContext


class InputManager(ABC):
    """Loads values for inputs, wherever they come from."""

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value for an input.

        Args:
            context: says which value (`asset_key`, or `upstream_output` for a step of the same
                run; neither for an input that is connected to nothing), of which partitions, and
                of which type the parameter wants it (`dagster_type.typing_type`).
        """


class IOManager(InputManager):
    """Stores the values of outputs and loads them for inputs."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> Any:
        """Store a value.

        Not called for what gives no value back: `-> None`, or `MaterializeResult` without one.
        May be a generator function: what it yields is recorded, be it a mapping of metadata, or
        an `AssetMaterialization` or `AssetObservation`.

        Args:
            context: says which value it is, and of which partitions.
            obj: the value.
        """
