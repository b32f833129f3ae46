"""Every shipped form is recognised by its own printed words, also when a fifth of them was misread."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from layouts.forms import Area, FormTemplate, ItemKind, PageLayout
from layouts.loader import shipped_templates
from ocr.forms.geometry import fit_labels
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import find_forms
from ocr.forms.page_fit import SLOT_STEP
from ocr.tesseract import Word

FORMS = [name for name, t in shipped_templates().items() if t.layout is not PageLayout.SPREAD_ROWS]
SCALE, LEFT, TOP = 11.6, 140.0, 260.0
"""Another printer's pitch: pixels a millimetre, and where the frame begins."""


def printed_words(template: FormTemplate, slips: float = 0.0, seed: int = 1, entries: int | None = None) -> list[Word]:
    """The words a perfect (or slipping) reader sees on the blank form."""
    rng = random.Random(seed)
    words: list[Word] = []
    slots = entries or (template.entries_per_page if template.layout is PageLayout.STACKED else 1)
    for slot in range(slots):
        for item in template.items:
            if slot and item.area in (Area.PAGE_HEAD, Area.FOOT):
                continue
            for piece, (text, x_mm) in enumerate(zip(item.label, item.x_mm, strict=True)):
                below = 6.0 * piece if item.kind is ItemKind.SIGNATURE else 0.0
                y = TOP + SCALE * (item.y_mm + below + slot * SLOT_STEP * template.frame_mm.height)
                words += _words(text, LEFT + SCALE * x_mm, y, len(words) + 1, slips, rng)
    return words


def _words(text: str, x: float, y: float, line: int, slips: float, rng: random.Random) -> list[Word]:
    words = []
    for part in text.split():
        width = 21.0 * len(part)
        seen = "".join(rng.choice("aoiễnụ1") if rng.random() < slips else letter for letter in part)
        words.append(Word(text=seen, left=x, top=y - 38, right=x + width, bottom=y, confidence=0.9, line=line))
        x += width + 13
    return words


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("slips", [0.0, 0.06])
def test_each_form_is_recognised(form: str, slips: float) -> None:
    templates = list(shipped_templates().values())
    rows = token_rows(printed_words(shipped_templates()[form], slips, seed=len(form)))
    best, second, *_ = find_forms(rows, templates)
    assert best.template.form == form
    assert best.recall > (0.9 if slips == 0.0 else 0.7)
    assert best.evidence > second.evidence + 20


def test_repeated_labels_are_told_apart_by_their_order() -> None:
    template = shipped_templates()["birth-2006"]
    best = find_forms(token_rows(printed_words(template)), [template])[0]
    fit = fit_labels(best)
    assert fit is not None
    for (_, number, _), label in best.labels.items():
        item = template.items[number]
        if item.kind is ItemKind.LINE:
            assert abs(label.baseline - (TOP + SCALE * item.y_mm)) < 12, item.label
    assert abs(fit.y_scale - SCALE) < 0.2 and abs(fit.x(50.0) - (LEFT + SCALE * 50.0)) < 6


@pytest.mark.parametrize("form", [name for name in FORMS if shipped_templates()[name].layout is PageLayout.STACKED])
@pytest.mark.parametrize("entries", [1, 2])
def test_a_form_for_two_entries_may_carry_one(form: str, entries: int) -> None:
    templates = list(shipped_templates().values())
    best = find_forms(token_rows(printed_words(shipped_templates()[form], entries=entries)), templates)[0]
    assert best.template.form == form
    assert {slot for slot, _, _ in best.labels} == set(range(entries))
    assert best.recall > 0.9


@pytest.mark.parametrize("form", ["birth-2006", "marital-status-2006", "birth-2015"])
@pytest.mark.parametrize("pitch", [0.85, 1.0, 1.6])
def test_the_notes_column_is_found_at_any_line_pitch(form: str, pitch: float) -> None:
    template = shipped_templates()[form]
    words = [
        replace(word, top=TOP + pitch * (word.bottom - TOP) - 38, bottom=TOP + pitch * (word.bottom - TOP))
        for word in printed_words(template)
    ]
    best = find_forms(token_rows(words), [template])[0]
    found = [template.items[number].kind for _, number, _ in best.labels]
    assert ItemKind.NOTES in found


