"""Sample books are told apart, counted nowhere as real work, and taken away in one step."""

from dataclasses import replace

import pytest

from corrections.entries import Book, BookKind
from storage.books import save_book
from tests.workbench.services.conftest import Office
from workbench.services import audit, books, inventory, reading, review, searching
from workbench.services.campaign import campaign_report
from workbench.services.errors import NotAllowed
from workbench.services.home import home_of
from workbench.services.importing import import_scans
from workbench.services.naming import book_title
from workbench.services.trial_books import bring_samples_back, remove_samples, sample_count


def sample(office: Office) -> Book:
    book = office.read_book(volume_number="01/2017", office="UBND xã Mẫu")
    with office.supervisor.write() as work:
        save_book(work.connection, replace(book, kind=BookKind.SAMPLE))
    return replace(book, kind=BookKind.SAMPLE)


def test_samples_are_no_real_work_unless_asked_for(office: Office) -> None:
    book = sample(office)
    assert "SỔ MẪU" in book_title(book)
    assert review.next_entries(office.clerk, 5) == () and review.queue_counts(office.clerk).to_review == 0
    assert len(review.next_entries(office.clerk, 5, book_id=book.id)) == 4, "chosen by hand it can be tried"
    assert [b.id for b in books.books_to_choose(office.clerk)] == [book.id], "alone where there is no other"
    real = office.book()
    import_scans(office.clerk, real.id, [office.scan(1)])
    assert [b.id for b in books.books_to_choose(office.clerk)] == [real.id]
    assert [b.id for b in books.books_to_choose(office.clerk, samples=True)] == [real.id, book.id]
    assert [p.book.id for p in books.list_books(office.clerk)] == [real.id]
    assert searching.search(office.clerk, "Nguyễn Văn Minh").hits == ()
    assert len(searching.search(office.clerk, "Nguyễn Văn Minh", book_id=book.id).hits) == 4
    assert [row.unit for row in campaign_report(office.clerk).rows] == ["UBND xã Tân Lập"]
    home = home_of(office.clerk)
    assert (home.books, home.to_review, home.samples) == (1, 0, 1)
    assert b"xl/" in inventory.export_inventory(office.clerk)


def test_an_administrator_takes_samples_away_and_brings_them_back(office: Office) -> None:
    book = sample(office)
    with pytest.raises(NotAllowed):
        remove_samples(office.supervisor)
    assert remove_samples(office.administrator) == 1 and sample_count(office.clerk) == 0
    assert books.books_to_choose(office.clerk, samples=True) == ()
    assert books.list_books(office.clerk, samples=True) == () and reading.unread_count(office.clerk, book.id) == 0
    event = audit.list_events(office.supervisor)[0]
    assert (event.action, event.actor, event.book_id) == ("remove_sample", "admin", book.id)
    assert audit.verify(office.supervisor).ok
    assert sample_count(office.clerk, removed=True) == bring_samples_back(office.administrator) == 1
    assert sample_count(office.clerk) == 1
