"""A written place held against the administrative units: is it a known chain, and which misread mark breaks it?

A register names commune, district and province together, and hardly any clerk misspells the units of the own
district; a lost tone mark in one of them is the machine's. The text before the commune (hamlet, street) is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from vietnamese.addresses import AUTHORITY, KIND_WORDS, SHORT_KINDS, bare_name, parted, place_key
from vietnamese.letters import fold_tones, tone_key
from vietnamese.unit_tree import Unit, by_key, provinces

__all__ = [
    "UnitMatch",
    "is_hamlet",
    "kind_and_name",
    "match_units",
    "named",
    "names_units",
    "with_capital_i",
    "with_hamlet_word",
]

_KINDS = {fold_tones(word): word for word in KIND_WORDS}
_KIND_START = re.compile(rf"^({'|'.join(sorted(_KINDS, key=len, reverse=True))})\s+(?=\S)")
_SHORT_START = re.compile(rf"^(?:{'|'.join(re.escape(short.removesuffix('.')) for short in SHORT_KINDS)})\.?\s")
_HAMLET_WORDS = ("thôn", "ấp", "xóm", "bản", "buôn", "tổ", "khu phố", "khu", "đội")
_BESIDE_NUMBERS = frozenset(
    ("so", "lo", "hem", "ngo", "nha", "duong", "quan", "phuong", "khom", "khoi", "cum", "lang", "to dan pho")
)
"""Other words before a number, without marks: no hamlet's word misread."""
_SHORTEST_HAMLET = 3
"""Letters of a word from which one of them may be misread."""
_HAMLET = re.compile(rf"(?:{'|'.join(_HAMLET_WORDS)})\s+\d+[A-Za-z]?", re.I)
_LIKE_HAMLET = re.compile(r"^([^\W\d_]+(?:\s+[^\W\d_]+)?)(?=\s+\d+[A-Za-z]?(?!\w))")
"""Words before a number at the beginning of a place: mostly a hamlet's, with or without their marks."""
_LIKE_IA = re.compile(r"(?<![^\W_])la((?:\s[A-ZĐ][^\s,;–-]*)+)")
"""No unit's name begins with a small letter."""
_HALF_TOWNSHIP = re.compile(r"^trấn(?=\s[A-ZĐ])")
_LIKE, _APART, _SHORTEST = 0.8, 0.1, 5
"""Least likeness of a misread name to a unit's, by how much it must be nearer than the next, and the letters it must
have to be put right at all. Judgement on drawn addresses, not measured by themselves."""

_OLD = 2017
"""Units that stood together before the newest list, which spells some of them anew, are two places."""
_Units = Mapping[str, tuple[Unit, ...]]
"""Key without marks -> units (two villages of one district may differ in a tone only)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """A place after the look at the lists."""

    text: str
    """As written, with the units' marks put right."""
    known: bool
    """Province and district, and the commune where one is written, are a chain of the lists."""
    changed: bool
    """The text is not what was read."""
    has_twin: bool = False
    """Another commune of the district stood beside the one written, whose name differs in marks alone."""


def _provinces() -> Mapping[str, tuple[Unit, ...]]:
    """Provinces by key, those that ended with the districts of their time."""
    return by_key(provinces())


def _inside(units: Sequence[Unit]) -> Mapping[str, tuple[Unit, ...]]:
    """What lies in units of one key, by key."""
    return by_key(tuple(child for unit in units for child in unit.children))


@lru_cache(maxsize=8192)
def match_units(text: str) -> UnitMatch:
    """The place against the lists of 2017 and 2024, from the province at its end to the commune."""
    parts, separators = _with_lost_separators(text)
    unknown = UnitMatch(text=text, known=False, changed=False)
    if len(parts) < 2:
        return unknown
    last = len(parts) - 1
    whole = place_key(f"{parts[last - 1]} - {parts[last]}")
    if whole in _provinces():
        return _below(parts, separators, last - 2, _inside(_provinces()[whole]), text)  # `Bà Rịa - Vũng Tàu`
    found = _unit(parts[last], _provinces())
    if found is None:
        return unknown
    districts = _inside(_provinces().get(found[1], ()))
    if not _spells(parts[last], found[1]) and _unit(parts[last - 1], districts) is None:
        return unknown  # `Tu Lý - Đà Bắc` ends with a district, not with the province of Hà Bắc
    parts[last] = found[0]
    return _below(parts, separators, last - 1, districts, text)


