"""Each office sees its own records: every statement on an office's connection gets the condition, wherever it stands.

A connection that belongs to an office carries a `Scope`. Before a statement is run, each SELECT in it (those inside
others too), each UPDATE and each DELETE on a table that holds records of offices is narrowed to those of the scope. So
no query can forget it; what has to see everything (the end of the audit chain) is done within `everything`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Engine,
    FromClause,
    Insert,
    Select,
    Table,
    Update,
    event,
    or_,
    select,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import Alias, Join

from storage.schema import (
    acceptance_books,
    acceptance_returns,
    acceptances,
    accounts,
    annexes,
    audit_events,
    blind_samples,
    book_assignments,
    book_hands,
    book_requests,
    books,
    confirmed_readings,
    document_templates,
    effort_events,
    entries,
    entry_evidence,
    entry_showings,
    entry_versions,
    entry_words,
    exports,
    handover_books,
    handovers,
    lookup_tokens,
    packages,
    pages,
    paper_counts,
    plan_places,
    plan_targets,
    reading_queue,
    readings,
    reconciliation_cases,
    reconciliation_results,
    reconciliation_runs,
    report_texts,
    roster,
    save_receipts,
    scans,
    team_members,
    teams,
    typing_tasks,
)
from storage.schema_base import metadata

__all__ = ["SCOPED", "SHARED", "Scope", "everything", "install", "may_keep", "narrow", "scope_of"]

_SCOPE, _ALL = "office_scope", "all_offices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose records a connection sees."""

    own: int | None
    """The office itself; what it adds belongs to it. None: no office was named for the account, so it sees nothing."""
    offices: frozenset[int]
    """The office, those below it and those joined into them."""
    above: frozenset[int] = frozenset()
    """Those above it: what they lay down for the units below them is seen too."""


_Condition = Callable[[Any, Scope], ColumnElement[bool]]


def _books(scope: Scope) -> Select[Any]:
    kept = books.alias("kept_books")
    return select(kept.c.id).where(kept.c.office_id.in_(sorted(scope.offices))).correlate(None)


def _entries(scope: Scope) -> Select[Any]:
    kept = entries.alias("kept_entries")
    return select(kept.c.id).where(kept.c.book_id.in_(_marked(_books(scope)))).correlate(None)


def _pages(scope: Scope) -> Select[Any]:
    kept = pages.alias("kept_pages")
    return select(kept.c.id).where(kept.c.book_id.in_(_marked(_books(scope)))).correlate(None)


def _accounts(scope: Scope, column: str = "id") -> Select[Any]:
    kept = accounts.alias("kept_accounts")
    return select(kept.c[column]).where(kept.c.office_id.in_(sorted(scope.offices))).correlate(None)


def _marked(query: Select[Any]) -> Select[Any]:
    """A query of this module: it is narrowed already."""
    return query.execution_options(**{_ALL: True})


