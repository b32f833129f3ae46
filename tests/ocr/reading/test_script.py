"""Typed or written by hand, from how Tesseract's readings agree."""

from __future__ import annotations

from ocr.forms.match_form import FoundLabel
from ocr.reading.script import TypedEvidence, decide_scripts, needs_second_reader, page_belief, written_by_pen
from ocr.readings import Script
from ocr.tesseract import Word


def evidence(confidence: float, *texts: str) -> TypedEvidence:
    return TypedEvidence(texts=texts, confidence=confidence)


def decided(lines: dict[tuple[int, int], TypedEvidence | None]) -> dict[tuple[int, int], Script]:
    return decide_scripts(lines, page_belief(lines, dict.fromkeys(lines, 100)))


TYPED = evidence(0.95, "Nguyễn Văn Minh", "Nguyễn Văn Minh", "Nguyễn Văn Minh")
WRITTEN = evidence(0.4, "Nguyi Yan NiMl", "Mguy Vậu", "—")


def test_a_page_of_sure_and_agreeing_lines_is_typed() -> None:
    lines = {(n, 0): TYPED for n in range(9)} | {(9, 0): evidence(0.5, "4", "4", "4")}
    scripts = decided(lines)
    assert set(scripts.values()) == {Script.TYPED}


def test_a_page_of_doubtful_lines_is_written_even_where_a_short_one_looks_typed() -> None:
    lines = {(n, 0): WRITTEN for n in range(9)} | {(9, 0): evidence(0.97, "12", "12", "12")}
    scripts = decided(lines)
    assert set(scripts.values()) == {Script.HANDWRITTEN}


def test_a_written_line_on_a_typed_page_is_known() -> None:
    lines = {(n, 0): TYPED for n in range(9)} | {(9, 0): WRITTEN}
    assert decided(lines)[9, 0] is Script.HANDWRITTEN


def test_what_tesseract_was_not_asked_about_is_written() -> None:
    assert decided({(0, 0): None})[0, 0] is Script.HANDWRITTEN


def test_a_page_without_ink_has_no_scripts() -> None:
    assert decided({}) == {}


def test_a_page_in_between_is_doubtful_and_only_sure_lines_are_typed() -> None:
    lines: dict[tuple[int, int], TypedEvidence | None] = {(n, 0): TYPED for n in range(6)}
    lines |= {(n, 0): WRITTEN for n in range(6, 9)}
    page = page_belief(lines, dict.fromkeys(lines, 100))
    scripts = decided(lines)
    assert scripts[0, 0] is Script.TYPED and scripts[8, 0] is Script.HANDWRITTEN
    assert all(needs_second_reader(lines[key], scripts[key], page) for key in lines)


def test_on_a_typed_page_a_line_that_was_not_read_surely_is_read_by_both() -> None:
    unsure = evidence(0.8, "Q6/@1/2089", "06/01/2089", "06/01/2009")
    assert needs_second_reader(unsure, Script.TYPED, 0.95) and not unsure.is_clear
    assert not needs_second_reader(TYPED, Script.TYPED, 0.95)
    assert not needs_second_reader(None, Script.HANDWRITTEN, 0.95)
    assert not needs_second_reader(WRITTEN, Script.HANDWRITTEN, 0.2)


def word(text: str, left: float, confidence: float) -> Word:
    return Word(text=text, left=left, top=100, right=left + 80, bottom=130, confidence=confidence, line=1)


def test_only_what_stands_beside_the_labels_tells_who_wrote() -> None:
    box = (0.0, 100.0, 180.0, 130.0)
    label = FoundLabel(left=0, right=180, baseline=130, top_baseline=130, similarity=1.0, boxes=(box,))
    printed = [word("Họ", 0, 0.95), word("tên:", 100, 0.95)]
    assert written_by_pen([*printed, word("Nguynn", 200, 0.4), word("Hoc", 300, 0.2)], [label])
    assert not written_by_pen([*printed, word("Nguyễn", 200, 0.93), word("Hoa", 300, 0.9)], [label])
    assert not written_by_pen(printed, [label])


def test_a_page_whose_words_looked_written_needs_surer_print_to_look_typed() -> None:
    clear = TypedEvidence(texts=("Nguyễn Văn An",) * 3, confidence=0.9)
    evidence, ink = {(0, 0): clear}, {(0, 0): 500}
    assert page_belief(evidence, ink, by_pen=True) < page_belief(evidence, ink)
    assert page_belief({(0, 0): None}, ink, by_pen=True) == 0.0