def _with_lost_separators(text: str) -> tuple[list[str], list[str]]:
    """Parts of a place and what separates them, with commas that went with the dotted line put back between units."""
    parts, separators = map(list, parted(text))
    if not separators:
        return parts, separators  # a writer who may not use any
    parts = _without_stray_hyphens(parts)
    usual = max(separators, key=separators.count)
    place = len(parts) - 1
    inside = _provinces()
    for _ in ("province", "district", "commune"):
        if place < 0:
            break
        if place_key(parts[place]) not in inside:
            divided = _divided(parts[place], inside)
            if divided is None:
                break
            parts[place : place + 1] = divided
            separators.insert(place, usual)
            place += 1
        inside = _inside(inside[place_key(parts[place])])
        place -= 1
    return parts, separators


def with_hamlet_word(text: str) -> str:
    """A place that begins with a numbered hamlet, with the word for it put right (`Buộn 3`, `Âp 5`, `Xám 7`), or with a
    township of whose kind half a word was lost."""
    return _HALF_TOWNSHIP.sub("thị trấn", _LIKE_HAMLET.sub(lambda found: _hamlet_word(found[0]), text))


def _hamlet_word(words: str) -> str:
    """The word for a hamlet whose letters some words have, or all but one; other words as they are."""
    plain = fold_tones(words)
    if len(plain) != len(words) or words.casefold() in _HAMLET_WORDS or plain in _BESIDE_NUMBERS:
        return words
    same = [word for word in _HAMLET_WORDS if fold_tones(word) == plain]
    near = [word for word in _HAMLET_WORDS if len(word) == len(plain) and _letters_off(fold_tones(word), plain) == 1]
    right = same or (near if len(plain) >= _SHORTEST_HAMLET and len(near) == 1 else [])
    return _in_case_of(words, right[0]) if right else words


