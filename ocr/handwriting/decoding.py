"""From the network's lattice to the best reading that a field of its kind allows.

Strokes come first: every candidate is scored by the lattice itself, and the prior of its kind is added with
a small weight. So a list settles what the strokes leave open, and a legible rare name stays as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

import ocr.lexicons as lexicons
from ocr.handwriting.ctc import (
    Lattice,
    beam_search,
    greedy_characters,
    join_characters,
    spell,
    text_log_probabilities,
)
from ocr.handwriting.patterns import (
    FIGURE_KINDS,
    MISSHAPEN,
    STRANGE_SIGN,
    FigureKind,
    date_plausibility,
    figures_by_look,
    time_plausibility,
    volume_plausibility,
)
from ocr.handwriting.place_priors import improve_places
from ocr.handwriting.types import UNKNOWN_PLACE, BookPlace, CharacterReading
from ocr.handwriting.word_priors import WORD, WordPrior, word_prior

__all__ = ["Alphabet", "Decoding", "decode_line"]

LIST_KINDS = ("sex", "ethnic_group", "nationality", "relation")
_OFF_LIST = -5.0
"""Log-prior of a reading that is in no list, for kinds that have one."""
_WORD_WEIGHT = 0.4
"""Weight of the word prior against the strokes: tuned on invented names, common and rare."""
_CLOSED_WEIGHT = 1.0
"""The same for dates in words, whose few words are all known."""
_NEAR_PHRASE = 0.3
"""Share of letters in which free text may differ from a usual phrase to be weighed against it."""
_PHRASE_GAIN = 5.0
"""Nats in favour of a usual phrase."""
_SURE = 0.985
"""A listed word all of whose letters are at least so sure is not looked up."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of the network's head, the blank first."""

    letters: tuple[str, ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {letter: number for number, letter in enumerate(self.letters)})

    def mask(self, signs: str) -> NDArray[np.bool_]:
        """Letters that may occur, as a row of truths."""
        allowed = np.zeros(len(self.letters), bool)
        allowed[[self.index[sign] for sign in signs if sign in self.index]] = True
        return allowed

    def text(self, numbers: Sequence[int]) -> str:
        """Letter numbers to text, blanks at the ends and doubled blanks taken away."""
        return " ".join("".join(self.letters[number] for number in numbers).split())


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
    """

    text: str
    characters: tuple[CharacterReading, ...]
    decoded: str
    posterior: float
    strokes: float
    weakest: float
    prior: float
    alternatives: tuple[tuple[str, float], ...]


def decode_line(lattice: Lattice, alphabet: Alphabet, kind: str | None, book: BookPlace = UNKNOWN_PLACE) -> Decoding:
    """Decode one line.

    Args:
        lattice: log-probabilities (frames, letters) without the frames of padding.
        alphabet: the letters.
        kind: value of `FieldKind`, or None for free text.
        book: where and when the book was kept, which addresses are weighed by.
    """
    characters = greedy_characters(lattice, alphabet.letters)
    text = join_characters(characters)
    if not text:
        blank = float(np.exp(lattice[:, 0].sum() / max(1, len(lattice))))
        return Decoding(
            text="", characters=(), decoded="", posterior=0.0, strokes=0.0, weakest=blank, prior=0.0, alternatives=()
        )
    if kind in (None, "text"):
        kind = figures_by_look(text) or kind
    if kind in FIGURE_KINDS:
        ranked = _decode_figures(lattice, alphabet, kind)
    elif kind in LIST_KINDS:
        ranked = _decode_list(lattice, alphabet, kind, text)
    else:
        ranked = _decode_words(lattice, alphabet, characters, kind, book)
    best = ranked[0][0]
    spelt = spell(best, alphabet.index) or []
    strokes = float(text_log_probabilities(lattice, [spelt])[0]) / max(1, len(best))
    prior = word_prior(kind)
    return Decoding(
        text=text,
        characters=characters,
        decoded=best,
        posterior=ranked[0][1],
        strokes=strokes,
        weakest=min(character.probability for character in characters),
        prior=_mean_prior(best, prior) if prior else 0.0,
        alternatives=tuple(ranked[1:6]),
    )


def _mean_prior(text: str, prior: WordPrior) -> float:
    return _summed_prior(text, prior) / max(1, len(WORD.findall(text)))


def _summed_prior(text: str, prior: WordPrior) -> float:
    words = WORD.findall(text)
    return sum(prior.log_probability(word, i, len(words)) for i, word in enumerate(words))


def _rank(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Candidates with their shares, the best first."""
    peak = max(scores.values())
    weights = {text: math.exp(score - peak) for text, score in scores.items()}
    total = sum(weights.values())
    return sorted(((text, weight / total) for text, weight in weights.items()), key=lambda item: -item[1])


