"""Pages of books: which place of which scan file, and what became of reading it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, exists, func, not_, or_, select

from corrections.entries import BookKind
from ocr.readings import PageKind
from storage.books import READABLE, REAL_WORK, book_of_kinds
from storage.rows import inserted_id
from storage.schema import NO_HALF, books, entries, pages, readings, scans
from storage.states import PageState, ReadingOutcome

__all__ = [
    "PageRow",
    "add_page",
    "book_pages",
    "count_unread",
    "explain_page",
    "failed_by_book",
    "find_pages_of_scan",
    "force_form",
    "get_page",
    "make_room",
    "mark_page",
    "move_page",
    "next_position",
    "pages_by_form",
    "read_anew",
    "unread_by_book",
    "unread_pages",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """One page of a book."""

    id: int
    book_id: int
    scan_sha256: str
    """Empty for a page that is known from the paper book only."""
    file_name: str
    suffix: str
    scan_index: int
    """Place in the scan file, from 0."""
    half: int | None
    """0 left, 1 right half of a double-page scan; None for a whole one."""
    position: int
    """Place in the book, from 0."""
    state: PageState
    kind: PageKind | None
    """None while unread."""
    layout: str
    forced_form: str
    """Form a person chose for the page; empty to find it."""
    failure_code: str
    failure_message: str
    explained: str
    """Why the page carries no entries, in a person's words."""
    reading_id: int | None

    @property
    def has_picture(self) -> bool:
        """Whether there is a scan to show: not of a case typed from the paper, nor of rows taken from a workbook."""
        return bool(self.scan_sha256) and self.suffix != _WORKBOOK


_WORKBOOK = ".xlsx"


def _from_row(row: Row[Any]) -> PageRow:
    r = row._mapping
    return PageRow(
        id=r["id"],
        book_id=r["book_id"],
        scan_sha256=r["scan_sha256"] or "",
        file_name=r["file_name"] or "",
        suffix=r["suffix"] or "",
        scan_index=r["scan_index"],
        half=None if r["half"] == NO_HALF else r["half"],
        position=r["position"],
        state=PageState(r["state"]),
        kind=PageKind(r["kind"]) if r["kind"] else None,
        layout=r["layout"],
        forced_form=r["forced_form"],
        failure_code=r["failure_code"],
        failure_message=r["failure_message"],
        explained=r["explained"],
        reading_id=r["reading_id"],
    )


def _pages() -> Select[Any]:
    return select(pages, scans.c.file_name, scans.c.suffix).outerjoin(scans, scans.c.sha256 == pages.c.scan_sha256)


def add_page(
    connection: Connection,
    *,
    book_id: int,
    scan_sha256: str | None,
    scan_index: int,
    position: int,
    half: int | None = None,
) -> int:
    """Note a page and return its id; without a scan it is a page of the paper book alone.

    Raises:
        DuplicateRecord: the page of that scan belongs to a book already.
    """
    return inserted_id(
        connection,
        pages.insert().values(
            book_id=book_id,
            scan_sha256=scan_sha256,
            scan_index=scan_index,
            half=NO_HALF if half is None else half,
            position=position,
        ),
    )


def get_page(connection: Connection, page_id: int) -> PageRow | None:
    """The page of that id."""
    row = connection.execute(_pages().where(pages.c.id == page_id)).first()
    return _from_row(row) if row else None


def book_pages(connection: Connection, book_id: int) -> tuple[PageRow, ...]:
    """Pages of a book in order."""
    query = _pages().where(pages.c.book_id == book_id).order_by(pages.c.position, pages.c.half, pages.c.id)
    return tuple(_from_row(row) for row in connection.execute(query))


def find_pages_of_scan(connection: Connection, sha256: str) -> tuple[PageRow, ...]:
    """Pages a scan file gave before."""
    query = _pages().where(pages.c.scan_sha256 == sha256).order_by(pages.c.scan_index, pages.c.half)
    return tuple(_from_row(row) for row in connection.execute(query))


def next_position(connection: Connection, book_id: int) -> int:
    """Place after the last page of a book."""
    last = connection.execute(select(func.max(pages.c.position)).where(pages.c.book_id == book_id)).scalar()
    return 0 if last is None else last + 1


