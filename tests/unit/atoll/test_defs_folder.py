"""What the modules below a project's `defs` folder define."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import atoll
from atoll import DefinitionError


def project(folder: Path, name: str, **files: str) -> Path:
    """A project whose package is called `name`; gives the file that loads its definitions."""
    (folder / "pyproject.toml").write_text(f'[tool.dg.project]\nroot_module = "{name}"\n')
    for path, text in {"definitions": "", "defs/__init__": "", **files}.items():
        file = folder / "src" / name / (path + ("" if "." in path else ".py"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    (folder / "src" / name / "__init__.py").touch()
    return folder / "src" / name / "definitions.py"


def test_loose_things_and_definitions_of_all_modules_are_joined(tmp_path: Path) -> None:
    file = project(
        tmp_path,
        "harbour_defs",
        **{
            "defs/ships": """
                import atoll
                @atoll.asset
                def ships(): ...
                @atoll.asset_check(asset=ships)
                def named(): ...
                @atoll.op
                def wave(): ...
                @atoll.job
                def greet(): wave()
            """,
            "defs/deep/quay": """
                import atoll
                from harbour_defs.defs.ships import ships
                @atoll.asset(deps=[ships])
                def quay(): ...
                @atoll.definitions
                def more(): return atoll.Definitions(assets=[quay], resources={"crane": 1})
            """,
        },
    )

    found = atoll.load_from_defs_folder(path_within_project=file)

    assert {str(key) for key in found.asset_keys} == {"ships", "quay"}
    assert [checks.check_key.name for checks in found.asset_checks] == ["named"]
    assert [job.name for job in found.jobs] == ["greet"]
    assert set(found.resources) == {"crane"}


def test_a_folder_outside_of_any_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as told:
        atoll.load_from_defs_folder(path_within_project=tmp_path)

    assert told.value.code == "definition.no_defs_folder"
