"""CHECK constraints put on tables that hold rows already, on both databases.

SQLite builds such a table anew: rows, indexes and triggers come along. Rows that break a rule are told before anything
is changed; none is thrown away. A list of values that grows later is a call of `replace_check` in a new revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

from storage.errors import UnfitRows

__all__ = ["Check", "add_checks", "check_flag", "check_values", "drop_checks", "replace_check"]

_ITSELF = {"resolve_fks": False}
"""Looking at a table does not follow what it points to: that took more than half of the time."""
_SHOWN = 3
"""Rows that a refusal shows for each rule; how many there are is said in any case."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on one column of one table, as `storage/schema.py` names and words it."""

    table: str
    column: str
    condition: str

    @property
    def name(self) -> str:
        """Its name in the database."""
        return f"ck_{self.table}_{self.column}"


def check_values(table: str, column: str, *values: str) -> Check:
    """The column holds one of these texts."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return Check(table, column, f"{column} IN ({quoted})")


def check_flag(table: str, column: str) -> Check:
    """The column holds 0 or 1."""
    return Check(table, column, f"{column} IN (0, 1)")


def add_checks(checks: Sequence[Check]) -> None:
    """Put rules on tables.

    Raises:
        UnfitRows: rows break them; nothing was changed.
    """
    _refuse_unfit(checks)
    for table, rules in _by_table(checks):
        triggers = _triggers(table)
        with op.batch_alter_table(table, reflect_kwargs=_ITSELF) as batch:
            for rule in rules:
                batch.create_check_constraint(op.f(rule.name), sa.text(rule.condition))
        _restore(triggers)


def drop_checks(checks: Sequence[Check]) -> None:
    """Take rules away again."""
    for table, rules in _by_table(checks):
        triggers = _triggers(table)
        with op.batch_alter_table(table, reflect_kwargs=_ITSELF) as batch:
            for rule in rules:
                batch.drop_constraint(op.f(rule.name), type_="check")
        _restore(triggers)


def replace_check(check: Check) -> None:
    """Put a rule in the place of the one on the same column.

    Raises:
        UnfitRows: rows break it; nothing was changed.
    """
    _refuse_unfit([check])
    triggers = _triggers(check.table)
    with op.batch_alter_table(check.table, reflect_kwargs=_ITSELF) as batch:
        batch.drop_constraint(op.f(check.name), type_="check")
        batch.create_check_constraint(op.f(check.name), sa.text(check.condition))
    _restore(triggers)


def _by_table(checks: Iterable[Check]) -> Iterable[tuple[str, list[Check]]]:
    tables: dict[str, list[Check]] = {}
    for check in checks:
        tables.setdefault(check.table, []).append(check)
    return tables.items()


def _triggers(table: str) -> list[str]:
    """Statements of the triggers that SQLite drops with the old table; PostgreSQL changes the table where it stands."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(connection.execute(query, {"table": table}).scalars())


def _restore(triggers: Iterable[str]) -> None:
    for statement in triggers:
        op.get_bind().exec_driver_sql(statement)


def _refuse_unfit(checks: Iterable[Check]) -> None:
    unfit = [told for check in checks if (told := _unfit(check))]
    if unfit:
        raise UnfitRows(unfit)


def _unfit(check: Check) -> str:
    """Which rows break a rule; empty: none. A column that is NULL breaks none."""
    connection = op.get_bind()
    keys = sa.inspect(connection).get_pk_constraint(check.table)["constrained_columns"]
    chosen = ", ".join([*keys, check.column])
    found = f"FROM {check.table} WHERE NOT ({check.condition})"
    count = connection.execute(sa.text(f"SELECT count(*) {found}")).scalar_one()
    if not count:
        return ""
    rows = connection.execute(sa.text(f"SELECT {chosen} {found} ORDER BY {', '.join(keys)} LIMIT {_SHOWN}"))
    shown = "; ".join(f"{', '.join(map(str, row[:-1]))}: «{row[-1]}»" for row in rows)
    return f"bảng {check.table}, cột {check.column}, {count} dòng ({shown})"
