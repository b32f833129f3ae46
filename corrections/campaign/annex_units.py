"""Whose line of an annex is whose here: by the unit's name, or by that of the office that keeps a level's registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from corrections.campaign.counts import annex_words
from corrections.campaign.offices import OfficeLevel
from corrections.search_keys import search_key
from vietnamese.addresses import place_key

__all__ = ["lines_by_name", "office_named"]

_Line = TypeVar("_Line")


def office_named(words: str) -> tuple[OfficeLevel | None, str]:
    """The level whose office is named, and the unit's own name behind it.

    `Phòng Tư pháp huyện Lộc Ninh` -> district, `huyện Lộc Ninh`; `Sở Tư pháp` -> province, empty; of a unit's own name
    the level is None.
    """
    parts = words.split()
    for level, offices in annex_words()["offices"].items():
        for office in offices:
            count = len(office.split())
            if search_key(" ".join(parts[:count])) == office:
                return OfficeLevel(level), " ".join(parts[count:])
    return None, " ".join(parts)


def lines_by_name(
    lines: Sequence[_Line], name_of: Callable[[_Line], str], level_of: Callable[[_Line], OfficeLevel | None]
) -> Callable[[str], _Line | None]:
    """Finds the line of a unit as an annex calls it; None for one that is not among the lines.

    An office without a unit's name means the one line of its level; of several nobody knows which.

    Args:
        lines: of units here.
        name_of: what a line's unit is called.
        level_of: its level; None: as its name says.
    """
    by_name: dict[str, _Line] = {place_key(office_named(name_of(line))[1]): line for line in lines}
    by_level: dict[OfficeLevel, list[_Line]] = {}
    for line in lines:
        level = level_of(line) or office_named(name_of(line))[0]
        if level is not None:
            by_level.setdefault(level, []).append(line)
    return lambda words: _found(words, by_name, by_level)


def _found(words: str, by_name: Mapping[str, _Line], by_level: Mapping[OfficeLevel, list[_Line]]) -> _Line | None:
    level, name = office_named(words)
    if name:
        return by_name.get(place_key(name))
    alone = by_level.get(level, []) if level is not None else []
    return alone[0] if len(alone) == 1 else None
