"""Two writers in one book: each is read with what reads its lines held back best."""

from __future__ import annotations

from ocr.handwriting.book_hand import BookHand, HandLine
from ocr.handwriting.hands_by_writer import BookHands, learn_hands
from tests.ocr.handwriting.test_book_hand import ALPHABET, _lines, _read

A_LIKE_O, O_LIKE_A = {"a": "o"}, {"o": "a"}


def _by(writer: str, lines: list[tuple[HandLine, str]]) -> list[tuple[HandLine, str, str]]:
    return [(line, text, writer) for line, text in lines]


def test_one_writer_has_the_common_hand() -> None:
    learned = learn_hands(_by("Lan", _lines(30, A_LIKE_O)), ALPHABET, "m1")
    assert learned.hands.common
    assert not learned.hands.own
    assert learned.errors_after < learned.errors_before
    assert BookHands.from_bytes(learned.hands.to_bytes()) == learned.hands


def test_a_hand_learned_from_two_never_makes_one_of_them_worse() -> None:
    misread = _by("Lan", _lines(30, A_LIKE_O, seed=1))
    well_read = _by("Hùng", _lines(30, {}, seed=2))
    learned = learn_hands([*misread, *well_read], ALPHABET, "m1")
    assert learned.errors_after <= learned.errors_before
    for writer, seen_as in (("Lan", A_LIKE_O), ("Hùng", {})):
        hand = learned.hands.of(writer)
        lines = _lines(6, seen_as, seed=7)
        told = [(BookHand.from_bytes(hand).told(line) if hand else line.lattice, text) for line, text in lines]
        wrong_before = sum(_read(line.lattice) != text for line, text in lines)
        wrong = sum(_read(lattice) != text for lattice, text in told)
        assert wrong <= wrong_before
        if writer == "Lan":
            assert wrong < wrong_before


def test_what_is_kept_tells_writers_apart_and_an_unknown_one_has_the_common_hand() -> None:
    hands = BookHands(common=b"both", own={"Lan": b"hers", "Hùng": b""})
    back = BookHands.from_bytes(hands.to_bytes())
    assert back == hands
    assert (back.of("Lan"), back.of("Hùng"), back.of("")) == (b"hers", b"", b"both")
    assert BookHands.from_bytes(b"").of("Lan") == b""
    assert BookHands().to_bytes() == b""


def test_few_lines_of_a_second_writer_are_read_with_the_common_hand() -> None:
    lines = [*_by("Lan", _lines(30, A_LIKE_O)), *_by("Hùng", _lines(5, A_LIKE_O, seed=2))]
    learned = learn_hands(lines, ALPHABET, "m1")
    assert "Hùng" not in learned.hands.own
