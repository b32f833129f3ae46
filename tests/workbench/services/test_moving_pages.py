"""Wrong scans go to another book or into the drawer, with a trail; what people confirmed goes along or stays put."""

from collections.abc import Callable

import pytest

from corrections.entries import Book, BookState, DecisionKind, EntryState
from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_entry_pages import clear_page
from workbench.services import audit, books, reading, review
from workbench.services.entry_pages import join_pages
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.importing import import_scans
from workbench.services.moving_pages import move_pages, pages_aside, take_pages_out

Token = Callable[[], str]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def page_ids(office: Office, book: Book) -> list[int]:
    return [page.id for page in books.book_pages(office.clerk, book.id)]


def entries_of(office: Office, book: Book) -> list[review.ReviewEntry]:
    with office.clerk.read() as connection:
        ids = review.entry_store.entry_ids(connection, book.id)
    return [review.get_entry(office.clerk, entry_id) for entry_id in ids]


def decide(office: Office, entry_id: int, token: Token, kind: DecisionKind, **more: str) -> None:
    who = office.supervisor if kind is DecisionKind.APPROVE else office.clerk
    entry = review.get_entry(who, entry_id).entry
    review.save_entry(who, entry_id=entry_id, revision=entry.revision, token=token(), decision=kind, values={}, **more)


def test_pages_not_yet_read_go_to_their_book_and_are_read_there(office: Office) -> None:
    wrong, right = office.book(), office.book(volume_number="02/1998", register_type=RegisterType.DEATH)
    import_scans(office.clerk, wrong.id, [office.scan(3)])
    before = page_ids(office, wrong)
    moved = move_pages(office.clerk, before[1:], right.id, reason="quét nhầm quyển")
    assert (moved.pages, moved.entries, moved.to_read) == (2, 0, 2)
    assert page_ids(office, wrong) == before[:1] and page_ids(office, right) == before[1:]
    assert [p.position for p in books.book_pages(office.clerk, right.id)] == [0, 1]
    assert reading.unread_count(office.clerk, right.id) == 2
    assert books.book_progress(office.clerk, right.id).book.state is BookState.SCANNED
    event = next(e for e in audit.list_events(office.supervisor, book_id=wrong.id) if e.action == "move_page")
    assert (event.actor, event.reason) == ("clerk", "quét nhầm quyển") and "quyển 02/1998" in event.new
    assert audit.verify(office.supervisor).ok


@pytest.mark.slow
def test_confirmed_entries_go_along_with_the_new_books_data(office: Office, token: Token) -> None:
    wrong, right = office.read_book(), office.read_book(volume_number="05/2001", office="UBND xã Khác")
    first = entries_of(office, wrong)[0].entry
    decide(office, first.id, token, DecisionKind.CONFIRM)
    decide(office, first.id, token, DecisionKind.APPROVE, reason="đúng")
    with pytest.raises(NotAllowed, match="người kiểm tra"):
        move_pages(office.clerk, page_ids(office, wrong)[:1], right.id, reason="nhầm")
    moved = move_pages(office.supervisor, page_ids(office, wrong)[:1], right.id, reason="nhầm", after=0)
    assert (moved.pages, moved.entries, moved.to_read) == (1, 2, 0)
    now = review.get_entry(office.supervisor, first.id)
    assert (now.entry.book_id, now.entry.state) == (right.id, EntryState.APPROVED)
    assert now.entry.fields["nksHoTen"] == review.get_entry(office.clerk, first.id).entry.fields["nksHoTen"]
    assert now.entry.fields["quyenSo"].normalized == "05/2001"
    assert now.entry.fields["noiDangKy"].normalized == "UBND xã Khác"
    assert page_ids(office, right)[1] == now.page_id, "behind the page that was named"
    assert "move_page" in {e.action for e in review.entry_history(office.clerk, first.id)}
    assert len(entries_of(office, wrong)) == 2 and len(entries_of(office, right)) == 6
    assert audit.verify(office.supervisor).ok


