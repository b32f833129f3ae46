"""From the network's lattice to the best reading that a field of its kind allows.

Strokes come first: every candidate is scored by the lattice itself, and the prior of its kind is added with
a small weight. So a list settles what the strokes leave open, and a legible rare name stays as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet
from ocr.handwriting.ctc import Lattice, greedy_characters, join_characters, text_log_probabilities
from ocr.handwriting.figure_decoding import decode_figures
from ocr.handwriting.list_decoding import LIST_KINDS, decode_list
from ocr.handwriting.patterns import FIGURE_KINDS, figures_by_look
from ocr.handwriting.types import Candidate, CharacterReading
from ocr.handwriting.word_decoding import decode_words, summed_prior
from ocr.handwriting.word_priors import WORD, WordPrior, word_prior
from vietnamese.named_units import units_named
from vietnamese.units import UNKNOWN_PLACE, BookPlace

__all__ = ["Decoding", "decode_line", "mean_prior"]

_KEPT = 10
"""Candidates of a line that are kept."""
_NAMES = (FieldKind.NAME, FieldKind.SIGNER)
_TOKEN = re.compile(r"[^\W_]+")
_FEWEST_LETTERS = 2
"""Letters of a word, and twice its figures at least, from which a figure in it is a misread letter: `P5` is no name."""
_NEVER = -60.0
"""Log-probability of what cannot stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """What was decoded, with the evidence that calibration weighs.

    Attributes:
        text: verbatim reading.
        characters: its letters.
        decoded: best reading that the kind allows.
        posterior: share of `decoded` among the candidates, before calibration.
        strokes: log-probability of `decoded` by the strokes alone, a letter.
        weakest: probability of the least sure letter of the verbatim reading.
        prior: log-prior of `decoded` a word (0 where the kind has none).
        alternatives: other candidates with their shares.
        candidates: what was weighed, the best first, with what the strokes alone give each.
        views: pictures of the line that were read together.
        agreement: share of the views that by themselves say `decoded`.
        units: administrative units, one inside the other, that an address names to the letter.
    """

    text: str
    characters: tuple[CharacterReading, ...]
    decoded: str
    posterior: float
    strokes: float
    weakest: float
    prior: float
    alternatives: tuple[tuple[str, float], ...]
    candidates: tuple[Candidate, ...] = ()
    views: int = 1
    agreement: float = 1.0
    units: int = 0

    @property
    def lead(self) -> float:
        """Nats by which the strokes alone prefer `decoded` to the best other candidate; infinite without any."""
        told = self.decoded.casefold()
        own = max((c.log_likelihood for c in self.candidates if c.text.casefold() == told), default=-math.inf)
        other = max((c.log_likelihood for c in self.candidates if c.text.casefold() != told), default=-math.inf)
        return own - other if math.isfinite(own) or math.isfinite(other) else 0.0


def decode_line(
    lattice: Lattice, alphabet: Alphabet, kind: FieldKind | None, book: BookPlace = UNKNOWN_PLACE
) -> Decoding:
    """Decode one line.

    Args:
        lattice: log-probabilities (frames, letters) without the frames of padding.
        alphabet: the letters.
        kind: kind of the field, or None for free text.
        book: where and when the book was kept, which addresses are weighed by.
    """
    characters = greedy_characters(lattice, alphabet.letters)
    if kind in _NAMES:
        lattice = _without_figures_in_words(lattice, alphabet, characters)
        characters = greedy_characters(lattice, alphabet.letters)
    text = join_characters(characters)
    if not text:
        blank = float(np.exp(lattice[:, 0].sum() / max(1, len(lattice))))
        return Decoding(
            text="", characters=(), decoded="", posterior=0.0, strokes=0.0, weakest=blank, prior=0.0, alternatives=()
        )
    if kind in (None, FieldKind.TEXT):
        kind = figures_by_look(text) or kind
    if kind in FIGURE_KINDS:
        ranked = decode_figures(lattice, alphabet, kind)
    elif kind in LIST_KINDS:
        ranked = decode_list(lattice, alphabet, kind, text)
    else:
        ranked = decode_words(lattice, alphabet, characters, kind, book)
    best = ranked[0][0]
    candidates = _with_strokes([text for text, _ in ranked[:_KEPT]], lattice, alphabet)
    prior = word_prior(kind)
    return Decoding(
        text=text,
        characters=characters,
        decoded=best,
        posterior=ranked[0][1],
        strokes=candidates[0].log_likelihood / max(1, len(best)),
        weakest=min(character.probability for character in characters),
        prior=mean_prior(best, prior) if prior else 0.0,
        alternatives=tuple(ranked[1:6]),
        candidates=candidates,
        units=units_named(best) if kind is FieldKind.PLACE else 0,
    )


def _without_figures_in_words(lattice: Lattice, alphabet: Alphabet, characters: Sequence[CharacterReading]) -> Lattice:
    """The lattice of a name in which no figure stands among the letters of a word (`H5ng`): the next likeliest does."""
    raw = "".join(character.char for character in characters)
    mixed = [m for m in _TOKEN.finditer(raw) if _is_mixed(m.group())]
    if not mixed:
        return lattice
    figures = [number for letter, number in alphabet.index.items() if letter.isdigit()]
    told = lattice.copy()
    for token in mixed:
        first = round(characters[token.start()].left * len(lattice))
        last = round(characters[token.end() - 1].right * len(lattice))
        told[first:last, figures] = _NEVER
    return told


def _is_mixed(token: str) -> bool:
    letters = sum(map(str.isalpha, token))
    return letters < len(token) and letters >= max(_FEWEST_LETTERS, 2 * (len(token) - letters))


def _with_strokes(texts: Sequence[str], lattice: Lattice, alphabet: Alphabet) -> tuple[Candidate, ...]:
    """Texts with what the strokes give them; a letter the network does not know is left out of its text."""
    spelt = [[alphabet.index[letter] for letter in text if letter in alphabet.index] for text in texts]
    strokes = text_log_probabilities(lattice, spelt)
    return tuple(Candidate(text=text, log_likelihood=float(s)) for text, s in zip(texts, strokes, strict=True))


def mean_prior(text: str, prior: WordPrior) -> float:
    """Log-prior of a text, a word."""
    return summed_prior(text, prior) / max(1, len(WORD.findall(text)))
