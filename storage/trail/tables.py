"""Which tables are sealed, and a row of them as one text, the same on every read of the same database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, LargeBinary, MetaData, Table, inspect

from storage.schema import metadata

__all__ = ["SEALED", "SealedTable", "key_text", "name_of_seal", "sealed_as_stored"]

_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    # who has an entry open, and its place in a queue, are no decisions and change all day
    "entries": ("lease_account", "lease_until", "priority"),
    # when a system asked last stands in the log; here only for the list
    "lookup_tokens": ("used_at",),
}
_GROUPS: Mapping[str, str] = {
    # a save judges every field of its entry: a seal for each would outweigh all others
    "confirmed_readings": "entry_id",
}
"""Tables whose rows are sealed together, those with the same number in this column as one text."""
_NAMES = (
    "acceptance_books",
    "acceptance_returns",
    "acceptances",
    "accounts",
    "annexes",
    "blind_samples",
    "book_assignments",
    "book_requests",
    "book_hands",
    "books",
    "confirmed_readings",
    "document_templates",
    "effort_events",
    "entries",
    "entry_evidence",
    "entry_versions",
    "exports",
    "handover_books",
    "handovers",
    "learned_corrections",
    "lookup_tokens",
    "office_changes",
    "office_templates",
    "offices",
    "packages",
    "pages",
    "paper_counts",
    "plan_places",
    "plan_targets",
    "reading_queue",
    "readings",
    "reconciliation_cases",
    "reconciliation_profiles",
    "reconciliation_results",
    "reconciliation_runs",
    "recovery_codes",
    "report_texts",
    "roster",
    "save_receipts",
    "scans",
    "second_factors",
    "settings",
    "team_members",
    "teams",
    "typing_tasks",
    "unit_totals",
    "value_memory",
)
"""Left out: the log itself (a chain of its own), sessions and tries (bound to the key, or no decisions), what stands on
a screen at this moment, and the search index, which the check makes again from the entries (`search_index_check`)."""

HEAD_SETTING = "audit_head"
"""A setting that changes with each event; the head file holds it."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """One sealed table and its SQL."""

    table: Table

    @property
    def name(self) -> str:
        """Its name."""
        return self.table.name

    @property
    def group(self) -> str:
        """The column whose rows are sealed together; empty: each row has its own seal."""
        return _GROUPS.get(self.name, "")

    @property
    def source_sql(self) -> str:
        """Where the rows, or the numbers of their groups, are read from; called like the table."""
        return f"(SELECT DISTINCT {self.group} FROM {self.name}) AS {self.name}" if self.group else self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that name a row: of the primary key, or the one that rows sealed together share."""
        if self.group:
            return (self.group,)
        return tuple(c.name for c in self.table.primary_key)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that are not sealed."""
        return _LEFT_OUT.get(self.name, ())

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are sealed, in a fixed order."""
        return tuple(sorted(c.name for c in self.table.columns if c.name not in self.left_out))

    def row_sql(self, row: str, *, sqlite: bool) -> str:
        """Expression for the text of a row or of its group; `row` is the table's name, or OLD or NEW in a trigger.

        The text of a group without rows is NULL.
        """
        if not self.group:
            return self._text_sql(row, sqlite=sqlite)
        (id_column,) = (c.name for c in self.table.primary_key)
        one = self._text_sql("one", sqlite=sqlite)
        rows = f"FROM {self.name} AS one WHERE one.{self.group} = {row}.{self.group}"
        if sqlite:
            inner = f"(SELECT {one} AS told {rows} ORDER BY one.{id_column})"
            return f"(SELECT nullif(json_group_array(told), '[]') FROM {inner})"
        return f"(SELECT jsonb_agg({one} ORDER BY one.{id_column})::text {rows})"

    def _text_sql(self, row: str, *, sqlite: bool) -> str:
        if not sqlite:
            names = ", ".join(f"'{name}'" for name in self.left_out)
            return f"(to_jsonb({row}) - ARRAY[{names}]::text[])::text"
        binary = {c.name for c in self.table.columns if isinstance(c.type, LargeBinary)}
        parts = (f"hex({row}.{n})" if n in binary else f"{row}.{n}" for n in self.columns)
        return f"json_array({', '.join(parts)})"

    def key_sql(self, row: str, *, sqlite: bool) -> str:
        """Expression for the key of a row as a JSON array."""
        parts = ", ".join(f"{row}.{name}" for name in self.keys)
        return f"json_array({parts})" if sqlite else f"jsonb_build_array({parts})::text"

    def condition(self, row: str) -> str:
        """Which rows are sealed."""
        return f"{row}.key <> '{HEAD_SETTING}'" if self.name == "settings" else "1 = 1"


SEALED: Mapping[str, SealedTable] = {name: SealedTable(metadata.tables[name]) for name in _NAMES}


def sealed_as_stored(connection: Connection) -> Mapping[str, SealedTable]:
    """The sealed tables that a database of an older schema has, with its own columns: its seals were made of those."""
    there = set(inspect(connection).get_table_names())
    return {
        name: SealedTable(Table(name, MetaData(), autoload_with=connection, resolve_fks=False))
        for name in _NAMES
        if name in there
    }


def key_text(key: str) -> str:
    """A row's key in one spelling: the databases space their JSON differently."""
    try:
        return json.dumps(json.loads(key), ensure_ascii=False, separators=(",", ":"))
    except ValueError:  # an endless number, which the program never writes, is no JSON
        return key


_LONGEST_NAME = 500
"""Letters that a seal's row has for the key."""


def name_of_seal(key: str) -> str:
    """Under which a row's seal is kept: its key in one spelling, or the digest of one that is too long."""
    return key if len(key) <= _LONGEST_NAME else hashlib.sha256(key.encode()).hexdigest()
