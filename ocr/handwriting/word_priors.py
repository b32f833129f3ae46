"""How often a word stands in a field of some kind: what the decoder weighs against the strokes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from vietnamese.calendar_limits import DAYS, MONTHS
from vietnamese.dated_units import former_provinces
from vietnamese.number_words import day_words, month_words, year_words
from vietnamese.syllables import is_syllable

__all__ = ["TITLE_FORMS", "WORD", "WordPrior", "text_prior", "word_prior"]

WORD = re.compile(r"[^\W\d_]+(?:['][^\W\d_]*)?")
"""A run of letters; the apostrophe of H', K' and M'nông belongs to it."""
TITLE_FORMS = ("ct", "pct", "kt", "tm", "ubnd")
"""Short forms in titles of signers, which are written in capitals."""
_ADDRESS_WORDS = (
    "thôn ấp xóm bản tổ khu phố đường số nhà bệnh viện trạm y tế tp tt hồ chí minh hà nội khối đội buôn làng dân"
)
_FIRST_ADDRESS_WORDS = "thôn ấp xóm bản tổ khu số buôn làng xã phường thị bệnh trạm"
"""What most addresses begin with."""
_OFFICE_WORDS = (
    "chủ tịch phó chủ tịch ct pct ubnd xã phường thị trấn từ ngày đến chưa đăng ký kết hôn với ai hiện tại tư pháp "
    "hộ tịch cán bộ công chức lần quá hạn lại ly theo quyết định số bản án"
)
_SHORT_WORD = 3
"""Words of so many letters are found again with one letter wrong, longer ones with two."""
_FEW_WORDS = 60
"""A list this short holds every word that may occur, and is tried whole."""
_CLOSED_WEIGHT = 1.0
"""Weight of the prior where all words are known, as of dates in words."""
_SYLLABLES = 6800
"""Syllables in use, about: an unlisted one shares the rest of the probability with so many."""
_BY_PLACE, _ANYWHERE = 0.75, 0.25
"""How much a word's frequency at its place in the field counts, and its mean over all places: given names turn up as
middle names. By judgement, as all numbers below but those of `_OF_NAMES`; nobody kept a measurement of them."""
_NO_SYLLABLE = 0.03
"""How often an unlisted word is no Vietnamese syllable, against once for a syllable."""
_UNLISTED_DATE_WORD, _UNLISTED_PLACE, _UNLISTED_TEXT = 0.004, 0.12, 0.25
"""How often a word of a date in words, an address or free text is in none of our lists."""
_MINORITY_SURNAME, _MINORITY_NAME, _THI = 6, 3, 900
"""Persons counted for a name of an ethnic minority, for which we have no counts; and for women's usual middle name."""
_YEARS_SPELT = (1931, 1945, 1954, 1967, 1978, 1989, 1992, 2003, 2016)
"""Years whose words hold every word of every year, with the usual spellings of each."""
_PRINTED_SLOT = 60
"""`ngày`, `tháng`, `năm` stand in every date: so many times against once for each way to say a day, month or year."""
_ADDRESS_WORD, _FIRST_ADDRESS_WORD = 400, 20_000
"""Communes that such a word counts for; and, as the first word, `thôn` and its like."""
_OFFICE_WORD, _NAME_IN_TEXT = 12, 40
"""Set phrases that such a word counts for; and persons of the lists of names that count once in free text."""
_TITLE_WORD, _OFFICE_IN_TITLE = 500, 20
"""Persons of the lists of names that a word of a signer's title counts for; and the office's own word behind it, which
hardly any line has, where many a signer is called Phương."""


@dataclass(frozen=True, slots=True)
class PriorStrength:
    """How far a list of words is believed.

    Attributes:
        unlisted: probability that a word is in no list.
        damping: power of the counts: a half keeps rare words from being drowned by the few common ones.
        weight: of the prior against the strokes.
        usual: so many of the commonest words are tried for every word in doubt.
    """

    unlisted: float
    damping: float = 0.5
    weight: float = 0.4
    usual: int = 0


_OF_NAMES = PriorStrength(unlisted=0.3, damping=0.9, weight=0.7, usual=60)
"""Measured on names composed in the hands of 7 writers kept from training: 300 drawn as names are frequent, 300 drawn
far rarer, and 240 in pen fonts of which no word is listed. Right before (damping 0.5, weight 0.4, unlisted 0.12, no
usual words): 41.7, 17.7 and 69.2 %; so: 53.3, 18.3 and 69.2 %. More weight gains on the first and costs on
the last (0.8 in a trial: 55.7 and 68.3 %)."""


