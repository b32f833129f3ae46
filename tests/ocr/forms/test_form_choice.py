"""Printed labels decide which form a page is; the book's form decides where they are close."""

from __future__ import annotations

import pytest

from layouts.loader import shipped_template
from ocr.forms.form_choice import ranked_forms, sureness
from ocr.forms.match_form import FormMatch


def match(form: str, found: float, total: float = 400.0) -> FormMatch:
    return FormMatch(template=shipped_template(form), labels={}, found=found, total=total)


def first(matches: list[FormMatch], book: str | None = None) -> str:
    return ranked_forms(matches, book)[0].template.form


def test_the_book_decides_between_close_forms() -> None:
    close = [match("birth-2015", 300), match("birth-2006", 294)]
    assert first(close) == "birth-2015"
    assert first(close, "birth-2006") == "birth-2006"
    assert first(close, "death-2006") == "birth-2015"


def test_left_over_stock_in_a_newer_book_stays_what_it_is() -> None:
    old_stock = [match("birth-2006", 390), match("birth-2015", 200)]
    assert first(old_stock, "birth-2015") == "birth-2006"
    assert sureness(ranked_forms(old_stock, "birth-2015"), "birth-2015") > 0.99


@pytest.mark.parametrize(("lead", "sure"), [(0, 0.5), (4, 0.62), (40, 0.99)])
def test_sureness_grows_with_the_lead(lead: float, sure: float) -> None:
    assert sureness([match("birth-2006", 300 + lead), match("birth-2015", 300)]) == pytest.approx(sure, abs=0.02)


def test_two_templates_that_both_match_are_not_sure() -> None:
    twins = [match("birth-2006", 400), match("birth-2006", 400)]
    assert sureness(twins) == pytest.approx(0.5)
    assert sureness(twins[:1]) == 1.0
    assert sureness([]) == 0.0


def test_many_missing_labels_weigh_against_a_form_however_many_it_has() -> None:
    assert first([match("birth-2015", 300, 800), match("birth-2006", 290, 300)]) == "birth-2006"
