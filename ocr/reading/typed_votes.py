"""Readings of one typed line are put to the vote, word by word; slips against a closed vocabulary are mended."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from layouts.columns import FieldKind
from vietnamese.calendar_limits import DATE_PARTS, DAYS, FULL_YEAR, MONTHS
from vietnamese.letters import decomposed, letters_only, nfc, spaceless, without_dot_below
from vietnamese.lexicons import (
    care_places,
    death_causes,
    ethnic_groups,
    given_names,
    middle_names,
    nationalities,
    places,
    relations,
    set_phrases,
    surnames,
)
from vietnamese.number_words import day_words, month_words, year_words

__all__ = ["Ballot", "VoteResult", "vote", "without_label"]

_LIKE = str.maketrans(
    {"—": "-", "–": "-", "†": "t", "⁄": "/", "‘": "'", "’": "'", "`": "'", "´": "'", "„": ",", "ˆ": None, "˜": None}
)
_DOT_BELOW = "\u0323"
_FIGURES = {FieldKind.DATE, FieldKind.NUMBER, FieldKind.REGISTRATION_NUMBER, FieldKind.PAGE, FieldKind.ID_NUMBER,
            FieldKind.DAY, FieldKind.MONTH, FieldKind.YEAR}  # fmt: skip
_PURPOSES = (
    "đăng ký kết hôn",
    "mua bán đất",
    "vay vốn ngân hàng",
    "chưa kết hôn lần nào",
    "chưa có vợ",
    "chưa có chồng",
)
"""What a certificate of marital status says and is for."""
_MENDED = 0.97
"""A word changed to fit its vocabulary is nearly always right; the rest is why a person still looks."""

_SINGLE_FIGURE, _FIGURE_AGREED = 0.88, 0.94
"""A single figure among dots has no neighbours to tell it from a dot or from another figure by. The second where all
three looks tell it: of 61 such on 252 drawn entries all were right."""
_ALL_LOOKS = 3
"""At full size, at the smaller one, within the whole page."""
# Weights of a vote and of its confidence: set by eye on drawn typed lines, none measured by itself.
_SAME_WORD = 70
"""Likeness (0..100) from which the last word of a line is the first of the label after it."""
_UNSURE_COUNTS = 0.15
"""What a word that Tesseract gives no confidence still counts."""
_NO_FIGURE, _UNKNOWN_WORD = 0.6, 0.7
"""A word where figures are due; a word of no list."""
_DOT_BELOW_GAIN = 0.2
"""More for each dot below: dotted lines take it away more often than dirt puts it there."""
_YEARS = range(1880, 2031)
"""Of the people in a register and of its entries."""
_NO_DATE, _PART_OF_DATE = 0.3, 0.7
"""Likelihood of figures that are no possible date, and of a part of one."""
_SHORTEST_PHRASE = 5
"""Letters of a set phrase in which one letter off is a slip of reading, not another word."""
_NOBODY, _ONE_OF_ONE = 0.7, 0.85
"""Confidence of a line on which no two readings agree, and of one that was read once only."""
_AGREE = (_NOBODY, 0.8, 0.955, 0.992)
"""Confidence of a line on which so many readings agree word for word; one that was read once only is between."""
_WORST_WORD, _SHARE = 0.25, 0.4
"""How much of it hangs on the worst word of the best reading, and on the smallest share of the votes."""
_UNREAD = 0.3
"""Confidence of the best reading where none says the text."""
_YEARS_SPELT = (*range(1950, 2021), 1905, 1900, 2000)
"""Years whose words are those of every year in a register, in all spellings."""
_LIKE_WORD = 55
"""Likeness (0..100) to a word of the vocabulary below which a word is not mended. By judgement, not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One reading of the line: words with their confidences."""

    words: tuple[tuple[str, float], ...]
    weight: float = 1.0

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word for word, _ in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteResult:
    """What the readings say together."""

    text: str
    confidence: float
    others: tuple[tuple[str, float], ...]
    """Readings that lost, with a share of the doubt."""


def without_label(words: Sequence[tuple[str, float]], label: str, after: str = "") -> tuple[tuple[str, float], ...]:
    """The words of a line without the end of the label before it or the beginning of the one after it.

    Of the label before only what ends with its colon goes: a value may begin with the word the label ends with.
    """
    following_word = letters_only(after.split()[0]) if after.strip() else ""
    if (
        len(words) > 1
        and len(following_word) > 2
        and fuzz.ratio(letters_only(words[-1][0]), following_word) >= _SAME_WORD
    ):
        words = words[:-1]
    last = letters_only(label.split()[-1]) if label.endswith(":") else ""
    for index, (word, _) in enumerate(words[:2]):
        head, colon, rest = word.partition(":")
        if (
            last
            and colon
            and (last.endswith(letters_only(head)) if len(letters_only(head)) > 1 else not letters_only(head))
        ):
            following = ((rest, words[index][1]),) if rest.strip() else ()
            return (*following, *words[index + 1 :])
    return tuple(words)


def vote(ballots: Sequence[Ballot], kind: FieldKind | None) -> VoteResult:
    """Settle what a line says.

    Args:
        ballots: readings of the same ink, the surest way of reading first.
        kind: what the field holds.
    """
    cast = [one for one in (_without_specks(ballot) for ballot in ballots) if one.words]
    if not cast:
        return VoteResult(text="", confidence=0.0, others=())
    words = _by_words(cast, kind) if len({len(b.words) for b in cast[:2]}) == 1 else _whole(cast, kind)
    mended, changed = _mend([word for word, _ in words], kind)
    text = " ".join(mended)
    sure = _confidence([share for _, share in words], cast, text)
    others = dict.fromkeys(b.text for b in cast if spaceless(b.text) != spaceless(text))
    doubt = (1 - sure) / max(len(others), 1)
    if kind == FieldKind.REGISTRATION_NUMBER and len(text) == 1:
        agreed = sum(ballot.text == text for ballot in cast) == _ALL_LOOKS
        sure = min(sure, _FIGURE_AGREED if agreed else _SINGLE_FIGURE)
    return VoteResult(
        text=text,
        confidence=sure * (_MENDED if changed else 1.0),
        others=tuple((other, doubt) for other in others),
    )


def _without_specks(ballot: Ballot) -> Ballot:
    """Look-alike signs to those of the keyboard; specks read as punctuation at the ends go."""
    words = [(nfc(word.translate(_LIKE)), c) for word, c in ballot.words]
    while words and not re.search(r"[\w/'-]", words[0][0]):
        words.pop(0)
    while words and not re.search(r"[\w)'-]", words[-1][0]):
        words.pop()
    words = [pair for pair in words if re.search(r"[\w/()-]", pair[0])]
    if words:
        words[0] = (words[0][0].lstrip('.,:;|_"„…·*°~'), words[0][1])
        words[-1] = (words[-1][0].rstrip(':;|_"„…·*°~'), words[-1][1])
    return Ballot(words=tuple((word, c) for word, c in words if word), weight=ballot.weight)


def _by_words(cast: Sequence[Ballot], kind: FieldKind | None) -> list[tuple[str, float]]:
    """For each word the reading with most behind it, and its share of the votes."""
    count = len(cast[0].words)
    alike = [ballot for ballot in cast if len(ballot.words) == count]
    chosen = []
    for position in range(count):
        support: dict[str, float] = defaultdict(float)
        for ballot in alike:
            word, confidence = ballot.words[position]
            support[word] += ballot.weight * (_UNSURE_COUNTS + confidence) * _likelihood(word, kind)
        total = sum(support.values())
        best = max(support, key=lambda word: support[word])
        chosen.append((best, support[best] / total))
    return chosen


def _whole(cast: Sequence[Ballot], kind: FieldKind | None) -> list[tuple[str, float]]:
    """Readings that do not agree how many words there are: the likeliest as a whole, with the weight of the rest."""
    scores = [
        b.weight
        * sum((_UNSURE_COUNTS + c) * _likelihood(w, kind) * len(w) for w, c in b.words)
        / len(spaceless(b.text))
        for b in cast
    ]
    best = max(range(len(cast)), key=lambda i: scores[i])
    same = [i for i, ballot in enumerate(cast) if spaceless(ballot.text) == spaceless(cast[best].text)]
    share = sum(scores[i] for i in same) / sum(scores)
    return [(word, share) for word, _ in cast[best].words]


def _likelihood(word: str, kind: FieldKind | None) -> float:
    """How likely a word is before the picture is seen."""
    letters = word.strip(".,:;()'\"-/")
    if any(c.isdigit() for c in letters):
        return _date_likelihood(letters) if kind == FieldKind.DATE else 1.0
    if kind in _FIGURES:
        return _NO_FIGURE
    factor = 1.0 if not letters or letters.casefold() in _known_words() else _UNKNOWN_WORD
    return factor * (1 + _DOT_BELOW_GAIN * decomposed(word).count(_DOT_BELOW))


def _date_likelihood(text: str) -> float:
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if len(numbers) == DATE_PARTS:
        day, month, year = numbers
        return 1.0 if day in DAYS and month in MONTHS and year in _YEARS else _NO_DATE
    if len(numbers) == 1 and len(text) == FULL_YEAR:
        return 1.0 if numbers[0] in _YEARS else _NO_DATE
    if len(numbers) == 1 and len(text) <= 2:
        return 1.0 if numbers[0] in DAYS else _NO_DATE
    return _PART_OF_DATE


def _confidence(shares: Sequence[float], cast: Sequence[Ballot], text: str) -> float:
    """From how many readings agree and how sure the best of them is."""
    agree = [ballot for ballot in cast if spaceless(ballot.text) == spaceless(text)]
    best = max((min(c for _, c in ballot.words) for ballot in agree), default=_UNREAD)
    level = _ONE_OF_ONE if len(cast) == len(agree) == 1 else _AGREE[min(len(agree), 3)]
    return level * (1 - _WORST_WORD + _WORST_WORD * best) * (1 - _SHARE + _SHARE * min(shares, default=0.0))


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """Words of names, places and closed lists, in lower case."""
    texts: list[str] = [*surnames(), *middle_names(), *given_names(), *relations(), *nationalities()]
    for place in places():
        texts += [place.province, place.district, place.commune]
    words = {word.strip("()'-").casefold() for text in texts for word in text.split()}
    return frozenset(words | _date_vocabulary() | {"ct", "pct", "ubnd", "tp", "bệnh", "chết", "già", "tai", "nạn"})


@lru_cache(maxsize=1)
def _date_vocabulary() -> frozenset[str]:
    phrases: list[str] = ["ngày tháng năm"]
    phrases += [text for day in DAYS for text in day_words(day)]
    phrases += [text for month in MONTHS for text in month_words(month)]
    phrases += [text for year in _YEARS_SPELT for text in year_words(year)]
    return frozenset(word for phrase in phrases for word in phrase.split())


def _mend(words: Sequence[str], kind: FieldKind | None) -> tuple[list[str], bool]:
    """Words brought to the vocabulary of the field's kind where only a slip can have led away from it."""
    if kind == FieldKind.DATE_WORDS:
        mended = [_mended_word(word, sorted(_date_vocabulary())) for word in words]
        return mended, mended != list(words)
    phrases = _phrases(kind)
    text = " ".join(words)
    if not phrases or text.casefold() in phrases:
        return list(words), False
    alike = [
        phrase for phrase in phrases if letters_only(phrase) == letters_only(text) or _one_letter_off(phrase, text)
    ]
    if len(alike) != 1:
        return list(words), False
    return _in_case_of(alike[0].split(), words), True


