"""Set phrases of free text, and signers' titles: a line follows them in parts, and each part is weighed against those
it comes near.

A phrase only proposes: the strokes decide, and a sentence that follows none of them stays as it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from vietnamese.letters import in_capitals_of, spaceless

__all__ = ["PHRASE_KINDS", "phrase_gain", "with_phrases"]

PHRASE_KINDS = (None, FieldKind.TEXT, FieldKind.SIGNER, FieldKind.TITLE)
"""Kinds of field that follow set phrases; None is free text too."""
_TITLED = (FieldKind.SIGNER, FieldKind.TITLE)
_NEAR = 0.45
"""Share of letters in which what was read may differ from a phrase to be weighed against it."""
_AGAINST = 3.0
"""Letters that a letter read otherwise weighs against, where several phrases come near."""
_WHOLE_GAIN = 10.0
"""Nats in favour of a text that is a usual cause of death and nothing else."""
_WORD_GAIN, _MOST_GAIN = 2.5, 18.0
"""Nats for each word of a set phrase in a text, and for all of them together. Measured with the two above on lines of
7 writers kept from training: of 150 usual texts 55 % are read right (35 % with near 0.34 and gains of 5, 1.2 and 9),
of 240 sentences one word away from a phrase as many as before. With near 0.5 two more in hands and two in fonts were
taken for the phrase, none of them read right before; with 0.45 that was not counted."""
_FEWEST_WORDS = 3
"""A phrase may begin on the line above or go on below; of it so many words stand on this line, at least."""
_LEFT_OUT = 1
"""Letters by which what was read may be longer than the cause of death it stands for: a word has two at least."""
_SHORTEST = 6
"""Letters of a phrase that is looked for inside a text: in shorter ones too much comes near."""
_MORE_WORDS = 1
"""Words by which a misread phrase may be longer or shorter: gaps are read into words and over them."""


def with_phrases(text: str, kind: FieldKind | None = FieldKind.TEXT) -> list[str]:
    """A reading with set phrases in the place of what comes near them: all at once first, then one by one.

    Args:
        text: what was read.
        kind: one of `PHRASE_KINDS`.
    """
    words = text.split(" ")
    found = _not_overlapping(sorted(_near(words, kind in _TITLED), key=lambda hit: -hit[0]))
    changed = [hit for hit in found if hit[3].casefold() != " ".join(words[hit[1] : hit[2]]).casefold()]
    single = [_put_in(words, [hit]) for hit in changed]
    proposed = [_put_in(words, changed), *single] if len(changed) > 1 else single
    near = (
        cause for cause in lexicons.death_causes() if _whole(cause, text) and _distance(cause, text.lower()) <= _NEAR
    )
    causes = [] if kind in _TITLED else [in_capitals_of(text, cause) for cause in near]
    return list(dict.fromkeys([*causes, *proposed]))


def phrase_gain(text: str, kind: FieldKind | None = FieldKind.TEXT) -> float:
    """Nats in favour of a text for the set phrases of its kind in it."""
    folded = text.lower()
    if folded in lexicons.death_causes() and kind not in _TITLED:
        return _WHOLE_GAIN
    words = [word.strip(" ,.;:") for word in folded.split(" ")]
    covered = 0
    place = 0
    while place < len(words):
        begun = _by_first_word(kind in _TITLED).get(words[place], ())
        longest = max((len(p) for p in begun if tuple(words[place : place + len(p)]) == p), default=0)
        covered += longest
        place += max(longest, 1)
    return min(_WORD_GAIN * covered, _MOST_GAIN)


_Hit = tuple[float, int, int, str]
"""How much of the text a phrase explains, first word, the word behind the last, the phrase."""


def _near(words: Sequence[str], titles: bool) -> Iterator[_Hit]:
    """Phrases that come near some words of a text; parts of them at its ends."""
    folded = [word.lower() for word in words]
    for phrase in _phrases(titles):
        pieces = [(phrase, range(len(words)))]
        if len(phrase) > _FEWEST_WORDS:
            pieces += [(phrase[:count], range(len(words) - count, len(words) - count + 1))
                       for count in range(_FEWEST_WORDS, len(phrase))]  # fmt: skip
            pieces += [(phrase[-count:], range(1)) for count in range(_FEWEST_WORDS, len(phrase))]
        for piece, starts in pieces:
            yield from _hits(folded, piece, starts)


def _hits(folded: Sequence[str], piece: Sequence[str], starts: range) -> Iterator[_Hit]:
    said = " ".join(piece)
    if len(said) < _SHORTEST:
        return
    for first in starts:
        for count in range(len(piece) - _MORE_WORDS, len(piece) + _MORE_WORDS + 1):
            behind = first + count
            if first < 0 or count < 1 or behind > len(folded):
                continue
            distance = _distance(said, " ".join(folded[first:behind]))
            if distance <= _NEAR:
                yield len(said) * (1.0 - _AGAINST * distance), first, behind, said


def _whole(cause: str, text: str) -> bool:
    """Whether a cause of death leaves no word of the text out (`bệnh` of `bệnh tim`)."""
    return len(spaceless(text)) - len(spaceless(cause)) <= _LEFT_OUT


def _distance(one: str, other: str) -> float:
    return float(Levenshtein.normalized_distance(one, other, score_cutoff=_NEAR))


def _not_overlapping(hits: Sequence[_Hit]) -> list[_Hit]:
    """The hits that explain most, each of them clear of those before it."""
    kept: list[_Hit] = []
    for hit in hits:
        if all(hit[2] <= other[1] or other[2] <= hit[1] for other in kept):
            kept.append(hit)
    return kept


def _put_in(words: Sequence[str], hits: Sequence[_Hit]) -> str:
    text, behind = list[str](), 0
    for _, first, end, phrase in sorted(hits, key=lambda hit: hit[1]):
        text += [*words[behind:first], in_capitals_of(" ".join(words[first:end]), phrase)]
        behind = end
    return " ".join([*text, *words[behind:]])


@lru_cache(maxsize=2)
def _phrases(titles: bool) -> tuple[tuple[str, ...], ...]:
    """The phrases, or the titles, as words, the longest first."""
    # a phrase of one word (`ngày`, `số`) joins others and stands in any sentence: it says nothing for a reading
    said = lexicons.signing_titles() if titles else [phrase for phrase in lexicons.set_phrases() if " " in phrase]
    return tuple(sorted((tuple(phrase.split(" ")) for phrase in said), key=len, reverse=True))


@lru_cache(maxsize=2)
def _by_first_word(titles: bool) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _phrases(titles):
        found.setdefault(phrase[0], []).append(phrase)
    return {word: tuple(phrases) for word, phrases in found.items()}
