"""A case of the paper book without a scan is entered in its place and confirmed; its missing PDF is said beforehand."""

from collections.abc import Callable

import pytest

from corrections.entries import DecisionKind, ValueSource
from storage.entries import entry_ids
from tests.workbench.services.conftest import Office
from workbench.routes.payload import entries_json
from workbench.services import audit, books, reading, review
from workbench.services.entries_by_hand import add_case_without_scan, add_manual_entry
from workbench.services.errors import InvalidInput
from workbench.services.exporting import book_for_export, rehearse

Token = Callable[[], str]


def test_a_case_without_a_scan_stands_in_its_place_by_number(office: Office) -> None:
    book = office.read_book(pages=2, entries=2)
    with pytest.raises(InvalidInput, match="Số 3 đã có ở trang quét 2"):
        add_case_without_scan(office.clerk, book.id, number="3")
    with pytest.raises(InvalidInput, match="số đăng ký"):
        add_case_without_scan(office.clerk, book.id, number="không số")
    with pytest.raises(InvalidInput, match="Trang số"):
        add_case_without_scan(office.clerk, book.id, number="7", printed_page="bảy")
    between = add_case_without_scan(office.clerk, book.id, number="2b", printed_page="2", reason="trang dính")
    last = add_case_without_scan(office.clerk, book.id, number="5")
    with office.clerk.read() as connection:
        order = entry_ids(connection, book.id)
    assert order.index(between.id) == 2 and order[-1] == last.id
    fields = between.fields
    assert (fields["so"].text, fields["so"].source, fields["trangSo"].text) == ("2b", ValueSource.PERSON, "2")
    assert (fields["quyenSo"].text, fields["quyenSo"].source) == ("01/1998", ValueSource.BOOK)
    assert fields["nksHoTen"].text == ""
    page = next(p for p in books.book_pages(office.clerk, book.id) if p.id == between.page_id)
    assert not page.has_picture and page.explained == "Không có bản quét: trang dính"
    assert reading.unread_count(office.clerk, book.id) == reading.unread_count(office.clerk) == 2, "the fake's pages"
    assert audit.verify(office.supervisor).ok


def test_it_is_shown_without_a_picture_and_the_rehearsal_says_what_export_does(office: Office, token: Token) -> None:
    book = office.read_book(pages=1, entries=1)
    case = add_case_without_scan(office.clerk, book.id, number="2")
    (shown,) = entries_json(office.clerk, [review.get_entry(office.clerk, case.id)])
    assert shown["page_image"] == "" and "không có bản quét" in shown["title"]
    review.save_entry(
        office.clerk, entry_id=case.id, revision=0, token=token(), decision=DecisionKind.CONFIRM, values={}
    )
    found = [f for f in rehearse(office.clerk, book.id).findings if f.rule == "scan_missing"]
    assert [(f.entry_id, f.severity) for f in found] == [(case.id, "warning")]
    assert "khi xuất sẽ để lại" in found[0].message
    ready = {item.entry.id: item for item in book_for_export(office.supervisor, book.id).entries}
    assert not ready[case.id].scanned and ready[case.id].pages == ()


def test_an_entry_the_machine_missed_has_what_the_book_says(office: Office) -> None:
    book = office.read_book(pages=1, entries=1)
    page = books.book_pages(office.clerk, book.id)[0]
    added = add_manual_entry(office.clerk, page.id, reason="Máy bỏ sót")
    assert added.region == 1 and added.fields["quyenSo"].source is ValueSource.BOOK
