"""Triggers that note which rows of sealed tables a transaction changes, and what stood there before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, text

from storage.trail.tables import SEALED, SealedTable

__all__ = ["drop_triggers", "function_of", "install_triggers", "missing_triggers", "wanted_triggers"]

_PREFIX = "trail_"
_FUNCTION = "trail_note"
_GROUP_FUNCTION = "trail_note_group"

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
_NOTE_GROUP_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {_GROUP_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  named text; stood text; touched bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN touched := touched || (to_jsonb(OLD) ->> TG_ARGV[0])::bigint; END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || (to_jsonb(NEW) ->> TG_ARGV[0])::bigint; END IF;
  FOR i IN 1 .. array_length(touched, 1) LOOP
    named := jsonb_build_array(touched[i])::text;
    IF NOT EXISTS (SELECT 1 FROM trail_changes WHERE table_name = TG_TABLE_NAME AND row_key = named) THEN
      EXECUTE 'SELECT jsonb_agg((to_jsonb(one) - ARRAY[]::text[])::text ORDER BY one.' || quote_ident(TG_ARGV[1])
        || ')::text FROM ' || quote_ident(TG_TABLE_NAME) || ' AS one WHERE one.' || quote_ident(TG_ARGV[0]) || ' = $1'
        INTO stood USING touched[i];
      INSERT INTO trail_changes (table_name, row_key, stood) VALUES (TG_TABLE_NAME, named, stood);
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""
"""Runs before the change, and notes once a transaction how the whole group stood."""
_BODIES = {_FUNCTION: _NOTE_POSTGRESQL.split("$$")[1], _GROUP_FUNCTION: _NOTE_GROUP_POSTGRESQL.split("$$")[1]}
_AFTER_ROW, _BEFORE_ROW = 29, 31
"""`pg_trigger.tgtype` of a trigger on every row inserted, updated or deleted: after it, before it."""


def _sqlite_group_triggers(sealed: SealedTable) -> Iterator[tuple[str, str]]:
    name = sealed.name

    def note(row: str) -> str:
        key = sealed.key_sql(row, sqlite=True)
        return (
            f"INSERT INTO trail_changes (table_name, row_key, stood) SELECT '{name}', {key}, "
            f"{sealed.row_sql(row, sqlite=True)} WHERE NOT EXISTS "
            f"(SELECT 1 FROM trail_changes WHERE table_name = '{name}' AND row_key = {key});"
        )

    for action, rows in (("insert", ("NEW",)), ("update", ("OLD", "NEW")), ("delete", ("OLD",))):
        trigger = f"{_PREFIX}{name}_{action}"
        body = " ".join(note(row) for row in rows)
        yield trigger, f"CREATE TRIGGER {trigger} BEFORE {action.upper()} ON {name} BEGIN {body} END"


def _sqlite_triggers(sealed: SealedTable) -> Iterator[tuple[str, str]]:
    if sealed.group:
        yield from _sqlite_group_triggers(sealed)
        return
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
    return {f"{_PREFIX}{sealed.name}": _postgresql_trigger(sealed) for sealed in SEALED.values()}


def function_of(sealed: SealedTable) -> str:
    """Name of the function that a table's trigger calls on PostgreSQL."""
    return _GROUP_FUNCTION if sealed.group else _FUNCTION


def _arguments(sealed: SealedTable) -> tuple[str, str]:
    if sealed.group:
        return sealed.group, sealed.table.primary_key.columns[0].name
    return ",".join(sealed.keys), ",".join(sealed.left_out)


def _postgresql_trigger(sealed: SealedTable) -> str:
    moment = "BEFORE" if sealed.group else "AFTER"
    given = ", ".join(f"'{argument}'" for argument in _arguments(sealed))
    return (
        f"CREATE TRIGGER {_PREFIX}{sealed.name} {moment} INSERT OR UPDATE OR DELETE ON {sealed.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {function_of(sealed)}({given})"
    )


def _present(connection: Connection) -> dict[str, tuple[str, str]]:
    """Triggers there are by name: their table, and the statement that makes them; another where they were bent."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {name: (table, sql) for name, table, sql in rows if name.startswith(_PREFIX)}
    found = {row.tgname: row for row in connection.execute(_PRESENT_POSTGRESQL) if row.tgname.startswith(_PREFIX)}
    wanted = {f"{_PREFIX}{sealed.name}": sealed for sealed in SEALED.values()}
    return {
        name: (row.table_name, _postgresql_trigger(wanted[name]) if _is_ours(row, wanted.get(name)) else "")
        for name, row in found.items()
    }


_PRESENT_POSTGRESQL = text(
    "SELECT t.tgname, t.tgrelid::regclass::text AS table_name, c.relname, p.proname, p.prosrc, t.tgtype,"
    " encode(t.tgargs, 'hex') AS given,"
    " t.tgenabled = 'O' AND t.tgqual IS NULL AND t.tgattr = ''::int2vector AND c.relkind IN ('r', 'p') AS acts"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal"
)


def _is_ours(row: Row[Any], sealed: SealedTable | None) -> bool:
    """Whether a trigger on PostgreSQL sees every change of every column of its table, and notes it as we do."""
    if sealed is None or not row.acts or row.relname != sealed.name or row.proname != function_of(sealed):
        return False
    given = "".join(f"{argument}\0" for argument in _arguments(sealed)).encode().hex()
    moment = _BEFORE_ROW if sealed.group else _AFTER_ROW
    return bool(row.prosrc == _BODIES[row.proname] and row.tgtype == moment and row.given == given)


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Triggers that are gone, switched off or changed: changes made meanwhile were not noted."""
    sqlite = connection.dialect.name == "sqlite"
    present = _present(connection)
    return tuple(
        name
        for name, statement in wanted_triggers(sqlite=sqlite).items()
        if present.get(name, ("", None))[1] != statement
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
        connection.exec_driver_sql(_NOTE_GROUP_POSTGRESQL)
    for name in wanted:
        if name in missing:
            connection.exec_driver_sql(wanted[name])


def drop_triggers(connection: Connection) -> None:
    """Take all of them away, before the schema changes under them."""
    sqlite = connection.dialect.name == "sqlite"
    for name, (table, _) in _present(connection).items():
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
    if not sqlite:
        for function in _BODIES:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))
