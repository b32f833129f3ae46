"""The cover's values are offered for the book's record and taken over only when a supervisor says so."""

import pytest

from layouts.register_types import RegisterType
from ocr.readings import PageKind, PageReading
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import audit, book_cover, books, importing
from workbench.services.errors import NotAllowed
from workbench.services.saving_readings import save_outcome

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _book_with_cover(office: Office) -> int:
    book = office.book(volume_number="01/1998")
    importing.import_scans(office.clerk, book.id, [office.scan(2)])
    cover, closing = books.book_pages(office.clerk, book.id)
    for page, kind, values in (
        (cover, PageKind.COVER, {"quyenSo": "01/1998", "opened_on": "02/01/1998"}),
        (closing, PageKind.CLOSING, {"entries": "12", "first_number": "1", "last_number": "12"}),
    ):
        reading = PageReading(
            source="scan.tif",
            page=page.scan_index,
            kind=kind,
            register_type=RegisterType.BIRTH,
            layout=None,
            book_values=values,
            book_sure=dict.fromkeys(values, 0.6 if kind is PageKind.COVER else 0.97),
        )
        save_outcome(office.clerk, page, reading, VERSIONS)
    return book.id


def test_what_differs_is_offered_and_taken_over_on_request(office: Office) -> None:
    book_id = _book_with_cover(office)
    offered = {p.name: (p.now, p.proposed) for p in book_cover.cover_proposals(office.clerk, book_id)}
    assert offered == {"opened_on": ("", "02.01.1998"), "expected_entries": ("", 12)}
    doubts = {p.name: (p.certain, p.sure) for p in book_cover.cover_proposals(office.clerk, book_id)}
    assert doubts == {"opened_on": (False, 0.6), "expected_entries": (True, 0.97)}
    before = books.book_progress(office.clerk, book_id).book
    assert (before.opened_on, before.expected_entries) == ("", None)
    after = book_cover.accept_cover(office.supervisor, book_id, ("expected_entries",))
    assert (after.opened_on, after.expected_entries) == ("", 12)
    assert [p.name for p in book_cover.cover_proposals(office.clerk, book_id)] == ["opened_on"]
    changed = [e for e in audit.list_events(office.supervisor) if e.action == "update_book"]
    assert [(e.column, e.new) for e in changed] == [("expected_entries", "12")]


def test_a_clerk_may_look_but_not_take_over(office: Office) -> None:
    book_id = _book_with_cover(office)
    with pytest.raises(NotAllowed):
        book_cover.accept_cover(office.clerk, book_id, ("opened_on",))
