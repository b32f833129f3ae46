"""How well a book is read as its clerks go on, and which entries come first while its hand is new."""

from collections.abc import Callable

import pytest

from corrections.entries import DecisionKind
from tests.workbench.services.conftest import Office
from workbench.services import books, review
from workbench.services.book_learning import LESSONS_FIRST, book_learning, lessons_first
from workbench.services.review_types import ValueInput

Token = Callable[[], str]


def _confirm(office: Office, count: int, token: Token, **texts: str) -> None:
    for shown in review.next_entries(office.clerk, count, order=review.Order.PAGE):
        review.save_entry(
            office.clerk,
            entry_id=shown.entry.id,
            revision=shown.entry.revision,
            token=token(),
            decision=DecisionKind.CONFIRM,
            values={name: ValueInput(text=text) for name, text in texts.items()},
        )


def test_nothing_is_told_of_a_book_nobody_has_confirmed_in(office: Office) -> None:
    state = book_learning(office.clerk, office.read_book(2, 2).id)
    assert (state.confirmed, state.left, state.now, state.curve, state.hand) == (0, 4, None, (), None)


@pytest.mark.slow
def test_the_share_of_fields_right_without_a_touch_over_the_book(office: Office, token: Token) -> None:
    book = office.read_book(6, 2)
    _confirm(office, 10, token, meHoTen="Trần Thị Khác")
    _confirm(office, 2, token)
    state = book_learning(office.clerk, book.id)
    assert (state.confirmed, state.left) == (12, 0)
    (tenth, first), (last, second) = state.curve
    assert (tenth, last) == (10, 12)
    assert first < second == 1.0
    assert state.now is not None and first < state.now < 1.0


def test_entries_that_teach_most_come_first_only_where_it_was_asked_for_and_the_hand_is_new(office: Office) -> None:
    book = office.read_book(2, 2)
    assert not lessons_first(office.clerk, book.id)
    assert not lessons_first(office.clerk, None)
    books.update_book(office.supervisor, book.id, settings={LESSONS_FIRST: "yes"})
    assert lessons_first(office.clerk, book.id)


@pytest.mark.slow
def test_a_new_hand_no_more_after_twenty_entries(office: Office, token: Token) -> None:
    book = office.read_book(11, 2)
    books.update_book(office.supervisor, book.id, settings={LESSONS_FIRST: "yes"})
    _confirm(office, 20, token)
    assert not lessons_first(office.clerk, book.id)