def make_room(connection: Connection, book_id: int, position: int, count: int) -> None:
    """Move the pages of a book from a place on by so many places, so that others fit in between."""
    later = and_(pages.c.book_id == book_id, pages.c.position >= position)
    connection.execute(pages.update().where(later).values(position=pages.c.position + count))


def move_page(connection: Connection, page_id: int, *, book_id: int, position: int) -> None:
    """Put a page into another book; its entries are moved apart (`storage.entries.move_entry`)."""
    connection.execute(pages.update().where(pages.c.id == page_id).values(book_id=book_id, position=position))


def read_anew(connection: Connection, page_id: int) -> None:
    """Let a page wait for the machine as if it had just been imported."""
    fresh = dict.fromkeys(("kind", "layout", "forced_form", "failure_code", "failure_message"), "")
    query = pages.update().where(pages.c.id == page_id)
    connection.execute(query.values(state=PageState.UNREAD, reading_id=None, **fresh))


def pages_by_form(connection: Connection) -> dict[str, int]:
    """How many pages of real work were read as each form."""
    query = select(pages.c.layout, func.count()).where(pages.c.layout != "", book_of_kinds(pages.c.book_id, REAL_WORK))
    query = query.group_by(pages.c.layout)
    return {str(form): int(count) for form, count in connection.execute(query)}


def _lacking(
    query: Select[Any],
    layouts_version: str,
    own_layouts: Mapping[str, str],
    recogniser_version: str,
    book_id: int | None,
    retry_failed: bool,
    kinds: Collection[BookKind],
) -> Select[Any]:
    """Pages without an outcome of today's recogniser, and whose entries no person has finished.

    A page whose every entry a person has confirmed gains nothing from a newer recogniser, but it does from the other
    half of its table when that came later.
    """
    same = and_(
        readings.c.page_id == pages.c.id,
        readings.c.layouts_version == _layouts_of_book(layouts_version, own_layouts),
        readings.c.recogniser_version == recogniser_version,
    )
    if retry_failed:
        same = and_(same, readings.c.outcome == ReadingOutcome.READ)
    slots = select(entries.c.id).where(entries.c.page_id == pages.c.id)
    finished = and_(exists(slots), not_(exists(slots.where(entries.c.touched == 0))))
    waiting = or_(pages.c.state == PageState.UNREAD, not_(exists(select(readings.c.id).where(same))))
    unread = and_(waiting, not_(finished))
    query = query.where(or_(unread, pages.c.id.in_(_outgrown(book_id))), pages.c.explained == "")
    query = query.where(pages.c.scan_sha256.is_not(None), book_of_kinds(pages.c.book_id, kinds))
    return query if book_id is None else query.where(pages.c.book_id == book_id)


def _outgrown(book_id: int | None) -> Select[Any]:
    """Pages read before the scan of the page after them came, which turned out to be the other half of their table."""
    left, right = pages.alias("left_page"), pages.alias("right_page")
    before = (
        select(left.c.id)
        .where(left.c.book_id == right.c.book_id, left.c.position < right.c.position)
        .order_by(left.c.position.desc(), left.c.half.desc(), left.c.id.desc())
        .limit(1)
        .correlate(right)
        .scalar_subquery()
    )
    came = select(before.label("page_id"), scans.c.added_at).join(scans, scans.c.sha256 == right.c.scan_sha256)
    came = came.where(right.c.kind == PageKind.CONTINUED)
    if book_id is not None:
        came = came.where(right.c.book_id == book_id)
    late = came.subquery()
    last_read = select(func.max(readings.c.created_at)).where(readings.c.page_id == late.c.page_id).scalar_subquery()
    return select(late.c.page_id).where(late.c.added_at > last_read)


def _layouts_of_book(layouts_version: str, own_layouts: Mapping[str, str]) -> Any:
    """The version for a page's book: registers with forms of the office's own have one of their own."""
    if not own_layouts:
        return layouts_version
    register = select(books.c.register_type).where(books.c.id == pages.c.book_id).correlate(pages).scalar_subquery()
    return case(dict(own_layouts), value=register, else_=layouts_version)


