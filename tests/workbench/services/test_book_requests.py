"""A clerk asks for a book or adds it where the office lets clerks; a request is granted once, in one step."""

import pytest

from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from workbench.services import audit, books
from workbench.services.book_requests import ask_for_book, grant_request, my_requests, open_requests, refuse_request
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.home import home_of
from workbench.services.importing import import_scans
from workbench.services.settings import save_office_settings

BOOK = {"register_type": RegisterType.MARRIAGE, "volume_number": "1/2008", "office": "UBND xã Tân Lập"}


def test_a_clerk_asks_and_a_supervisor_grants(office: Office) -> None:
    with pytest.raises(NotAllowed, match="supervisor"):
        books.create_book(office.clerk, **BOOK)  # type: ignore[arg-type]
    request = ask_for_book(office.clerk, **BOOK, note="hộp 3")  # type: ignore[arg-type]
    assert request.volume_number == "01/2008"
    with pytest.raises(InvalidInput, match="đã có người xin"):
        ask_for_book(office.other_clerk, **BOOK)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        open_requests(office.clerk)
    (asked,) = open_requests(office.supervisor)
    assert (asked.asked_by, asked.request.note) == ("clerk", "hộp 3")
    book = grant_request(office.supervisor, request.id)
    assert book.volume_number == "01/2008" and open_requests(office.supervisor) == ()
    (mine,) = my_requests(office.clerk)
    assert (mine.request.state, mine.request.book_id, mine.answered_by) == ("granted", book.id, "supervisor")
    with pytest.raises(InvalidInput, match="đã có người trả lời"):
        grant_request(office.administrator, request.id)
    with pytest.raises(InvalidInput, match="đã có"):
        ask_for_book(office.clerk, **BOOK)  # type: ignore[arg-type]
    actions = {(e.action, e.actor) for e in audit.list_events(office.supervisor)}
    assert {("ask_for_book", "clerk"), ("grant_book", "supervisor"), ("create_book", "supervisor")} <= actions
    assert audit.verify(office.supervisor).ok
    assert [asked.request.id for asked in home_of(office.clerk).mine] == [request.id]
    import_scans(office.clerk, book.id, [office.scan(1)])
    assert home_of(office.clerk).mine == (), "with its scans in, there is nothing to tell any more"


def test_a_request_is_refused_with_a_reason(office: Office) -> None:
    request = ask_for_book(office.clerk, **BOOK)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="lý do"):
        refuse_request(office.supervisor, request.id, reason=" ")
    refuse_request(office.supervisor, request.id, reason="xã không giữ quyển này")
    (mine,) = my_requests(office.clerk)
    assert (mine.request.state, mine.request.answer) == ("refused", "xã không giữ quyển này")
    assert my_requests(office.other_clerk) == ()


def test_an_office_may_let_its_clerks_add_books(office: Office) -> None:
    save_office_settings(office.administrator, {books.CLERKS_ADD_BOOKS: True})
    assert books.may_add_books(office.clerk)
    assert books.create_book(office.clerk, **BOOK).volume_number == "01/2008"  # type: ignore[arg-type]