def _by_office(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.office_id.in_(sorted(scope.offices))  # type: ignore[no-any-return]


def _by_book(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.book_id.in_(_marked(_books(scope)))  # type: ignore[no-any-return]


def _by_entry(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.entry_id.in_(_marked(_entries(scope)))  # type: ignore[no-any-return]


def _by_page(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.page_id.in_(_marked(_pages(scope)))  # type: ignore[no-any-return]


def _by_account(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.account_id.in_(_marked(_accounts(scope)))  # type: ignore[no-any-return]


def _scans(t: Any, scope: Scope) -> ColumnElement[bool]:
    kept = pages.alias("kept_pages")
    own = select(kept.c.scan_sha256).where(kept.c.book_id.in_(_marked(_books(scope)))).correlate(None)
    return t.c.sha256.in_(_marked(own))  # type: ignore[no-any-return]


def _events(t: Any, scope: Scope) -> ColumnElement[bool]:
    """Events of own books and entries; those of neither, by people of the office and systems that look up there."""
    people = _marked(_accounts(scope, "name"))
    tokens = lookup_tokens.alias("kept_tokens")
    systems = select(tokens.c.name).where(tokens.c.office_id.in_(sorted(scope.offices))).correlate(None)
    neither = t.c.book_id.is_(None) & t.c.entry_id.is_(None)
    by_own = or_(t.c.actor.in_(people), t.c.actor.in_(_marked(systems)))
    return or_(_by_book(t, scope), _by_entry(t, scope), neither & by_own)


def _runs(t: Any, scope: Scope) -> ColumnElement[bool]:
    results = reconciliation_results.alias("kept_results")
    own = select(results.c.run_id).where(results.c.entry_id.in_(_marked(_entries(scope)))).correlate(None)
    return or_(t.c.id.in_(_marked(own)), _by_account(t, scope))


def _by_team(t: Any, scope: Scope) -> ColumnElement[bool]:
    kept = teams.alias("kept_teams")
    own = select(kept.c.id).where(kept.c.office_id.in_(sorted(scope.offices))).correlate(None)
    return t.c.team_id.in_(_marked(own))  # type: ignore[no-any-return]


def _places(t: Any, scope: Scope) -> ColumnElement[bool]:
    """Stays of the office's own teams, and of others' teams at a place of the office."""
    return or_(_by_office(t, scope), t.c.place_office_id.in_(sorted(scope.offices)))


def _templates(t: Any, scope: Scope) -> ColumnElement[bool]:
    """Files for printed documents: the office's own, those of the units above it, and those for all."""
    line = sorted(scope.above | ({scope.own} if scope.own is not None else set()))
    return or_(t.c.office_id.is_(None), t.c.office_id.in_(line))


def _own_templates(t: Any, scope: Scope) -> ColumnElement[bool]:
    return t.c.office_id == scope.own  # type: ignore[no-any-return]


def _minutes(books_of: Table, number: str) -> _Condition:
    """Minutes that name a book of the office, or were written there."""

    def condition(t: Any, scope: Scope) -> ColumnElement[bool]:
        lines = books_of.alias(f"kept_{books_of.name}")
        own = select(lines.c[number]).where(lines.c.book_id.in_(_marked(_books(scope)))).correlate(None)
        return or_(t.c.id.in_(_marked(own)), _by_account(t, scope))

    return condition


SCOPED: Mapping[Table, _Condition] = {
    acceptance_books: _by_book,
    acceptance_returns: _by_entry,
    acceptances: _minutes(acceptance_books, "acceptance_id"),
    annexes: _by_office,
    audit_events: _events,
    blind_samples: _by_entry,
    book_assignments: _by_book,
    book_hands: _by_book,
    book_requests: _by_account,
    books: _by_office,
    confirmed_readings: _by_entry,
    document_templates: _templates,
    effort_events: _by_book,
    entries: _by_book,
    entry_evidence: _by_entry,
    entry_showings: _by_entry,
    entry_versions: _by_entry,
    entry_words: _by_entry,
    exports: _by_book,
    handover_books: _by_book,
    handovers: _minutes(handover_books, "handover_id"),
    lookup_tokens: _by_office,
    packages: _by_office,
    pages: _by_book,
    paper_counts: _by_office,
    plan_places: _places,
    plan_targets: _by_office,
    reading_queue: _by_book,
    readings: _by_page,
    reconciliation_cases: _by_entry,
    reconciliation_results: _by_entry,
    reconciliation_runs: _runs,
    report_texts: _by_office,
    roster: _by_team,
    save_receipts: _by_account,
    scans: _scans,
    team_members: _by_team,
    teams: _by_office,
    typing_tasks: _by_entry,
}
"""Tables with records of offices, and what narrows them."""

_CHANGED_BY: Mapping[Any, _Condition] = {document_templates: _own_templates}
"""Where an office changes less than it sees: what units above lay down is theirs to change."""

SHARED: Mapping[str, str] = {
    "accounts": "names of colleagues beside their work; which of them one may list or change, the services decide",
    "learned_corrections": "kept apart by the kind under which an office learns (`storage.memory`)",
    "office_changes": "resolutions are public",
    "office_templates": "printed forms, the same in the whole province",
    "offices": "names of authorities; what may be changed, the services decide",
    "reconciliation_profiles": "how a source's columns are called",
    "recovery_codes": "asked for by an account that has just given its password, or its own",
    "second_factors": "as recovery codes; whose are told or taken away, the services decide",
    "sessions": "asked for by the digest of a secret only",
    "settings": "rules of the installation",
    "sign_in_attempts": "before anybody is known",
    "sign_in_places": "before anybody is known",
    "trail_changes": "filled and emptied by the database's triggers",
    "trail_seals": "digests",
    "trail_totals": "digests",
    "unit_totals": "counts of a printed plan",
    "value_memory": "kept apart by the number of book or office (`storage.memory`), taken from a narrowed query",
}
"""Tables without records of a single office, and why nothing narrows them."""


def scope_of(connection: Connection) -> Scope | None:
    """Whose records a connection sees; None: all."""
    found: Scope | None = connection.get_execution_options().get(_SCOPE)
    return found


def narrow(connection: Connection, scope: Scope | None) -> None:
    """Let the connection see this scope from now on."""
    connection.execution_options(**{_SCOPE: scope})


@contextmanager
def everything(connection: Connection) -> Iterator[None]:
    """For work of the record itself (audit chain, seals, digests of files): all offices, then as before."""
    before = scope_of(connection)
    narrow(connection, None)
    try:
        yield
    finally:
        narrow(connection, before)


def may_keep(connection: Connection, office_id: int | None) -> bool:
    """Whether a book of this office may be written on the connection."""
    scope = scope_of(connection)
    return scope is None or (office_id is not None and office_id in scope.offices)


def install(engine: Engine) -> None:
    """Narrow every statement that is run on connections of this engine.

    Raises:
        RuntimeError: a table of the schema is neither scoped nor shared; its author must say which.
    """
    unlisted = sorted(set(metadata.tables) - {table.name for table in SCOPED} - set(SHARED))
    if unlisted:
        raise RuntimeError(f"tables neither scoped nor shared: {unlisted}")
    event.listen(engine, "before_execute", _before_execute, retval=True)


def _before_execute(
    connection: Connection, statement: Any, multiparams: Any, params: Any, execution_options: Mapping[str, Any]
) -> tuple[Any, Any, Any]:
    scope: Scope | None = execution_options.get(_SCOPE)
    if scope is not None and not execution_options.get(_ALL):
        statement = _narrowed(statement, scope)
    return statement, multiparams, params


def _narrowed(statement: Any, scope: Scope) -> Any:
    if isinstance(statement, Select):
        statement = _with_conditions(statement, scope)
    elif isinstance(statement, (Update, Delete)):
        condition = _CHANGED_BY.get(statement.table) or _condition(statement.table)
        statement = statement if condition is None else statement.where(condition(statement.table, scope))
    elif not isinstance(statement, (CompoundSelect, Insert)):
        return statement

    def inner(element: Any, **_: Any) -> Any:
        if not isinstance(element, Select) or element is statement:
            return None
        return element if element.get_execution_options().get(_ALL) else _narrowed(element, scope)

    return visitors.replacement_traverse(statement, {}, inner)


def _with_conditions(query: Select[Any], scope: Scope) -> Select[Any]:
    for table, outer in _tables(query.get_final_froms()):
        condition = _condition(table.element if isinstance(table, Alias) else table)
        if condition is not None:
            wanted = condition(table, scope)
            query = query.where(or_(wanted, next(iter(table.primary_key)).is_(None)) if outer else wanted)
    return query


def _condition(table: FromClause) -> _Condition | None:
    return SCOPED.get(table) if isinstance(table, Table) else None


def _tables(sources: Any, outer: bool = False) -> Iterator[tuple[FromClause, bool]]:
    """Tables and aliases of tables that a query takes from, and whether rows of it may be missing (outer join)."""
    for source in sources:
        if isinstance(source, Join):
            yield from _tables([source.left], outer or source.full)
            yield from _tables([source.right], outer or source.isouter or source.full)
        elif isinstance(source, Table) or (isinstance(source, Alias) and isinstance(source.element, Table)):
            yield source, outer
