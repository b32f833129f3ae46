"""Addresses read against the administrative units: province first, then its districts, then their communes.

A unit replaces what was read only where it stands within a letter or two of it and the strokes allow it.
Commas that a dotted line swallowed are put back between units. Hamlets, streets and house numbers are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import Levenshtein

import ocr.lexicons as lexicons
from ocr.handwriting.ctc import Lattice, spell, text_log_probabilities
from ocr.handwriting.syllables import strip_tone

__all__ = ["improve_places", "propose_places"]

_WORD = re.compile(r"[^\s,;–-]+")
_KIND_WORDS = "tỉnh thành phố thị xã trấn quận huyện phường tp tp. tx tx. tt tt. t. h. q. p. x. f."
_KIND_PREFIX = re.compile(r"(?:Tỉnh|Thành phố|Thị xã|Thị trấn|Quận|Huyện|Phường|Xã) (?=\D)")
_UNIT_GAINS = (0.0, 4.0, 8.0, 11.0)
"""Nats in favour of a reading whose province, district and commune belong together, by how many of them fit."""
_COMMA_IN, _COMMA_OUT = 1.5, -1.5
"""Nats for a separator put in between two units (dotted lines swallow commas), and for one taken out."""
_MOST_CANDIDATES = 20
_LONGEST_NAME = 5
"""Words of the longest unit's name."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit's name as it is written, without the word that says what it is."""

    name: str
    key: str
    words: int


def _unit(official: str) -> _Unit:
    name = _KIND_PREFIX.sub("", official, count=1)
    words = _WORD.findall(name)
    return _Unit(name, " ".join(words).casefold(), len(words))


@lru_cache(maxsize=1)
def _tree() -> Mapping[_Unit, Mapping[_Unit, tuple[_Unit, ...]]]:
    """Province to district to communes; provinces dissolved since 1989 hold the districts of their heirs."""
    grown: dict[_Unit, dict[_Unit, set[_Unit]]] = {}
    for place in lexicons.places():
        communes = grown.setdefault(_unit(place.province), {}).setdefault(_unit(place.district), set())
        if place.commune:
            communes.add(_unit(place.commune))
    tree = {p: {d: tuple(sorted(c, key=lambda u: u.name)) for d, c in ds.items()} for p, ds in grown.items()}
    by_name = {province.name: districts for province, districts in tree.items()}
    for former in lexicons.former_provinces():
        merged = {d: c for heir in former.followed_by for d, c in by_name.get(heir, {}).items()}
        tree.setdefault(_unit(former.name), merged)
    return tree


@dataclass(frozen=True, slots=True)
class _Address:
    """Words of an address and what stands behind each of them (a separator or a blank)."""

    words: tuple[str, ...]
    behind: tuple[str, ...]
    separator: str

    @classmethod
    def parse(cls, text: str) -> _Address:
        """Split into words; the separator is the one used most."""
        found = list(_WORD.finditer(text))
        ends = [match.start() for match in found[1:]] + [len(text)]
        behind = tuple(text[match.end() : end] for match, end in zip(found, ends, strict=True))
        used = Counter(gap for gap in behind[:-1] if gap.strip())
        separator = used.most_common(1)[0][0] if used else ", "
        return cls(tuple(match[0] for match in found), behind, separator)

    def head(self, count: int) -> str:
        """The first words with what stands between them, closed by a separator."""
        if count == 0:
            return ""
        parts = [word + gap for word, gap in zip(self.words[:count], self.behind[:count], strict=True)]
        text = "".join(parts)
        return text if self.behind[count - 1].strip() else text.rstrip() + self.separator

    def comma_prior(self, first: int, last: int) -> float:
        """Log-prior of the separators changed when the words from `first` up to `last` are written as one unit."""
        inside = sum(1 for gap in self.behind[first : last - 1] if gap.strip())
        put_in = first > 0 and not self.behind[first - 1].strip()
        return _COMMA_OUT * inside + (_COMMA_IN if put_in else 0.0)


def _matches(
    address: _Address, end: int, units: Mapping[_Unit, object] | Sequence[_Unit]
) -> Iterator[tuple[int, str, _Unit]]:
    """Units that the words before `end` may name: (first word of the unit, its text, the unit)."""
    for count in range(1, min(_LONGEST_NAME, end) + 1):
        first = end - count
        words = address.words[first:end]
        key = " ".join(words).casefold()
        usual = 1 if len(key) <= 4 else 2 if len(key) <= 8 else 3
        for unit in units:
            reach = 0 if unit.key[-1].isdigit() else usual
            if abs(len(unit.key) - len(key)) > reach or unit.words != count:
                continue
            if Levenshtein.distance(key, unit.key, score_cutoff=reach) <= reach:
                start = first
                while start > 0 and first - start < 2 and _is_kind_word(address.words[start - 1]):
                    start -= 1
                kind_words = zip(address.words[start:first], address.behind[start:first], strict=True)
                yield start, "".join(w + (g or " ") for w, g in kind_words) + _written_like(words, unit.name), unit


def _is_kind_word(word: str) -> bool:
    return word.casefold() in _KIND_WORDS.split()


def _written_like(read: Sequence[str], name: str) -> str:
    """A unit's name in the capitals and with the tone places (Hoà, Hòa) of the words it stands for."""
    parts = name.split(" ")
    if len(parts) == len(read):
        return " ".join(r if _same_word(r, n) else _in_capitals_of(r, n) for r, n in zip(read, parts, strict=True))
    return _in_capitals_of(" ".join(read), name)


