"""Which of several forms that fit a page it is: the printed labels decide, the book's own form where they are close."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.find_form import FormMatch

__all__ = ["ranked_forms", "sureness"]

_STEP = 0.03
"""Share of a form's letters that makes one form e times as likely as another: a misread label or two."""
_BOOK_ODDS = 9.0
"""A page of a book is nine times as likely the form of its sure pages as another: left-over stock is used to its end,
then the book goes on with the new form."""


def ranked_forms(matches: Sequence[FormMatch], book_form: str | None = None) -> list[FormMatch]:
    """Forms by how likely the page is each of them, the best first.

    Args:
        matches: forms fitted to the page.
        book_form: form of the book's sure pages. It outweighs a lead of 7 % of the letters, never a clear one.
    """
    scores = _log_odds(matches, book_form)
    return [matches[i] for i in np.argsort(-scores, kind="stable")]


def sureness(matches: Sequence[FormMatch], book_form: str | None = None) -> float:
    """How sure it is that the page is the first of the forms and none of the others, 0..1."""
    if not matches:
        return 0.0
    scores = _log_odds(matches, book_form)
    return float(1 / np.exp(scores - scores[0]).sum())


def _log_odds(matches: Sequence[FormMatch], book_form: str | None) -> np.ndarray:
    """Evidence as logarithms of odds; letters are counted alike for every form, by the largest of them."""
    letters = max((match.total for match in matches), default=1.0)
    evidence = np.array([match.evidence for match in matches]) / (_STEP * max(letters, 1.0))
    book = np.array([match.template.form == book_form for match in matches])
    return np.asarray(evidence + book * np.log(_BOOK_ODDS), np.float64)
