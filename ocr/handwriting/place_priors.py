"""Addresses read against the administrative units: province first, then its districts, then their communes.

A unit replaces what was read only where it stands within a letter or two of it and the strokes allow it;
hamlets, streets and house numbers are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import Levenshtein

import ocr.lexicons as lexicons
from ocr.handwriting.ctc import Lattice, spell, text_log_probabilities

__all__ = ["improve_places", "split_units"]

_KIND_WORD = re.compile(
    r"(?i)(?:tỉnh|thành phố|thị xã|thị trấn|quận|huyện|phường|xã|tp\.?|tx\.?|tt\.?|[tqhpxf]\.(?=\s?\w))\s*"
)
_SEPARATOR = re.compile(r"\s*(?:,|;| - |-|–)\s*")
_UNIT_GAIN = 2.5
"""Nats in favour of a reading whose units belong together, for each unit that fits."""
_MOST_CANDIDATES = 24


def _bare(unit: str) -> str:
    """A unit's name without the word that says what it is ("Huyện Mỹ Đức" to "Mỹ Đức")."""
    name = _KIND_WORD.sub("", unit, count=1)
    return unit if not name or name.isdigit() else name


@lru_cache(maxsize=1)
def _tree() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Province to district to communes, names without kind words."""
    tree: dict[str, dict[str, set[str]]] = {}
    for place in lexicons.places():
        communes = tree.setdefault(_bare(place.province), {}).setdefault(_bare(place.district), set())
        communes.add(_bare(place.commune))
    frozen = {p: {d: frozenset(c) for d, c in districts.items()} for p, districts in tree.items()}
    for former in lexicons.former_provinces():
        heirs = [frozen[heir] for heir in former.followed_by if heir in frozen]
        merged = {district: communes for heir in heirs for district, communes in heir.items()}
        frozen.setdefault(former.name, merged)
    return frozen


def split_units(text: str) -> list[tuple[int, int]]:
    """Where the names of units stand in an address: (start, end) without kind words, from left to right.

    A hyphen inside "Bà Rịa - Vũng Tàu" also splits; the province is then looked for in the joined parts.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_SEPARATOR.finditer(text), None]:
        end = match.start() if match else len(text)
        kind_word = _KIND_WORD.match(text, start, end)
        begin = kind_word.end() if kind_word else start
        if begin < end:
            spans.append((begin, end))
        start = match.end() if match else end
    return spans


def _near(read: str, names: Sequence[str] | frozenset[str] | Mapping[str, object]) -> list[str]:
    """Names within reach of what was read, nearest first."""
    folded = read.casefold()
    reach = 1 if len(read) <= 4 else 2 if len(read) <= 8 else 3
    found = [(Levenshtein.distance(folded, name.casefold(), score_cutoff=reach), name) for name in names if name]
    return [name for distance, name in sorted(found) if distance <= reach][:4]


def _in_capitals_of(read: str, name: str) -> str:
    if read.isupper() and len(read) > 1:
        return name.upper()
    return name.lower() if read.islower() else name


def _proposals(text: str) -> list[tuple[str, int]]:
    """Rewritten addresses with the number of their units that belong together (0: as read)."""
    spans = split_units(text)
    found: list[tuple[str, int]] = [(text, 0)]
    if not spans:
        return found
    tails = [(spans[-1], 1)]
    if len(spans) >= 2:
        tails.append(((spans[-2][0], spans[-1][1]), 2))
    for (start, end), used in tails:
        read = text[start:end].rstrip(". ")
        for province in _near(read, _tree()):
            shown = text[:start] + _in_capitals_of(read, province) + text[start + len(read) :]
            found.append((shown, 1))
            if len(spans) > used:
                found += _with_district(shown, spans[: len(spans) - used], _tree()[province])
    return list(dict.fromkeys(found))


def _with_district(
    text: str, spans: list[tuple[int, int]], districts: Mapping[str, frozenset[str]]
) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    start, end = spans[-1]
    read = text[start:end]
    for district in _near(read, districts):
        shown = text[:start] + _in_capitals_of(read, district) + text[end:]
        found.append((shown, 2))
        if len(spans) >= 2:
            left, right = spans[-2]
            for commune in _near(text[left:right], districts[district]):
                part = _in_capitals_of(text[left:right], commune)
                found.append((shown[:left] + part + shown[right:], 3))
    return found


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
    proposals: dict[str, int] = {}
    for text in dict.fromkeys((verbatim, *(text for text, _ in ranked[:3]))):
        for shown, fitting in _proposals(text):
            proposals[shown] = max(fitting, proposals.get(shown, 0))
    best_first = sorted(proposals.items(), key=lambda item: -item[1])[:_MOST_CANDIDATES]
    texts = dict(best_first) | {text: proposals.get(text, 0) for text, _ in ranked[:4]}
    if len(texts) == len(ranked[:4]):
        return ranked
    spelt = {text: spell(text, index) for text in texts}
    known = [(text, numbers) for text, numbers in spelt.items() if numbers]
    strokes = text_log_probabilities(lattice, [numbers for _, numbers in known])
    scores = np.array([s + _UNIT_GAIN * texts[text] for (text, _), s in zip(known, strokes, strict=True)])
    shares = np.exp(scores - scores.max())
    order = np.argsort(-shares)
    settled = ranked[0][1] / max(1e-9, sum(share for _, share in ranked[:4]))
    weights = shares / shares.sum() * min(1.0, settled + 0.3)
    return [(known[i][0], float(weights[i])) for i in order[:8]]
