"""Typed or written by hand, from how Tesseract's readings agree."""

from __future__ import annotations

from ocr.readings import Script
from ocr.script import TypedEvidence, decide_scripts


def evidence(confidence: float, *texts: str) -> TypedEvidence:
    return TypedEvidence(texts=texts, confidence=confidence)


TYPED = evidence(0.95, "Nguyễn Văn Minh", "Nguyễn Văn Minh", "Nguyễn Văn Minh")
WRITTEN = evidence(0.4, "Nguyi Yan NiMl", "Mguy Vậu", "—")


def test_a_page_of_sure_and_agreeing_lines_is_typed() -> None:
    lines = {(n, 0): TYPED for n in range(9)} | {(9, 0): evidence(0.5, "4", "4", "4")}
    scripts = decide_scripts(lines, dict.fromkeys(lines, 100))
    assert set(scripts.values()) == {Script.TYPED}


def test_a_page_of_doubtful_lines_is_written_even_where_a_short_one_looks_typed() -> None:
    lines = {(n, 0): WRITTEN for n in range(9)} | {(9, 0): evidence(0.97, "12", "12", "12")}
    scripts = decide_scripts(lines, dict.fromkeys(lines, 100))
    assert set(scripts.values()) == {Script.HANDWRITTEN}


def test_a_written_line_on_a_typed_page_is_known() -> None:
    lines = {(n, 0): TYPED for n in range(9)} | {(9, 0): WRITTEN}
    assert decide_scripts(lines, dict.fromkeys(lines, 100))[9, 0] is Script.HANDWRITTEN


def test_what_tesseract_was_not_asked_about_is_written() -> None:
    assert decide_scripts({(0, 0): None}, {(0, 0): 50})[0, 0] is Script.HANDWRITTEN


def test_a_page_without_ink_has_no_scripts() -> None:
    assert decide_scripts({}, {}) == {}
