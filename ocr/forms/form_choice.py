"""Which of several forms that fit a page it is: the printed labels decide, the book's own form where they are close."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layouts.forms import FormTemplate, Grade, PageLayout
from ocr.forms.geometry import fit_labels
from ocr.forms.match_form import FormMatch
from vietnamese.letters import letters_only

__all__ = ["FEWEST_LETTERS", "enough_letters", "fits", "labels_seen", "ranked_forms", "sureness"]

FEWEST_LETTERS = 60
"""Printed letters of a form that must be found before a page is taken for it: fewer stand on covers and on pages of
every form. Shipped forms give twice as many even where they are hardly recognised."""
_LOWEST_RECALL = 0.4
"""Less of a form's printed letters found, and the page is no such form."""
_STEP = 0.03
"""Share of a form's letters that makes one form e times as likely as another: a misread label or two."""
_BOOK_ODDS = 9.0
"""A page of a book is nine times as likely the form of its sure pages as another: left-over stock is used to its end,
then the book goes on with the new form."""
_OFFICE_ODDS = 1.5
"""An office draws a form because its books have it; this settles between forms with the same labels in one place."""
_MISFIT_MM, _MOST_MISFIT = 1.0, 2.0
"""Labels that lie so far from where a form has them make it e times less likely; never more than e squared, as
printers set one form with different spaces."""
_FEWEST_HEIGHTS = 6
"""Labels with a known height from which their places tell forms apart, at least. No measurement is on record."""
_NO_CANDIDATE = 50.0
"""Nats against a form that is none of the candidates: it comes last, and its odds are nought."""


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


def fits(match: FormMatch, *, named: bool = False) -> bool:
    """Whether enough of a form is on the page to take it for that form.

    Args:
        match: the form fitted to the page.
        named: a person said that the page is this form; it may then have few labels.
    """
    return match.recall >= _LOWEST_RECALL and (named or enough_letters(match.found))


def enough_letters(letters: float) -> bool:
    """Whether labels of so many letters can tell a form from other pages."""
    return letters >= FEWEST_LETTERS


def labels_seen(match: FormMatch) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The printed labels of a form that were found on the page, and those that were not, each named once."""
    found: dict[str, bool] = {}
    for number, item in enumerate(match.template.items):
        for piece, text in enumerate(item.label):
            if letters_only(text):
                found[text] = found.get(text, False) or (0, number, piece) in match.labels
    return tuple(t for t, seen in found.items() if seen), tuple(t for t, seen in found.items() if not seen)


def _log_odds(matches: Sequence[FormMatch], book_form: str | None) -> np.ndarray:
    """Evidence as logarithms of odds; letters are counted alike for every form, by the largest of them."""
    letters = max((match.total for match in matches), default=1.0)
    evidence = np.array([match.evidence for match in matches]) / (_STEP * max(letters, 1.0))
    prior = np.array([_prior(match.template, book_form) for match in matches])
    against = np.array([_misfit(match) + _NO_CANDIDATE * (not _is_candidate(match)) for match in matches])
    return np.asarray(evidence + prior - against, np.float64)


def _prior(template: FormTemplate, book_form: str | None) -> float:
    odds = (_BOOK_ODDS if template.form == book_form else 1.0) * (_OFFICE_ODDS if _is_own(template) else 1.0)
    return float(np.log(odds))


def _is_own(template: FormTemplate) -> bool:
    return template.grade is Grade.OFFICE


def _is_candidate(match: FormMatch) -> bool:
    """Rules tell a table from other pages, however few letters stand in its head."""
    return match.template.layout is PageLayout.SPREAD_ROWS or enough_letters(match.found)


def _misfit(match: FormMatch) -> float:
    """How far the labels lie from where the form has them, as what it takes away from the odds' logarithm."""
    fit = fit_labels(match) if match.template.layout is not PageLayout.SPREAD_ROWS else None
    if fit is None or len(fit.y_mm) < _FEWEST_HEIGHTS:
        return 0.0
    off = np.array(fit.y_px) / fit.y_scale - np.array(fit.y_mm)
    return min(float(np.median(np.abs(off - np.median(off)))) / _MISFIT_MM, _MOST_MISFIT)
