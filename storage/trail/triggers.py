"""Triggers that note which rows of sealed tables a transaction changes, and what stood there before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import Connection, text

from storage.trail.tables import SEALED, SealedTable

__all__ = ["drop_triggers", "install_triggers", "missing_triggers", "wanted_triggers"]

_PREFIX = "trail_"
_FUNCTION = "trail_note"

_NOTE_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  keys text[] := string_to_array(TG_ARGV[0], ',');
  left_out text[] := string_to_array(TG_ARGV[1], ',');
  stood jsonb; stands jsonb; stood_key text; stands_key text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    stood := to_jsonb(OLD) - left_out;
    SELECT jsonb_agg(to_jsonb(OLD) -> k ORDER BY place)::text INTO stood_key
      FROM unnest(keys) WITH ORDINALITY AS named(k, place);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    stands := to_jsonb(NEW) - left_out;
    SELECT jsonb_agg(to_jsonb(NEW) -> k ORDER BY place)::text INTO stands_key
      FROM unnest(keys) WITH ORDINALITY AS named(k, place);
  END IF;
  IF stood IS NOT DISTINCT FROM stands THEN RETURN NULL; END IF;
  IF TG_TABLE_NAME = 'settings' AND coalesce(stands, stood) ->> 'key' = 'audit_head' THEN RETURN NULL; END IF;
  IF stood IS NOT NULL THEN
    INSERT INTO trail_changes (table_name, row_key, stood) VALUES (TG_TABLE_NAME, stood_key, stood::text);
  END IF;
  IF stands_key IS NOT NULL AND stands_key IS DISTINCT FROM stood_key THEN
    INSERT INTO trail_changes (table_name, row_key, stood) VALUES (TG_TABLE_NAME, stands_key, NULL);
  END IF;
  RETURN NULL;
END $$
"""
_BODY_POSTGRESQL = _NOTE_POSTGRESQL.split("$$")[1]


def _sqlite_triggers(sealed: SealedTable) -> Iterator[tuple[str, str]]:
    name, columns = sealed.name, ", ".join(sealed.columns)
    into = "INSERT INTO trail_changes (table_name, row_key, stood)"
    old_key, new_key = (sealed.key_sql(row, sqlite=True) for row in ("OLD", "NEW"))
    stood = f"{into} VALUES ('{name}', {old_key}, {sealed.row_sql('OLD', sqlite=True)});"
    added = f"{into} VALUES ('{name}', {new_key}, NULL);"
    moved = f"{into} SELECT '{name}', {new_key}, NULL WHERE {new_key} <> {old_key};"
    for action, event, row, body in (
        ("insert", "INSERT", "NEW", added),
        ("update", f"UPDATE OF {columns}", "OLD", f"{stood} {moved}"),
        ("delete", "DELETE", "OLD", stood),
    ):
        trigger = f"{_PREFIX}{name}_{action}"
        when = sealed.condition(row)
        yield trigger, f"CREATE TRIGGER {trigger} AFTER {event} ON {name} WHEN {when} BEGIN {body} END"


@cache
def wanted_triggers(*, sqlite: bool) -> Mapping[str, str]:
    """Every trigger by name, with the statement that makes it."""
    if sqlite:
        return dict(pair for sealed in SEALED.values() for pair in _sqlite_triggers(sealed))
    return {
        f"{_PREFIX}{s.name}": f"CREATE TRIGGER {_PREFIX}{s.name} AFTER INSERT OR UPDATE OR DELETE ON {s.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}('{','.join(s.keys)}', '{','.join(s.left_out)}')"
        for s in SEALED.values()
    }


def _present(connection: Connection) -> dict[str, tuple[str, str]]:
    """Triggers there are by name: their table, and on SQLite their statement."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.tgname, t.tgrelid::regclass::text, CASE WHEN t.tgenabled = 'O' AND p.prosrc = :body "
            f"AND t.tgname = '{_PREFIX}' || c.relname AND c.relkind IN ('r', 'p') THEN '' ELSE 'off' END "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal"
        )
    rows = connection.execute(text(query), {} if connection.dialect.name == "sqlite" else {"body": _BODY_POSTGRESQL})
    return {name: (table, sql) for name, table, sql in rows if name.startswith(_PREFIX)}


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Triggers that are gone, switched off or changed: changes made meanwhile were not noted."""
    sqlite = connection.dialect.name == "sqlite"
    present = _present(connection)
    return tuple(
        name
        for name, statement in wanted_triggers(sqlite=sqlite).items()
        if present.get(name, ("", None))[1] != (statement if sqlite else "")
    )


def install_triggers(connection: Connection) -> None:
    """Make the triggers that are missing; those of an older program are replaced."""
    sqlite = connection.dialect.name == "sqlite"
    wanted, present, missing = wanted_triggers(sqlite=sqlite), _present(connection), set(missing_triggers(connection))
    if not missing and present.keys() == wanted.keys():
        return
    for name, (table, _) in present.items():
        if name in missing or name not in wanted:
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
    if not sqlite:
        connection.exec_driver_sql(_NOTE_POSTGRESQL)
    for name in wanted:
        if name in missing:
            connection.exec_driver_sql(wanted[name])


def drop_triggers(connection: Connection) -> None:
    """Take all of them away, before the schema changes under them."""
    sqlite = connection.dialect.name == "sqlite"
    for name, (table, _) in _present(connection).items():
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
    if not sqlite:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {_FUNCTION}()"))
