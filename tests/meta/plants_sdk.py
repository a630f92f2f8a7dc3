"""Bugs to plant in what user code imports."""

from __future__ import annotations

from tests.meta.plants import WIRE, Plant

SDK_PLANTS = [
    Plant(
        "a time that comes twice fires the first time",
        WIRE + "cron.py",
        "            return seconds - whole_seconds(second)\n",
        "            return seconds - whole_seconds(first)\n",
        "tests/unit/atoll_wire/test_cron.py",
    ),
    Plant(
        "windows that begin in a gap of the clocks are counted twice",
        WIRE + "partitions/axis.py",
        "            if len(named) < high - low:\n",
        "            if len(named) > high - low:\n",
        "tests/properties/test_cron_model.py",
    ),
    Plant(
        "an offset leads a mapping out of the space",
        WIRE + "partitions/mapping.py",
        "        return max(position, 0)\n",
        "        return position\n",
        "tests/unit/atoll/test_partition_mappings.py",
    ),
    Plant(
        "two ranges that touch stay apart",
        WIRE + "partitions/ranges.py",
        "start <= merged[-1][1]",
        "start < merged[-1][1]",
        "tests/properties/test_partition_ranges.py",
    ),
    Plant(
        "several partitions are stored as one",
        "sdk/src/atoll/io/partitioned.py",
        "        store(context.for_partition(key), value[key])\n",
        "        store(context.for_partition(keys[0]), value[key])\n",
        "tests/unit/atoll/test_partitioned_steps.py",
    ),
    Plant(
        "an installed dagster goes before the alias",
        "sdk/src/atoll/compat/dagster.py",
        "sys.meta_path.insert(0, _Finder())",
        "sys.meta_path.append(_Finder())",
        "tests/unit/atoll/compat",
    ),
    Plant(
        "an import of what is not there says nothing",
        "sdk/src/atoll/compat/dagster.py",
        "            raise names.unsupported_import(name)\n        return ModuleSpec",
        "            return None\n        return ModuleSpec",
        "tests/unit/atoll/compat",
    ),
    Plant(
        "a misspelt name in a template is an empty text",
        "sdk/src/atoll/components/templates.py",
        "NativeEnvironment(undefined=NeverText)",
        "NativeEnvironment()",
        "tests/unit/atoll/test_components_resolution.py",
    ),
    Plant(
        "a message of pipes that is read in two parts is lost",
        "sdk/src/atoll/pipes/readers.py",
        "*whole, rest = (rest + new).split",
        "*whole, rest = new.split",
        "tests/unit/atoll/test_pipes_session.py",
    ),
    Plant(
        "a generation does not know the YAML files of its components",
        "sdk/src/atoll/components/documents.py",
        "    FILES_READ.add(path)\n",
        "",
        "tests/unit/atoll/test_components_loading.py",
    ),
]
