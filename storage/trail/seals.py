"""Seals of rows and sums of seals, brought up to date at the end of each transaction that changed sealed rows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from storage.schema import trail_changes, trail_seals, trail_totals
from storage.trail.tables import SEALED, SealedTable, key_text, name_of_seal

__all__ = ["ForeignChange", "Sealer", "Total", "state_digest", "stored_totals"]

_MODULUS = 2**256
"""Sums of seals stay as long as one seal: SHA-256 has 256 bits."""
_AT_ONCE = 400
"""Values in one statement; SQLite once took 999 at most."""


@dataclass(frozen=True, slots=True)
class ForeignChange:
    """A row that somebody changed without the program."""

    table: str
    key: str


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows of a table are sealed, and the sum of their seals."""

    rows: int
    sum: int

    def moved(self, before: str | None, after: str | None) -> Total:
        """The total after a row's seal changed; None stands for no row."""
        change = int(after or "0", 16) - int(before or "0", 16)
        return Total(self.rows + (after is not None) - (before is not None), (self.sum + change) % _MODULUS)


def stored_totals(connection: Connection) -> dict[str, Total]:
    """The totals as kept in the database."""
    rows = connection.execute(trail_totals.select())
    return {row.table_name: Total(row.sealed_rows, int(row.seal_sum, 16)) for row in rows}


def state_digest(totals: dict[str, Total]) -> str:
    """One digest of all totals."""
    plain = [[name, total.rows, f"{total.sum:064x}"] for name, total in sorted(totals.items())]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


class Sealer:
    """Seals rows with a key.

    Args:
        key: known to the program, not to the database.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, table: str, key: str, row: str) -> str:
        """Seal of a row's text."""
        return hmac.new(self._key, f"{table}\n{key}\n{row}".encode(), hashlib.sha256).hexdigest()

    def seal_changes(self, connection: Connection) -> tuple[bool, list[ForeignChange]]:
        """Seal every row this transaction changed; whether any did, and rows that somebody else had changed before."""
        stood: dict[str, dict[str, str | None]] = {}
        for change in connection.execute(trail_changes.select().order_by(trail_changes.c.id)):
            stood.setdefault(change.table_name, {}).setdefault(key_text(change.row_key), change.stood)
        if not stood:
            return False, []
        connection.execute(trail_changes.delete())
        totals = stored_totals(connection)
        foreign: list[ForeignChange] = []
        for table, rows in stood.items():
            totals[table], found = self._seal_rows(connection, SEALED[table], rows, totals.get(table, Total(0, 0)))
            foreign += found
        _keep_totals(connection, {table: totals[table] for table in stood})
        return True, foreign

    def _seal_rows(
        self, connection: Connection, sealed: SealedTable, stood: dict[str, str | None], total: Total
    ) -> tuple[Total, list[ForeignChange]]:
        keys = list(stood)
        before = _seals_of(connection, sealed.name, [name_of_seal(key) for key in keys])
        stands = dict(rows_of(connection, sealed, keys))
        foreign, gone, kept = [], [], []
        for key in keys:
            old_row, name = stood[key], name_of_seal(key)
            old_seal = before.get(name)
            expected = None if old_row is None else self.seal(sealed.name, key, old_row)
            if expected != old_seal:
                foreign.append(ForeignChange(sealed.name, key))
            new_seal = self.seal(sealed.name, key, stands[key]) if key in stands else None
            total = total.moved(old_seal, new_seal)
            if new_seal is None:
                gone.append({"t": sealed.name, "k": name})
            elif new_seal != old_seal:
                kept.append({"t": sealed.name, "k": name, "s": new_seal})
        _write_seals(connection, gone, kept)
        return total, foreign

    def seal_everything(self, connection: Connection) -> dict[str, Total]:
        """Seal every row anew, whatever was sealed before."""
        connection.execute(trail_changes.delete())
        connection.execute(trail_seals.delete())
        connection.execute(trail_totals.delete())
        totals: dict[str, Total] = {}
        for sealed in SEALED.values():
            total = Total(0, 0)
            for batch in all_rows(connection, sealed):
                seals = [
                    {"t": sealed.name, "k": name_of_seal(k), "s": self.seal(sealed.name, k, row)} for k, row in batch
                ]
                _write_seals(connection, [], seals)
                for item in seals:
                    total = total.moved(None, item["s"])
            totals[sealed.name] = total
        _keep_totals(connection, totals)
        return totals


