"""Checks over a whole book: findings among its entries, and whether every slot and number is explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from corrections.checks_book import BookFinding, check_book, duplicates, person_key
from corrections.completeness import CompletenessReport, Slot, SlotKind, check_completeness
from corrections.entries import Book, Entry, EntryState, Role
from corrections.search_keys import search_key
from ocr.readings import PageKind
from storage.books import get_book, save_book
from storage.entries import StoredEntry, get_entries, stream_entries
from storage.opening.database import Connection
from storage.pages import PageRow, book_pages
from storage.search import SearchTerm, find_entry_ids
from storage.search_index import DATE_SIGN
from storage.states import PageState
from vietnamese.letters import is_figures
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found

__all__ = [
    "BookFinding",
    "CompletenessReport",
    "book_findings",
    "completeness",
    "duplicates_elsewhere",
    "explain_numbers",
    "open_points",
    "set_first_number",
    "shared_findings",
]

_EXPLAINED = "explained_numbers"
_STARTS_AT = "starts_at."
_FEW, _NEARLY_ALL = 3, 0.9
"""A remark that at least so many entries, and such a share of the book, have in common is the book's."""
_SAME_DATE = 1000
"""At 1.4 million entries a day has about 140."""
_WITHOUT_ENTRIES = {
    PageKind.COVER: SlotKind.COVER,
    PageKind.CLOSING: SlotKind.CLOSING,
    PageKind.BLANK: SlotKind.BLANK,
    PageKind.CANCELLED: SlotKind.CANCELLED,
}


@requires(Role.CLERK, Role.INSPECTOR)
def book_findings(ctx: Context, book_id: int) -> tuple[BookFinding, ...]:
    """Numbers, pages and dates that do not run on, and duplicates, over the entries of a book."""
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
        return check_book([stored.entry for stored in stream_entries(connection, book_id)])


@requires(Role.CLERK)
def duplicates_elsewhere(ctx: Context, book_id: int) -> tuple[BookFinding, ...]:
    """Entries of a book that another book seems to register too: the same date, and names alike."""
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
        findings: list[BookFinding] = []
        for stored in stream_entries(connection, book_id):
            same = [e for e in _same_date(connection, stored.entry) if e.book_id != book_id]
            if same and stored.entry.state is not EntryState.SET_ASIDE:
                # A finding stands at the later of two alike, so the book's own entry comes last.
                findings += [f for f in duplicates([*same, stored.entry]) if f.entry_id == stored.entry.id]
        return tuple(findings)


def _same_date(connection: Connection, entry: Entry) -> list[Entry]:
    """Entries with the date of the entry's main person; names are compared afterwards, because they may be misread."""
    key = person_key(entry)
    if key is None:
        return []
    terms = [SearchTerm(f"{DATE_SIGN}{key.date}", False)]
    found = find_entry_ids(connection, terms, register_type=entry.register_type, limit=_SAME_DATE)
    ids = dict.fromkeys(found.ids)
    if found.cut:  # a day on which half the country says it was born: then the name must agree but for its tones
        terms.append(SearchTerm(search_key(key.name), True))
        named = find_entry_ids(connection, terms, register_type=entry.register_type, limit=_SAME_DATE)
        ids |= dict.fromkeys(named.ids)
    return [stored.entry for stored in get_entries(connection, list(ids))]


@requires(Role.CLERK)
def shared_findings(ctx: Context, book_id: int) -> tuple[tuple[str, int], ...]:
    """What nearly all entries of a book report alike, with how many do: it is the book that must be put right."""
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        stored = [s.entry for s in stream_entries(connection, book_id) if s.entry.state is not EntryState.SET_ASIDE]
    counts: Counter[str] = Counter()
    for entry in stored:
        counts.update({finding.message for finding in entry.findings})  # what differs from entry to entry is its own
        volume = entry.fields.get("quyenSo")
        if volume is not None and volume.normalized not in ("", book.volume_number):
            counts[f"trang ghi quyển số {volume.normalized}, còn sổ này là quyển {book.volume_number}."] += 1
    least = max(_FEW, _NEARLY_ALL * len(stored))
    return tuple((message, n) for message, n in counts.most_common() if n >= least)


@requires(Role.CLERK, Role.INSPECTOR)
def completeness(ctx: Context, book_id: int) -> CompletenessReport:
    """Whether every page and entry slot is explained and the numbers of each year run without gap or repeat."""
    with ctx.read() as connection:
        return _completeness(connection, found(get_book(connection, book_id), Missing.BOOK))


def _completeness(connection: Connection, book: Book) -> CompletenessReport:
    return check_completeness(
        _slots(connection, book.id),
        expected_entries=book.expected_entries,
        starts_at=_starts_at(book),
        explained_numbers=_explained(book),
    )