class WordPrior:
    """Log-probabilities of words by their place in the field.

    Args:
        first: counts of first words.
        last: counts of last words.
        inner: counts of the words between.
        strength: how far they are believed.
    """

    def __init__(self, first: Counter[str], last: Counter[str], inner: Counter[str], strength: PriorStrength) -> None:
        self._counts = tuple(_shares(counts, strength.damping) for counts in (first, last, inner))
        self._unlisted = strength.unlisted
        self.words = tuple(sorted(set(first) | set(last) | set(inner)))
        self.closed = len(self.words) < _FEW_WORDS
        self.weight = _CLOSED_WEIGHT if self.closed else strength.weight
        self._usual = self._commonest(strength.usual)

    def log_probability(self, word: str, position: int, length: int) -> float:
        """Log-probability of a word (any case) as the `position`-th of `length` words."""
        folded = word.lower()
        first, last, inner = self._counts
        mine = first if position == 0 else last if position == length - 1 else inner
        anywhere = (first.get(folded, 0.0) + last.get(folded, 0.0) + inner.get(folded, 0.0)) / len(self._counts)
        listed = _BY_PLACE * mine.get(folded, 0.0) + _ANYWHERE * anywhere
        rest = 1.0 / _SYLLABLES if is_syllable(folded) else _NO_SYLLABLE / _SYLLABLES
        return math.log((1.0 - self._unlisted) * listed + self._unlisted * rest)

    def similar(self, word: str, limit: int = 10) -> list[str]:
        """Listed words within one or two letters of a word, and the usual ones, in small letters."""
        if self.closed:
            return list(self.words)
        reach = 1 if len(word) <= _SHORT_WORD else 2
        found = process.extract(word.lower(), self.words, scorer=Levenshtein.distance, score_cutoff=reach, limit=limit)
        return list(dict.fromkeys((*(str(match[0]) for match in found), *self._usual)))

    def _commonest(self, count: int) -> tuple[str, ...]:
        """The words with the greatest share at any place."""
        by_share = sorted(self.words, key=lambda word: -max(shares.get(word, 0.0) for shares in self._counts))
        return tuple(by_share[:count])


def _shares(counts: Mapping[str, int], damping: float) -> dict[str, float]:
    damped = {word: count**damping for word, count in counts.items()}
    total = sum(damped.values()) or 1.0
    return {word: value / total for word, value in damped.items()}


def _folded(*tables: Mapping[str, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for table in tables:
        for word, count in table.items():
            counts[word.lower()] += count
    return counts


def _words(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text.lower()))


@lru_cache(maxsize=1)
def _names() -> WordPrior:
    surnames, middles, givens = lexicons.surnames(), lexicons.middle_names(), lexicons.given_names()
    tribal_first = dict.fromkeys(lexicons.minority_surnames(), _MINORITY_SURNAME)
    tribal_given = dict.fromkeys(lexicons.minority_given_names(), _MINORITY_NAME)
    return WordPrior(
        _folded(surnames, tribal_first),
        _folded(givens, tribal_given),
        _folded(middles, givens, tribal_given, {"Thị": _THI}),
        _OF_NAMES,
    )


@lru_cache(maxsize=1)
def _date_words() -> WordPrior:
    spelt = [text for day in DAYS for text in day_words(day)]
    spelt += [text for month in MONTHS for text in month_words(month)]
    spelt += [text for year in _YEARS_SPELT for text in year_words(year)[:6]]
    counts = _words(spelt)
    for word in ("ngày", "tháng", "năm"):
        counts[word] += _PRINTED_SLOT
    return WordPrior(counts, counts, counts, PriorStrength(unlisted=_UNLISTED_DATE_WORD))


@lru_cache(maxsize=1)
def _places() -> WordPrior:
    counts: Counter[str] = Counter()
    for place in lexicons.places():
        counts.update(WORD.findall(f"{place.commune} {place.district}".lower()))
    counts.update(WORD.findall(" ".join(lexicons.street_names()).lower()))
    for word in _ADDRESS_WORDS.split():
        counts[word] += _ADDRESS_WORD
    counts.update(WORD.findall(" ".join(former.name.lower() for former in former_provinces())))
    first = counts + Counter(dict.fromkeys(_FIRST_ADDRESS_WORDS.split(), _FIRST_ADDRESS_WORD))
    return WordPrior(first, counts, counts, PriorStrength(unlisted=_UNLISTED_PLACE))


@lru_cache(maxsize=1)
def text_prior() -> WordPrior:
    """The prior of free text, and of every kind that has none of its own."""
    counts = _words((*lexicons.death_causes(), *lexicons.set_phrases()))
    counts.update(_words(lexicons.relations()))
    for word in _OFFICE_WORDS.split():
        counts[word] += _OFFICE_WORD
    counts.update(
        {
            word: max(1, count // _NAME_IN_TEXT)
            for word, count in _folded(lexicons.surnames(), lexicons.given_names()).items()
        }
    )
    return WordPrior(counts, counts, counts, PriorStrength(unlisted=_UNLISTED_TEXT))


def word_prior(kind: FieldKind | None) -> WordPrior | None:
    """The prior of a field kind, or None for kinds that are not made of words."""
    tables = {
        FieldKind.NAME: _names,
        FieldKind.DATE_WORDS: _date_words,
        FieldKind.PLACE: _places,
        FieldKind.TEXT: text_prior,
        FieldKind.TITLE: text_prior,
        FieldKind.SIGNER: _signers,
    }
    return tables[kind]() if kind in tables else None


@lru_cache(maxsize=1)
def _signers() -> WordPrior:
    titles = dict.fromkeys(("chủ", "tịch", "phó", *TITLE_FORMS), _TITLE_WORD)
    titles |= dict.fromkeys(("xã", "phường"), _OFFICE_IN_TITLE)
    counts = _folded(lexicons.surnames(), lexicons.middle_names(), lexicons.given_names(), titles)
    return WordPrior(counts, counts, counts, _OF_NAMES)
