"""IO managers as pydantic models. Loaded only when one of them is used."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar, Generator, Optional

from atoll.definitions.resources.adapters import called, fields_of
from atoll.definitions.resources.configurable import ConfigurableResourceFactory, TResValue
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import IOManagerDefinition
from atoll.io.manager import IOManager


class ConfigurableIOManagerFactory(ConfigurableResourceFactory[TResValue]):
    """A resource with fields that makes an IO manager."""

    __atoll_io_manager__: ClassVar[bool] = True

    def create_resource(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        return self.create_io_manager(context)

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        raise NotImplementedError("%s.create_io_manager" % type(self).__name__)

    @classmethod
    def input_config_schema(cls) -> Any:
        """What config an input may give it; none by default."""
        return None

    @classmethod
    def output_config_schema(cls) -> Any:
        """What config an output may give it; none by default."""
        return None


class ConfigurableIOManager(ConfigurableIOManagerFactory[Any], IOManager):
    """An IO manager with fields; subclasses define `handle_output` and `load_input`."""

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager: this object."""
        return self


class ConfigurableLegacyIOManagerAdapter(ConfigurableIOManagerFactory[Any]):
    """An `@io_manager` function whose config is the fields of the subclass.

    Subclasses have a property `wrapped_io_manager` that gives the `IOManagerDefinition`.
    """

    @property
    def wrapped_io_manager(self) -> IOManagerDefinition:
        """The IO manager whose function is called."""
        raise NotImplementedError("%s.wrapped_io_manager" % type(self).__name__)

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[Any, None, None]:
        """Call the function, with the fields as its config; clean up behind the block."""
        with called(self.wrapped_io_manager, context.replace_config(fields_of(self))) as made:
            yield made


class FilesystemIOManager(ConfigurableIOManagerFactory[Any]):
    """Pickles each value into a file below `base_dir`; see `UPathIOManager` for where.

    Attributes:
        base_dir: a folder, or an fsspec URL; where the deployment keeps values by default.
    """

    base_dir: Optional[str] = None

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        from atoll.io.filesystem import PickledFiles

        return PickledFiles(self.base_dir or context.values_url or None)
