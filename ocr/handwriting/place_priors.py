"""Addresses read against the administrative units: province first, then its districts, then their communes.

A unit replaces what was read only where it stands within a letter or two of it and the strokes allow it.
Commas that a dotted line swallowed are put back between units. Hamlets, streets and house numbers are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import Levenshtein

import vietnamese.lexicons as lexicons
from ocr.handwriting.address import Address
from ocr.handwriting.ctc import Lattice, spell, text_log_probabilities
from ocr.handwriting.home_units import commune_gain, district_gain, home_units, is_home, province_gain
from vietnamese.addresses import KIND_WORDS, WORD
from vietnamese.named_units import LONGEST_NAME, is_kind_word
from vietnamese.unit_tree import Unit, provinces
from vietnamese.units import UNKNOWN_PLACE, BookPlace, same_unit_name

__all__ = ["improve_places", "place_gains", "place_named_most", "propose_places"]

_TIGHT_COMMA = re.compile(r",(?=[^\W\d])")
"""A comma right before a letter: the pen's blank after it is often too narrow to be seen."""
_UNIT_GAINS = (0.0, 6.0, 13.0, 18.0)
"""Nats in favour of a reading whose province, district and commune belong together, by how many of them fit. Measured
on 216 lines of writers kept from training, and on 200 addresses whose commune is a letter or two from a real one: right
before (0, 4, 8, 11) 142 and 87; so 146 and 93; with (0, 6, 13, 20) 149 and 89, four of the invented ones bent."""
_COMMUNE_SAID = 2.0
"""Nats more for a commune that the word for its kind stands before: a hamlet's name it cannot be."""
_STREET_GAIN, _STREET_REACH = 4.0, 2
"""Nats in favour of a street name that many towns have, and the letters in which it may differ from what was read."""
_HOME_GAINS = (0.0, 2.0, 4.0)
"""Nats in favour of one unit of the book's own province named without it, and of two that belong together."""
_MOST_CANDIDATES = 20
"""Texts weighed of one reading, and handed back for a line. By judgement."""
_REACH, _FARTHEST = ((4, 1), (8, 2)), 3
"""Letters in which a unit's name may differ from what was read, for names up to so long; and for longer ones."""
_TELLING = 3
"""Letters of a misread kind word at least: shorter ones are like too many."""
_SPELT_KIND_WORDS = tuple(word for word in KIND_WORDS if " " not in word and len(word) > _TELLING)
_ALL_UNITS = 3
"""Province, district and commune."""
_TINY, _SETTLED_MORE = 1e-9, 0.3
"""Keeps a division from nothing; how much surer the units make a line than its strokes alone, at most. By judgement."""


def _matches(address: Address, end: int, units: Sequence[Unit]) -> Iterator[tuple[int, str, Unit]]:
    """Units that the words before `end` may name: (first word of the unit, its text, the unit)."""
    for count in range(1, min(LONGEST_NAME, end) + 1):
        first = end - count
        words = address.words[first:end]
        key = " ".join(words).casefold()
        usual = next((reach for most, reach in _REACH if len(key) <= most), _FARTHEST)
        for unit in units:
            reach = 0 if unit.spelt[-1].isdigit() else usual
            if abs(len(unit.spelt) - len(key)) > reach or unit.words != count:
                continue
            if Levenshtein.distance(key, unit.spelt, score_cutoff=reach) <= reach:
                start = first
                while start > 0 and first - start < 2 and _says_kind(address, start - 1):
                    start -= 1
                name = _hyphenated(address, first, end) if key == unit.spelt else ""
                name = name or _written_like(words, unit.name)
                kind_words = zip(address.words[start:first], address.behind[start:first], strict=True)
                yield start, "".join(w + (g or " ") for w, g in kind_words) + name, unit
                if start == first > 0 and not address.behind[first - 1].strip():
                    meant = _kind_word_meant(address.words[first - 1])
                    yield from ((first - 1, f"{kind} {name}", unit) for kind in meant)


def _kind_word_meant(word: str) -> list[str]:
    """Kind words within a letter or two of a misread one before a unit's name ("Đường Phú Mỹ": "Phường")."""
    if len(word) < _TELLING:
        return []
    near = [kind for kind in _SPELT_KIND_WORDS if Levenshtein.distance(word.casefold(), kind) <= 2]
    return [_in_letters_of(word, kind.capitalize()) for kind in near]


def _says_kind(address: Address, word: int) -> bool:
    """Whether a word tells the kind of the unit after it; before a comma it ends the unit before (`Châu Thành,`)."""
    return is_kind_word(address.words[word]) and not address.behind[word].strip()


