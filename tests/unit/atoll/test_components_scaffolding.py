"""How a component's class writes its first file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atoll import ParameterError, Scaffolder, ScaffoldRequest, scaffold_component, scaffold_with
from atoll.components.documents import parse_documents
from atoll.components.scaffolding import get_scaffolder, has_scaffolder


def request(folder: Path, scaffold_format: str, append: bool = False) -> "ScaffoldRequest[Any]":
    return ScaffoldRequest("shop.Tables", folder, scaffold_format, None, None, append)


def test_a_yaml_file_is_written_and_added_to(tmp_path: Path) -> None:
    scaffold_component(request(tmp_path, "yaml"), {"a": [1]})
    file = tmp_path / "defs.yaml"
    scaffold_component(request(file, "yaml", append=True))

    values = [each.value for each in parse_documents(file.read_text(), str(file))]

    assert values == [
        {"type": "shop.Tables", "attributes": {"a": [1]}},
        {"type": "shop.Tables", "attributes": {}},
    ]


def test_a_python_file_is_written(tmp_path: Path) -> None:
    scaffold_component(request(tmp_path, "python"))

    assert "from shop import Tables" in (tmp_path / "component.py").read_text()
    with pytest.raises(ParameterError, match="'toml'"):
        scaffold_component(request(tmp_path, "toml"))


def test_a_class_knows_its_scaffolder() -> None:
    class Mine(Scaffolder[Any]):
        pass

    @scaffold_with(Mine)
    class Marked:
        pass

    assert has_scaffolder(Marked) and isinstance(get_scaffolder(Marked), Mine)
    with pytest.raises(ParameterError, match="scaffold_with"):
        get_scaffolder(Path)