def _free_candidates(lattice: Lattice, alphabet: Alphabet, width: int = 10) -> dict[str, float]:
    """Texts of an unrestricted search with their log-probabilities."""
    found: dict[str, float] = {}
    for numbers, score in beam_search(lattice, width=width):
        text = alphabet.text(numbers)
        if text:
            found[text] = max(score, found.get(text, -math.inf))
    return found


def _decode_figures(lattice: Lattice, alphabet: Alphabet, kind: str) -> list[tuple[str, float]]:
    """Figures: readings of the usual form and a possible date before others."""
    characters = greedy_characters(lattice, alphabet.letters)
    if kind == "date" and any(character.char in "hg'" for character in characters):
        kind = "time_of_death"  # the column of a death's date holds the hour too
    rule = FIGURE_KINDS[kind]
    scores = _free_candidates(lattice, alphabet, 6)

    def may_begin(numbers: tuple[int, ...]) -> bool:
        return rule.beginning is None or rule.beginning.fullmatch(alphabet.text(numbers)) is not None

    mask = alphabet.mask(rule.signs)
    for numbers, score in beam_search(lattice, allowed=mask, width=16, depth=10.0, accepts=may_begin):
        text = alphabet.text(numbers)
        if text and score > -1e20:
            scores[text] = max(score, scores.get(text, -math.inf))
    if kind == "time_of_death":
        scores |= _with_minute_sign(scores, lattice, alphabet)
    for text in scores:
        if rule.form.fullmatch(text) is None:
            scores[text] -= _cost_of_form(text, rule)
        elif kind == "date":
            scores[text] += date_plausibility(text)
        elif kind == "time_of_death":
            scores[text] += time_plausibility(text) + (1.5 if "'" in text else 0.0)
        elif kind == "volume":
            scores[text] += volume_plausibility(text)
    return _rank(scores) if scores else [("", 0.0)]


def _cost_of_form(text: str, rule: FigureKind) -> float:
    """Nats against a text that has not the usual form of its kind; words alone ("Không rõ") cost least."""
    if not any(sign.isdigit() for sign in text):
        return rule.foreign
    if any(sign not in rule.signs for sign in text):
        return max(rule.foreign, STRANGE_SIGN)
    return MISSHAPEN if rule.beginning else rule.foreign


def _with_minute_sign(scores: dict[str, float], lattice: Lattice, alphabet: Alphabet) -> dict[str, float]:
    """Hours with the minute sign that cleaning may have taken for a speck ("7h14 ngày" to "7h14' ngày")."""
    likely = sorted(scores, key=lambda text: -scores[text])[:4]
    marked = [re.sub(r"^(\d{1,2}[hg]\d{2})(?=[ ,]|$)", r"\1'", text) for text in likely]
    spelt = {text: spell(text, alphabet.index) for text in marked if text not in scores}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers]
    found = text_log_probabilities(lattice, [numbers for _, numbers in known])
    return {text: float(score) for (text, _), score in zip(known, found, strict=True)}


@lru_cache(maxsize=8)
def _listed(kind: str) -> tuple[tuple[str, float], ...]:
    """Texts of a list kind in every usual capitalisation with their log-priors."""
    if kind == "sex":
        weighted = {"Nam": 1.0, "Nữ": 1.0}
    elif kind == "ethnic_group":
        weighted = {spelling: 0.12 for group in lexicons.ethnic_groups().values() for spelling in group[1:]}
        weighted |= dict.fromkeys(lexicons.ethnic_groups(), 1.0) | {"Kinh": 30.0}
    elif kind == "nationality":
        weighted = dict.fromkeys(lexicons.nationalities(), 0.2) | {"Việt Nam": 40.0, "VN": 0.5, "V.N": 0.5}
    else:
        weighted = dict.fromkeys(lexicons.relations(), 1.0)
    total = sum(weighted.values())
    listed: dict[str, float] = {}
    for text, weight in weighted.items():
        forms = {text: 0.6, text.lower(): 0.3, text[0].upper() + text[1:].lower(): 0.25, text.upper(): 0.05}
        for form, share in forms.items():
            listed[form] = max(listed.get(form, -math.inf), math.log(weight / total * share))
    return tuple(listed.items())


