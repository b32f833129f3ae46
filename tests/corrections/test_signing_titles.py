"""A title is as sure as the strokes prefer it to other titles, however doubtful the name beside it is."""

from __future__ import annotations

import pytest

from corrections.signing_titles import title_confidence
from ocr.readings import Candidate, Engine, FieldReading


def _line(**nats: float) -> FieldReading:
    candidates = tuple(Candidate(text=f"{title} Lê Văn An", log_likelihood=told) for title, told in nats.items())
    return FieldReading(
        column="chucVuNguoiKy",
        text="PCT Lê Văn An",
        confidence=0.3,
        engine=Engine.HANDWRITING,
        candidates=candidates,
    )


def test_a_title_that_no_other_comes_near_is_sure_beside_a_doubtful_name() -> None:
    assert title_confidence(_line(PCT=-2.0, CT=-12.0), "Phó Chủ tịch", 0.3) > 0.95


def test_a_title_as_likely_as_another_stays_as_doubtful_as_its_line() -> None:
    assert title_confidence(_line(PCT=-2.0, CT=-2.1), "Phó Chủ tịch", 0.3) == 0.3


@pytest.mark.parametrize("title", ["", "Cán bộ tư pháp"])
def test_titles_that_were_not_asked_for_stay_as_they_are(title: str) -> None:
    assert title_confidence(_line(PCT=-2.0, CT=-12.0), title, 0.3) == 0.3


def test_where_no_other_title_was_asked_for_nothing_is_known() -> None:
    assert title_confidence(_line(PCT=-2.0), "Phó Chủ tịch", 0.3) == 0.3


def test_a_line_that_is_hardly_legible_makes_no_title_sure() -> None:
    assert title_confidence(_line(PCT=-2.0, CT=-30.0), "Phó Chủ tịch", 0.05) == 0.05
    assert title_confidence(_line(PCT=-2.0, CT=-30.0), "Phó Chủ tịch", 0.999) == 0.999