def unread_pages(
    connection: Connection,
    *,
    layouts_version: str,
    recogniser_version: str,
    own_layouts: Mapping[str, str] = MappingProxyType({}),
    book_id: int | None = None,
    retry_failed: bool = False,
    limit: int | None = None,
    kinds: Collection[BookKind] = READABLE,
) -> tuple[PageRow, ...]:
    """Pages to read, in book order.

    Args:
        connection: a connection.
        layouts_version: of the forms in use.
        recogniser_version: of the recognisers.
        own_layouts: by register type, where the office has forms of its own: that version instead.
        book_id: only this book.
        retry_failed: pages that failed with these versions too.
        limit: at most so many.
        kinds: only in books of these kinds.
    """
    query = _lacking(_pages(), layouts_version, own_layouts, recogniser_version, book_id, retry_failed, kinds)
    query = query.order_by(pages.c.book_id, pages.c.position, pages.c.half)
    return tuple(_from_row(row) for row in connection.execute(query.limit(limit) if limit else query))


def count_unread(
    connection: Connection,
    *,
    layouts_version: str,
    recogniser_version: str,
    own_layouts: Mapping[str, str] = MappingProxyType({}),
    book_id: int | None = None,
    kinds: Collection[BookKind] = READABLE,
) -> int:
    """How many pages `unread_pages` would return."""
    counted = select(func.count()).select_from(pages)
    query = _lacking(counted, layouts_version, own_layouts, recogniser_version, book_id, False, kinds)
    return int(connection.execute(query).scalar_one())


def failed_by_book(connection: Connection) -> dict[int, int]:
    """How many pages of each book the machine could not read, or took nothing from; books without any are missing."""
    failed = pages.c.state == PageState.FAILED
    query = select(pages.c.book_id, func.count()).where(failed).group_by(pages.c.book_id)
    return {int(book_id): int(count) for book_id, count in connection.execute(query)}


def unread_by_book(
    connection: Connection,
    *,
    layouts_version: str,
    recogniser_version: str,
    own_layouts: Mapping[str, str] = MappingProxyType({}),
    retry_failed: bool = False,
    only: Collection[int] | None = None,
    kinds: Collection[BookKind] = READABLE,
) -> dict[int, int]:
    """How many pages `unread_pages` would return of each book; books without any are missing.

    Args:
        connection: a connection.
        layouts_version: of the forms in use.
        recogniser_version: of the recognisers.
        own_layouts: by register type, where the office has forms of its own: that version instead.
        retry_failed: count pages that failed with these versions too.
        only: these books; None: all.
        kinds: of these kinds.
    """
    counted = select(pages.c.book_id, func.count()).group_by(pages.c.book_id)
    query = _lacking(counted, layouts_version, own_layouts, recogniser_version, None, retry_failed, kinds)
    if only is not None:
        query = query.where(pages.c.book_id.in_(list(only)))
    return {int(book_id): int(count) for book_id, count in connection.execute(query)}


def mark_page(
    connection: Connection,
    page_id: int,
    *,
    state: PageState,
    kind: PageKind | None = None,
    layout: str = "",
    failure_code: str = "",
    failure_message: str = "",
    reading_id: int | None = None,
) -> None:
    """Note what became of reading a page."""
    connection.execute(
        pages.update()
        .where(pages.c.id == page_id)
        .values(
            state=state,
            kind=kind or "",
            layout=layout,
            failure_code=failure_code,
            failure_message=failure_message,
            reading_id=reading_id,
        )
    )


def explain_page(connection: Connection, page_id: int, *, kind: PageKind, reason: str) -> None:
    """Note a person's word on a page: cover, blank, cancelled, or carrying entries."""
    connection.execute(
        pages.update().where(pages.c.id == page_id).values(kind=kind, explained=reason, state=PageState.READ)
    )


def force_form(connection: Connection, page_id: int, form: str) -> None:
    """Note the form a person chose for the page."""
    connection.execute(pages.update().where(pages.c.id == page_id).values(forced_form=form))
