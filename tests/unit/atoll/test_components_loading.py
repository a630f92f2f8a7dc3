"""What the Python and YAML files of a `defs` folder define."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.unit.atoll.components_project import Project

import atoll
from atoll import AssetKey, DefinitionError
from atoll.location.loading import identity
from atoll_wire.messages import Target


def test_a_yaml_file_describes_components_one_a_document(project: Project) -> None:
    project.write(
        "raw/defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes:
          source: {url: db}
          tables:
            - name: orders
              columns: [id, price]
        ---
        type: PROJECT.tables.Tables
        attributes:
          source: {url: web, timeout: 5}
          mode: delta
          tables: [{name: clicks}, {name: views}]
        """,
    )

    found = project.specs()

    assert sorted(found) == ["clicks", "orders", "views"]
    said = {name: value for name, value in found["orders"].metadata.items() if "/" not in name}
    assert said == {"url": "db", "timeout": 30, "mode": "full", "columns": ["id", "price"]}
    assert (found["views"].metadata["timeout"], found["views"].metadata["mode"]) == (5, "delta")


def test_templates_name_the_environment_the_class_and_a_module(
    project: Project, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SHOP_HOST", "db7")
    project.write("raw/__init__.py", "")
    project.write(
        "raw/vars.py",
        """
        import atoll

        @atoll.template_var
        def seconds(): return 60

        @atoll.template_var
        def named(context): return lambda text: context.path.name + "_" + text
        """,
    )
    project.write(
        "raw/defs.yaml",
        """
        type: PROJECT.tables.Tables
        template_vars_module: .vars
        attributes:
          source:
            url: "http://{{ env.SHOP_HOST }}/{{ region }}/{{ place }}{{ env.NOT_SET or '' }}"
            timeout: "{{ seconds * 2 }}"
          tables:
            - name: "{{ named('orders') }}"
        """,
    )

    (spec,) = project.specs().values()

    assert spec.key == AssetKey("raw_orders")
    assert spec.metadata["url"] == "http://db7/eu/raw"
    assert spec.metadata["timeout"] == 120


def test_assets_of_a_yaml_file_say_where_they_are_described(project: Project) -> None:
    file = project.write(
        "defs.yaml",
        """
        # two lines
        # of remarks
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: orders}]}
        """,
    )

    (spec,) = project.specs().values()

    (place,) = spec.metadata["dagster/code_references"].code_references
    assert (place.file_path, place.line_number) == (str(file), 3)


def test_specs_are_described_with_all_that_a_spec_has(project: Project) -> None:
    project.write(
        "defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes:
          source: {url: db}
          tables: []
          specs:
            - key: extern/rates
              deps: [raw/items]
              group_name: money
              owners: [team:finance]
              kinds: [csv]
              tags: {tier: 1}
              automation_condition: "{{ dg.AutomationCondition.eager() }}"
              partitions_def: {type: daily, start_date: "2024-01-01"}
            - key: extern/regions
              partitions_def: {type: static, partition_keys: [a, b]}
        """,
    )

    found = project.specs()
    rates = found["extern/rates"]

    assert [each.asset_key for each in rates.deps] == [AssetKey(["raw", "items"])]
    assert (rates.group_name, list(rates.owners)) == ("money", ["team:finance"])
    assert (rates.kinds, rates.tags["tier"]) == ({"csv"}, "1")
    assert rates.automation_condition == atoll.AutomationCondition.eager()
    assert rates.partitions_def == atoll.DailyPartitionsDefinition("2024-01-01")
    assert found["extern/regions"].partitions_def.get_partition_keys() == ["a", "b"]


def test_post_processing_changes_the_selected_assets_of_its_document(project: Project) -> None:
    project.write(
        "defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: a}, {name: b}]}
        post_processing:
          assets:
            - attributes:
                tags: {team: shop}
                metadata: {called: "{{ asset.key.to_user_string() }}"}
            - target: key:a
              attributes: {group_name: sales}
            - target: tag:team=shop and key:b
              operation: replace
              attributes: {tags: {only: this}}
        ---
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: c}]}
        """,
    )

    found = project.specs()

    assert {name: dict(spec.tags) for name, spec in found.items()} == {
        "a": {"team": "shop"},
        "b": {"only": "this"},
        "c": {},
    }
    assert found["a"].metadata["called"] == "a"
    assert [found[name].group_name for name in "abc"] == ["sales", None, None]


def test_functions_in_python_give_components_and_definitions(project: Project) -> None:
    project.write(
        "python/made.py",
        """
        import atoll
        from PROJECT.tables import Source, Table, Tables

        @atoll.component_instance
        def first(context: atoll.ComponentLoadContext) -> Tables:
            return Tables(source=Source(url=context.path.name), tables=[Table(name="first")])

        @atoll.component_instance
        def second() -> Tables:
            return Tables(source=Source(url="x"), tables=[Table(name="second")])

        @atoll.asset
        def loose(): ...
        """,
    )
    project.write(
        "python/whole.py",
        """
        import atoll

        @atoll.definitions
        def defs(context: atoll.ComponentLoadContext):
            return atoll.Definitions(assets=[atoll.AssetSpec(context.path.name[:-3])])
        """,
    )

    found = project.specs()

    assert sorted(found) == ["first", "loose", "second", "whole"]
    assert found["first"].metadata["url"] == "made.py"


def test_a_folder_s_yaml_gives_its_variables_to_all_below(project: Project) -> None:
    project.write("defs.yaml", "type: atoll.DefsFolderComponent\ntemplate_vars_module: .vars\n")
    project.write(
        "vars.py", "import atoll\n@atoll.template_var\ndef prefix(): return 'from_above'\n"
    )
    project.write(
        "deep/down/defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: "{{ prefix }}"}]}
        """,
    )

    assert list(project.specs()) == ["from_above"]


def test_a_component_may_ask_for_another_s_definitions(project: Project) -> None:
    project.write("first/a.py", "import atoll\n@atoll.asset\ndef one(): ...\n")
    project.write(
        "second/defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes:
          source: {url: db}
          tables:
            - name: after
              columns: "{{ context.build_defs('first').get_all_asset_specs() | map(attribute='key')
                | map('string') | list }}"
        """,
    )

    assert project.specs()["after"].metadata["columns"] == ["one"]


def test_two_components_that_need_each_other_are_told(project: Project) -> None:
    for name, other in (("first", "second"), ("second", "first")):
        project.write(
            "%s/a.py" % name,
            """
            import atoll

            @atoll.definitions
            def defs(context: atoll.ComponentLoadContext):
                return context.build_defs("%s")
            """
            % other,
        )

    with pytest.raises(DefinitionError, match="first is needed itself") as told:
        project.load()

    assert told.value.code == "component.cycle"


def test_a_path_without_a_component_is_told_with_the_nearest(project: Project) -> None:
    project.write("orders/a.py", "import atoll\n@atoll.asset\ndef one(): ...\n")
    tree = atoll.ComponentTree.for_project(project.root)

    with pytest.raises(DefinitionError, match="no component at ordres") as told:
        tree.build_defs("ordres")

    assert told.value.code == "component.unknown_path"
    assert "'orders'" in (told.value.hint or "")


def test_one_component_of_a_project_is_had_alone(project: Project) -> None:
    project.write("broken/defs.yaml", "type: PROJECT.tables.Tables\n")
    project.write(
        "good/defs.yaml",
        """
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: a}]}
        ---
        type: PROJECT.tables.Tables
        attributes: {source: {url: db}, tables: [{name: b}]}
        """,
    )

    component, definitions = atoll.get_component_defs_within_project(
        project_root=project.root, component_path="good", instance_key=1
    )

    assert component.source.url == "db"
    assert [str(key) for key in definitions.asset_keys] == ["b"]


def test_an_executed_component_makes_what_its_function_reports(project: Project) -> None:
    project.write("fn/__init__.py", "")
    project.write(
        "fn/work.py",
        """
        import atoll

        def make(context):
            yield atoll.MaterializeResult(asset_key="made", metadata={"rows": 3})
            yield atoll.AssetCheckResult(asset_key="made", check_name="some", passed=True)
        """,
    )
    project.write(
        "fn/defs.yaml",
        """
        type: atoll.FunctionComponent
        attributes:
          execution: {fn: PROJECT.defs.fn.work.make, name: work, tags: {a: b}, pool: p}
          assets: [{key: made}]
          checks: [{name: some, asset: made}]
        """,
    )

    made = project.load().get_assets_def("made")
    result = atoll.materialize([made])

    assert (made.op.name, made.op.pool, dict(made.op.tags)) == ("work", "p", {"a": "b"})
    (event,) = result.get_asset_materialization_events()
    assert event.materialization.metadata["rows"].value == 3
    (found,) = result.get_asset_check_evaluations()
    assert (found.check_name, found.passed) == ("some", True)


def test_a_yaml_file_is_a_source_as_a_module_is(project: Project) -> None:
    file = project.write("defs.yaml", "type: atoll.DefsFolderComponent\n")
    project.write("a.py", "import atoll\n@atoll.asset\ndef one(): ...\n")
    target = Target("module", project.name)
    project.load()

    before = [identity("snapshot", target), identity("snapshot", target)]
    file.write_text(file.read_text() + "# another text\n")

    assert before[0] == before[1] != identity("snapshot", target)


def test_modules_alone_load_nothing_that_only_components_need(project: Project) -> None:
    project.write("a.py", "import atoll\n@atoll.asset\ndef one(): ...\n")
    code = (
        "import sys, atoll\n"
        "found = atoll.load_from_defs_folder(path_within_project=%r)\n"
        "assert len(list(found.asset_keys)) == 1\n"
        "print([n for n in ('yaml', 'jinja2', 'pydantic', 'subprocess') if n in sys.modules])"
    ) % str(project.root)

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
