"""Tables in metadata: their columns, rows, and what a column is made from."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_optional, check_type
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_tags
from atoll.errors import ParameterError


class _Described:
    """Equal to another of its class with the same attributes."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        told = ", ".join("%s=%r" % item for item in self.__dict__.items())
        return "%s(%s)" % (type(self).__name__, told)


class TableConstraints(_Described):
    """What holds for a table as a whole.

    Args:
        other: conditions, in any words.
    """

    def __init__(self, other: Sequence[str]):
        self.other = _texts(other, "TableConstraints(other=...)")


class TableColumnConstraints(_Described):
    """What holds for the values of a column.

    Args:
        nullable: whether a value may be missing.
        unique: whether no two values are equal.
        other: further conditions, in any words.
    """

    def __init__(
        self,
        nullable: bool = True,
        unique: bool = False,
        other: Optional[Sequence[str]] = None,
    ):
        self.nullable = check_type(nullable, "TableColumnConstraints(nullable=...)", bool)
        self.unique = check_type(unique, "TableColumnConstraints(unique=...)", bool)
        self.other = _texts(other or [], "TableColumnConstraints(other=...)")


class TableColumn(_Described):
    """One column of a table.

    Args:
        name: the column's name.
        type: its type, in the words of whatever holds the table.
        description: what it means.
        constraints: what holds for its values.
        tags: any.
    """

    def __init__(
        self,
        name: str,
        type: str = "string",
        description: Optional[str] = None,
        constraints: Optional[TableColumnConstraints] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.name = check_type(name, "TableColumn(name=...)", str)
        self.type = check_type(type, "TableColumn(type=...)", str)
        self.description = check_optional(description, "TableColumn(description=...)", str)
        what = "TableColumn(constraints=...)"
        check_optional(constraints, what, TableColumnConstraints)
        self.constraints = TableColumnConstraints() if constraints is None else constraints
        self.tags: Dict[str, str] = check_tags(tags, caller_source())

    def to_wire(self) -> Dict[str, Any]:
        """JSON-able form; constraints only where there are any."""
        told: Dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "tags": self.tags,
        }
        if self.constraints != TableColumnConstraints():
            told["constraints"] = dict(self.constraints.__dict__)
        return told

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> TableColumn:
        """The column that `to_wire` says."""
        constraints = data.get("constraints")
        return TableColumn(
            data["name"],
            data["type"],
            data.get("description"),
            TableColumnConstraints(**constraints) if constraints else None,
            data.get("tags"),
        )


class TableRecord(_Described):
    """One row of a table.

    Args:
        data: text, numbers, bools and None, by column.

    Raises:
        ParameterError: `parameter.type`, a cell holds something else.
    """

    def __init__(self, data: Mapping[str, Any]):
        check_type(data, "TableRecord(...)", Mapping)
        for name, cell in data.items():
            is_plain = cell is None or isinstance(cell, (str, int, float, bool))
            if not is_plain and not callable(getattr(cell, "item", None)):
                raise ParameterError(
                    "TableRecord(...): the column %r holds %.80r" % (name, cell),
                    hint="a cell holds text, a number, a bool or None; write str(...)",
                )
        self.data: Dict[str, Any] = dict(data)


class TableSchema(_Described):
    """The columns of a table.

    Args:
        columns: in order.
        constraints: what holds for the table as a whole.
    """

    def __init__(
        self, columns: Sequence[TableColumn], constraints: Optional[TableConstraints] = None
    ):
        check_type(columns, "TableSchema(columns=...)", (list, tuple))
        hint = "write TableColumn(name, type)"
        self.columns: List[TableColumn] = [
            check_type(column, "TableSchema(columns=[...])", TableColumn, hint)
            for column in columns
        ]
        check_optional(constraints, "TableSchema(constraints=...)", TableConstraints)
        self.constraints = TableConstraints([]) if constraints is None else constraints

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> TableSchema:
        """A schema from column names and types."""
        check_type(name_type_dict, "TableSchema.from_name_type_dict(...)", Mapping)
        return TableSchema([TableColumn(name, kind) for name, kind in name_type_dict.items()])

    @staticmethod
    def of_records(records: Sequence[TableRecord]) -> TableSchema:
        """The schema that the first row shows.

        Raises:
            ParameterError: `parameter.type`, there is no row.
        """
        if not records:
            raise ParameterError(
                "a table without rows does not show its columns",
                hint="write MetadataValue.table([], schema=TableSchema([...]))",
            )
        first = records[0].data
        return TableSchema(
            [TableColumn(str(name), TableSchema.type_of(cell)) for name, cell in first.items()]
        )

    @staticmethod
    def type_of(cell: Any) -> str:
        """The type of a column that holds `cell`."""
        names = {bool: "bool", int: "int", float: "float"}
        return next((names[cls] for cls in type(cell).__mro__ if cls in names), "string")

    def to_wire(self) -> Dict[str, Any]:
        """JSON-able form; constraints only where there are any."""
        told: Dict[str, Any] = {"columns": [column.to_wire() for column in self.columns]}
        if self.constraints.other:
            told["constraints"] = {"other": list(self.constraints.other)}
        return told

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> TableSchema:
        """The schema that `to_wire` says."""
        constraints = data.get("constraints")
        return TableSchema(
            [TableColumn.from_wire(column) for column in data["columns"]],
            TableConstraints(constraints["other"]) if constraints else None,
        )


class TableColumnDep(_Described):
    """A column of an asset that another column is made from.

    Args:
        asset_key: the asset's key, as `AssetKey`, text or parts.
        column_name: the column's name there.
    """

    def __init__(self, asset_key: Any, column_name: str):
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.column_name = check_type(column_name, "TableColumnDep(column_name=...)", str)

    def __iter__(self) -> Iterator[Any]:
        pair: Tuple[Any, ...] = (self.asset_key, self.column_name)
        return iter(pair)


class TableColumnLineage(_Described):
    """For each column, the columns that it is made from.

    Args:
        deps_by_column: by column, `TableColumnDep`s.
    """

    def __init__(self, deps_by_column: Mapping[str, Sequence[TableColumnDep]]):
        check_type(deps_by_column, "TableColumnLineage(deps_by_column=...)", Mapping)
        what = "TableColumnLineage(deps_by_column={...})"
        self.deps_by_column: Dict[str, List[TableColumnDep]] = {
            column: [check_type(dep, what, TableColumnDep) for dep in deps]
            for column, deps in deps_by_column.items()
        }

    def to_wire(self) -> Dict[str, Any]:
        """JSON-able form."""
        return {
            column: [
                {"asset": dep.asset_key.to_user_string(), "column": dep.column_name} for dep in deps
            ]
            for column, deps in self.deps_by_column.items()
        }

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> TableColumnLineage:
        """The lineage that `to_wire` says."""
        return TableColumnLineage(
            {
                column: [TableColumnDep(dep["asset"], dep["column"]) for dep in deps]
                for column, deps in data.items()
            }
        )


def _texts(values: Sequence[str], what: str) -> List[str]:
    check_type(values, what, (list, tuple))
    return [check_type(value, what, str) for value in values]
