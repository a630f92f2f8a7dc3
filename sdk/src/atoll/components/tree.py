"""`ComponentTree`: the components of a project, each loaded and asked for definitions once."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Set, Tuple

from atoll.components.load_context import (
    ComponentDeclLoadContext,
    ComponentLoadContext,
    ComponentPath,
)
from atoll.errors import DefinitionError, nearest

if TYPE_CHECKING:
    from atoll.components.component import Component
    from atoll.components.declarations import ComponentDecl
    from atoll.definitions.collection import Definitions


class ComponentTree:
    """The components of a project.

    Args:
        defs_module: the module of the folder `defs`.
        project_root: the project's folder.
    """

    terminate_autoloading_on_keyword_files = False
    """Whether a `definitions.py` stands for its whole folder."""

    def __init__(self, defs_module: Optional[ModuleType], project_root: Path):
        self.defs_module = defs_module
        self.project_root = Path(project_root)
        self._declarations: Optional[Dict[ComponentPath, ComponentDecl]] = None
        self._components: Dict[ComponentPath, Component] = {}
        self._definitions: Dict[ComponentPath, Definitions] = {}
        self._under_way: Set[Tuple[str, ComponentPath]] = set()

    @classmethod
    def from_module(cls, defs_module: ModuleType, project_root: Path) -> ComponentTree:
        """The components below a module.

        Args:
            defs_module: the module of the folder `defs`.
            project_root: the project's folder.
        """
        return cls(defs_module, project_root)

    @classmethod
    def for_project(cls, path_within_project: Path) -> ComponentTree:
        """The components of the project to which a path belongs.

        Raises:
            DefinitionError: `definition.no_defs_folder`.
        """
        from atoll.components.project import defs_module_of

        module, root = defs_module_of(path_within_project)
        return cls(module, root)

    @staticmethod
    def for_test() -> ComponentTree:
        """One without components, in the current folder."""
        return _Empty(None, Path.cwd())

    @property
    def defs_module_name(self) -> str:
        """The dotted name of the module of the folder `defs`."""
        return self.defs_module.__name__ if self.defs_module is not None else "test"

    @property
    def defs_module_path(self) -> Path:
        """The folder `defs`."""
        if self.defs_module is None:
            return self.project_root
        folders = list(getattr(self.defs_module, "__path__", ()))
        return Path(folders[0]) if folders else Path(str(self.defs_module.__file__)).parent

    @property
    def decl_load_context(self) -> ComponentDeclLoadContext:
        """The context of the folder `defs`."""
        return ComponentDeclLoadContext(self, ComponentPath(self.defs_module_path))

    @property
    def load_context(self) -> ComponentLoadContext:
        """The context of the folder `defs`, for loading it."""
        return self.decl_load_context.for_loading(self.declarations.get(self._root))

    @property
    def _root(self) -> ComponentPath:
        return ComponentPath(self.defs_module_path)

    @property
    def declarations(self) -> Dict[ComponentPath, ComponentDecl]:
        """By place, what is declared there."""
        if self._declarations is None:
            from atoll.components.declarations import declared_at

            found = declared_at(self.decl_load_context)
            self._declarations = {} if found is None else dict(found.by_place())
        return self._declarations

    def load_structural_component_at_loc(self, path: Any) -> Component:
        """The component at a place, be it a file of several or a folder.

        Raises:
            DefinitionError: `component.unknown_path`, there is none.
        """
        place = self._place(path)
        if place not in self._components:
            declared = self._declared(place)
            with self._once("load", place):
                self._components[place] = declared.load()
        return self._components[place]

    def load_component(self, defs_path: Any, expected_type: Any = None) -> Any:
        """The component at a place; where a file holds only one, that one.

        Args:
            defs_path: relative to `defs` where it is not absolute.
            expected_type: the class of which it has to be.

        Raises:
            DefinitionError: `component.unknown_path`; `component.wrong_type`.
        """
        from atoll.components.composites import only_one_of

        found = only_one_of(self.load_structural_component_at_loc(defs_path))
        if expected_type is not None and not isinstance(found, expected_type):
            raise DefinitionError(
                "the component at %s is a %s, not a %s"
                % (self._called(defs_path), type(found).__name__, expected_type.__name__),
                code="component.wrong_type",
            )
        return found

    def build_defs(self, loc: Any = None) -> Definitions:
        """The definitions of a place, or of all.

        Args:
            loc: a path, relative to `defs` where it is not absolute; None for all.

        Raises:
            DefinitionError: `component.*`.
        """
        from atoll.definitions.collection import Definitions

        if loc is None and not self.declarations:
            return Definitions()
        place = self._root if loc is None else self._place(loc)
        if place not in self._definitions:
            component = self.load_structural_component_at_loc(place)
            declared = self._declared(place)
            with self._once("build the definitions of", place):
                made = component.build_defs(declared.context.for_loading(declared))
            if not isinstance(made, Definitions):
                raise DefinitionError(
                    "%s.build_defs returned %.80r, not Definitions"
                    % (type(component).__name__, made),
                    code="component.wrong_type",
                    hint="return Definitions(assets=[...])",
                )
            self._definitions[place] = made
        return self._definitions[place]

    build_defs_at_path = build_defs

    def get_all_components(self, of_type: Any) -> List[Any]:
        """The components of a class; others are not loaded."""
        return [
            self.load_component(place)
            for place, declared in self.declarations.items()
            if isinstance(declared.component_type, type)
            and issubclass(declared.component_type, of_type)
        ]

    def _place(self, path: Any) -> ComponentPath:
        return ComponentPath.from_resolvable(self.defs_module_path, path)

    def _called(self, path: Any) -> str:
        return self._place(path).get_relative_key(self.defs_module_path)

    def _declared(self, place: ComponentPath) -> ComponentDecl:
        found = self.declarations.get(place)
        if found is None:
            known = [self._called(each) for each in self.declarations]
            raise DefinitionError(
                "there is no component at %s in %s" % (self._called(place), self.defs_module_path),
                code="component.unknown_path",
                hint=nearest(self._called(place), known) or None,
            )
        return found

    @contextlib.contextmanager
    def _once(self, doing: str, place: ComponentPath) -> Iterator[None]:
        """Refuses two components that wait for each other."""
        if (doing, place) in self._under_way:
            raise DefinitionError(
                "to %s %s, %s is needed itself" % (doing, *[self._called(place)] * 2),
                code="component.cycle",
                hint="take out one of the two load_component or build_defs calls",
            )
        self._under_way.add((doing, place))
        try:
            yield
        finally:
            self._under_way.discard((doing, place))


class LegacyAutoloadingComponentTree(ComponentTree):
    """One in which a `definitions.py` stands for its whole folder, as `load_defs` has it."""

    terminate_autoloading_on_keyword_files = True


class _Empty(ComponentTree):
    terminate_autoloading_on_keyword_files = True

    @property
    def declarations(self) -> Dict[ComponentPath, ComponentDecl]:
        return {}