def test_notes_at_the_foot_of_an_entry_are_found_there() -> None:
    template = shipped_templates()["marriage-1998"]
    notes = next(item for item in template.items if item.kind is ItemKind.NOTES)
    words = [
        replace(w, left=LEFT + 10, right=LEFT + 90, top=w.top + 1300, bottom=w.bottom + 1300)
        if w.text in notes.label[0].split() and w.left > LEFT + SCALE * 140
        else w
        for w in printed_words(template, entries=1)
    ]
    best = find_forms(token_rows(words), [template])[0]
    found = {template.items[number].kind: label for (_, number, _), label in best.labels.items()}
    assert found[ItemKind.NOTES].left < LEFT + 100


def test_two_lines_of_a_form_may_be_printed_on_one_row() -> None:
    template = shipped_templates()["death-1998"]
    rows_of = {item.label[0]: item.y_mm for item in template.items}
    words = printed_words(template, entries=1)
    # another printer: sex beside the name, nationality beside the ethnic group, everything below moved up
    pairs = {"Nam, Nữ:": "Họ và tên người chết:", "Quốc tịch:": "Dân tộc:"}
    moved = [
        replace(w, left=w.left + 900, right=w.right + 900, top=w.top - up, bottom=w.bottom - up)
        if (up := _risen(w, rows_of, pairs))
        else w
        for w in words
    ]
    best = find_forms(token_rows(moved), list(shipped_templates().values()))[0]
    assert best.template.form == "death-1998"
    found = {template.items[number].label[0]: label for (_, number, _), label in best.labels.items()}
    for beside, before in pairs.items():
        assert found[beside].baseline == found[before].baseline
        assert found[beside].left > found[before].right


def _risen(word: Word, rows_of: dict[str, float], pairs: dict[str, str]) -> float:
    """How far up a word of a label goes that is printed beside the one above it."""
    for label, above in pairs.items():
        if word.text in label.split() and abs(word.bottom - (TOP + SCALE * rows_of[label])) < 2:
            return SCALE * (rows_of[label] - rows_of[above])
    return 0.0


def test_text_that_is_no_form_matches_poorly() -> None:
    letter = "Kính gửi anh chị em trong gia đình, hôm nay trời đẹp và chúng tôi vẫn khoẻ mạnh"
    rows = token_rows([w for n in range(9) for w in _words(letter, 100, 200 + 90 * n, n, 0.0, random.Random(1))])
    assert find_forms(rows, list(shipped_templates().values()))[0].recall < 0.3


def test_an_empty_page_matches_nothing() -> None:
    assert find_forms([], list(shipped_templates().values()))[0].found == 0


@pytest.mark.parametrize(("read", "inside"), [("2háng", True), ("24tháng", True), ("tháng", False), ("thắng", False)])
def test_a_printed_word_read_with_the_value_before_it_is_known_by_its_end(read: str, inside: bool) -> None:
    template = shipped_templates()["marital-status-2006"]
    number = next(n for n, item in enumerate(template.items) if "tháng" in item.label)
    piece = template.items[number].label.index("tháng")
    words = [
        Word(text=read, left=w.left, top=w.top, right=w.right, bottom=w.bottom, confidence=0.5, line=w.line)
        if w.text == "tháng"
        else w
        for w in printed_words(template)
    ]

    found = find_forms(token_rows(words), [template])[0].labels[0, number, piece]

    assert found.starts_inside is inside


def test_words_left_of_the_divider_are_no_labels_of_the_right_column() -> None:
    template = shipped_templates()["birth-2015"]
    number = next(n for n, i in enumerate(template.items) if i.label == ("Ghi vào sổ hộ tịch việc khai sinh",))
    words = printed_words(template)
    right = LEFT + SCALE * (template.divider_mm or 0)
    missing = [word for word in words if not (word.left > right and word.text in template.items[number].label[0])]

    (match,) = find_forms(token_rows(missing), [template])

    assert (0, number, 0) not in match.labels
    assert (0, number, 0) in find_forms(token_rows(words), [template])[0].labels
