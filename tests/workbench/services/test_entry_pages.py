"""An entry over several pages: joined, shown, exported and parted, with a trail; nobody else's page is taken."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from corrections.completeness import SlotKind
from corrections.entries import Book, BookState, DecisionKind, EntryState
from ocr.readings import PageTask
from storage.entries import entries_of_page, entry_ids
from storage.pages import mark_page
from storage.states import PageState
from tests.fakes.readers import birth_reading
from tests.workbench.services.conftest import VERSIONS, Office
from tests.workbench.services.test_handover import _approve_all as approve_all
from workbench.routes.payload import entries_json
from workbench.services import audit, books, checks, exporting, review
from workbench.services.context import Context
from workbench.services.entries_by_hand import add_manual_entry
from workbench.services.entry_pages import continued_pages, join_pages, part_pages
from workbench.services.entry_views import view_entry
from workbench.services.errors import InvalidInput, NotAllowed, NotFound
from workbench.services.importing import import_scans
from workbench.services.saving_readings import save_outcome

Token = Callable[[], str]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def clear_page(clerk: Context, page_id: int, token: Token) -> None:
    """Say of each entry of a page that it is none: the machine took what goes on for an entry of its own."""
    with clerk.read() as connection:
        on_page = entries_of_page(connection, page_id)
    for stored in on_page:
        review.save_entry(
            clerk,
            entry_id=stored.entry.id,
            revision=stored.entry.revision,
            token=token(),
            decision=DecisionKind.SET_ASIDE,
            values={},
            reason="phần viết tiếp của trường hợp trước",
        )


def two_pages(office: Office, token: Token) -> tuple[Book, int, list[int]]:
    """A book of two pages, the second without entries of its own; the first entry, and the pages."""
    book = office.read_book(pages=2, entries=1)
    pages = [page.id for page in books.book_pages(office.clerk, book.id)]
    clear_page(office.clerk, pages[1], token)
    with office.clerk.read() as connection:
        return book, entry_ids(connection, book.id)[0], pages


def test_a_joined_page_is_shown_and_parted_again(office: Office, token: Token) -> None:
    book, entry_id, pages = two_pages(office, token)
    join_pages(office.clerk, entry_id, pages[1:], reason="ghi chú viết tiếp")
    told = continued_pages(office.inspector, book.id)
    assert {page: one.entry_id for page, one in told.items()} == {pages[1]: entry_id}
    assert told[pages[1]].title == "số 1 · Nguyễn Văn Minh" and told[pages[1]].begins_on == 0
    (shown,) = entries_json(office.clerk, [review.get_entry(office.clerk, entry_id)])
    assert [page["image"].partition("?")[0] for page in shown["more_pages"]] == [f"/api/review/page/{pages[1]}"]
    assert [source.page_id for source in view_entry(office.inspector, entry_id).more_pictures] == pages[1:]
    part_pages(office.clerk, pages[1:], reason="nối nhầm")
    assert not continued_pages(office.clerk, book.id)
    (shown,) = entries_json(office.clerk, [review.get_entry(office.clerk, entry_id)])
    assert shown["more_pages"] == [] and view_entry(office.inspector, entry_id).more_pictures == ()
    events = [e for e in audit.list_events(office.supervisor, book_id=book.id) if e.action.endswith("_pages")]
    assert [(e.action, e.entry_id, e.actor, e.old, e.new, e.reason) for e in reversed(events)] == [
        ("join_pages", entry_id, "clerk", "", "trang quét 2", "ghi chú viết tiếp"),
        ("part_pages", entry_id, "clerk", "trang quét 2", "", "nối nhầm"),
    ]
    assert audit.verify(office.supervisor).ok


def test_an_entry_is_not_opened_again_on_a_page_joined_to_somebody_elses(office: Office, token: Token) -> None:
    _, entry_id, pages = two_pages(office, token)
    join_pages(office.clerk, entry_id, pages[1:], reason="ghi chú viết tiếp")
    with office.clerk.read() as connection:
        (aside,) = entries_of_page(connection, pages[1])

    def open_again() -> None:
        review.save_entry(
            office.supervisor,
            entry_id=aside.entry.id,
            revision=aside.entry.revision,
            token=token(),
            decision=DecisionKind.REOPEN,
            values={},
            reason="là trường hợp riêng",
        )

    with pytest.raises(InvalidInput, match="đang nối vào số 1 · Nguyễn Văn Minh"):
        open_again()
    part_pages(office.clerk, pages[1:], reason="nối nhầm")
    open_again()
    assert review.get_entry(office.supervisor, aside.entry.id).entry.state is EntryState.TO_REVIEW


@on_sqlite
@pytest.mark.slow
def test_the_pdf_of_an_entry_has_all_its_pages(office: Office, token: Token) -> None:
    book, entry_id, pages = two_pages(office, token)
    approve_all(office, token)
    assert _pages_of_pdf(office, book) == 1
    with office.supervisor.write() as work:
        books.store.save_book(work.connection, replace(book, state=BookState.SCANNED))
    with pytest.raises(NotAllowed, match="đã duyệt"):
        join_pages(office.clerk, entry_id, pages[1:], reason="viết tiếp")
    join_pages(office.supervisor, entry_id, pages[1:], reason="viết tiếp")
    assert _pages_of_pdf(office, book) == 2
    with pytest.raises(InvalidInput, match="đã khóa hoặc đã xuất"):
        part_pages(office.supervisor, pages[1:], reason="nối nhầm")


def _pages_of_pdf(office: Office, book: Book) -> int:
    made = exporting.export_book(office.supervisor, book.id)
    with zipfile.ZipFile(made.zip) as archive:
        (name,) = archive.namelist()
        with pikepdf.open(BytesIO(archive.read(name))) as pdf:
            return len(pdf.pages)


@on_sqlite
def test_what_stands_against_joining_is_said(office: Office, token: Token) -> None:
    book, entry_id, pages = two_pages(office, token)
    other = office.read_book(volume_number="02/1998", pages=2, entries=1)
    strange = [page.id for page in books.book_pages(office.clerk, other.id)]
    import_scans(office.clerk, book.id, [office.scan(1, "them.tif", 99)])
    unread = books.book_pages(office.clerk, book.id)[-1].id
    for wanted, reason, said in (
        ([pages[1]], "  ", "lý do"),
        ([], "viết tiếp", "đánh dấu"),
        ([strange[0]], "viết tiếp", "quyển khác"),
        ([pages[0]], "viết tiếp", "bắt đầu ở chính trang quét 1"),
        ([unread], "viết tiếp", "chưa đọc"),
    ):
        with pytest.raises(InvalidInput, match=said):
            join_pages(office.clerk, entry_id, wanted, reason=reason)
    with pytest.raises(NotFound):
        join_pages(office.clerk, entry_id, [999_999], reason="viết tiếp")
    with office.clerk.read() as connection:
        first, _ = entry_ids(connection, other.id)
    with pytest.raises(InvalidInput, match=r"có trường hợp riêng \(số 2 · Nguyễn Văn Minh\)"):
        join_pages(office.clerk, first, [strange[1]], reason="viết tiếp")
    with pytest.raises(InvalidInput, match="chưa nối vào trường hợp nào"):
        part_pages(office.clerk, pages[1:], reason="nối nhầm")
    assert not continued_pages(office.clerk, book.id) and not continued_pages(office.clerk, other.id)


@on_sqlite
def test_a_page_goes_on_with_one_entry_only_and_further_pages_are_added(office: Office, token: Token) -> None:
    book = office.read_book(pages=4, entries=1)
    pages = [page.id for page in books.book_pages(office.clerk, book.id)]
    for page_id in pages[1:3]:
        clear_page(office.clerk, page_id, token)
    with office.clerk.read() as connection:
        first, _, _, last = entry_ids(connection, book.id)
    join_pages(office.clerk, first, [pages[2]], reason="viết tiếp")
    join_pages(office.clerk, first, [pages[1]], reason="còn một tờ nữa")
    assert review.get_entry(office.clerk, first).more_pages == (pages[1], pages[2]), "in the order of the book"
    with pytest.raises(InvalidInput, match="đang nối vào số 1"):
        join_pages(office.clerk, last, [pages[1]], reason="viết tiếp")
    part_pages(office.clerk, [pages[1]], reason="nhầm")
    join_pages(office.clerk, last, [pages[1]], reason="viết tiếp")
    assert {p: one.entry_id for p, one in continued_pages(office.clerk, book.id).items()} == {
        pages[1]: last,
        pages[2]: first,
    }


@on_sqlite
def test_a_page_without_a_reading_that_is_joined_leaves_no_gap_in_the_book(office: Office, token: Token) -> None:
    book, entry_id, _ = two_pages(office, token)
    import_scans(office.clerk, book.id, [office.scan(1, "them.tif", 99)])
    sheet = books.book_pages(office.clerk, book.id)[-1].id
    with office.supervisor.write() as work:
        mark_page(work.connection, sheet, state=PageState.FAILED, failure_code="form", failure_message="Không rõ mẫu.")
    assert SlotKind.UNREAD in {slot.kind for slot in checks.completeness(office.clerk, book.id).unexplained}
    join_pages(office.clerk, entry_id, [sheet], reason="tờ đính kèm")
    assert not checks.completeness(office.clerk, book.id).unexplained


@on_sqlite
def test_a_joined_page_that_is_read_again_brings_no_entry_until_it_is_parted(office: Office, token: Token) -> None:
    book, entry_id, pages = two_pages(office, token)
    join_pages(office.clerk, entry_id, pages[1:], reason="ghi chú viết tiếp")
    page = books.book_pages(office.clerk, book.id)[1]
    newer = replace(VERSIONS, recogniser="fake-2")
    save_outcome(office.clerk, page, birth_reading(PageTask(source="scan.tif", page=1), entries=3), newer)
    with office.clerk.read() as connection:
        assert [one.entry.state for one in entries_of_page(connection, page.id)] == [EntryState.SET_ASIDE]
    assert continued_pages(office.clerk, book.id)[page.id].seen == 2
    with pytest.raises(InvalidInput, match="đang nối vào số 1 · Nguyễn Văn Minh"):
        add_manual_entry(office.clerk, page.id, reason="có trường hợp riêng")
    assert part_pages(office.clerk, pages[1:], reason="có trường hợp riêng") == 2
    with office.clerk.read() as connection:
        states = [one.entry.state for one in entries_of_page(connection, page.id)]
    assert states == [EntryState.SET_ASIDE, EntryState.TO_REVIEW, EntryState.TO_REVIEW]
    assert audit.verify(office.supervisor).ok


@on_sqlite
def test_a_page_that_failed_is_joined_and_read_later_brings_nothing_in(office: Office, token: Token) -> None:
    book, entry_id, _ = two_pages(office, token)
    import_scans(office.clerk, book.id, [office.scan(1, "them.tif", 99)])
    sheet = books.book_pages(office.clerk, book.id)[-1]
    with office.supervisor.write() as work:
        mark_page(work.connection, sheet.id, state=PageState.FAILED, failure_code="form", failure_message="Không rõ.")
    join_pages(office.clerk, entry_id, [sheet.id], reason="tờ đính kèm")
    save_outcome(office.clerk, sheet, birth_reading(PageTask(source="them.tif"), entries=1), VERSIONS)
    with office.clerk.read() as connection:
        assert entries_of_page(connection, sheet.id) == ()
    assert continued_pages(office.clerk, book.id)[sheet.id].seen == 1