_UPSERT = text(
    "INSERT INTO trail_seals (table_name, row_key, seal) VALUES (:t, :k, :s) "
    "ON CONFLICT (table_name, row_key) DO UPDATE SET seal = excluded.seal"
)
_REMOVE = text("DELETE FROM trail_seals WHERE table_name = :t AND row_key = :k")
_KEEP_TOTAL = text(
    "INSERT INTO trail_totals (table_name, sealed_rows, seal_sum) VALUES (:t, :n, :s) "
    "ON CONFLICT (table_name) DO UPDATE SET sealed_rows = excluded.sealed_rows, seal_sum = excluded.seal_sum"
)


def _write_seals(connection: Connection, gone: list[dict[str, str]], kept: list[dict[str, str]]) -> None:
    if gone:
        connection.execute(_REMOVE, gone)
    if kept:
        connection.execute(_UPSERT, kept)


def _keep_totals(connection: Connection, totals: dict[str, Total]) -> None:
    rows = [{"t": name, "n": total.rows, "s": f"{total.sum:064x}"} for name, total in totals.items()]
    connection.execute(_KEEP_TOTAL, rows)


def _seals_of(connection: Connection, table: str, keys: Sequence[str]) -> dict[str, str]:
    query = text("SELECT row_key, seal FROM trail_seals WHERE table_name = :t AND row_key IN :keys").bindparams(
        bindparam("keys", expanding=True)
    )
    found: dict[str, str] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = connection.execute(query, {"t": table, "keys": list(keys[start : start + _AT_ONCE])})
        found.update((key, seal) for key, seal in rows)
    return found


def rows_of(connection: Connection, sealed: SealedTable, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Rows of those keys as (key, text); keys without a row are left out."""
    sqlite = connection.dialect.name == "sqlite"
    name, columns = sealed.name, sealed.keys
    head = f"SELECT {sealed.key_sql(name, sqlite=sqlite)}, {sealed.row_sql(name, sqlite=sqlite)} "
    head += f"FROM {sealed.source_sql} WHERE "
    for start in range(0, len(keys), _AT_ONCE):
        values = [json.loads(key) for key in keys[start : start + _AT_ONCE]]
        parameters = {f"p{i}_{j}": part for i, value in enumerate(values) for j, part in enumerate(value)}
        if len(columns) == 1:
            wanted = f"{columns[0]} IN ({', '.join(f':p{i}_0' for i in range(len(values)))})"
        else:
            groups = (
                "(" + " AND ".join(f"{column} = :p{i}_{j}" for j, column in enumerate(columns)) + ")"
                for i in range(len(values))
            )
            wanted = " OR ".join(groups)
        for key, row in connection.execute(text(head + wanted), parameters):
            yield key_text(key), row


def all_rows(connection: Connection, sealed: SealedTable) -> Iterator[list[tuple[str, str]]]:
    """Every row as (key, text), some hundred at a time, in the order of the key."""
    sqlite = connection.dialect.name == "sqlite"
    name, keys = sealed.name, ", ".join(f"{sealed.name}.{key}" for key in sealed.keys)
    what = f"{sealed.key_sql(name, sqlite=sqlite)}, {sealed.row_sql(name, sqlite=sqlite)}, {keys}"
    first = f"SELECT {what} FROM {sealed.source_sql} WHERE {sealed.condition(name)}"
    last: dict[str, object] = {}
    while True:
        places = ", ".join(f":k{i}" for i in range(len(sealed.keys)))
        after = f" AND ({keys}) > ({places})" if last else ""
        rows = connection.execute(text(f"{first}{after} ORDER BY {keys} LIMIT {_AT_ONCE}"), last).all()
        if not rows:
            return
        yield [(key_text(row[0]), row[1]) for row in rows]
        last = {f"k{i}": rows[-1][2 + i] for i in range(len(sealed.keys))}
