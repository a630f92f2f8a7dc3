"""What a location defines under dagster itself, as facts.

    python facts_of_dagster.py KIND NAME ATTRIBUTE OUTPUT

KIND is `file`, `module` or `package`; ATTRIBUTE may be empty. OUTPUT is a file for the JSON: user
code may print. Read `tools.compat.facts` for what the facts are.
"""

import json
import os
import sys

SYSTEM_PREFIXES = ("dagster/", ".dagster/")


def main():
    kind, name, attribute, output = sys.argv[1:]
    sys.path.insert(0, os.getcwd())
    with open(output, "w") as file:
        json.dump(facts(repository(kind, name, attribute)), file, indent=1, sort_keys=True)


def repository(kind, name, attribute):
    from dagster._core.code_pointer import load_python_file, load_python_module
    from dagster._core.definitions.reconstruct import repository_def_from_target_def
    from dagster._core.workspace import autodiscovery

    if kind == "file":
        sys.path.insert(1, os.path.dirname(os.path.abspath(name)))
    if attribute:
        load = load_python_file if kind == "file" else load_python_module
        target = getattr(load(name, os.getcwd()), attribute)
        if callable(target) and not hasattr(target, "get_repository_def"):
            target = target()
    else:
        find = getattr(autodiscovery, "loadable_targets_from_python_" + kind)
        (found,) = find(name, os.getcwd())
        target = found.target_definition
    return repository_def_from_target_def(target)


def facts(repository):
    graph = repository.asset_graph
    return {
        "assets": {k.to_user_string(): asset(graph.get(k)) for k in graph.get_all_asset_keys()},
        "checks": {
            f"{key.asset_key.to_user_string()}:{key.name}": {"blocking": graph.get(key).blocking}
            for key in graph.asset_check_keys
        },
        "jobs": {
            name: job(repository.get_job(name))
            for name in repository.job_names
            if not name.startswith("__")
        },
        "schedules": {one.name: schedule(one) for one in repository.schedule_defs},
        "sensors": {one.name: sensor(one) for one in repository.sensor_defs},
        "resources": sorted(repository.get_top_level_resources()),
    }


def asset(node):
    return {
        "deps": sorted(key.to_user_string() for key in node.parent_keys),
        "group": node.group_name,
        "kinds": sorted(node.kinds),
        "tags": {k: v for k, v in node.tags.items() if not k.startswith("dagster/kind/")},
        "owners": sorted(node.owners),
        "code_version": node.code_version,
        "executable": bool(node.is_executable),
        "partitions": partitions(node.partitions_def),
        "automation": node.automation_condition is not None,
    }


def partitions(definition):
    if definition is None:
        return None
    dimensions = getattr(definition, "partitions_defs", None)
    if dimensions is not None:
        inner = {one.name: partitions(one.partitions_def) for one in dimensions}
        return {"kind": "multi", "dimensions": inner}
    if hasattr(definition, "cron_schedule"):
        end = definition.end
        return {
            "kind": "time_windows",
            "cron": definition.cron_schedule,
            "timezone": definition.timezone,
            "start": definition.start.timestamp(),
            "end": None if end is None else end.timestamp(),
            "end_offset": definition.end_offset,
            "fmt": definition.fmt,
        }
    name = getattr(definition, "name", None)
    if name is not None or type(definition).__name__.startswith("Dynamic"):
        return {"kind": "dynamic", "name": name}
    return {"kind": "static", "keys": list(definition.get_partition_keys())}


def job(definition):
    layer = definition.asset_layer
    assets = sorted(key.to_user_string() for key in layer.selected_asset_keys)
    checks = sorted(key.to_user_string() for key in layer.asset_graph.asset_check_keys)
    steps = [] if assets or checks else sorted(op_names(definition.graph, ""))
    return {
        "assets": assets,
        "checks": checks,
        "ops": steps,
        "partitions": partitions(definition.partitions_def),
        "tags": {k: v for k, v in definition.tags.items() if not k.startswith(SYSTEM_PREFIXES)},
    }


def op_names(graph, prefix):
    for node in graph.nodes:
        inner = getattr(node.definition, "nodes", None)
        if inner is None:
            yield prefix + node.name
        else:
            yield from op_names(node.definition, prefix + node.name + ".")


def schedule(definition):
    cron = definition.cron_schedule
    return {
        "cron": [cron] if isinstance(cron, str) else list(cron),
        "timezone": definition.execution_timezone or "UTC",
        "running": definition.default_status.value == "RUNNING",
        "job": None if anonymous(definition.job_name) else definition.job_name,
    }


def sensor(definition):
    kind = definition.sensor_type.value.lower()
    targets = [target.job_name for target in definition.targets]
    return {
        "kind": "automation" if kind == "auto_materialize" else kind,
        "interval": definition.minimum_interval_seconds,
        "running": definition.default_status.value == "RUNNING",
        "jobs": sorted(name for name in targets if not anonymous(name)),
    }


def anonymous(job_name):
    return job_name.startswith("__")


if __name__ == "__main__":
    main()
