"""IO managers as pydantic models. Loaded only when one of them is used."""

from __future__ import annotations

from typing import Any, ClassVar, Optional

from atoll.definitions.resources.configurable import ConfigurableResourceFactory
from atoll.definitions.resources.resource import InitResourceContext
from atoll.io.manager import IOManager


class ConfigurableIOManagerFactory(ConfigurableResourceFactory):
    """A resource with fields that makes an IO manager."""

    __atoll_io_manager__: ClassVar[bool] = True

    def create_resource(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        return self.create_io_manager(context)

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        raise NotImplementedError("%s.create_io_manager" % type(self).__name__)


class ConfigurableIOManager(ConfigurableIOManagerFactory, IOManager):
    """An IO manager with fields; subclasses define `handle_output` and `load_input`."""

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager: this object."""
        return self


class FilesystemIOManager(ConfigurableIOManagerFactory):
    """Pickles each value into a file below `base_dir`."""

    base_dir: Optional[str] = None

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The IO manager."""
        from atoll.io.filesystem import PickledFiles

        return PickledFiles(self.base_dir)
