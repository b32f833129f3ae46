"""A line seen in several views: the candidates of every view, each scored by all views together.

No vote on strings: a text that no view puts first wins when all of them give it a good share, and a word that one view
reads well is put into the text that another reads well elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet, rank
from ocr.handwriting.ctc import Lattice, text_log_probabilities
from ocr.handwriting.dates_in_words import date_gain, with_dates
from ocr.handwriting.decoding import Decoding, decode_line, mean_prior
from ocr.handwriting.figure_decoding import figure_prior
from ocr.handwriting.list_decoding import LIST_KINDS, list_prior
from ocr.handwriting.name_shapes import name_in_one_shape
from ocr.handwriting.patterns import FIGURE_KINDS, figures_by_look
from ocr.handwriting.phrases import PHRASE_KINDS, phrase_gain, with_phrases
from ocr.handwriting.place_priors import place_gains
from ocr.handwriting.place_stops import in_usual_stops
from ocr.handwriting.signing import best_of_each_title, title_gain, with_titles
from ocr.handwriting.types import Candidate
from ocr.handwriting.word_decoding import weighted_prior
from ocr.handwriting.word_priors import text_prior, word_prior
from vietnamese.named_units import units_named
from vietnamese.units import UNKNOWN_PLACE, BookPlace

__all__ = ["decode_views"]

_TRUST = 0.7
"""Weight of the views' mean against language: they see the same ink, so two are worth more than one, not twice one."""
_AGAINST_A_TEXT, _AGAINST_A_LETTER = 6.0, 0.8
"""Nats that one view can say against a text: a view in which a stroke was lost must not outvote all others."""
_FIRST_VIEW = 4.0
"""Weight of the usual view beside one of the others: it is laid as in training, and shows the line's own strokes and no
dots. Of 107 lines composed of real hands it alone gets 79, as scanned alone 63; all 78 at weight 2 and trust 1,
82 at weight 4 and trust 0.7."""
_MOST_TEXTS = 28
"""Candidates that all views score."""
_ROUNDS = 2
"""Times that words of good candidates are put together anew."""
_GOOD = 5
"""Candidates whose words are put into the best one."""
_TOLD = 3
"""Of them, those whose words may be an address told otherwise."""
_KEPT = 10
"""Candidates handed on with a line; a field keeps as many (`_MOST_CANDIDATES` of `ocr/reading/compose.py`)."""
_FAR = 6.0
"""Nats by which the strokes may prefer what was read to the same line with a title put in: of 150 hard signers' lines
93 titles and 41 names are right so; 94 and 40 at 9 and at 12."""


def decode_views(
    lattices: Sequence[Lattice],
    alphabet: Alphabet,
    kind: FieldKind | None,
    book: BookPlace = UNKNOWN_PLACE,
    alone: Sequence[Decoding] = (),
) -> Decoding:
    """Decode one line from what the network saw in several pictures of it.

    Args:
        lattices: log-probabilities (frames, letters) of each view, the usual one first.
        alphabet: the letters.
        kind: value of `FieldKind`, or None for free text.
        book: where and when the book was kept.
        alone: what `decode_line` makes of each of them, where that is known by now.

    Returns:
        What `decode_line` makes of a single view; of more, a reading that all of them bear out best. In either case
        titles are put into a signer's line.
    """
    alone = alone or [decode_line(lattice, alphabet, kind, book) for lattice in lattices]
    told = [number for number, decoding in enumerate(alone) if decoding.text]
    if not told or (len(told) == 1 and kind is not FieldKind.SIGNER):
        decoding = alone[told[0] if told else 0]
    else:
        views = _Views([lattices[number] for number in told], alphabet, kind, book)
        decoding = views.decode([alone[number] for number in told])
        # where no title changed a single view's reading, it is as sure as it was
        if len(told) == 1 and decoding.decoded == alone[told[0]].decoded:
            decoding = replace(alone[told[0]], candidates=decoding.candidates)
    if kind is FieldKind.PLACE:
        return in_usual_stops(decoding)
    return _in_one_shape(decoding) if kind is FieldKind.NAME else decoding


