"""How the first file of a component is written: for classes that say so to `dg scaffold`.

Atoll does not scaffold by itself. What is here lets such classes load, and their tests run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Generic, Mapping, Optional, TypeVar

from atoll.errors import ParameterError

_MARK = "__scaffolder_cls__"
T = TypeVar("T")
P = TypeVar("P")


@dataclass
class ScaffoldRequest(Generic[P]):
    """What is to be written where.

    Attributes:
        type_name: the dotted name of the component's class.
        target_path: the folder; the file itself where `append`.
        scaffold_format: `yaml` or `python`.
        project_root: the project's folder.
        params: what the scaffolder asked for.
        append: whether another document is added to a `defs.yaml`.
    """

    type_name: str
    target_path: Path
    scaffold_format: str
    project_root: Optional[Path]
    params: P
    append: bool = False


class Scaffolder(Generic[P]):
    """Writes the first file of a component."""

    @classmethod
    def get_scaffold_params(cls) -> Any:
        """The pydantic model of what it asks for."""
        from pydantic import BaseModel

        return BaseModel

    def scaffold(self, request: ScaffoldRequest[P]) -> None:
        """Write it."""
        scaffold_component(request)


def scaffold_with(scaffolder_cls: Any) -> Callable[[T], T]:
    """Decorate a class with the scaffolder that writes its first file.

    Args:
        scaffolder_cls: a class that extends `Scaffolder`, or an object of one.
    """

    def mark(target: T) -> T:
        setattr(target, _MARK, scaffolder_cls)
        return target

    return mark


def has_scaffolder(obj: object) -> bool:
    """Whether `scaffold_with` decorates it."""
    return hasattr(obj, _MARK)


def get_scaffolder(obj: object) -> Any:
    """The scaffolder with which `scaffold_with` decorates it.

    Raises:
        ParameterError: `parameter.type`, there is none.
    """
    if not has_scaffolder(obj):
        raise ParameterError("%r is not decorated with @scaffold_with" % (obj,))
    found = getattr(obj, _MARK)
    return found() if isinstance(found, type) else found


def scaffold_component(
    request: ScaffoldRequest[Any], yaml_attributes: Optional[Mapping[str, Any]] = None
) -> None:
    """Write a `defs.yaml`, or a `component.py`.

    Args:
        request: what is to be written where.
        yaml_attributes: the component's attributes.

    Raises:
        ParameterError: `parameter.type`, the format is neither yaml nor python.
    """
    if request.scaffold_format == "yaml":
        from atoll.components.documents import required

        yaml = required("yaml", "pyyaml", "write a defs.yaml")
        text = "\n".join(
            yaml.safe_dump(part, sort_keys=False)
            for part in ({"type": request.type_name}, {"attributes": dict(yaml_attributes or {})})
        )
        path = request.target_path if request.append else request.target_path / "defs.yaml"
        with path.open("a" if request.append else "w", encoding="utf-8") as file:
            file.write("---\n" + text if request.append else text)
        return
    if request.scaffold_format != "python":
        raise ParameterError(
            "a component is written as yaml or python, not %r" % request.scaffold_format
        )
    module, _, name = request.type_name.rpartition(".")
    (request.target_path / "component.py").write_text(
        "import dagster as dg\nfrom %s import %s\n\n\n@dg.component_instance\n"
        "def load(context: dg.ComponentLoadContext) -> %s: ...\n" % (module, name, name),
        encoding="utf-8",
    )
