"""Kinds that have a list (sex, ethnic group, nationality, relation): its items before other readings."""

from __future__ import annotations

import math
from functools import lru_cache

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet, free_candidates, rank
from ocr.handwriting.ctc import Lattice, spell, text_log_probabilities

__all__ = ["LIST_KINDS", "decode_list", "list_prior"]

LIST_KINDS = (FieldKind.SEX, FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY, FieldKind.RELATION)
_OFF_LIST = -8.0
"""Log-prior of a reading that is in no list, for kinds that have one. Measured on lines of seven writers kept from
training: of 75 relations 68 % are read right (60 % with -5), of 75 ethnic groups 83 % (72 %), of 160 relations that no
list has as many as before."""
_LONGER, _PER_LETTERS = 3, 3
"""Items that differ in length by more than the first, and one letter for so many read, cannot win: not scored."""
_OTHER_SPELLING = 0.12
"""How often an ethnic group is spelt otherwise than in the list, against once as there."""
_VIETNAM = 40.0
"""How often the usual nationality stands in registers, against once for any other. By judgement."""
_GROUPS = {"Kinh": 85.0, "Tày": 1.9, "Thái": 1.9, "Mường": 1.5, "HMông": 1.4, "Khơ-me": 1.4, "Nùng": 1.1, "Dao": 0.9,
           "Hoa": 0.8, "Gia-rai": 0.5, "Ê-đê": 0.4, "Ba-na": 0.3}  # fmt: skip
"""Shares of the larger ethnic groups in percent, about (census of 2019)."""
_SMALLER_GROUP = 0.1
"""Share of each other group: more than most have, for where one lives it is usual."""
_LIST_WEIGHT = 0.6
"""Weight of an item's frequency against the strokes."""
_A_LETTER = 1.2
"""Nats that each letter of a reading costs that is in no list."""
_OTHER_NATION, _ABBREVIATED = 0.2, 0.5
"""The same for every other nationality, and for Việt Nam by its first letters. By judgement, as the following."""
_AS_LISTED, _LOWER, _CAPITALISED, _UPPER = 0.6, 0.3, 0.25, 0.05
"""How often clerks write an item as the list does, in small letters, with one capital, in capitals."""
_FREE = 6
"""Readings of any form that are weighed too."""


@lru_cache(maxsize=8)
def _listed(kind: FieldKind) -> tuple[tuple[str, float], ...]:
    """Texts of a list kind in every usual capitalisation with their log-priors."""
    if kind is FieldKind.SEX:
        weighted = {"Nam": 1.0, "Nữ": 1.0}
    elif kind is FieldKind.ETHNIC_GROUP:
        weighted = {}
        for group, spellings in lexicons.ethnic_groups().items():
            share = _GROUPS.get(group, _SMALLER_GROUP)
            weighted |= dict.fromkeys(spellings[1:], _OTHER_SPELLING * share) | {group: share}
    elif kind is FieldKind.NATIONALITY:
        weighted = dict.fromkeys(lexicons.nationalities(), _OTHER_NATION)
        weighted |= {"Việt Nam": _VIETNAM, "VN": _ABBREVIATED, "V.N": _ABBREVIATED}
    else:
        weighted = dict.fromkeys(lexicons.relations(), 1.0)
    total = sum(weighted.values())
    listed: dict[str, float] = {}
    for text, weight in weighted.items():
        capitalised = text[0].upper() + text[1:].lower()
        forms = {text: _AS_LISTED, text.lower(): _LOWER, capitalised: _CAPITALISED, text.upper(): _UPPER}
        for form, share in forms.items():
            listed[form] = max(listed.get(form, -math.inf), math.log(weight / total * share))
    return tuple(listed.items())


def _unlisted(text: str) -> float:
    return _OFF_LIST - _A_LETTER * len(text)


def list_prior(text: str, kind: FieldKind) -> float:
    """Log-prior of a text in a field that has a list."""
    listed = dict(_listed(kind)).get(text)
    return _unlisted(text) if listed is None else max(_LIST_WEIGHT * listed, _unlisted(text))


def decode_list(lattice: Lattice, alphabet: Alphabet, kind: FieldKind, text: str) -> list[tuple[str, float]]:
    """Kinds with a list: its items against what the strokes say alone."""
    scores = {free: score + _unlisted(free) for free, score in free_candidates(lattice, alphabet, _FREE).items()}
    items = [(item, prior, spell(item, alphabet.index)) for item, prior in _listed(kind)]
    near = [
        (item, prior, spelt)
        for item, prior, spelt in items
        if spelt and abs(len(item) - len(text)) <= _LONGER + len(text) // _PER_LETTERS
    ]
    found = text_log_probabilities(lattice, [spelt for _, _, spelt in near])
    for (item, prior, _), score in zip(near, found, strict=True):
        total = float(score) + _LIST_WEIGHT * prior
        scores[item] = max(total, scores.get(item, -math.inf))
    return rank(scores) if scores else [(text, 0.0)]
