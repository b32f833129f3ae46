"""A book's hand beside the record: learned from confirmed pages, kept, used for pages that nobody works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from corrections.entries import DecisionKind, EntryState, FieldValue
from ocr.handwriting.book_hand import BookHand
from ocr.handwriting.hands_by_writer import BookHands, LearnedHands
from ocr.page.hand_lessons import ConfirmedPage
from ocr.readings import Engine, PageReading, PageTask, Script
from storage.audit_log import stream_events
from storage.entries import SaveMarks, save_entry, stream_entries
from tests.fakes.readers import birth_reading
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import after_saves, books, review
from workbench.services.book_lessons import BookLessons
from workbench.services.hands_of_books import hand_of_book, learn_hand_of_book, read_waiting_again
from workbench.services.handwriting_tuning import confirmed_pages
from workbench.services.review_types import ValueInput
from workbench.services.saving_readings import save_outcome
from workbench.services.writers_of_pages import nearest_agree

Token = Callable[[], str]


def _learned(used: bool) -> Callable[[Sequence[ConfirmedPage]], tuple[LearnedHands, str]]:
    hand = BookHand(np.ones((3, 2), np.float32), np.zeros(3, np.float32), "m1")
    hands = BookHands(common=hand.to_bytes() if used else b"")

    def learn(pages: Sequence[ConfirmedPage]) -> tuple[LearnedHands, str]:
        return LearnedHands(hands=hands, lines=8, letters=100, errors_before=10, errors_after=7 if used else 10), "m1"

    return learn


def _read_with_hand(task: PageTask) -> PageReading:
    assert task.book_hand, "the hand comes with the page"
    return birth_reading(task, confidence=0.97)


def test_what_was_learned_is_kept_told_and_goes_with_every_page(office: Office) -> None:
    book = office.read_book(2, 2)
    assert hand_of_book(office.clerk, book.id) is None
    told = learn_hand_of_book(office.clerk, book.id, _learned(True))
    assert (told.used, told.lines, told.errors_before, told.errors_after) == (True, 8, 0.1, 0.07)
    assert hand_of_book(office.clerk, book.id) == told
    kept = BookHand.from_bytes(BookLessons(office.clerk).of(book.id).hand)
    assert kept.model == "m1"
    with office.clerk.read() as connection:
        (event,) = [e for e in stream_events(connection) if e.action == "learn_hand"]
    assert event.new == "m1"


def test_what_brings_nothing_is_not_used_and_takes_the_place_of_what_did(office: Office) -> None:
    book = office.read_book(2, 2)
    learn_hand_of_book(office.clerk, book.id, _learned(True))
    told = learn_hand_of_book(office.clerk, book.id, _learned(False))
    assert not told.used
    assert BookLessons(office.clerk).of(book.id).hand == b""


@pytest.mark.slow
def test_only_pages_that_nobody_works_on_are_read_again(office: Office, token: Token) -> None:
    book = office.read_book(3, 2)
    learn_hand_of_book(office.clerk, book.id, _learned(True))
    with office.clerk.read() as connection:
        stored = list(stream_entries(connection, book.id))
    touched, held = stored[0].entry, stored[2].entry
    review.save_entry(
        office.clerk, entry_id=touched.id, revision=touched.revision, token=token(), decision=DecisionKind.CONFIRM
    )
    review.get_entry(office.other_clerk, held.id, lease=True)
    assert read_waiting_again(office.clerk, book.id, reader=_read_with_hand) == 1
    with office.clerk.read() as connection:
        after = list(stream_entries(connection, book.id))
    assert [a.reading_id == b.reading_id for a, b in zip(stored, after, strict=True)] == [True] * 4 + [False] * 2


@pytest.mark.slow
def test_a_hand_is_learned_once_for_each_ten_confirmed(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = office.read_book(12, 1)
    learned: list[int] = []
    told = learn_hand_of_book(office.clerk, book.id, _learned(False))
    monkeypatch.setattr(after_saves, "learn_hand_of_book", lambda _ctx, book_id: learned.append(book_id) or told)
    soon = after_saves._Soon()
    key = (office.clerk.database.url, book.id)
    for shown in review.next_entries(office.clerk, 12, order=review.Order.PAGE):
        review.save_entry(
            office.clerk,
            entry_id=shown.entry.id,
            revision=shown.entry.revision,
            token=token(),
            decision=DecisionKind.CONFIRM,
        )
        soon._learn(office.clerk, key)
    assert learned == [book.id]


def test_the_pages_of_each_registrar_are_read_with_their_own_hand(office: Office) -> None:
    book = office.read_book(5, 1)
    with office.clerk.read() as connection:
        stored = list(stream_entries(connection, book.id))
    pages = [one.entry.page_id for one in stored]
    with office.clerk.database.write() as connection:
        for place, registrar in ((0, "Lan"), (2, "Lan"), (4, "Hùng")):
            before = stored[place].entry
            value = FieldValue(column="nguoiThucHien", text=registrar, normalized=registrar, confirmed=True)
            after = replace(before, state=EntryState.CONFIRMED, fields={**before.fields, "nguoiThucHien": value})
            save_entry(connection, before, after, SaveMarks(confirmed=True))
    hands = BookHands(common=b"both", own={"Lan": b"hers", "Hùng": b"his"})

    def learn(pages: Sequence[ConfirmedPage]) -> tuple[LearnedHands, str]:
        return LearnedHands(hands=hands, lines=60, letters=100, errors_before=9, errors_after=5), "m1"

    learn_hand_of_book(office.clerk, book.id, learn)
    lessons = BookLessons(office.clerk)
    assert [lessons.of(book.id, page).hand for page in pages] == [b"hers", b"hers", b"hers", b"both", b"his"]


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (["", "a", "", "a", ""], ["a"] * 5),
        (["a", "", "b"], ["a", "", "b"]),
        (["", "", ""], ["", "", ""]),
        ([], []),
    ],
)
def test_who_wrote_a_page_is_told_by_the_pages_around_it_only_where_they_agree(
    known: list[str], found: list[str]
) -> None:
    assert nearest_agree(known) == found


def test_lines_are_taught_by_the_column_in_whose_space_they_stand(office: Office, token: Token) -> None:
    """Where a child recognises a parent the form's blocks are each other's; the hand is learned from the ink."""

    def swapped(task: PageTask) -> PageReading:
        page = birth_reading(task, entries=1)
        (entry,) = page.entries
        fields = {
            n: replace(field, script=Script.HANDWRITTEN, engine=Engine.HANDWRITING) for n, field in entry.fields.items()
        }
        printed = {"meHoTen": "chaHoTen", "chaHoTen": "meHoTen"}
        return replace(page, entries=(replace(entry, fields=fields, printed_as=printed),))

    book = office.read_book(1, 1)
    (page,) = books.book_pages(office.clerk, book.id)
    save_outcome(office.clerk, page, swapped(PageTask(source="scan.tif")), VERSIONS)
    with office.clerk.read() as connection:
        (stored,) = stream_entries(connection, book.id)
    review.save_entry(
        office.clerk,
        entry_id=stored.entry.id,
        revision=stored.entry.revision,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"meHoTen": ValueInput(text="Trần Thị Mẹ"), "chaHoTen": ValueInput(text="Lê Văn Cha")},
    )
    ((_, texts, _),) = confirmed_pages(office.clerk, book.id, 5)
    assert (texts[0]["chaHoTen"], texts[0]["meHoTen"]) == ("Trần Thị Mẹ", "Lê Văn Cha")
