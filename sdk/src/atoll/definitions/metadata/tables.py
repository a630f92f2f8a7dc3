"""Tables in metadata: their columns, rows, and what a column is made from."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Sequence

from atoll.definitions.keys import AssetKey


class TableColumn:
    """One column of a table."""

    def __init__(
        self,
        name: str,
        type: str = "string",
        description: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.name = name
        self.type = type
        self.description = description
        self.tags = dict(tags or {})


class TableSchema:
    """The columns of a table."""

    def __init__(self, columns: Sequence[Any]):
        self.columns = [
            column if isinstance(column, TableColumn) else TableColumn(**column)
            for column in columns
        ]

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> TableSchema:
        """A schema from column names and types."""
        return TableSchema([TableColumn(name, kind) for name, kind in name_type_dict.items()])

    def to_wire(self) -> Dict[str, Any]:
        """JSON-able form."""
        return {
            "columns": [
                {"name": c.name, "type": c.type, "description": c.description, "tags": c.tags}
                for c in self.columns
            ]
        }


class TableRecord:
    """One row of a table."""

    def __init__(self, data: Mapping[str, Any]):
        self.data = dict(data)


class TableColumnDep:
    """A column of an asset that another column is made from."""

    def __init__(self, asset_key: Any, column_name: str):
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.column_name = column_name

    def __iter__(self) -> Any:
        return iter((self.asset_key, self.column_name))


class TableColumnLineage:
    """For each column, the columns that it is made from."""

    def __init__(self, deps_by_column: Mapping[str, Sequence[TableColumnDep]]):
        self.deps_by_column = dict(deps_by_column)
