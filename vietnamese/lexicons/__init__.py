"""Word lists of registers: places, parts of names, ethnic groups, relations (origin: `ORIGIN.md`).

The lists propose; nothing may be refused because it is not in them. Every loader reads its file once a
process and hands out an immutable or never-changed value. All text is NFC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

__all__ = [
    "Place",
    "care_places",
    "death_causes",
    "ethnic_groups",
    "given_names",
    "middle_names",
    "minority_given_names",
    "minority_surnames",
    "nationalities",
    "places",
    "relations",
    "set_phrases",
    "signing_titles",
    "street_names",
    "surnames",
]

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One commune with the units above it, kind words included ("Xã Đồng Tâm", "Huyện Mỹ Đức", "Tỉnh ...").

    Attributes:
        province: e.g. "Thành phố Hà Nội".
        district: e.g. "Huyện Mỹ Đức".
        commune: e.g. "Xã Đồng Tâm"; empty for an island district without communes.
        newer: in the list of 2024 but not in that of 2017.
    """

    province: str
    district: str
    commune: str
    newer: bool


def _lines(name: str) -> list[str]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """All communes of 2017 and those new by 2024, in the order of the official codes."""
    found: list[Place] = []
    province = ""
    for line in _lines("places.txt"):
        if line.startswith("= "):
            province = line[2:]
            continue
        district, _, communes = line.partition(": ")
        for commune in communes.split("; "):
            name = commune.removeprefix("+")
            newer = commune.startswith("+")
            found.append(Place(province=province, district=district.rstrip(":"), commune=name, newer=newer))
    return tuple(found)


def _counts(name: str) -> Mapping[str, int]:
    rows = (line.split("\t") for line in _lines(name))
    return MappingProxyType({token: int(count) for token, count in rows})


@lru_cache(maxsize=1)
def surnames() -> Mapping[str, int]:
    """Surnames with their counts among 8,736 names."""
    return _counts("names_surname.tsv")


@lru_cache(maxsize=1)
def middle_names() -> Mapping[str, int]:
    """Middle names (one syllable each) with their counts."""
    return _counts("names_middle.tsv")


@lru_cache(maxsize=1)
def given_names() -> Mapping[str, int]:
    """Given names (one syllable each) with their counts; 1 where only a list without counts has it."""
    return _counts("names_given.tsv")


@lru_cache(maxsize=1)
def _minority_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, given = _lines("minority_names.txt")
    return tuple(dict.fromkeys(first.split())), tuple(dict.fromkeys(given.split()))


def minority_surnames() -> tuple[str, ...]:
    """First parts of names of ethnic minorities ("Điểu", "Y", "Giàng", "H'", "K'" ...)."""
    return _minority_names()[0]


def minority_given_names() -> tuple[str, ...]:
    """Further parts of names of ethnic minorities."""
    return _minority_names()[1]


@lru_cache(maxsize=1)
def ethnic_groups() -> Mapping[str, tuple[str, ...]]:
    """The 54 groups: usual name to every spelling registers use, the usual one first."""
    rows = (tuple(line.split("\t")) for line in _lines("ethnic_groups.tsv"))
    return MappingProxyType({row[0]: row for row in rows})


def _words(name: str) -> tuple[str, ...]:
    return tuple(word for line in _lines(name) for word in line.split("\t"))


@lru_cache(maxsize=1)
def relations() -> tuple[str, ...]:
    """How the person who reports is related to the person registered ("Bà ngoại")."""
    return _words("relations.txt")


@lru_cache(maxsize=1)
def nationalities() -> tuple[str, ...]:
    """Nationalities as clerks write them, "Việt Nam" first."""
    return _words("nationalities.txt")


@lru_cache(maxsize=1)
def death_causes() -> tuple[str, ...]:
    """Causes of death as clerks write them, in small letters."""
    return _words("death_causes.txt")


@lru_cache(maxsize=1)
def care_places() -> tuple[str, ...]:
    """Where people are born and die beside the units of the country ("bệnh viện đa khoa"), in small letters."""
    return _words("care_places.txt")


@lru_cache(maxsize=1)
def set_phrases() -> tuple[str, ...]:
    """What clerks write over and over in free text, in small letters: a row each for marital status, purposes, papers,
    changes and trades."""
    return _words("set_phrases.txt")


@lru_cache(maxsize=1)
def signing_titles() -> tuple[str, ...]:
    """Titles of those who sign entries and of those who write them ("phó chủ tịch"), in small letters."""
    return _words("signing_titles.txt")


@lru_cache(maxsize=1)
def street_names() -> tuple[str, ...]:
    """Names that streets bear in many towns ("Nguyễn Trãi"), without the word for street."""
    return _words("street_names.txt")