def _one_letter_off(phrase: str, text: str) -> bool:
    if len(text) < _SHORTEST_PHRASE or len(phrase.split()) != len(text.split()):
        return False
    return len(phrase) == len(text) and sum(a != b for a, b in zip(phrase, text.casefold(), strict=True)) == 1


@lru_cache(maxsize=8)
def _phrases(kind: FieldKind | None) -> frozenset[str]:
    if kind == FieldKind.RELATION:
        return frozenset(text.casefold() for text in relations())
    if kind == FieldKind.NATIONALITY:
        return frozenset(text.casefold() for text in nationalities())
    if kind == FieldKind.ETHNIC_GROUP:
        return frozenset(text.casefold() for text in _group_names())
    if kind == FieldKind.TEXT:
        return frozenset(text.casefold() for text in (*death_causes(), *set_phrases(), *_PURPOSES))
    if kind == FieldKind.PLACE:
        return frozenset(care_places())
    return frozenset()


def _group_names() -> Iterable[str]:
    return [spelling for spellings in ethnic_groups().values() for spelling in spellings]


def _mended_word(word: str, vocabulary: Sequence[str]) -> str:
    core = word.strip(".,:;-")
    if not core or core.casefold() in _date_vocabulary() or any(c.isdigit() for c in core):
        return word
    same = [known for known in vocabulary if letters_only(known) == letters_only(core)]
    # the mark that dotted lines swallow most is the dot below
    same = [known for known in same if without_dot_below(known) == core.casefold()] or same
    if len(same) == 1:
        best = same[0]
    else:
        found = process.extractOne(core.casefold(), same or vocabulary, scorer=fuzz.ratio, score_cutoff=_LIKE_WORD)
        if found is None:
            return word
        best = str(found[0])
    best = best.capitalize() if core[0].isupper() else best
    return word.replace(core, best)


def _in_case_of(words: Sequence[str], pattern: Sequence[str]) -> list[str]:
    """Words in the capitals of the words they replace."""
    if len(words) != len(pattern):
        return [words[0].capitalize() if pattern[0][:1].isupper() else words[0], *words[1:]]
    return [
        word.upper() if len(like) > 1 and like.isupper() else word.capitalize() if like[:1].isupper() else word
        for word, like in zip(words, pattern, strict=True)
    ]