def _hyphenated(address: Address, first: int, end: int) -> str:
    """A name of two halves as it stands with its hyphen (`Thừa Thiên - Huế`); empty for others."""
    gaps = address.behind[first : end - 1]
    if sum(gap.strip() in ("-", "–") for gap in gaps) != 1 or sum(bool(gap.strip()) for gap in gaps) > 1:
        return ""
    return "".join(w + g for w, g in zip(address.words[first:end], (*gaps, ""), strict=True))


def _written_like(read: Sequence[str], name: str) -> str:
    """A unit's name in the capitals and with the tone places (Hoà, Hòa) of the words it stands for."""
    parts = name.split(" ")
    if len(parts) == len(read):
        return " ".join(r if same_unit_name(r, n) else _in_letters_of(r, n) for r, n in zip(read, parts, strict=True))
    return _in_letters_of(" ".join(read), name)


def _in_letters_of(read: str, name: str) -> str:
    """A name all in capitals or all in small letters as the words it stands for, else in its own (`Ya ly`):
    phrases, which have none of their own, follow `in_capitals_of`."""
    if read.isupper() and len(read) > 1:
        return name.upper()
    return name.lower() if read.islower() else name


def propose_places(text: str, book: BookPlace = UNKNOWN_PLACE) -> list[tuple[str, float]]:
    """Rewritten addresses with their log-priors, the text itself (0.0) first.

    Args:
        text: an address as read.
        book: where and when the book was kept.
    """
    address = Address.parse(text)
    found: dict[str, float] = {text: 0.0}
    for rewritten, prior in (*_with_province(address, book), *_near_home(address, book)):
        found[rewritten] = max(prior, found.get(rewritten, 0.0))
    return sorted(found.items(), key=lambda item: (item[0] != text, -item[1]))


def _with_province(address: Address, book: BookPlace) -> Iterator[tuple[str, float]]:
    """Addresses that end with a province, before it a district of it, before that a commune of that."""
    last = len(address.words)
    for first, p_text, province in _matches(address, last, provinces()):
        commas, gain = address.comma_prior(first, last), province_gain(province, book)
        yield address.head(first) + p_text, _UNIT_GAINS[1] + gain + commas
        near = book if is_home(province, book) else BookPlace(year=book.year)
        for rewritten, units, inner in _below(address, first, province.children, p_text, near):
            yield rewritten, _UNIT_GAINS[1 + units] + gain + commas + inner


def _near_home(address: Address, book: BookPlace) -> Iterator[tuple[str, float]]:
    """Addresses that name no province: a district of the book's own, or a commune of the book's own district."""
    last = len(address.words)
    districts, communes = home_units(book)
    for rewritten, units, inner in _below(address, last, districts, "", book):
        yield rewritten, _HOME_GAINS[units] + inner
    for first, text, commune in _matches(address, last, communes):
        yield (
            address.head(first) + text,
            _HOME_GAINS[1] + commune_gain(commune, book) + address.comma_prior(first, last),
        )


def _below(
    address: Address, end: int, districts: Sequence[Unit], tail: str, book: BookPlace
) -> Iterator[tuple[str, int, float]]:
    """Districts that the words before `end` may name, alone and with a commune: (address, units, log-prior)."""
    for first, text, district in _matches(address, end, districts):
        prior = address.comma_prior(first, end) + district_gain(district, book)
        named = text + (address.gap_before(end) + tail if tail else "")
        yield address.head(first) + named, 1, prior
        for c_first, c_text, commune in _matches(address, first, district.children):
            joined = c_text + address.gap_before(first) + named
            said = _COMMUNE_SAID if is_kind_word(c_text.split()[0]) else 0.0
            gain = said + commune_gain(commune, book) + address.comma_prior(c_first, first)
            yield address.head(c_first) + joined, 2, prior + gain


def propose_streets(text: str) -> list[tuple[str, float]]:
    """The text itself and, where its words are near a street name that many towns have, the text with that name.

    Args:
        text: an address as read.
    """
    address = Address.parse(text)
    proposed = [(text, 0.0)]
    for first in range(len(address.words)):
        for count, streets in _streets().items():
            read = address.words[first : first + count]
            key = " ".join(read).casefold()
            if len(read) < count or any(gap.strip() for gap in address.behind[first : first + count - 1]):
                continue
            for street in streets:
                if Levenshtein.distance(key, street.casefold(), score_cutoff=_STREET_REACH) <= _STREET_REACH:
                    named = _written_like(read, street)
                    rest = address.behind[first + count - 1] + address.tail(first + count)
                    proposed.append((address.head(first, close=False) + named + rest, _STREET_GAIN))
    return sorted(proposed, key=lambda item: item[0] != text)[:4]