def _decode_list(lattice: Lattice, alphabet: Alphabet, kind: str, text: str) -> list[tuple[str, float]]:
    """Kinds with a list: its items against what the strokes say alone."""
    scores = {
        free: score + _OFF_LIST - 1.2 * len(free) for free, score in _free_candidates(lattice, alphabet, 6).items()
    }
    items = [(item, prior, spell(item, alphabet.index)) for item, prior in _listed(kind)]
    near = [
        (item, prior, spelt)
        for item, prior, spelt in items
        if spelt and abs(len(item) - len(text)) <= 3 + len(text) // 3
    ]
    found = text_log_probabilities(lattice, [spelt for _, _, spelt in near])
    for (item, prior, _), score in zip(near, found, strict=True):
        total = float(score) + 0.6 * prior
        scores[item] = max(total, scores.get(item, -math.inf))
    return _rank(scores) if scores else [(text, 0.0)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or the signs between two words, with the frames it may use."""

    text: str
    is_word: bool
    first: int
    last: int
    weakest: float


def _pieces(characters: Sequence[CharacterReading], frames: int) -> list[_Piece]:
    """Split the verbatim reading into words and what stands between them."""
    raw = "".join(character.char for character in characters)
    cuts: list[tuple[int, int, bool]] = []
    end = 0
    for match in WORD.finditer(raw):
        if match.start() > end:
            cuts.append((end, match.start(), False))
        cuts.append((match.start(), match.end(), True))
        end = match.end()
    if end < len(raw):
        cuts.append((end, len(raw), False))
    pieces = []
    for start, stop, is_word in cuts:
        first = round(characters[start - 1].right * frames) if start else 0
        last = round(characters[stop].left * frames) if stop < len(raw) else frames
        weakest = min(character.probability for character in characters[start:stop])
        pieces.append(_Piece(raw[start:stop], is_word, first, last, weakest))
    return pieces


def _like(model: str, word: str) -> str:
    """A word from a list in the capitals of the word it may stand for."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if model[0].isupper() else word


def _word_candidates(
    lattice: Lattice, alphabet: Alphabet, piece: _Piece, prior: WordPrior, position: int, length: int
) -> list[tuple[str, float]]:
    """Readings of one word with their shares, strokes and prior together."""
    part = lattice[piece.first : piece.last]
    texts = {piece.text}
    texts.update(alphabet.text(numbers) for numbers, _ in beam_search(part, width=8))
    texts.update(_like(piece.text, word) for word in prior.similar(piece.text))
    spelt = {text: spell(text, alphabet.index) for text in texts if WORD.fullmatch(text) and len(text) < len(part)}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers]
    if not known:
        return [(piece.text, piece.weakest)]
    strokes = text_log_probabilities(part, [numbers for _, numbers in known])
    weight = _CLOSED_WEIGHT if prior.closed else _WORD_WEIGHT
    scores = {
        text: float(stroke) + weight * prior.log_probability(text, position, length)
        for (text, _), stroke in zip(known, strokes, strict=True)
    }
    return _rank(scores)


def _decode_words(
    lattice: Lattice, alphabet: Alphabet, characters: Sequence[CharacterReading], kind: str | None, book: BookPlace
) -> list[tuple[str, float]]:
    """Kinds made of words: doubtful or unlisted words are weighed one by one."""
    prior = word_prior(kind) or word_prior("text")
    assert prior is not None
    pieces = _pieces(characters, len(lattice))
    words = [number for number, piece in enumerate(pieces) if piece.is_word]
    options: list[list[tuple[str, float]]] = []
    for number, piece in enumerate(pieces):
        options.append([(piece.text, piece.weakest)])
        if not piece.is_word or piece.last - piece.first < 2:
            continue
        position = words.index(number)
        if piece.weakest > _SURE and prior.log_probability(piece.text, position, len(words)) > -9.5:
            continue
        options[-1] = _word_candidates(lattice, alphabet, piece, prior, position, len(words))
    ranked = _combine(options)
    if kind == "text":
        return _with_phrases(ranked, lattice, alphabet)
    if kind == "place":
        verbatim = join_characters(characters)
        weigh = lambda text: _WORD_WEIGHT * _summed_prior(text, prior)  # noqa: E731
        return improve_places(verbatim, ranked, lattice, alphabet.index, weigh, book)
    return ranked


def _with_phrases(ranked: list[tuple[str, float]], lattice: Lattice, alphabet: Alphabet) -> list[tuple[str, float]]:
    """Free text against the phrases that clerks write most (causes of death)."""
    read = ranked[0][0]
    near = [phrase for phrase in lexicons.death_causes()
            if Levenshtein.normalized_distance(phrase, read.lower()) <= _NEAR_PHRASE]  # fmt: skip
    phrases = [phrase[0].upper() + phrase[1:] if read[:1].isupper() else phrase for phrase in near]
    spelt = [
        (text, spell(text, alphabet.index)) for text in dict.fromkeys((*phrases, *(text for text, _ in ranked[:4])))
    ]
    known = [(text, numbers) for text, numbers in spelt if numbers and len(numbers) < len(lattice)]
    if not phrases or not known:
        return ranked
    strokes = text_log_probabilities(lattice, [numbers for _, numbers in known])
    return _rank(
        {
            text: float(s) + (_PHRASE_GAIN if text in phrases else 0.0)
            for (text, _), s in zip(known, strokes, strict=True)
        }
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
            others[changed] = share * weight / max(candidates[0][1], 1e-9)
    top = joined(best)
    others.pop(top, None)
    return [(top, share), *sorted(others.items(), key=lambda item: -item[1])]
