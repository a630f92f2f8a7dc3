"""Where a component is, for those that load it: `ComponentLoadContext`."""

from __future__ import annotations

import copy
import importlib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Mapping, Optional, TypeVar, Union

if TYPE_CHECKING:
    from atoll.components.component import Component
    from atoll.components.declarations import ComponentDecl
    from atoll.components.documents import SourcePositionTree
    from atoll.components.resolution import ResolutionContext
    from atoll.components.tree import ComponentTree
    from atoll.definitions.collection import Definitions

_STASHED = "component_load_context"
Self = TypeVar("Self", bound="ComponentDeclLoadContext")


class ComponentPath:
    """The place of a component: a file or folder, and which of those in it.

    Args:
        file_path: absolute.
        instance_key: the number of a YAML document, the name of a Python function; None for all.
    """

    __slots__ = ("file_path", "instance_key")

    def __init__(self, file_path: Path, instance_key: Union[int, str, None] = None):
        self.file_path = Path(file_path)
        self.instance_key = instance_key

    @staticmethod
    def from_path(path: Path, instance_key: Union[int, str, None] = None) -> ComponentPath:
        """The place of what lies at an absolute path."""
        return ComponentPath(path, instance_key)

    @staticmethod
    def from_resolvable(root_path: Path, path: Any) -> ComponentPath:
        """The place that a path names, relative to `root_path` where it is not absolute."""
        return path if isinstance(path, ComponentPath) else ComponentPath(root_path / Path(path))

    def get_relative_key(self, parent_path: Path) -> str:
        """How to call it in a message."""
        try:
            key = self.file_path.relative_to(parent_path).as_posix()
        except ValueError:
            key = self.file_path.as_posix()
        return key if self.instance_key is None else "%s[%s]" % (key, self.instance_key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComponentPath) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return "ComponentPath(%r, %r)" % (str(self.file_path), self.instance_key)

    def _parts(self) -> Any:
        return (str(self.file_path), self.instance_key)


class ComponentDeclLoadContext:
    """Where a component is that is being loaded.

    Args:
        component_tree: all components of the project.
        component_path: the component's own place.
        resolution_context: what its templates can name; by itself what every template can.
        component_decl: what is declared there.

    Attributes:
        project_root: the project's folder.
        defs_module_path: the folder `defs`.
        defs_module_name: the dotted name of its module.
        component_path: the component's own place.
        component_tree: all components of the project.
        terminate_autoloading_on_keyword_files: whether a `definitions.py` stands for its folder.
    """

    def __init__(
        self,
        component_tree: ComponentTree,
        component_path: ComponentPath,
        resolution_context: Optional[ResolutionContext] = None,
        component_decl: Optional[ComponentDecl] = None,
    ):
        self.component_tree = component_tree
        self.component_path = component_path
        self.component_decl = component_decl
        self._resolution_context = resolution_context

    @property
    def project_root(self) -> Path:
        """The project's folder."""
        return self.component_tree.project_root

    @property
    def defs_module_path(self) -> Path:
        """The folder `defs`."""
        return self.component_tree.defs_module_path

    @property
    def defs_module_name(self) -> str:
        """The dotted name of the module of the folder `defs`."""
        return self.component_tree.defs_module_name

    @property
    def terminate_autoloading_on_keyword_files(self) -> bool:
        """Whether a `definitions.py` stands for its folder."""
        return self.component_tree.terminate_autoloading_on_keyword_files

    @property
    def component_loc(self) -> ComponentPath:
        """The same as `component_path`."""
        return self.component_path

    @property
    def path(self) -> Path:
        """The file or folder of the component."""
        return self.component_path.file_path

    @property
    def resolution_context(self) -> ResolutionContext:
        """What its templates can name, and where they are."""
        if self._resolution_context is None:
            from atoll.components.resolution import ResolutionContext

            self._resolution_context = ResolutionContext.default()
        return self._resolution_context.with_stashed_value(_STASHED, self)

    @staticmethod
    def from_resolution_context(resolution_context: ResolutionContext) -> Any:
        """The context of the component whose field is being resolved."""
        return resolution_context.stash.get(_STASHED)

    def with_rendering_scope(self: Self, rendering_scope: Mapping[str, Any]) -> Self:
        """A copy in which templates can name more."""
        if not rendering_scope:
            return self
        return self._copy(_resolution_context=self.resolution_context.with_scope(**rendering_scope))

    def with_source_position_tree(self: Self, source_position_tree: SourcePositionTree) -> Self:
        """A copy for another YAML document."""
        resolution = self.resolution_context.with_source_position_tree(source_position_tree)
        return self._copy(_resolution_context=resolution)

    def for_component_loc(self: Self, component_loc: ComponentPath) -> Self:
        """A copy for another place."""
        return self._copy(component_path=component_loc)

    def for_path(self: Self, path: Path) -> Self:
        """A copy for another file or folder."""
        return self.for_component_loc(ComponentPath(path))

    def _copy(self: Self, **changes: Any) -> Self:
        made = copy.copy(self)
        made.__dict__.update(changes)
        return made

    def for_loading(self, component_decl: Optional[ComponentDecl]) -> ComponentLoadContext:
        """The same place, for loading what is declared there."""
        return ComponentLoadContext(
            self.component_tree, self.component_path, self._resolution_context, component_decl
        )

    def defs_relative_module_name(self, path: Path) -> str:
        """The dotted name of the module of a file or folder in `defs`.

        Args:
            path: relative to the component's folder where it is not absolute.
        """
        folder = self.path.parent if self.path.is_file() else self.path
        full = folder / path
        parts = list(full.absolute().relative_to(self.defs_module_path.absolute()).parts)
        if full.name == "__init__.py":
            parts = parts[:-1]
        elif full.is_file():
            parts[-1] = full.stem
        return ".".join([self.defs_module_name, *parts])

    def load_defs_relative_python_module(self, path: Path) -> ModuleType:
        """The module of a file or folder in `defs`, imported."""
        return importlib.import_module(self.defs_relative_module_name(path))

    def normalize_component_type_str(self, type_str: str) -> str:
        """The whole dotted name of a class that is named relative to the component's folder."""
        if not type_str.startswith("."):
            return type_str
        return self.defs_relative_module_name(self.path) + type_str

    def load_component(self, defs_path: Any, expected_type: Any = None) -> Any:
        """The component at a path below `defs`; the only one there where there is one only."""
        return self.component_tree.load_component(defs_path, expected_type)

    def load_structural_component_at_path(self, defs_path: Any) -> Component:
        """The component at a path below `defs`, be it a file of several or a folder."""
        return self.component_tree.load_structural_component_at_loc(defs_path)

    load_structural_component_at_loc = load_structural_component_at_path


class ComponentLoadContext(ComponentDeclLoadContext):
    """Where a component is that makes its definitions."""

    def build_defs(self, loc: Any) -> Definitions:
        """The definitions of a file or folder below `defs`.

        Args:
            loc: a path, relative to `defs` where it is not absolute.
        """
        return self.component_tree.build_defs(loc)