def _in_one_shape(decoding: Decoding) -> Decoding:
    """A name's reading in capitals throughout or not at all; what the strokes give it stays."""
    best = name_in_one_shape(decoding.decoded)
    if best == decoding.decoded:
        return decoding
    shares: dict[str, float] = {}
    for text, share in decoding.alternatives:
        shaped = name_in_one_shape(text)
        shares[shaped] = shares.get(shaped, 0.0) + share
    own = shares.pop(best, 0.0)
    return replace(
        decoding,
        decoded=best,
        posterior=min(decoding.posterior + own, 1.0),
        alternatives=tuple(shares.items()),
        candidates=tuple(replace(c, text=best) if c.text == decoding.decoded else c for c in decoding.candidates),
    )


class _Views:
    """The views of one line in which something is written."""

    def __init__(
        self, lattices: Sequence[Lattice], alphabet: Alphabet, kind: FieldKind | None, book: BookPlace
    ) -> None:
        self.lattices, self.alphabet, self.book = lattices, alphabet, book
        self.kind: FieldKind | None = kind
        self.strokes: dict[str, NDArray[np.float64]] = {}
        """By text what each view gives it."""
        self.gains: dict[str, float] = {}
        """Of addresses: for units and streets that belong together."""
        self.aside: dict[str, NDArray[np.float64]] = {}
        """Signers' lines with other titles, which are no readings and tell how sure the title is."""

    def decode(self, alone: Sequence[Decoding]) -> Decoding:
        self.kind = _settled_kind(self.kind, [decoding.text for decoding in alone])
        pool = dict.fromkeys(t for d in alone for t in (d.decoded, d.text))
        pool |= dict.fromkeys(text for rows in zip(*(_padded(d) for d in alone), strict=True) for text in rows if text)
        if self.kind is FieldKind.PLACE:
            self.gains = place_gains((t for d in alone for t in (d.text, d.decoded)), self.book)
            pool |= dict.fromkeys(sorted(self.gains, key=lambda text: -self.gains[text])[:_MOST_TEXTS])
        self._ask(list(pool)[: 2 * _MOST_TEXTS])
        best = ""
        for _ in range(_ROUNDS):
            good = [text for text, _ in self._ranked()[:_GOOD]]
            if good[0] == best:
                break
            best = good[0]
            self._ask([text for text in self._proposed(good) if text not in self.strokes][:_MOST_TEXTS])
        if self.kind is FieldKind.SIGNER:
            self._ask_titles(self._ranked()[0][0])
        return self._decoding(self._ranked(), alone)

    def _ranked(self) -> list[tuple[str, float]]:
        texts = list(self.strokes)
        strokes = np.array([self.strokes[text] for text in texts])
        most = np.array([_AGAINST_A_TEXT + _AGAINST_A_LETTER * len(text) for text in texts])
        against = np.maximum(strokes - strokes.max(axis=0), -most[:, np.newaxis])
        against = np.average(against, axis=1, weights=[_FIRST_VIEW, *[1.0] * (len(self.lattices) - 1)])
        return rank({text: _TRUST * float(a) + self._prior(text) for text, a in zip(texts, against, strict=True)})

    def _proposed(self, good: Sequence[str]) -> Iterable[str]:
        """Texts that no view said: words of one put into another, units of addresses, usual phrases."""
        if self.kind in FIGURE_KINDS or self.kind in LIST_KINDS:
            return ()
        proposed = list(_recombined(good))
        if self.kind is FieldKind.PLACE:
            gains = place_gains(good[:_TOLD], self.book)
            self.gains |= gains
            proposed = sorted(gains, key=lambda text: -gains[text])[: _MOST_TEXTS // 2] + proposed
        elif self.kind in PHRASE_KINDS:
            proposed = with_phrases(good[0], self.kind) + proposed
        elif self.kind is FieldKind.DATE_WORDS:
            proposed = with_dates(good[0]) + proposed
        return dict.fromkeys(proposed)

    def _ask(self, texts: Sequence[str]) -> None:
        """Let every view score texts that were not scored before."""
        spelt = [(text, numbers) for text in texts for numbers in self._spellings(text)]
        for lattice in self.lattices:
            found: dict[str, float] = {}
            strokes = text_log_probabilities(lattice, [numbers for _, numbers in spelt])
            for (text, _), stroke in zip(spelt, strokes, strict=True):
                found[text] = max(float(stroke), found.get(text, -np.inf))
            for text, likely in found.items():
                self.strokes[text] = np.append(self.strokes.get(text, np.zeros(0)), likely)

    def _ask_titles(self, text: str) -> None:
        """Let the views score a signer's line with each title; those that the strokes hardly bear out stand aside."""
        titled = [proposed for proposed in with_titles(text) if proposed not in self.strokes]
        self._ask(titled)
        least = float(self.strokes[text].mean()) - _FAR
        for proposed in titled:
            if proposed in self.strokes and float(self.strokes[proposed].mean()) < least:
                self.aside[proposed] = self.strokes.pop(proposed)

    def _spellings(self, text: str) -> list[list[int]]:
        """Letter numbers; with and without the pen's blank after a comma, which is often too narrow to be seen."""
        shown = {text, text.replace(", ", ",")} if self.kind is FieldKind.PLACE else {text}
        spelt = [[self.alphabet.index.get(letter, 0) for letter in spelling] for spelling in shown]
        return [numbers for numbers in spelt if numbers and 0 not in numbers]

    def _prior(self, text: str) -> float:
        if self.kind in FIGURE_KINDS:
            return figure_prior(text, self.kind)
        if self.kind in LIST_KINDS:
            return list_prior(text, self.kind)
        prior = word_prior(self.kind) or text_prior()
        gain = phrase_gain(text, self.kind) if self.kind in PHRASE_KINDS else self.gains.get(text, 0.0)
        gain += title_gain(text) if self.kind is FieldKind.SIGNER else 0.0
        gain += date_gain(text) if self.kind is FieldKind.DATE_WORDS else 0.0
        return weighted_prior(prior, text) + gain

    def _decoding(self, ranked: list[tuple[str, float]], alone: Sequence[Decoding]) -> Decoding:
        best, share = ranked[0]
        said = [decoding for decoding in alone if decoding.decoded.casefold() == best.casefold()]
        verbatim = max(alone, key=lambda d: float(self.strokes[d.text].mean()) if d.text in self.strokes else -np.inf)
        prior = word_prior(self.kind)
        return replace(
            verbatim,
            decoded=best,
            posterior=share,
            strokes=float(self.strokes[best].mean()) / max(1, len(best)),
            weakest=max((d.weakest for d in said), default=min(d.weakest for d in alone)),
            prior=mean_prior(best, prior) if prior else 0.0,
            alternatives=tuple(ranked[1:6]),
            candidates=self._candidates([text for text, _ in ranked[:_KEPT]]),
            units=units_named(best) if self.kind is FieldKind.PLACE else 0,
            views=len(alone),
            agreement=len(said) / len(alone),
        )

    def _candidates(self, texts: Sequence[str]) -> tuple[Candidate, ...]:
        """Texts with what the strokes give them; behind those of a signer's line the best one of each other title."""
        told = {text: float(self.strokes[text].mean()) for text in texts}
        if self.kind is FieldKind.SIGNER:
            asked = {text: float(given.mean()) for text, given in (self.strokes | self.aside).items()}
            told |= {text: asked[text] for text in best_of_each_title(asked, texts)}
        return tuple(Candidate(text=text, log_likelihood=likely) for text, likely in told.items())


def _settled_kind(kind: FieldKind | None, texts: Sequence[str]) -> FieldKind | None:
    """The kind of figures that most views look like, where the field's kind leaves it open."""
    if kind in (None, FieldKind.TEXT):
        looks: list[FieldKind | None] = [figures_by_look(text) for text in texts]
        common = max(set(looks), key=looks.count)
        return common if common and 2 * looks.count(common) > len(looks) else kind
    if kind is FieldKind.DATE and 2 * sum(any(sign in "hg'" for sign in text) for text in texts) > len(texts):
        return FieldKind.TIME_OF_DEATH  # the column of a death's date holds the hour too
    return kind


def _padded(decoding: Decoding) -> list[str]:
    texts = [candidate.text for candidate in decoding.candidates]
    return texts + [""] * (_KEPT - len(texts))


def _recombined(good: Sequence[str]) -> Iterable[str]:
    """The best text with words of the next ones where they differ."""
    base = good[0].split(" ")
    for other in good[1:]:
        words = other.split(" ")
        for how, first, last, begin, end in SequenceMatcher(None, base, words, autojunk=False).get_opcodes():
            if how == "equal":
                continue
            yield " ".join([*base[:first], *words[begin:end], *base[last:]])
            if last - first == end - begin > 1:  # word by word as well
                for step in range(last - first):
                    yield " ".join([*base[: first + step], words[begin + step], *base[first + step + 1 :]])