def _letters_off(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def with_capital_i(text: str) -> str:
    """A place with `Ia` for the `la` it was read as, where the lists have a unit of that name and none with `La`."""
    return _LIKE_IA.sub(_ia, text)


def _ia(found: re.Match[str]) -> str:
    names = _unit_names()
    known = tone_key(f"Ia{found[1]}") in names and tone_key(f"La{found[1]}") not in names
    return f"Ia{found[1]}" if known else found.group()


def names_units(text: str) -> bool:
    """Whether every part of a place, hamlets aside, is the name of a unit with its marks; whatever lies in what."""
    bare = AUTHORITY.sub("", text)
    named = [part for part in parted(bare)[0] if part and not _HAMLET.fullmatch(part)]
    return bool(named) and all(tone_key(bare_name(part)) in _unit_names() for part in named)


@lru_cache(maxsize=1)
def _unit_names() -> frozenset[str]:
    districts = [district for province in provinces() for district in province.children]
    communes = [commune for district in districts for commune in district.children]
    return frozenset(tone_key(bare_name(unit.name)) for unit in (*provinces(), *districts, *communes))


def _without_stray_hyphens(parts: list[str]) -> list[str]:
    """The parts without hyphens inside names (`Vị-Xuyên`), where the writer does not set them elsewhere."""
    if not any(" " in part and "-" not in part and not _HAMLET.fullmatch(part) for part in parts):
        return parts
    return [part.replace("-", " ") if place_key(part) in _with_a_blank() else part for part in parts]


@lru_cache(maxsize=1)
def _with_a_blank() -> frozenset[str]:
    """Keys of communes, districts and provinces whose names have blanks and are nowhere written with a hyphen."""
    found: dict[str, list[str]] = {}
    districts = [district for province in provinces() for district in province.children]
    communes = [commune for district in districts for commune in district.children]
    for unit in (*provinces(), *districts, *communes):
        found.setdefault(place_key(unit.name), []).append(unit.name)
    return frozenset(key for key, names in found.items() if all(" " in n and "-" not in n for n in names))


def _divided(part: str, units: Mapping[str, tuple[Unit, ...]]) -> tuple[str, str] | None:
    """A part that ends with a unit of the list, and begins with one of that unit's own or with a numbered hamlet."""
    for gap in re.finditer(r"\s+", part):
        before, unit = part[: gap.start()], part[gap.end() :]
        found = units.get(place_key(unit))
        if found is None:
            continue
        if _HAMLET.fullmatch(before) or place_key(before) in _inside(found):
            return before, unit
    return None


def _below(
    parts: list[str], separators: list[str], place: int, districts: Mapping[str, tuple[Unit, ...]], text: str
) -> UnitMatch:
    found = _unit(parts[place], districts) if place >= 0 else None
    known = has_twin = False
    if found is not None:
        parts[place], key = found
        known = True
        if place >= 1:
            communes = _inside(districts[key])
            commune = _unit(parts[place - 1], communes)
            known = commune is not None
            if commune is not None:
                parts[place - 1] = commune[0]
                has_twin = _stood_together(communes[commune[1]])
    joined = "".join(part + (separators[i] if i < len(separators) else "") for i, part in enumerate(parts))
    return UnitMatch(text=joined, known=known, changed=joined != text, has_twin=has_twin)


@lru_cache(maxsize=1024)
def _stood_together(units: tuple[Unit, ...]) -> bool:
    """Whether two units of one key stood at the same time: two places, not one whose spelling changed."""
    return any(
        _letters(one.name) != _letters(other.name)
        and any(max(a[0], b[0]) <= min(a[1], b[1], _OLD) for a in one.periods for b in other.periods)
        for one, other in combinations(units, 2)
    )


def _unit(part: str, units: _Units) -> tuple[str, str] | None:
    """A part with its unit's name put right, and the unit's key; None when no unit of the list is near, or when of
    several with the same letters none is spelt so."""
    plain = fold_tones(part)
    if len(plain) != len(part):
        return None
    head, bare = kind_and_name(part)
    whole, key = place_key(part), place_key(bare)
    if whole != key and whole in units:  # `Phương Sơn`, `Tịnh Biên`: names that begin like a word for a kind
        head, bare, key = "", part, whole
    exact = key in units
    if not exact:
        near = sorted(units, key=lambda unit: -Levenshtein.normalized_similarity(key, unit))[:2]
        scores = [Levenshtein.normalized_similarity(key, unit) for unit in near]
        if (
            not near
            or len(key) < _SHORTEST
            or scores[0] < _LIKE
            or (len(scores) > 1 and scores[1] > scores[0] - _APART)
        ):
            return None
        key = near[0]
    names = {_letters(unit.name): unit.name for unit in reversed(units[key])}
    if exact and not names.keys().isdisjoint((_letters(bare), _letters(part))):
        return (_kind_word(head) + bare, key)
    if len(names) > 1:
        return None  # misread, and several names it may have been
    (name,) = names.values()
    if not head and _SHORT_START.match(plain):
        return part, key  # an abbreviated kind word stands in the part: left as written
    return named(head, bare, name), key


def kind_and_name(part: str) -> tuple[str, str]:
    """The word for the kind of a unit, with the blank behind it and its marks lost or not, and the unit's name."""
    plain = fold_tones(part)
    kind = _KIND_START.match(plain) if len(plain) == len(part) else None
    return (part[: kind.end()], part[kind.end() :]) if kind else ("", part)


def named(head: str, bare: str, name: str) -> str:
    """A unit's name in the place of what was read of it (`bare`), behind the word for its kind put right."""
    return _kind_word(head) + (name.upper() if bare.isupper() else name)


def is_hamlet(part: str) -> bool:
    """Whether a part of a place is a numbered hamlet."""
    return _HAMLET.fullmatch(part) is not None


def _spells(part: str, key: str) -> bool:
    """Whether a part has the letters of a unit's key, with or without a word for its kind, marks lost or not."""
    kind = _KIND_START.match(fold_tones(part))
    return key in (place_key(part), place_key(part[kind.end() :] if kind else part))


def _letters(text: str) -> str:
    """Letters with their marks alone: `D-Ran` and `D'Ran` are two habits of writing one name."""
    return re.sub(r"[\W_]", "", tone_key(text))


def _kind_word(head: str) -> str:
    """The word for the kind of unit with its marks (`huyên ` -> `huyện `), in the writer's letter case."""
    word = head.rstrip()
    if not word:
        return head
    return _in_case_of(word, _KINDS[re.sub(r"\s+", " ", fold_tones(word))]) + head[len(word) :]


def _in_case_of(word: str, right: str) -> str:
    if word.istitle() and " " in word:
        return right.title()
    return right.upper() if word.isupper() else right[0].upper() + right[1:] if word[0].isupper() else right
