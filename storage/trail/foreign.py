"""What somebody hung on our tables that acts by itself: it could change what the program writes before it is sealed.

A trigger of a stranger runs inside the program's own transaction, so the seals alone would take its work for ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.schema import metadata
from storage.trail.tables import SEALED
from storage.trail.triggers import function_of, wanted_triggers

__all__ = ["ForeignObject", "foreign_objects", "remove_foreign", "schema_state"]

_APPEND_ONLY = ("audit_events", "readings")
"""Tables with guards of their own since the first schema."""
_QUOTED = 400
"""Letters of a foreign statement that go on record."""


@dataclass(frozen=True, slots=True)
class ForeignObject:
    """Something on one of our tables that is not ours."""

    table: str
    name: str
    told: str
    """Its statement, or what kind of thing it is."""
    removal: str = ""
    """SQL that takes it away; empty: a person must look."""


def schema_state(connection: Connection) -> object:
    """Changes whenever somebody changes what acts by itself; cheap enough to ask before every writing transaction."""
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    return tuple(connection.execute(_STATE_POSTGRESQL).one())


def foreign_objects(connection: Connection) -> tuple[ForeignObject, ...]:
    """Triggers, rules and views on our tables, or in their place, that the program has not made."""
    found = _on_sqlite(connection) if connection.dialect.name == "sqlite" else _on_postgresql(connection)
    return tuple(sorted(found, key=lambda thing: (thing.table, thing.name)))


def remove_foreign(connection: Connection) -> tuple[ForeignObject, ...]:
    """Take away what may be taken away, before anything is written; everything that was found."""
    found = foreign_objects(connection)
    for thing in found:
        if thing.removal:
            connection.exec_driver_sql(thing.removal)
    return found


def _on_sqlite(connection: Connection) -> Iterator[ForeignObject]:
    known = {**wanted_triggers(sqlite=True), **dict(_append_only_sqlite())}
    rows = connection.execute(
        text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('trigger', 'view')")
    )
    for kind, name, table, sql in rows:
        if kind == "view" and name in metadata.tables:
            yield ForeignObject(name, name, sql[:_QUOTED])
        elif kind == "trigger" and known.get(name) != sql:
            quoted = name.replace('"', '""')
            yield ForeignObject(table, name, sql[:_QUOTED], f'DROP TRIGGER "{quoted}"')


def _append_only_sqlite() -> Iterator[tuple[str, str]]:
    """The guards as the first revision of the schema made them."""
    for table in _APPEND_ONLY:
        for name, action in (("immutable", "UPDATE"), ("kept", "DELETE")):
            yield (
                f"{table}_{name}",
                f"CREATE TRIGGER {table}_{name} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            )


_STATE_POSTGRESQL = text("""
SELECT (SELECT count(*) || ' ' || max(oid) || ' ' || sum(xmin::text::bigint) FROM pg_trigger),
  (SELECT count(*) || ' ' || max(oid) || ' ' || sum(xmin::text::bigint) FROM pg_rewrite),
  (SELECT count(*) || ' ' || max(oid) FROM pg_constraint), (SELECT count(*) || ' ' || max(oid) FROM pg_attrdef),
  (SELECT string_agg(xmin::text, ' ' ORDER BY oid) FROM pg_proc
    WHERE proname IN ('trail_note', 'trail_note_group', 'refuse_change')),
  (SELECT count(*) FROM pg_class WHERE relrowsecurity)
""")
_TRIGGERS_POSTGRESQL = text("""
SELECT c.relname, t.tgname, p.proname, pg_get_triggerdef(t.oid) AS told
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
""")
_OTHERS_POSTGRESQL = text("""
SELECT c.relname, r.rulename AS name, 'rule' AS told
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN' AND c.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT c.relname, c.relname, CASE WHEN c.relrowsecurity THEN 'row security' ELSE 'no table' END
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace
  AND (c.relkind IN ('v', 'm', 'f') OR c.relkind IN ('r', 'p') AND c.relrowsecurity)
UNION ALL
SELECT coalesce(k.conrelid, a.adrelid)::regclass::text, p.proname, 'function of a rule or default'
FROM pg_depend d
JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND p.oid >= 16384
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
WHERE k.oid IS NOT NULL OR a.oid IS NOT NULL
UNION ALL
SELECT 'audit_events', p.proname, 'changed function'
FROM pg_proc p
WHERE p.proname = 'refuse_change' AND p.pronamespace = current_schema()::regnamespace
  AND p.prosrc NOT LIKE '%RAISE EXCEPTION ''\\%% is append-only'', TG_TABLE_NAME; END%'
""")


def _on_postgresql(connection: Connection) -> Iterator[ForeignObject]:
    """Ours are told by table, name and function; the body of the trail's function is `missing_triggers`' business."""
    ours = {(name, f"trail_{name}", function_of(sealed)) for name, sealed in SEALED.items()}
    ours |= {(table, f"{table}_immutable", "refuse_change") for table in _APPEND_ONLY}
    for table, name, function, told in connection.execute(_TRIGGERS_POSTGRESQL):
        if table in metadata.tables and (table, name, function) not in ours:
            yield ForeignObject(table, name, told[:_QUOTED], f'DROP TRIGGER "{name}" ON "{table}"')
    for table, name, told in connection.execute(_OTHERS_POSTGRESQL):
        if table in metadata.tables:
            yield ForeignObject(table, name, told)
