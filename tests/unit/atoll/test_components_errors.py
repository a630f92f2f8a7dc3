"""What is said of a wrong `defs.yaml`: its place, what is wrong there, what could stand there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Tuple, Type

import pytest
from tests.unit.atoll.components_project import Project

import atoll
from atoll import AtollError, DefinitionError, ResolutionError
from atoll.components import documents

GOOD = """\
type: PROJECT.tables.Tables
template_vars_module: .vars
attributes:
  source:
    url: "http://{{ region }}/"
    timeout: 5
  tables:
    - name: orders
      columns: [id]
  specs:
    - key: rates
      owners: [team:finance]
      partitions_def:
        type: daily
        start_date: "2024-01-01"
post_processing:
  assets:
    - target: key:rates
      operation: merge
      attributes:
        group_name: "{{ asset.key.path[0] }}"
"""
VARS = "import atoll\n@atoll.template_var\ndef seconds(): return 5\n"


def told(project: Project, text: str) -> AtollError:
    project.write("__init__.py", "")
    project.write("raw/__init__.py", "")
    project.write("raw/vars.py", VARS)
    project.write("raw/defs.yaml", text)
    with pytest.raises(AtollError) as caught:
        project.load()
    return caught.value


def test_the_good_file_is_good(project: Project) -> None:
    project.write("raw/__init__.py", "")
    project.write("raw/vars.py", VARS)
    project.write("raw/defs.yaml", GOOD)

    assert project.specs()["rates"].group_name == "rates"


def test_a_date_needs_no_quotes() -> None:
    (found,) = documents.parse_documents("start_date: 2024-01-01\n", "defs.yaml")

    assert found.value == {"start_date": "2024-01-01"}


@pytest.mark.parametrize(
    ("change", "code", "place", "said", "hint"),
    [
        (("  source:", "  sorce:"), "invalid", "4:3", "attributes.sorce: there is no", "'source'"),
        (("columns:", "colums:"), "invalid", "9:7", "tables[0].colums: there is no", "'columns'"),
        (("    timeout: 5", "    timeout: {a: 1}"), "invalid", "6:5", "source.timeout: ", ""),
        (("    timeout: 5", "    timeout: many"), "invalid", "6:5", "and it is 'many'", ""),
        (('    url: "http://{{ region }}/"\n', ""), "invalid", "4:3", "url: it is missing", ""),
        (("    - name: orders\n  ", "    -"), "invalid", "8:10", "tables[0].name: it is", ""),
        (("post_processing", "post_procesing"), "invalid", "16:1", "no such", "'post_processing'"),
        (("type: daily", "type: dayly"), "invalid", "14:9", "can be hourly or daily", "'daily'"),
        (("start_date:", "start_dat:"), "invalid", "15:9", "no such field", "'start_date'"),
        (("2024-01", "2024-13"), "", "13:7", "'2024-13-01'", "1970-01-01"),
        (("[team:finance]", "[no owner]"), "", "11:7", "'no owner' cannot be", "'team:NAME'"),
        (("[team:finance]", "{a: b}"), "invalid", "12:7", "specs[0].owners: ", ""),
        (("region", "regoin"), "unknown_variable", "5:5", "'regoin' is undefined", "'region'"),
        (("{{ region", "{{ 3 * "), "template", "5:5", "unexpected 'end of print", ""),
        (("{{ region", "{{ 1 / 0 "), "template", "5:5", "raised ZeroDivisionError", ""),
        (("region", "env('NOT_SET')"), "environment", "5:5", "NOT_SET is not set", "default"),
        (("region", "env['A']"), "environment", "5:5", "env['A'] is not how", "env.A"),
        ((".Tables", ".Tabels"), "unknown_type", "1:1", "tables has no 'Tabels'", "'Tables'"),
        ((".tables", ".tabels"), "unknown_type", "1:1", "there is no module", "'.Tables'"),
        ((".Tables", ".Source"), "wrong_type", "1:1", "not the class of a component", "Component"),
        ((".vars", ".vras"), "template_vars", "2:1", "no module", "beside"),
        ((" .vars", " json"), "template_vars", "2:1", "'json' has no function", ""),
        (("group_name", "gruop_name"), "invalid", "21:9", "no such field", "'group_name'"),
        (("asset.key", "asset.kye"), "unknown_variable", "21:9", "no attribute 'kye'", ""),
        (("key:rates", "kye:rates"), "", "18:7", "'kye:' is no attribute", ""),
        (("operation: merge", "operation: mrege"), "invalid", "19:7", "'mrege'", "'merge'"),
        (("url: ", "url: a: "), "yaml", "5:11", "this is no YAML", "quotes"),
        (("timeout: 5", "timeout: {{ region }}"), "yaml", "6:15", "cannot be a key", "quotes"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    project: Project, change: Tuple[str, str], code: str, place: str, said: str, hint: str
) -> None:
    assert change[0] in GOOD

    error = told(project, GOOD.replace(change[0], change[1], 1))

    start = "%s:%s: " % (project.defs / "raw" / "defs.yaml", place)
    assert start in error.message
    assert said in error.message
    assert hint in (error.hint or "")
    assert not code or error.code == "component." + code
    assert error.__cause__ is None or isinstance(error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "", "says nothing"),
        ("[a]\n", ":1:1: ", "it is ['a'], and a mapping belongs here"),
        ("attributes: {}\n", ":1:1: ", "type: it is missing"),
        ("type: PROJECT.tables.Tables\n", ":1:1: ", "attributes.source: it is missing"),
        ("type: atoll.PythonScriptComponen\n", ":1:1: ", "PythonScriptComponent"),
        ("type: atoll.DefsFolderComponent\nattributes: {a: 1}\n", ":2:1: ", "takes no attributes"),
    ],
)
def test_a_file_without_what_it_needs_is_told(
    project: Project, text: str, place: str, said: str
) -> None:
    error = told(project, text)

    assert (str(project.defs / "raw" / "defs.yaml") + place) in error.message
    assert said in error.message


def test_what_is_wrong_in_the_second_document_is_placed_in_the_file(project: Project) -> None:
    error = told(project, GOOD + "---\n" + GOOD.replace("columns:", "colums:"))

    assert "defs.yaml:31:7: " in error.message


def test_an_error_of_the_user_s_own_module_is_theirs(project: Project) -> None:
    project.write("../tables.py", "import nothing_like_this\n")
    project.write("raw/defs.yaml", "type: PROJECT.tables.Tables\n")

    with pytest.raises(ModuleNotFoundError, match="nothing_like_this"):
        project.load()


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("@atoll.component_instance\ndef a(): return 3\n", DefinitionError, "component.wrong_type"),
        ("a = atoll.Definitions()\nb = atoll.Definitions()\n", DefinitionError, None),
        ("a = atoll.Definitions()\n@atoll.definitions\ndef b(): ...\n", DefinitionError, None),
    ],
)
def test_a_python_file_that_cannot_be_meant_so_is_named(
    project: Project, text: str, error: Type[Exception], code: Any
) -> None:
    file = project.write("made.py", "import atoll\n" + text)

    with pytest.raises(error) as caught:
        project.load()

    assert caught.value.code == (code or "definition.several")  # type: ignore[attr-defined]
    assert str(caught.value.file) == str(file)  # type: ignore[attr-defined]


def test_a_component_has_to_build_definitions(project: Project) -> None:
    project.write(
        "made.py",
        """
        import atoll

        class Mine(atoll.Component):
            def build_defs(self, context): return [1]

        @atoll.component_instance
        def mine(): return Mine()
        """,
    )

    with pytest.raises(DefinitionError, match=r"Mine.build_defs returned \[1\]"):
        project.load()


def test_what_has_to_be_installed_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)

    with pytest.raises(DefinitionError, match="pyyaml is not installed") as caught:
        documents.parse_documents("a: 1", "defs.yaml")

    assert caught.value.code == "component.not_installed"
    assert "atoll[components]" in str(caught.value.hint)


def test_a_selection_that_finds_nothing_is_told_where_it_stands(project: Project) -> None:
    error = told(project, GOOD.replace("target: key:rates", 'target: "nowhere+"'))

    assert isinstance(error, ResolutionError)
    assert "defs.yaml:18:7: target: " in error.message


def test_the_nearest_position_is_that_of_what_there_is() -> None:
    (document,) = documents.parse_documents("a:\n  - b: 1\n    c: 2\n", "f.yaml")

    def at(*path: Any) -> List[int]:
        found = document.positions.nearest(path)
        return [found.line, found.column]

    assert at("a", 0, "c") == [3, 5]
    assert at("a", 0, "missing") == [2, 5]
    assert at("missing") == [1, 1]
    assert atoll.ResolutionContext.default(document.positions).at_path("a").path == ["a"]