def test_what_nobody_touched_stays_the_machines_and_undo_does_not_reach_back(office: Office, token: Token) -> None:
    wrong, right = office.read_book(), office.book(volume_number="05/2001")
    one, other = entries_of(office, wrong)[:2]
    decide(office, one.entry.id, token, DecisionKind.CONFIRM)
    move_pages(office.supervisor, page_ids(office, wrong), right.id, reason="nhầm quyển")
    with office.clerk.read() as connection:
        stored = {s.entry.id: s for s in review.entry_store.get_entries(connection, (one.entry.id, other.entry.id))}
    assert stored[one.entry.id].touched and not stored[other.entry.id].touched
    revision = stored[one.entry.id].entry.revision
    with pytest.raises(NotAllowed):
        review.undo(office.clerk, entry_id=one.entry.id, revision=revision, token=token())


@on_sqlite
@pytest.mark.slow
def test_another_register_reads_anew_and_refuses_what_is_confirmed(office: Office, token: Token) -> None:
    wrong = office.read_book()
    right = office.book(volume_number="02/1998", register_type=RegisterType.DEATH)
    first = entries_of(office, wrong)[0].entry
    decide(office, first.id, token, DecisionKind.CONFIRM)
    pages = page_ids(office, wrong)
    with pytest.raises(InvalidInput, match="đã xác nhận là Khai sinh"):
        move_pages(office.supervisor, pages, right.id, reason="trang khai tử")
    assert page_ids(office, wrong) == pages, "all or nothing"
    moved = move_pages(office.clerk, pages[1:], right.id, reason="trang khai tử")
    assert (moved.entries, moved.to_read) == (0, 1) and reading.unread_count(office.clerk, right.id) == 1
    gone = entries_of(office, right)
    assert {e.entry.state for e in gone} == {EntryState.SET_ASIDE} and all(not e.entry.fields for e in gone)
    assert review.queue_counts(office.clerk).to_review == 1
    assert audit.verify(office.supervisor).ok


@pytest.mark.slow
def test_the_drawer_keeps_pages_out_of_all_work_and_gives_them_back(office: Office, token: Token) -> None:
    book, other = office.read_book(), office.book(volume_number="09/2005")
    first = entries_of(office, book)[0].entry
    decide(office, first.id, token, DecisionKind.CONFIRM)
    page = page_ids(office, book)[0]
    take_pages_out(office.supervisor, [page], reason="không thuộc sổ nào")
    assert len(entries_of(office, book)) == 2 and review.queue_counts(office.clerk).confirmed == 0
    assert len(review.next_entries(office.clerk, 50)) == 2, "the drawer's entries come up nowhere"
    assert {b.id for b in books.books_to_choose(office.clerk)} == {book.id, other.id}
    (lying,) = pages_aside(office.clerk)
    assert lying.page.id == page and lying.event is not None
    assert lying.book is not None and lying.book.id == book.id
    assert (lying.event.actor, lying.event.reason) == ("supervisor", "không thuộc sổ nào")
    move_pages(office.supervisor, [page], other.id, reason="của quyển 09/2005")
    back = review.get_entry(office.clerk, first.id).entry
    assert (back.state, back.book_id) == (EntryState.CONFIRMED, other.id)
    assert back.fields["quyenSo"].normalized == "09/2005" and pages_aside(office.clerk) == ()
    assert audit.verify(office.supervisor).ok


@on_sqlite
@pytest.mark.slow
def test_what_stands_against_a_move_is_said(office: Office, token: Token) -> None:
    book, other = office.read_book(pages=3), office.read_book(volume_number="02/1998")
    pages = page_ids(office, book)
    for wanted, reason, said in (
        (pages[:1], " ", "lý do"),
        ([], "nhầm", "cùng một quyển"),
        ([pages[0], page_ids(office, other)[0]], "nhầm", "cùng một quyển"),
    ):
        with pytest.raises(InvalidInput, match=said):
            move_pages(office.supervisor, wanted, other.id, reason=reason)
    with pytest.raises(InvalidInput, match="đúng quyển này"):
        move_pages(office.supervisor, pages[:1], book.id, reason="nhầm")
    clear_page(office.clerk, pages[1], token)
    join_pages(office.clerk, entries_of(office, book)[0].entry.id, [pages[1]], reason="viết tiếp")
    with pytest.raises(InvalidInput, match="nhiều trang"):
        move_pages(office.supervisor, pages[:1], other.id, reason="nhầm")
    with office.supervisor.write() as work:
        books.store.save_book(work.connection, books.replace(other, state=BookState.EXPORTED))
    with pytest.raises(InvalidInput, match="đã khóa hoặc đã xuất"):
        move_pages(office.supervisor, pages[2:], other.id, reason="nhầm")
