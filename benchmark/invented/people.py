"""Invented people for drawn register pages: names by frequency, families that agree with themselves.

Nobody here is real: surname, middle name and given name are drawn independently, numbers are random digits. Rare
names of ethnic minorities are drawn far more often than they occur, so that a reader that "corrects" them is caught.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from vietnamese.addresses import KIND_WORDS, bare_name
from vietnamese.lexicons import (
    Place,
    given_names,
    middle_names,
    minority_given_names,
    minority_surnames,
    places,
    surnames,
)

__all__ = ["InventedPerson", "day_between", "full_name", "invent_person", "random_place", "short_place"]

_MINORITIES = ("Tày", "Thái", "Mường", "Nùng", "Mông", "Dao", "Gia Rai", "Ê Đê", "Ba Na", "Chăm", "Cơ Ho", "Xtiêng",
               "Mnông", "Hrê", "Cơ Tu", "Giáy", "Hoa", "Hà Nhì", "Lào", "La Chí")  # fmt: skip
_FEMALE_MIDDLES = ("Thị", "Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Bích", "Mỹ", "Kim", "Hồng", "Phương")
_MALE_MIDDLES = ("Văn", "Văn", "Văn", "Đức", "Hữu", "Quang", "Minh", "Đình", "Xuân", "Công", "Ngọc", "Viết", "Bá")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPerson:
    """An invented person."""

    name: str
    female: bool
    born: date
    ethnic_group: str
    residence: str
    origin: str
    id_number: str


@lru_cache(maxsize=1)
def _weighted() -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
    tables = (surnames(), middle_names(), given_names())
    return tuple((tuple(table), tuple(table.values())) for table in tables)


def full_name(rng: random.Random, *, female: bool, surname: str | None = None, minority: bool = False) -> str:
    """A full name; of a minority's pattern when asked."""
    if minority and rng.random() < 0.8:
        first = surname or rng.choice(minority_surnames())
        given = rng.sample(minority_given_names(), rng.choice((1, 1, 2)))
        middle = ["Thị"] if female and rng.random() < 0.3 and first.isalpha() else []
        return _joined([first, *middle, *given])
    (family, family_n), (middle_all, middle_n), (given_all, given_n) = _weighted()
    first = surname or rng.choices(family, family_n)[0]
    second = rng.choice(_FEMALE_MIDDLES if female else _MALE_MIDDLES)
    if rng.random() >= 0.65:
        second = rng.choices(middle_all, middle_n)[0]
    # weights to the power one half: a rare given name must be met often enough to be measured
    weights = [count**0.5 for count in given_n]
    given = rng.choices(given_all, weights, k=1 if rng.random() < 0.75 else 2)
    return _joined([first, second, *dict.fromkeys(given)])


def _joined(words: list[str]) -> str:
    """Words of a name; "H'" and "K'" stand close to what follows."""
    text = ""
    for word in words:
        text += word if not text or text.endswith("'") else f" {word}"
    return text


def day_between(rng: random.Random, first: date, last: date) -> date:
    """A day of the period, both ends included."""
    return first + timedelta(days=rng.randint(0, max((last - first).days, 0)))


def random_place(rng: random.Random) -> Place:
    """A commune of the country, every district alike."""
    while True:
        place = rng.choice(places())
        if place.commune:
            return place


def short_place(rng: random.Random, place: Place, *, separator: str, hamlet: bool = False) -> str:
    """A place as clerks write it: "Thượng Lâm, Lâm Bình, Tuyên Quang", kind words or not, hamlet or not."""
    style = rng.random()
    commune, district, province = place.commune, place.district, place.province
    if style < 0.6:
        parts = [bare_name(commune), bare_name(district), bare_name(province)]
    elif style < 0.85:
        parts = [_lower_kind(commune), _lower_kind(district), _lower_kind(province)]
    else:
        parts = [_lower_kind(commune), bare_name(district), bare_name(province)]
    if hamlet:
        word = rng.choice(("Thôn", "Xóm", "Ấp", "Tổ", "Bản", "Khu phố", "Buôn"))
        parts.insert(0, f"{word} {rng.randint(1, 12)}")
    return separator.join(parts)


def _lower_kind(name: str) -> str:
    kind = next((word for word in KIND_WORDS if name.lower().startswith(f"{word} ")), "")
    return kind + name[len(kind) :]


def invent_person(
    rng: random.Random,
    *,
    female: bool,
    born_from: date,
    born_to: date,
    home: str,
    origin: str,
    surname: str | None = None,
    ethnic_group: str | None = None,
) -> InventedPerson:
    """A person of the given sex born in the period; a seventh of them belong to a minority unless told."""
    group = ethnic_group or (rng.choice(_MINORITIES) if rng.random() < 0.14 else "Kinh")
    digits = 12 if rng.random() < 0.2 else 9
    return InventedPerson(
        name=full_name(rng, female=female, surname=surname, minority=group not in ("Kinh", "Hoa")),
        female=female,
        born=day_between(rng, born_from, born_to),
        ethnic_group=group,
        residence=home,
        origin=origin,
        id_number="".join(rng.choices("0123456789", k=digits)),
    )
