"""Figures and dates: readings of the usual form, and possible dates, before others."""

from __future__ import annotations

import math
import re

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet, free_candidates, rank
from ocr.handwriting.ctc import Lattice, beam_search, greedy_characters, spell, text_log_probabilities
from ocr.handwriting.patterns import (
    FIGURE_KINDS,
    STRANGE_SIGN,
    FigureKind,
    date_plausibility,
    time_plausibility,
    volume_plausibility,
    year_plausibility,
)

__all__ = ["decode_figures", "figure_prior"]

_IMPOSSIBLE = -1e20
"""Below every log-probability: the beam search scores with its like what cannot be."""
_MINUTE_SIGN = 1.5
"""Nats in favour of an hour with the sign of its minutes, which cleaning may take for a speck. By judgement."""
_FREE = 6
"""Readings of any form that are weighed too."""
_BEAM, _DEPTH = 16, 10.0
"""Beginnings followed side by side, and nats by which one may be behind. By judgement, not measured."""


def decode_figures(lattice: Lattice, alphabet: Alphabet, kind: FieldKind) -> list[tuple[str, float]]:
    """Figures: readings of the usual form and a possible date before others."""
    characters = greedy_characters(lattice, alphabet.letters)
    if kind is FieldKind.DATE and any(character.char in "hg'" for character in characters):
        kind = FieldKind.TIME_OF_DEATH  # the column of a death's date holds the hour too
    rule = FIGURE_KINDS[kind]
    scores = free_candidates(lattice, alphabet, _FREE)

    def may_begin(numbers: tuple[int, ...]) -> bool:
        return rule.beginning is None or rule.beginning.fullmatch(alphabet.text(numbers)) is not None

    mask = alphabet.mask(rule.signs)
    for numbers, score in beam_search(lattice, allowed=mask, width=_BEAM, depth=_DEPTH, accepts=may_begin):
        text = alphabet.text(numbers)
        if text and score > _IMPOSSIBLE:
            scores[text] = max(score, scores.get(text, -math.inf))
    if kind is FieldKind.TIME_OF_DEATH:
        scores |= _with_minute_sign(scores, lattice, alphabet)
    scores = {text: score + figure_prior(text, kind) for text, score in scores.items()}
    return rank(scores) if scores else [("", 0.0)]


def figure_prior(text: str, kind: FieldKind) -> float:
    """Log-prior of a text of figures: its form, and whether such a date, hour or volume can be."""
    rule = FIGURE_KINDS[kind]
    if rule.form.fullmatch(text) is None:
        return -_cost_of_form(text, rule)
    if kind is FieldKind.DATE:
        return date_plausibility(text)
    if kind is FieldKind.TIME_OF_DEATH:
        return time_plausibility(text) + (_MINUTE_SIGN if "'" in text else 0.0)
    if kind is FieldKind.YEAR:
        return year_plausibility(text)
    return volume_plausibility(text) if kind is FieldKind.VOLUME else 0.0


def _cost_of_form(text: str, rule: FigureKind) -> float:
    """Nats against a text that has not the usual form of its kind; words alone ("Không rõ") cost least."""
    if not any(sign.isdigit() for sign in text):
        return rule.foreign
    if any(sign not in rule.signs for sign in text):
        return max(rule.foreign, STRANGE_SIGN)
    return rule.foreign if rule.misshapen is None else rule.misshapen


def _with_minute_sign(scores: dict[str, float], lattice: Lattice, alphabet: Alphabet) -> dict[str, float]:
    """Hours with the minute sign that cleaning may have taken for a speck ("7h14 ngày" to "7h14' ngày")."""
    likely = sorted(scores, key=lambda text: -scores[text])[:4]
    marked = [re.sub(r"^(\d{1,2}[hg]\d{2})(?=[ ,]|$)", r"\1'", text) for text in likely]
    spelt = {text: spell(text, alphabet.index) for text in marked if text not in scores}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers]
    found = text_log_probabilities(lattice, [numbers for _, numbers in known])
    return {text: float(score) for (text, _), score in zip(known, found, strict=True)}