@lru_cache(maxsize=1)
def _streets() -> Mapping[int, tuple[str, ...]]:
    """Names of streets and of places of care by their number of words; single words are too short to tell."""
    found: dict[int, list[str]] = {}
    for name in (*lexicons.street_names(), *lexicons.care_places()):
        found.setdefault(len(name.split()), []).append(name)
    return {count: tuple(names) for count, names in found.items() if count > 1}


def place_named_most(texts: Sequence[str]) -> BookPlace:
    """The province, and if it is one the district, that most of some addresses name; unknown without a majority.

    Args:
        texts: addresses as read, sure ones.
    """
    named = [units for text in texts if (units := _units_named(text))]
    counted = Counter(province for province, _ in named)
    if not named or 2 * counted.most_common(1)[0][1] <= len(named):
        return UNKNOWN_PLACE
    province = counted.most_common(1)[0][0]
    districts = Counter(district for p, district in named if p == province and district)
    district, count = districts.most_common(1)[0] if districts else ("", 0)
    return BookPlace(province=province, district=district if 2 * count > len(named) else "")


def _units_named(text: str) -> tuple[str, str] | None:
    """Province and district (or "") that stand at the end of an address to the letter."""
    address = Address.parse(text)
    for first, shown, province in _matches(address, len(address.words), provinces()):
        if _to_the_letter(shown, province):
            inside = _matches(address, first, province.children)
            districts = [district.name for _, named, district in inside if _to_the_letter(named, district)]
            return province.name, districts[0] if districts else ""
    return None


def _to_the_letter(shown: str, unit: Unit) -> bool:
    return " ".join(WORD.findall(shown)).casefold().endswith(unit.spelt)


def place_gains(texts: Iterable[str], book: BookPlace = UNKNOWN_PLACE) -> dict[str, float]:
    """Readings of an address, themselves and rewritten, with the log-priors of streets and units that belong together.

    Args:
        texts: readings of one address.
        book: where and when the book was kept.
    """
    gains: dict[str, float] = {}
    for text in dict.fromkeys(texts):
        for named, gain in propose_streets(text):
            for shown, prior in propose_places(named, book)[:_MOST_CANDIDATES]:
                gains[shown] = max(gain + prior, gains.get(shown, 0.0))
    return gains


def improve_places(
    verbatim: str,
    ranked: list[tuple[str, float]],
    lattice: Lattice,
    index: dict[str, int],
    word_weight: Callable[[str], float],
    book: BookPlace = UNKNOWN_PLACE,
) -> list[tuple[str, float]]:
    """Weigh readings of an address by the strokes, its words and how well its units fit together.

    Args:
        verbatim: the reading by the strokes alone.
        ranked: readings with their shares, the best first.
        lattice: the line's log-probabilities.
        index: letter to number.
        word_weight: log-prior of all words of a text, which the units' own is added to.
        book: where and when the book was kept.

    Returns:
        Readings with their shares, the best first.
    """
    priors = place_gains((verbatim, *(text for text, _ in ranked[:3])), book)
    chosen = sorted(priors.items(), key=lambda item: -item[1])[:_MOST_CANDIDATES]
    candidates = {text: priors.get(text, 0.0) for text, _ in ranked[:4]} | {verbatim: priors[verbatim]} | dict(chosen)
    if max(candidates.values()) <= 0.0:
        return _spaced(ranked)
    spelt = {text: spell(text, index) for text in candidates}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers and len(numbers) < len(lattice)]
    if not known:
        return _spaced(ranked)
    strokes = text_log_probabilities(lattice, [numbers for _, numbers in known])
    scores = np.array([s + candidates[text] + word_weight(text) for (text, _), s in zip(known, strokes, strict=True)])
    shares = np.exp(scores - scores.max())
    settled = ranked[0][1] / max(_TINY, sum(share for _, share in ranked[:4]))
    weights = shares / shares.sum() * min(1.0, settled + _SETTLED_MORE)
    return _spaced((known[i][0], float(weights[i])) for i in np.argsort(-shares)[:8])


def _spaced(ranked: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """A blank after every comma before a letter; readings that become one share their weight."""
    best: dict[str, float] = {}
    for text, weight in ranked:
        shown = _TIGHT_COMMA.sub(", ", text)
        best[shown] = best.get(shown, 0.0) + weight
    return list(best.items())