def _same_word(read: str, listed: str) -> bool:
    """Equal but for capitals, the tone's place, or the two usual spellings of Đắk."""
    both = {read.casefold(), listed.casefold()}
    return strip_tone(read) == strip_tone(listed) or both <= {"đắk", "đăk", "đắc", "đak"}


def _in_capitals_of(read: str, name: str) -> str:
    if read.isupper() and len(read) > 1:
        return name.upper()
    return name.lower() if read.islower() else name


def propose_places(text: str) -> list[tuple[str, float]]:
    """Rewritten addresses with their log-priors, the text itself (0.0) first.

    Args:
        text: an address as read.
    """
    address = _Address.parse(text)
    found: dict[str, float] = {text: 0.0}

    def add(first: int, tail: str, fitting: int, commas: float) -> None:
        rewritten = address.head(first) + tail
        prior = _UNIT_GAINS[fitting] + commas
        found[rewritten] = max(prior, found.get(rewritten, 0.0))

    last = len(address.words)
    for p_first, p_text, province in _matches(address, last, _tree()):
        p_commas = address.comma_prior(p_first, last)
        add(p_first, p_text, 1, p_commas)
        districts = _tree()[province]
        for d_first, d_text, district in _matches(address, p_first, districts):
            d_commas = p_commas + address.comma_prior(d_first, p_first)
            d_gap = address.behind[p_first - 1] if address.behind[p_first - 1].strip() else address.separator
            d_tail = d_text + d_gap + p_text
            add(d_first, d_tail, 2, d_commas)
            for c_first, c_text, _ in _matches(address, d_first, districts[district]):
                gap = address.behind[d_first - 1] if address.behind[d_first - 1].strip() else address.separator
                add(c_first, c_text + gap + d_tail, 3, d_commas + address.comma_prior(c_first, d_first))
    return sorted(found.items(), key=lambda item: (item[0] != text, -item[1]))


def improve_places(
    verbatim: str, ranked: list[tuple[str, float]], lattice: Lattice, index: dict[str, int]
) -> list[tuple[str, float]]:
    """Weigh readings of an address by the strokes and by how well its units fit together.

    Args:
        verbatim: the reading by the strokes alone.
        ranked: readings with their shares, the best first.
        lattice: the line's log-probabilities.
        index: letter to number.

    Returns:
        Readings with their shares, the best first.
    """
    priors: dict[str, float] = {}
    for text in dict.fromkeys((verbatim, *(text for text, _ in ranked[:3]))):
        for shown, prior in propose_places(text)[:_MOST_CANDIDATES]:
            priors[shown] = max(prior, priors.get(shown, 0.0))
    chosen = sorted(priors.items(), key=lambda item: -item[1])[:_MOST_CANDIDATES]
    candidates = {text: priors.get(text, 0.0) for text, _ in ranked[:4]} | {verbatim: priors[verbatim]} | dict(chosen)
    if max(candidates.values()) <= 0.0:
        return ranked
    spelt = {text: spell(text, index) for text in candidates}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers and len(numbers) < len(lattice)]
    if not known:
        return ranked
    strokes = text_log_probabilities(lattice, [numbers for _, numbers in known])
    scores = np.array([stroke + candidates[text] for (text, _), stroke in zip(known, strokes, strict=True)])
    shares = np.exp(scores - scores.max())
    settled = ranked[0][1] / max(1e-9, sum(share for _, share in ranked[:4]))
    weights = shares / shares.sum() * min(1.0, settled + 0.3)
    return [(known[i][0], float(weights[i])) for i in np.argsort(-shares)[:8]]
