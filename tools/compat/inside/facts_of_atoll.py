"""What a location defines under Atoll, as facts: out of the snapshot that the host would get.

    python facts_of_atoll.py KIND NAME ATTRIBUTE OUTPUT

Arguments as of `facts_of_dagster.py`.
"""

import json
import os
import sys


def main():
    kind, name, attribute, output = sys.argv[1:]
    from atoll.graph.snapshot import build_snapshot
    from atoll.location.loading import load
    from atoll_wire.codec import to_wire
    from atoll_wire.messages import Target

    name = os.path.abspath(name) if kind == "file" else name
    snapshot = to_wire(build_snapshot(load(Target(kind, name, attribute or None))))
    with open(output, "w") as file:
        json.dump(facts(snapshot), file, indent=1, sort_keys=True)


def facts(snapshot):
    makes = {each["key"]: each for each in snapshot.get("assets", ())}
    return {
        "assets": {key: asset(each) for key, each in makes.items()},
        "checks": {
            f"{each['asset']}:{each['name']}": {"blocking": each.get("is_blocking", False)}
            for each in snapshot.get("checks", ())
        },
        "jobs": {each["name"]: job(each) for each in snapshot.get("jobs", ())},
        "schedules": {each["name"]: schedule(each) for each in snapshot.get("schedules", ())},
        "sensors": {each["name"]: sensor(each) for each in snapshot.get("sensors", ())},
        "resources": sorted(
            each["key"] for each in snapshot.get("resources", ()) if not each.get("is_bound")
        ),
    }


def asset(each):
    tags = each.get("tags", {})
    return {
        "deps": sorted(set(each.get("deps", ()))),
        "group": each.get("group", "default"),
        "kinds": sorted(each.get("kinds", ())),
        "tags": {k: v for k, v in tags.items() if not k.startswith("dagster/kind/")},
        "owners": sorted(each.get("owners", ())),
        "code_version": each.get("code_version"),
        "executable": each.get("step") is not None,
        "partitions": partitions(each.get("partitions")),
        "automation": each.get("automation_condition") is not None,
    }


def partitions(space):
    if space is None:
        return None
    kind = space["kind"]
    if kind == "multi":
        inner = {one["name"]: partitions(one["space"]) for one in space["dimensions"]}
        return {"kind": "multi", "dimensions": inner}
    if kind == "static":
        return {"kind": "static", "keys": space["partition_keys"]}
    if kind == "time_windows":
        names = ("kind", "cron", "timezone", "start", "end", "end_offset", "fmt")
        return {name: space.get(name) for name in names}
    return {"kind": kind, "name": space.get("name")}


def job(each):
    assets = sorted(each.get("assets", ()))
    return {
        "assets": assets,
        "checks": sorted(each.get("checks", ())),
        "ops": [] if assets else sorted(step["key"] for step in each.get("steps", ())),
        "partitions": partitions(each.get("partitions")),
        "tags": {k: v for k, v in each.get("tags", {}).items() if not k.startswith("dagster/")},
    }


def schedule(each):
    return {
        "cron": each.get("cron", []),
        "timezone": each.get("timezone") or "UTC",
        "running": each.get("is_running", False),
        "job": each.get("job"),
    }


def sensor(each):
    interval = each.get("minimum_interval_s")
    return {
        "kind": each.get("kind", "standard"),
        "interval": 30 if interval is None else interval,
        "running": each.get("is_running", False),
        "jobs": sorted(each.get("jobs", ())),
    }


if __name__ == "__main__":
    main()
