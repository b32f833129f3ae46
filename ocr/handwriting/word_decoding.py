"""Kinds made of words: doubtful or unlisted words are weighed one by one, then phrases and places as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet, rank
from ocr.handwriting.ctc import Lattice, beam_search, join_characters, spell, text_log_probabilities
from ocr.handwriting.dates_in_words import date_gain, with_dates
from ocr.handwriting.phrases import PHRASE_KINDS, phrase_gain, with_phrases
from ocr.handwriting.place_priors import improve_places
from ocr.handwriting.types import CharacterReading
from ocr.handwriting.word_priors import TITLE_FORMS, WORD, WordPrior, text_prior, word_prior
from vietnamese.letters import in_capitals_of
from vietnamese.units import BookPlace

__all__ = ["decode_words", "summed_prior", "weighted_prior"]

_LISTED = -9.5
"""Log-prior that only listed words reach: the rarest of them has more, a syllable of no list less. Not measured anew
since the lists grew."""
_NO_PART_OF_NAMES = " .,;:"
_SHORTEST_PART = 2
"""Letters; shorter words hardly stand in names beside another without a blank."""
_SURE = 0.985
"""A listed word all of whose letters are at least so sure is not looked up."""
_BEAM = 8
"""Spellings of one word followed side by side."""
_TINY = 1e-9
"""Keeps a word without share from a division by nothing."""


def summed_prior(text: str, prior: WordPrior) -> float:
    """Log-prior of all words of a text, each at its place."""
    words = WORD.findall(text)
    return sum(prior.log_probability(word, i, len(words)) for i, word in enumerate(words))


def weighted_prior(prior: WordPrior, text: str) -> float:
    """The prior of a text's words as it counts beside the strokes."""
    return prior.weight * summed_prior(text, prior)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or the signs between two words, with the frames it may use."""

    text: str
    is_word: bool
    first: int
    last: int
    weakest: float


def _pieces(characters: Sequence[CharacterReading], frames: int, kind: FieldKind | None) -> list[_Piece]:
    """Split the verbatim reading into words and what stands between them.

    A name has no stops in it, and a word of it begins where a capital follows small letters (`BùiAnh`): the pen's blank
    is often too narrow to be seen.
    """
    raw = "".join(character.char for character in characters)
    cuts: list[tuple[int, int, bool]] = []
    end = 0
    for match in WORD.finditer(raw):
        if match.start() > end:
            cuts.append((end, match.start(), False))
        inner = [match.start() + at for at in _run_together(match.group())] if kind is FieldKind.NAME else []
        for start, stop in pairwise([match.start(), *inner, match.end()]):
            if start in inner:
                cuts.append((start, start, False))
            cuts.append((start, stop, True))
        end = match.end()
    if end < len(raw):
        cuts.append((end, len(raw), False))
    pieces = []
    for start, stop, is_word in cuts:
        first = round(characters[start - 1].right * frames) if start else 0
        last = round(characters[stop].left * frames) if stop < len(raw) else frames
        weakest = min((character.probability for character in characters[start:stop]), default=1.0)
        text = raw[start:stop]
        if kind is FieldKind.NAME and not text.strip(_NO_PART_OF_NAMES):
            text = " "
        pieces.append(_Piece(text, is_word, first, last, weakest))
    return pieces


def _run_together(word: str) -> list[int]:
    """Where the second of two words of a name begins that are read as one."""
    places = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    return [at for at in places if word[:at].istitle() and word[at:].istitle()]


def _like(model: str, word: str) -> str:
    """A word from a list in the capitals of the word it may stand for; short forms of titles in capitals."""
    return word.upper() if word in TITLE_FORMS else in_capitals_of(model, word)


def _word_candidates(
    lattice: Lattice, alphabet: Alphabet, piece: _Piece, prior: WordPrior, position: int, length: int
) -> list[tuple[str, float]]:
    """Readings of one word with their shares, strokes and prior together."""
    part = lattice[piece.first : piece.last]
    texts = {piece.text}
    texts.update(alphabet.text(numbers) for numbers, _ in beam_search(part, width=_BEAM))
    texts.update(_like(piece.text, word) for word in prior.similar(piece.text))
    spelt = {text: spell(text, alphabet.index) for text in texts if WORD.fullmatch(text) and len(text) < len(part)}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers]
    if not known:
        return [(piece.text, piece.weakest)]
    strokes = text_log_probabilities(part, [numbers for _, numbers in known])
    scores = {
        text: float(stroke) + prior.weight * prior.log_probability(text, position, length)
        for (text, _), stroke in zip(known, strokes, strict=True)
    }
    return rank(scores)


def decode_words(
    lattice: Lattice,
    alphabet: Alphabet,
    characters: Sequence[CharacterReading],
    kind: FieldKind | None,
    book: BookPlace,
) -> list[tuple[str, float]]:
    """Kinds made of words: doubtful or unlisted words are weighed one by one."""
    prior = word_prior(kind) or text_prior()
    pieces = _pieces(characters, len(lattice), kind)
    words = [number for number, piece in enumerate(pieces) if piece.is_word]
    options: list[list[tuple[str, float]]] = []
    for number, piece in enumerate(pieces):
        options.append([(piece.text, piece.weakest)])
        if not piece.is_word or piece.last - piece.first < 2:
            continue
        position = words.index(number)
        if piece.weakest > _SURE and prior.log_probability(piece.text, position, len(words)) > _LISTED:
            continue
        options[-1] = _word_candidates(lattice, alphabet, piece, prior, position, len(words))
    ranked = _combine(options)
    if kind in PHRASE_KINDS:
        gain = partial(phrase_gain, kind=kind)
        return _with_proposed(ranked, with_phrases(ranked[0][0], kind), lattice, alphabet, prior, gain)
    if kind is FieldKind.DATE_WORDS:
        return _with_proposed(ranked, with_dates(ranked[0][0]), lattice, alphabet, prior, date_gain)
    if kind is FieldKind.PLACE:
        weigh = partial(weighted_prior, prior)
        return improve_places(join_characters(characters), ranked, lattice, alphabet.index, weigh, book)
    return ranked


def _with_proposed(
    ranked: list[tuple[str, float]],
    proposed: Sequence[str],
    lattice: Lattice,
    alphabet: Alphabet,
    prior: WordPrior,
    gain: Callable[[str], float],
) -> list[tuple[str, float]]:
    """Readings of a line as a whole against what its kind proposes: usual phrases, titles, dates."""
    texts = dict.fromkeys((*proposed, *(text for text, _ in ranked[:4])))
    spelt = [(text, spell(text, alphabet.index)) for text in texts]
    known = [(text, numbers) for text, numbers in spelt if numbers and len(numbers) < len(lattice)]
    if not proposed or not known:
        return ranked
    strokes = text_log_probabilities(lattice, [numbers for _, numbers in known])
    return rank(
        {text: float(s) + gain(text) + weighted_prior(prior, text) for (text, _), s in zip(known, strokes, strict=True)}
    )


def _combine(options: list[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    """The best word everywhere, then the readings that differ from it in one word."""

    def joined(texts: Sequence[str]) -> str:
        return " ".join("".join(texts).split())

    best = [candidates[0][0] for candidates in options]
    share = math.prod(candidates[0][1] for candidates in options)
    others: dict[str, float] = {}
    for number, candidates in enumerate(options):
        for text, weight in candidates[1:4]:
            changed = joined([*best[:number], text, *best[number + 1 :]])
            others[changed] = share * weight / max(candidates[0][1], _TINY)
    top = joined(best)
    others.pop(top, None)
    return [(top, share), *sorted(others.items(), key=lambda item: -item[1])]
