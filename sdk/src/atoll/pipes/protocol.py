"""What is spoken with a process outside: how parameters are given to it, what messages it sends.

Source: https://docs.dagster.io/guides/build/external-pipelines/dagster-pipes-details-and-customization
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Dict, Mapping

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.tables import (
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
    TableConstraints,
    TableRecord,
    TableSchema,
)
from atoll.definitions.metadata.values import MetadataValue

CONTEXT_VARIABLE = "DAGSTER_PIPES_CONTEXT"
"""The environment variable that says where the process finds what it is to know."""
MESSAGES_VARIABLE = "DAGSTER_PIPES_MESSAGES"
"""The environment variable that says where the process writes its messages."""
VERSION_FIELD = "__dagster_pipes_version"
"""By this field of a JSON object one knows a message."""
WRITERS = "dagster_pipes_composite_writers"
"""In the parameters for messages: a list of those for each of several processes."""

PipesParams = Mapping[str, Any]
PipesContextData = Mapping[str, Any]
PipesOpenedData = Mapping[str, Any]
PipesExtras = Mapping[str, Any]
PipesMessage = Mapping[str, Any]


def encoded(params: Any) -> str:
    """Parameters as an environment variable or an argument carries them."""
    return base64.b64encode(zlib.compress(json.dumps(params).encode("utf-8"))).decode("ascii")


def as_argument(variable: str) -> str:
    """The argument that stands for an environment variable."""
    return "--" + variable.lower().replace("_", "-")


def context_data(context: Any, extras: Any) -> Dict[str, Any]:
    """What the process is to know of its step; JSON can say all of it."""
    keys = sorted(context.selected_asset_keys) if context.has_assets_def else None
    has_key = context.has_partition_key
    data: Dict[str, Any] = {
        "asset_keys": None,
        "code_version_by_asset_key": None,
        "provenance_by_asset_key": None,
        "partition_key": str(context.partition_key) if has_key else None,
        "partition_key_range": _range(context) if has_key else None,
        "partition_time_window": _window(context) if has_key else None,
        "run_id": context.run_id,
        "job_name": _unless_direct(context, "job_name", None),
        "retry_number": _unless_direct(context, "retry_number", 0),
        "extras": dict(extras or {}),
    }
    if keys is not None:
        versions = {spec.key: spec.code_version for spec in context.assets_def.specs}
        data["asset_keys"] = [key.to_escaped_user_string() for key in keys]
        data["code_version_by_asset_key"] = {
            key.to_escaped_user_string(): versions.get(key) for key in keys
        }
        data["provenance_by_asset_key"] = {
            key.to_escaped_user_string(): _provenance(context, key) for key in keys
        }
    return data


def _unless_direct(context: Any, name: str, otherwise: Any) -> Any:
    """A fact that a function which is called directly does not have."""
    from atoll.errors import PropertyError

    try:
        return getattr(context, name)
    except PropertyError:
        return otherwise


def _range(context: Any) -> Any:
    found = context.partition_key_range
    return {"start": str(found.start), "end": str(found.end)}


def _window(context: Any) -> Any:
    from atoll.errors import AtollError

    try:
        found = context.partition_time_window
    except AtollError:  # partitions that are no windows of time
        return None
    return {"start": found.start.isoformat(), "end": found.end.isoformat()}


def _provenance(context: Any, key: AssetKey) -> Any:
    from atoll.errors import PropertyError

    try:
        found = context.get_asset_provenance(key)
    except PropertyError:
        return None
    if found is None:
        return None
    return {
        "code_version": found.code_version,
        "input_data_versions": {
            each.to_escaped_user_string(): version.value
            for each, version in found.input_data_versions.items()
        },
        "is_user_provided": found.is_user_provided,
    }


def metadata_of(said: Any) -> Dict[str, Any]:
    """Facts out of a message."""
    return {name: _fact(each["raw_value"], each["type"]) for name, each in (said or {}).items()}


_PLAIN = ("text", "url", "path", "notebook", "json", "md", "float", "int", "bool", "dagster_run")


def _fact(value: Any, kind: str) -> Any:
    if kind == "__infer__":
        return value
    if kind in _PLAIN or kind == "timestamp":
        return getattr(MetadataValue, kind)(value)
    if kind == "null":
        return MetadataValue.null()
    if kind == "asset":
        return MetadataValue.asset(AssetKey.from_user_string(value))
    if kind == "table":
        records = [TableRecord(record) for record in value["records"]]
        return MetadataValue.table(records=records, schema=_schema({"columns": value["schema"]}))
    if kind == "table_schema":
        return MetadataValue.table_schema(_schema(value))
    if kind == "table_column_lineage":
        return MetadataValue.column_lineage(_lineage(value))
    return value


def _schema(said: Any) -> TableSchema:
    found = said.get("constraints") or said.get("table_constraints")
    other = found.get("other") if isinstance(found, dict) else found
    return TableSchema(
        columns=[_column(each) for each in said["columns"]],
        constraints=TableConstraints(other=list(other)) if other else None,
    )


def _column(said: Any) -> TableColumn:
    limits = said.get("constraints")
    return TableColumn(
        name=said["name"],
        type=said.get("type") or "string",
        description=said.get("description"),
        tags=said.get("tags"),
        constraints=TableColumnConstraints(**limits) if limits else None,
    )


def _lineage(said: Any) -> TableColumnLineage:
    return TableColumnLineage(
        deps_by_column={
            column: [
                TableColumnDep(
                    asset_key=AssetKey.from_user_string(each["asset_key"]),
                    column_name=each["column_name"],
                )
                for each in deps
            ]
            for column, deps in said["deps_by_column"].items()
        }
    )
