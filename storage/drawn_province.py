"""A database of the size of a province, for measuring: rows go in in bulk, past the services and without seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, create_engine, func, insert, literal, select

from corrections.campaign.offices import Office, OfficeLevel
from corrections.entries import BookState, EntryState
from layouts.register_types import RegisterType
from storage.clock import now, stamp
from storage.offices import add_office
from storage.schema import NO_HALF, books, entries, pages, scans
from storage.states import PageState

__all__ = ["ProvinceSize", "draw_province"]

_DISTRICTS = 11
"""Of a province of 170 communes."""
_FIRST_YEAR, _YEARS = 1990, 29
"""Registers of 1990 to 2018."""
_TYPES = (RegisterType.BIRTH, RegisterType.MARRIAGE, RegisterType.DEATH, RegisterType.ADOPTION)
_AT_ONCE = 5_000
"""Rows a statement."""
_SHARES, _APPROVED, _DONE = 40, 9, 19
"""Of forty entries so many are approved, and so many done; the next one was sent back."""
_DAYS = 30
"""Days over which the drawn work is spread, today the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceSize:
    """How much there is; the standard is a province that was counted."""

    communes: int = 170
    books: int = 27_548
    entries: int = 1_457_884


def draw_province(url: str, size: ProvinceSize) -> tuple[int, ...]:
    """Fill a new database whose tables stand and are empty; returns the ids of the communes.

    Nineteen of forty entries are done, over the last thirty days; one in forty was sent back.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            communes = _offices(connection, size.communes)
            _books(connection, size.books, communes)
            _pages(connection)
            _entries(connection, size)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")
    finally:
        engine.dispose()
    return communes


def _offices(connection: Connection, count: int) -> tuple[int, ...]:
    province = add_office(connection, Office(code="70", name="Tỉnh Bình An", level=OfficeLevel.PROVINCE))
    districts = [
        add_office(
            connection,
            Office(code=f"{690 + n}", name=f"Huyện {n + 1}", level=OfficeLevel.DISTRICT, parent_id=province.id),
        ).id
        for n in range(_DISTRICTS)
    ]
    return tuple(
        add_office(
            connection,
            Office(
                code=f"{25_000 + n}",
                name=f"Xã {n + 1}",
                level=OfficeLevel.COMMUNE,
                parent_id=districts[n % _DISTRICTS],
                machines=1,
            ),
        ).id
        for n in range(count)
    )


def _books(connection: Connection, count: int, communes: tuple[int, ...]) -> None:
    at = stamp(now())
    rows = [
        {
            "register_type": _TYPES[n // len(communes) % len(_TYPES)].value,
            "volume_number": f"{n // len(communes) // len(_TYPES) // _YEARS + 1:02d}/"
            f"{_FIRST_YEAR + n // len(communes) // len(_TYPES) % _YEARS}",
            "office": f"UBND xã {n % len(communes) + 1}",
            "office_id": communes[n % len(communes)],
            "state": BookState.IN_REVIEW.value,
            "priority": n % 1000,
            "expected_entries": None if n % 50 == 0 else 53,
            "created_at": at,
        }
        for n in range(count)
    ]
    for start in range(0, count, _AT_ONCE):
        connection.execute(insert(books), rows[start : start + _AT_ONCE])


def _pages(connection: Connection) -> None:
    digest = "0" * 64
    connection.execute(insert(scans).values(sha256=digest, file_name="a.pdf", bytes=1, suffix=".pdf", added_at=""))
    blank = literal("")
    rows = select(
        books.c.id,
        literal(digest),
        books.c.id,
        literal(NO_HALF),
        literal(0),
        literal(PageState.READ.value),
        *[blank] * 6,
    )
    names = ["book_id", "scan_sha256", "scan_index", "half", "position", "state", "kind", "layout"]
    names += ["forced_form", "failure_code", "failure_message", "explained"]
    connection.execute(insert(pages).from_select(names, rows))


def _entries(connection: Connection, size: ProvinceSize) -> None:
    """As many on each page as it takes; the rest of the division on the first ones."""
    most = -(-size.entries // size.books)
    more = size.entries - (most - 1) * size.books
    counter = select(literal(0).label("n")).cte("numbers", recursive=True)
    counter = counter.union_all(select(counter.c.n + 1).where(counter.c.n < most - 1))
    n = counter.c.n
    draw = (n * 7 + pages.c.book_id) % _SHARES
    at = now()
    days = {k: stamp(at - timedelta(days=k)) for k in range(_DAYS)}
    day = func.substr(literal("".join(days.values())), (pages.c.book_id + n) % _DAYS * len(days[0]) + 1, len(days[0]))
    state = _by_share(draw)
    done = draw < _DONE
    columns = {
        "book_id": pages.c.book_id,
        "page_id": pages.c.id,
        "region": n,
        "register_type": literal(RegisterType.BIRTH.value),
        "state": state,
        "revision": literal(1),
        "fields": literal("{}"),
        "findings": literal("[]"),
        "layout": literal(""),
        "slot": literal("entries"),
        "escalation_reason": literal(""),
        "priority": literal(0.0),
        "box": literal(""),
        "more_pages": literal("[]"),
        "touched": cast(done, Integer),
        "confirmed_at": case((done, day), else_=None),
        "confirmed_team": literal(""),
        "confirmed_shift": literal(""),
    }
    rows = select(*columns.values()).select_from(pages).join(counter, literal(True))
    rows = rows.where((n < most - 1) | (pages.c.book_id <= more))
    connection.execute(insert(entries).from_select(list(columns), rows))


def _by_share(draw: ColumnElement[int]) -> ColumnElement[str]:
    return case(
        (draw < _APPROVED, EntryState.APPROVED.value),
        (draw < _DONE, EntryState.CONFIRMED.value),
        (draw == _DONE, EntryState.SENT_BACK.value),
        else_=EntryState.TO_REVIEW.value,
    )
