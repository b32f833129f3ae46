"""A book is accepted as it was delivered: entries moved between books since then keep both from it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from corrections.acceptance import AcceptanceLevel
from corrections.entries import BookState, DecisionKind
from tests.workbench.services.conftest import Office
from vietnamese.shown_time import LOCAL
from workbench.services import acceptance, books, exporting, moving_pages, review
from workbench.services.acceptance import BookVerdict
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
