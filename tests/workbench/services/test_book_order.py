"""Which books come first, by the office's rule; and that a book is closed only when everything is explained."""

import pytest

from corrections.entries import BookState, DecisionKind
from exports.inventory import PriorityRule
from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from workbench.services import book_order, books, checks, review
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def order(office: Office) -> list[str]:
    return [f"{b.book.register_type} {b.book.volume_number}" for b in books.list_books(office.clerk)]


def test_books_come_in_the_order_the_office_chose(office: Office) -> None:
    office.book(register_type=RegisterType.DEATH, volume_number="01/2001")
    old = office.book(register_type=RegisterType.BIRTH, volume_number="01/1998")
    office.book(register_type=RegisterType.BIRTH, volume_number="01/2010", settings={"clear": "yes"})
    assert order(office) == ["birth 01/2010", "birth 01/1998", "death 01/2001"]
    rule = PriorityRule(type_order=(RegisterType.DEATH,), clear_first=False, newest_first=False)
    assert book_order.save_priority_rule(office.supervisor, rule) == 3
    assert book_order.priority_rule(office.clerk) == rule
    assert order(office) == ["death 01/2001", "birth 01/1998", "birth 01/2010"]
    books.update_book(office.supervisor, old.id, priority=0)
    assert order(office)[0] == "birth 01/1998"
    book_order.save_priority_rule(office.supervisor, PriorityRule())
    assert order(office) == ["birth 01/1998", "birth 01/2010", "death 01/2001"]  # a person's word stays
    books.update_book(office.supervisor, old.id, settings={})
    assert order(office) == ["birth 01/2010", "birth 01/1998", "death 01/2001"]


def test_a_book_with_something_unexplained_is_not_closed(office: Office) -> None:
    book = office.read_book(pages=1, entries=2)
    with pytest.raises(InvalidInput, match="chưa khóa được"):
        books.update_book(office.supervisor, book.id, state=BookState.APPROVED)
    assert books.book_progress(office.clerk, book.id).book.state is not BookState.APPROVED


def test_the_second_volume_of_a_year_runs_on(office: Office) -> None:
    book = office.read_book(pages=1, entries=2)
    review.save_entry(
        office.clerk, entry_id=1, revision=0, token="t" * 32, decision=DecisionKind.SET_ASIDE, reason="Bỏ trống"
    )
    assert [str(g) for g in checks.completeness(office.clerk, book.id).gaps] == ["số 1 năm 1998"]
    checks.set_first_number(office.supervisor, book.id, 1998, 2)
    assert checks.completeness(office.clerk, book.id).gaps == ()
    with pytest.raises(InvalidInput):
        checks.set_first_number(office.supervisor, book.id, 1998, 0)
