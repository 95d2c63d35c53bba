"""A small database that knows what was changed: tables of rows, each row a dict of plain values."""

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]
Cell = tuple[str, str, str]
"""(table, row, field)."""


class Database:
    """Tables of rows. Every write goes through `set` or `insert`, so `changes` is complete.

    Rows are replaced, never written into, and a table is copied when it is first written to, so copies share the tables
    and rows they have in common.

    Args:
        tables: Rows by table and id. The database takes the tables over, not the rows.
    """

    __slots__ = ("_before", "_shared", "tables")

    def __init__(self, tables: dict[str, dict[str, Row]]) -> None:
        self.tables = tables
        self._before: dict[Cell, Any] = {}
        self._shared: set[str] = set()

    def get(self, table: str, row: str) -> Row | None:
        """A row, not to be written to; None if there is none."""
        return self.tables[table].get(row)

    def set(self, table: str, row: str, field: str, value: Any) -> None:
        """Writes one field."""
        rows = self._own(table)
        fields = rows[row]
        self._before.setdefault((table, row, field), fields.get(field))
        rows[row] = {**fields, field: value}

    def insert(self, table: str, row: str, fields: Mapping[str, Any]) -> None:
        """Writes a row, field by field, whether or not it is there."""
        self._own(table).setdefault(row, {})
        for field, value in fields.items():
            self.set(table, row, field, value)

    def changes(self) -> dict[Cell, Any]:
        """Every field whose value now differs from the one it began with."""
        tables = self.tables
        return {
            cell: tables[cell[0]][cell[1]][cell[2]]
            for cell, before in self._before.items()
            if tables[cell[0]][cell[1]][cell[2]] != before
        }

    def copy(self) -> "Database":
        """An independent copy with the same history."""
        twin = Database(dict(self.tables))
        twin._before = dict(self._before)
        twin._shared = set(self.tables)
        self._shared = set(self.tables)
        return twin

    def _own(self, table: str) -> dict[str, Row]:
        """A table that may be written to, as no copy shares it."""
        if table in self._shared:
            self._shared.remove(table)
            self.tables[table] = dict(self.tables[table])
        return self.tables[table]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Database":
        return self.copy()