def open_points(connection: Connection, book: Book) -> tuple[str, ...]:
    """What keeps a book from being closed, in Vietnamese; nothing when every slot and number is explained."""
    report = _completeness(connection, book)
    return () if report.closable else report.messages


@requires(Role.SUPERVISOR)
def explain_numbers(ctx: Context, book_id: int, year: int, numbers: Iterable[int], *, reason: str) -> None:
    """Note that numbers of a year were never given, are lost, or stand in another volume.

    Raises:
        InvalidInput: no reason given.
    """
    if not reason.strip():
        raise InvalidInput("Hãy ghi lý do, ví dụ: số bị bỏ qua khi đăng ký, nằm ở quyển khác.")
    with ctx.write() as work:
        book = found(get_book(work.connection, book_id), Missing.BOOK)
        known = {*_explained(book), *((year, number) for number in numbers)}
        text = " ".join(f"{y}:{n}" for y, n in sorted(known))
        save_book(work.connection, replace(book, settings={**book.settings, _EXPLAINED: text}))
        listed = " ".join(map(str, sorted(n for y, n in known if y == year)))
        work.note("explain_numbers", book_id=book_id, column=str(year), new=listed, reason=reason.strip())


@requires(Role.SUPERVISOR)
def set_first_number(ctx: Context, book_id: int, year: int, number: int) -> None:
    """Note with which number a year begins in this book: the second volume of a year runs on.

    Raises:
        InvalidInput: a number below one.
    """
    if number < 1:
        raise InvalidInput("Số bắt đầu phải từ 1 trở lên. Hãy sửa lại.")
    with ctx.write() as work:
        book = found(get_book(work.connection, book_id), Missing.BOOK)
        save_book(work.connection, replace(book, settings={**book.settings, f"{_STARTS_AT}{year}": str(number)}))
        work.note("first_number", book_id=book_id, column=str(year), new=str(number))


def _explained(book: Book) -> list[tuple[int, int]]:
    pairs = (pair.partition(":") for pair in book.settings.get(_EXPLAINED, "").split())
    return [(int(year), int(number)) for year, _, number in pairs]


def _starts_at(book: Book) -> dict[int, int]:
    """First numbers of years where they are not 1, as the book's settings have them (`starts_at.1998`: `151`)."""
    return {
        int(key[len(_STARTS_AT) :]): int(value)
        for key, value in book.settings.items()
        if key.startswith(_STARTS_AT) and is_figures(value)
    }


def _slots(connection: Connection, book_id: int) -> list[Slot]:
    by_page: dict[int, list[StoredEntry]] = {}
    continued: set[int] = set()
    for stored in stream_entries(connection, book_id):
        by_page.setdefault(stored.entry.page_id, []).append(stored)
        continued.update(stored.more_pages)
    slots: list[Slot] = []
    for page in book_pages(connection, book_id):
        on_page = by_page.get(page.id, [])
        slots += [_entry_slot(page, stored) for stored in on_page]
        if not on_page and page.id not in continued and page.kind is not PageKind.CONTINUED:
            slots.append(_page_slot(page))
    return slots


def _entry_slot(page: PageRow, stored: StoredEntry) -> Slot:
    entry = stored.entry
    place: dict[str, Any] = {"page": page.position + 1, "region": entry.region, "entry_id": entry.id}
    if entry.state is EntryState.SET_ASIDE:
        # Setting aside needs a reason, so the slot is explained; the machine's word tells which kind it is.
        kind = SlotKind.CANCELLED if entry.slot is PageKind.CANCELLED else SlotKind.BLANK
        return Slot(kind=kind, done=True, **place)
    date = entry.fields["ngayDangKy"].normalized if "ngayDangKy" in entry.fields else ""
    return Slot(
        kind=SlotKind.ENTRY,
        number=entry.fields["so"].normalized if "so" in entry.fields else "",
        year=int(date[-4:]) if is_figures(date[-4:]) else None,
        done=entry.state is EntryState.APPROVED,
        **place,
    )


def _without_entries(page: PageRow) -> SlotKind | None:
    return _WITHOUT_ENTRIES.get(page.kind) if page.kind is not None else None


def _page_slot(page: PageRow) -> Slot:
    number = page.position + 1
    if page.explained:
        return Slot(page=number, kind=_without_entries(page) or SlotKind.TORN, done=True)
    if page.state is not PageState.READ:
        return Slot(page=number, kind=SlotKind.UNREAD)
    # Covers and closing pages print their titles; a blank page is the machine's guess until a person says so.
    kind = _without_entries(page)
    sure = kind in (SlotKind.COVER, SlotKind.CLOSING)
    return Slot(page=number, kind=kind if kind and sure else SlotKind.UNEXPLAINED, done=sure)
