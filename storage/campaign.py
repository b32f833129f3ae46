"""Counts on paper, printed annexes, packages of figures and texts of reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, and_, func, select

from layouts.register_types import RegisterType
from storage.clock import now, stamp
from storage.rows import inserted_id
from storage.schema import annexes, packages, paper_counts, report_texts

__all__ = [
    "KeptAnnex",
    "KeptPackage",
    "KeptPaperCount",
    "ReportText",
    "add_annex",
    "add_package",
    "add_paper_count",
    "drop_annex",
    "drop_paper_count",
    "list_annexes",
    "list_paper_counts",
    "newest_packages",
    "package_of_digest",
    "packages_of_day",
    "put_report_text",
    "report_texts_of",
]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPaperCount:
    """A line of an inventory on paper."""

    id: int = 0
    office_id: int | None
    register_type: RegisterType | None
    """None: all types together."""
    year_from: int | None = None
    year_to: int | None = None
    books: int | None
    """None: nobody has counted."""
    cases: int | None
    no_register: int = 0
    """1: a dash, the office has no such register."""
    elsewhere: int = 0
    """1: entered elsewhere in an earlier phase."""
    words: str = ""
    """As the plan writes it."""
    note: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnnex:
    """A printed annex as it was read."""

    id: int = 0
    office_id: int | None
    number: str
    file_name: str
    content: str
    """JSON of its rows and cells."""
    account_id: int | None
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPackage:
    """A package of figures that came in."""

    id: int = 0
    office_id: int
    """Who sent it."""
    period: str
    day: str
    digest: str
    made_at: str
    received_at: str = ""
    late: int
    file_name: str
    content: str
    """Its signed text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """What a unit writes beside its figures."""

    id: int = 0
    office_id: int | None
    period: str
    day: str
    difficulties: str
    proposals: str
    account_id: int | None
    at: str = ""


def _row(record: Any, moment_column: str) -> dict[str, Any]:
    values = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "id"}
    return {**values, moment_column: stamp(now())}


def _records(connection: Connection, query: Any, kind: type[_T], **parsed: Callable[[Any], Any]) -> tuple[_T, ...]:
    """Rows as records; a column named in `parsed` by its function."""
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every kind here is a dataclass
    plain = {name: parsed.get(name, _as_it_is) for name in names}
    return tuple(kind(**{n: take(row._mapping[n]) for n, take in plain.items()}) for row in connection.execute(query))


def _as_it_is(value: Any) -> Any:
    return value


def _add(connection: Connection, table: Table, record: Any, moment_column: str, **stored: Any) -> Any:
    values = {**_row(record, moment_column), **stored}
    return replace(record, id=inserted_id(connection, table.insert().values(values)))


def add_paper_count(connection: Connection, count: KeptPaperCount) -> KeptPaperCount:
    """Keep a line."""
    kept: KeptPaperCount = _add(connection, paper_counts, count, "updated_at", register_type=count.register_type or "")
    return kept


def _type_or_all(text: str) -> RegisterType | None:
    return RegisterType(text) if text else None


def drop_paper_count(connection: Connection, count_id: int) -> bool:
    """Take a line away; False when there is none of that id."""
    return connection.execute(paper_counts.delete().where(paper_counts.c.id == count_id)).rowcount > 0


def list_paper_counts(connection: Connection) -> tuple[KeptPaperCount, ...]:
    """All lines, by office, type and years."""
    c = paper_counts.c
    query = select(paper_counts).order_by(c.office_id, c.register_type, c.year_from, c.id)
    return _records(connection, query, KeptPaperCount, register_type=_type_or_all)


def add_annex(connection: Connection, annex: KeptAnnex) -> KeptAnnex:
    """Keep an annex in place of the office's one of the same number, or without a number of the same file."""
    c = annexes.c
    same_office = c.office_id.is_(None) if annex.office_id is None else c.office_id == annex.office_id
    same = c.number == annex.number if annex.number else (c.number == "") & (c.file_name == annex.file_name)
    connection.execute(annexes.delete().where(same, same_office))
    kept: KeptAnnex = _add(connection, annexes, annex, "at")
    return kept


def drop_annex(connection: Connection, annex_id: int) -> bool:
    """Take an annex away; False when there is none of that id."""
    return connection.execute(annexes.delete().where(annexes.c.id == annex_id)).rowcount > 0


def list_annexes(connection: Connection) -> tuple[KeptAnnex, ...]:
    """All annexes by number."""
    return _records(connection, select(annexes).order_by(annexes.c.number, annexes.c.id), KeptAnnex)


def package_of_digest(connection: Connection, digest: str) -> KeptPackage | None:
    """The package of that digest."""
    found = _records(connection, select(packages).where(packages.c.digest == digest), KeptPackage)
    return found[0] if found else None


def add_package(connection: Connection, package: KeptPackage) -> KeptPackage:
    """Keep a package.

    Raises:
        DuplicateRecord: it is there already.
    """
    kept: KeptPackage = _add(connection, packages, package, "received_at")
    return kept


def packages_of_day(connection: Connection, period: str, day: str) -> tuple[KeptPackage, ...]:
    """Packages of a period's day in the order they were made."""
    c = packages.c
    query = select(packages).where(c.period == period, c.day == day).order_by(c.made_at, c.id)
    return _records(connection, query, KeptPackage)


def newest_packages(connection: Connection, period: str, until: str) -> tuple[KeptPackage, ...]:
    """Of each sender the packages of its last day up to one, in the order they were made."""
    c = packages.c
    last = (
        select(c.office_id, func.max(c.day).label("day"))
        .where(c.period == period, c.day <= until)
        .group_by(c.office_id)
        .subquery()
    )
    query = (
        select(packages)
        .join(last, and_(last.c.office_id == c.office_id, last.c.day == c.day))
        .where(c.period == period)
        .order_by(c.made_at, c.id)
    )
    return _records(connection, query, KeptPackage)


def put_report_text(connection: Connection, text: ReportText) -> None:
    """Keep what an office writes for a period; what it wrote before is replaced."""
    c = report_texts.c
    same_office = c.office_id.is_(None) if text.office_id is None else c.office_id == text.office_id
    connection.execute(report_texts.delete().where(c.period == text.period, c.day == text.day, same_office))
    _add(connection, report_texts, text, "at")


def report_texts_of(connection: Connection, period: str, day: str) -> tuple[ReportText, ...]:
    """What offices have written for a period."""
    c = report_texts.c
    query = select(report_texts).where(c.period == period, c.day == day).order_by(c.office_id, c.id)
    return _records(connection, query, ReportText)
