"""A written address: the words for the kinds of units, and what parts one unit from the next.

    thôn 4, xã Đồng Tâm, huyện Mỹ Đức - Hà Nội
    ------  -----------  ------------   ------    parts; between them their signs

Everything that takes an address apart, or the word for its kind off a unit's name, goes through here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from vietnamese.letters import fold_spaces, fold_tones

__all__ = [
    "AUTHORITY",
    "KIND_WORDS",
    "SHORT_KINDS",
    "UNIT_WORDS",
    "WORD",
    "UnitKind",
    "UnitWord",
    "bare_name",
    "kinds_named",
    "parted",
    "pieces",
    "place_key",
]


class UnitKind(StrEnum):
    """The level of a unit in an address: whatever it is called there, town or rural district, ward or commune.

    What a name may mean, of any year. Which level an office of the campaign has is said by people (`OfficeLevel`).
    """

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWord:
    """A word for the kind of a unit, as it stands before the unit's name."""

    word: str
    kinds: tuple[UnitKind, ...]
    """Levels that units called so may have: a town may be of the district's or the province's level."""
    short: tuple[str, ...] = ()
    """What clerks shorten it to, in small letters."""
    in_registers: bool = True
    """Whether registers on paper have it."""


UNIT_WORDS = (
    UnitWord(word="tỉnh", kinds=(UnitKind.PROVINCE,), short=("t.",)),
    UnitWord(word="thành phố", kinds=(UnitKind.PROVINCE, UnitKind.DISTRICT), short=("tp.", "t.p.")),
    UnitWord(word="huyện", kinds=(UnitKind.DISTRICT,), short=("h.",)),
    UnitWord(word="quận", kinds=(UnitKind.DISTRICT,), short=("q.",)),
    UnitWord(word="thị xã", kinds=(UnitKind.DISTRICT,), short=("tx.", "t.x.")),
    UnitWord(word="xã", kinds=(UnitKind.COMMUNE,), short=("x.",)),
    UnitWord(word="phường", kinds=(UnitKind.COMMUNE,), short=("p.", "f.")),
    UnitWord(word="thị trấn", kinds=(UnitKind.COMMUNE,), short=("tt.", "t.t.")),
    UnitWord(word="đặc khu", kinds=(UnitKind.COMMUNE,), in_registers=False),
)
"""Every word for a kind of unit (`đặc khu` since 1 July 2025: no register on paper knows it)."""

KIND_WORDS = tuple(unit.word for unit in UNIT_WORDS if unit.in_registers)
"""The words of registers, written out."""
SHORT_KINDS = tuple(short for unit in UNIT_WORDS for short in unit.short)
"""What they are shortened to."""


def _kind_pattern(written: str) -> str:
    """The full stop behind a single letter must stand; behind several clerks leave it out."""
    may_lack = written.endswith(".") and len(written) > len("p.")
    return re.escape(written.removesuffix(".")) + r"\.?" if may_lack else re.escape(written)


_BY_WRITTEN = {written: unit for unit in UNIT_WORDS for written in (unit.word, *unit.short)}
_KIND_START = re.compile(
    rf"^({'|'.join(_kind_pattern(written) for written in sorted(_BY_WRITTEN, key=len, reverse=True))})\s*(?=\S)", re.I
)
AUTHORITY = re.compile(r"^\s*(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân)\s+", re.I)
"""The words for a people's committee before the name of its unit."""
WORD = re.compile(r"[^\s,;–-]+")
"""A word of an address: what stands between blanks, commas and dashes."""
_SIGN = r"\s*(?:[,;]|\s[-–]|[-–]\s)(?:\s*[,;]|\s*[-–](?=\s|[,;]))*\s*"
"""A comma or a dash with a blank beside it; of several signs in a row all but one are specks."""
_STOP = r"(?<!\b[A-Z])(?<!\b[Tt][PpXxTt])\.\s+(?=[A-ZĐ])"
"""A full stop behind a name, none that shortens a word (`TP. Huế`, `H. Mỹ Đức`)."""
_SIGNS, _SIGNS_AND_STOPS = re.compile(f"({_SIGN})"), re.compile(f"({_SIGN}|{_STOP})")


def bare_name(name: str) -> str:
    """A unit's name without the word for its kind (`Huyện Mỹ Đức` -> `Mỹ Đức`; `Quận 7` keeps its number)."""
    folded = fold_spaces(name)
    bare = _KIND_START.sub("", folded)
    return folded if bare.isdecimal() else bare


@lru_cache(maxsize=32768)
def place_key(name: str) -> str:
    """Key of a unit's name without kind words, tone marks, hyphens and spaces."""
    return re.sub(r"[^a-z0-9]", "", fold_tones(bare_name(name)))


def kinds_named(name: str) -> tuple[UnitKind, ...]:
    """Levels that a unit may have by the word at the start of its name; none where no such word stands there."""
    found = _KIND_START.match(fold_spaces(name))
    if found is None:
        return ()
    written = found[1].casefold()
    return (_BY_WRITTEN.get(written) or _BY_WRITTEN[f"{written}."]).kinds


@lru_cache(maxsize=8192)
def pieces(address: str, *, stops: bool = False) -> tuple[str, ...]:
    """Parts of an address with the signs between them: part, sign, part, and so on; joined they are the address.

    Args:
        address: as written.
        stops: whether a full stop parts units too. One that ends a name and one that shortens a word look alike, so
            only who looks for the province at the end asks for it.
    """
    return tuple((_SIGNS_AND_STOPS if stops else _SIGNS).split(address))


@lru_cache(maxsize=8192)
def parted(address: str, *, stops: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts of an address, and the signs between them (one fewer); arguments as for `pieces`."""
    found = pieces(address, stops=stops)
    return found[::2], found[1::2]
