"""A book is accepted as it was delivered: entries moved between books, pages joined or scanned anew keep it from it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from corrections.acceptance import AcceptanceLevel
from corrections.entries import Book, BookState, DecisionKind
from storage.schema import pages as page_table
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_entry_pages import clear_page
from vietnamese.shown_time import LOCAL
from workbench.services import acceptance, books, exporting, moving_pages, review
from workbench.services.acceptance import BookVerdict
from workbench.services.entry_pages import join_pages, part_pages
from workbench.services.errors import InvalidInput
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILLED = {"quyenSo": "01/1998", "trangSo": "1", "noiDangKy": "UBND xã Tân Lập", "loaiDangKy": "1"}


def approve(office: Office, token: Callable[[], str], entry_id: int, number: str) -> None:
    given = {name: ValueInput(text=text) for name, text in (FILLED | {"so": number}).items()}
    for context, kind in ((office.clerk, DecisionKind.CONFIRM), (office.supervisor, DecisionKind.APPROVE)):
        review.save_entry(
            context,
            entry_id=entry_id,
            revision=review.get_entry(context, entry_id).entry.revision,
            token=token(),
            decision=kind,
            values=given if kind is DecisionKind.CONFIRM else {},
            reason="đã xem",
        )


@pytest.mark.slow
def test_entries_moved_after_the_deliveries_keep_both_books_from_being_accepted(
    office: Office, token: Callable[[], str], tmp_path: Path
) -> None:
    office.read_book(pages=2, entries=1)
    other = office.read_book(pages=1, entries=1, volume_number="02/1998")
    for entry_id, number in ((1, "1"), (2, "2"), (3, "1")):
        approve(office, token, entry_id, number)
    for book_id in (1, other.id):
        exporting.export_book(office.supervisor, book_id, tmp_path / f"out{book_id}")
        assert acceptance.hindrances_of(office.inspector, AcceptanceLevel.COMMUNE, book_id) == ()
        books.update_book(office.supervisor, book_id, state=BookState.IN_REVIEW)
    second = books.book_pages(office.supervisor, 1)[1]
    moving_pages.move_pages(office.supervisor, [second.id], other.id, reason="trang của quyển 02")
    for book_id in (1, other.id):
        books.update_book(office.supervisor, book_id, state=BookState.EXPORTED)
        told = [one.code for one in acceptance.hindrances_of(office.inspector, AcceptanceLevel.COMMUNE, book_id)]
        assert "changed" in told
    (gone,) = acceptance.changes_since_delivery(office.inspector, 1)
    assert gone.entry_id == 2 and gone.why == "đã chuyển khỏi quyển sau khi xuất" and gone.title
    with pytest.raises(InvalidInput, match="khác với bản đã xuất"):
        acceptance.hold_acceptance(
            office.supervisor,
            AcceptanceLevel.COMMUNE,
            on_day=datetime.now(LOCAL).date(),
            verdicts=[BookVerdict(book_id=1, accepted=True)],
        )


def delivered(office: Office, token: Callable[[], str], folder: Path) -> tuple[Book, list[int]]:
    """A book of three pages, one entry on the first, delivered and opened again; its pages."""
    book = office.read_book(pages=3, entries=1)
    pages = [page.id for page in books.book_pages(office.clerk, book.id)]
    for page_id in pages[1:]:
        clear_page(office.clerk, page_id, token)
    approve(office, token, 1, "1")
    exporting.export_book(office.supervisor, book.id, folder)
    books.update_book(office.supervisor, book.id, state=BookState.IN_REVIEW)
    assert acceptance.changes_since_delivery(office.inspector, book.id) == ()
    return book, pages


def told(office: Office, book_id: int) -> list[str]:
    return [one.why for one in acceptance.changes_since_delivery(office.inspector, book_id)]


def may_accept(office: Office, book_id: int) -> bool:
    codes = [one.code for one in acceptance.hindrances_of(office.inspector, AcceptanceLevel.COMMUNE, book_id)]
    return not {"changed", "book_changed"} & set(codes)


PAGES = ["trang đã nối thêm, bỏ nối hoặc quét lại sau khi xuất"]


@pytest.mark.slow
def test_a_page_joined_or_parted_after_delivery_is_listed_and_delivered_again(
    office: Office, token: Callable[[], str], tmp_path: Path
) -> None:
    book, pages = delivered(office, token, tmp_path / "out")
    join_pages(office.supervisor, 1, [pages[1]], reason="ghi chú viết tiếp")
    assert told(office, book.id) == PAGES and not may_accept(office, book.id)
    with pytest.raises(InvalidInput, match="khác với bản đã xuất"):
        acceptance.hold_acceptance(
            office.supervisor,
            AcceptanceLevel.COMMUNE,
            on_day=datetime.now(LOCAL).date(),
            verdicts=[BookVerdict(book_id=book.id, accepted=True)],
        )
    exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    assert told(office, book.id) == [] and may_accept(office, book.id)
    # One page in another's place: as many pages, of the same scan file.
    books.update_book(office.supervisor, book.id, state=BookState.IN_REVIEW)
    part_pages(office.supervisor, [pages[1]], reason="nhầm trang")
    join_pages(office.supervisor, 1, [pages[2]], reason="trang này mới đúng")
    assert told(office, book.id) == PAGES
    exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    assert told(office, book.id) == []


@pytest.mark.slow
def test_a_page_scanned_anew_and_a_volume_renamed_after_delivery_are_listed(
    office: Office, token: Callable[[], str], tmp_path: Path
) -> None:
    book, pages = delivered(office, token, tmp_path / "out")
    other = books.book_pages(office.clerk, office.read_book(volume_number="09/1998", pages=1).id)[0]
    with office.supervisor.write() as work:
        work.connection.execute(
            update(page_table).where(page_table.c.id == pages[0]).values(scan_sha256=other.scan_sha256, scan_index=7)
        )
    assert told(office, book.id) == PAGES
    books.update_book(office.supervisor, book.id, volume_number="02/1998")
    assert told(office, book.id) == ["số quyển hoặc loại sổ đã đổi sau khi xuất", "đã sửa rồi duyệt lại"]
    assert not may_accept(office, book.id)
