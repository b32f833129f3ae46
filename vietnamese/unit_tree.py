"""The tree of administrative units: provinces hold districts, districts hold communes, each with the years it stood.

What stood in 2017 and 2024 comes from `lexicons/data/places.txt`, the years and the units that ended before from the
table of `dated_units.py`. A unit that ended holds what its heirs hold, besides what the table says of its own, so that
an address in `Cẩm Bình` or `Sông Bé` finds its communes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from vietnamese import lexicons
from vietnamese.addresses import WORD, UnitKind, bare_name, place_key
from vietnamese.dated_units import DatedUnit, UnitPath, UnitTableError, dated_units
from vietnamese.letters import tone_key

__all__ = ["Unit", "by_key", "provinces", "same_path"]

_ALWAYS, _STILL = 1900, 9999
"""Years of a unit whose beginning or end no list tells; registers begin later than the first."""
_NEWEST_LIST = 2018
"""Units that only the list of 2024 has were made, or respelt, after this year began."""
_BELOW = {UnitKind.PROVINCE: UnitKind.DISTRICT, UnitKind.DISTRICT: UnitKind.COMMUNE}

_Years = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """An administrative unit under one of its names, below one parent."""

    kind: UnitKind
    name: str
    """Without the word for its kind (`Mỹ Đức`); a numbered one keeps it (`Quận 7`)."""
    key: str
    """`place_key` of the name: units that differ in marks alone share it."""
    spelt: str
    """Its words in small letters with their marks."""
    words: int
    """How many they are."""
    periods: tuple[_Years, ...] = ((_ALWAYS, _STILL),)
    """First and last years in which it stood, in order: `Hậu Giang` stood from 1976 to 1991, and again from 2004."""
    followed_by: tuple[UnitPath, ...] = ()
    """What its area belonged to after it ended; empty while it stands."""
    children: tuple[Unit, ...] = ()
    first_year: int = _ALWAYS
    """Of its first period."""
    last_year: int = _STILL
    """Of its last period."""

    @property
    def stands(self) -> bool:
        """Whether the name is still used."""
        return self.last_year == _STILL

    def stood_in(self, year: int) -> bool:
        """Whether it stood in a year, below the parent it hangs on here."""
        return any(first <= year <= last for first, last in self.periods)


@lru_cache(maxsize=1024)
def by_key(units: tuple[Unit, ...]) -> Mapping[str, tuple[Unit, ...]]:
    """Units by their keys; several where a list spells one differently, or two differ in a tone only."""
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        found[unit.key] = (*found.get(unit.key, ()), unit)
    return found


@lru_cache(maxsize=1)
def provinces() -> tuple[Unit, ...]:
    """The tree: provinces that are listed, in the order of their codes, then those that ended.

    Raises:
        UnitTableError: a line of the table names a parent, or what followed, that is nowhere.
    """
    top = _listed()
    rows = sorted(dated_units(), key=lambda row: len(row.path))  # parents first
    for row in rows:
        _enter(top, row)
    done: set[int] = set()
    for row in rows:
        for node in _find(top, row.path):
            _inherit(top, node, done)
    return _frozen(top, UnitKind.PROVINCE, {})


def same_path(one: UnitPath, other: UnitPath) -> bool:
    """Whether two paths name one unit, wherever the tone marks stand (`Hoà`, `Hòa`)."""
    return tuple(map(tone_key, one)) == tuple(map(tone_key, other))


@dataclass(slots=True, eq=False)
class _Node:
    """A unit while the tree is put together."""

    name: str
    years: _Years | None = None
    """As the lists have it; None for a unit that only the table has."""
    rows: list[DatedUnit] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)
    """By bare name."""
    lent: _Years | None = None
    """Of a unit of an heir, seen below the unit that ended: the years in which it lay there."""

    def periods(self) -> tuple[_Years, ...]:
        """The table's periods where it tells them all, else the list's years: a name that lived on has no beginning."""
        if self.lent is not None:
            return (self.lent,)
        told = sorted((row.first_year or _ALWAYS, row.last_year or _STILL) for row in self.rows)
        lives_on = any(same_path(row.path, heir) for row in self.rows for heir in row.followed_by)
        if not told or (self.years is not None and lives_on and told[-1][1] != _STILL):
            return (self.years or (_ALWAYS, _STILL),)
        return tuple(told)

    def followed_by(self) -> tuple[UnitPath, ...]:
        """What the table says of its last end."""
        ended = [row for row in self.rows if row.last_year is not None]
        return max(ended, key=lambda row: row.last_year or 0).followed_by if ended else ()


def _listed() -> dict[str, _Node]:
    """Provinces, districts and communes of the lists; the town and the rural district of one name are one."""
    top: dict[str, _Node] = {}
    always = (_ALWAYS, _STILL)
    by_district = groupby(lexicons.places(), key=lambda place: (place.province, place.district))
    for (province_name, district_name), places in by_district:
        province = _child(top, bare_name(province_name), always)
        district = _child(province.children, bare_name(district_name), always)
        for place in places:
            if place.commune:
                commune = _child(district.children, bare_name(place.commune))
                commune.years = (_NEWEST_LIST, _STILL) if place.newer and commune.years != always else always
    return top


def _child(inside: dict[str, _Node], name: str, years: _Years | None = None) -> _Node:
    if name not in inside:
        inside[name] = _Node(name, years)
    return inside[name]


def _find(inside: dict[str, _Node], path: UnitPath) -> list[_Node]:
    """The units of a path; several where the lists of two years spell one differently."""
    found = [node for name, node in inside.items() if tone_key(name) == tone_key(path[0])]
    return found if len(path) == 1 else [node for above in found for node in _find(above.children, path[1:])]


def _enter(top: dict[str, _Node], row: DatedUnit) -> None:
    """A line of the table put to its unit, which is added where the lists have none."""
    *above, name = row.path
    parents = [node.children for node in _find(top, tuple(above))] if above else [top]
    if not parents:
        raise UnitTableError(f"{'/'.join(row.path)}: không thấy đơn vị cấp trên trong danh mục.")
    for inside in parents:
        for node in _find(inside, (name,)) or [inside.setdefault(name, _Node(name))]:
            node.rows.append(row)


def _inherit(top: dict[str, _Node], node: _Node, done: set[int]) -> None:
    """A unit that ended, or a name that went on with less, gets what its heirs hold, for the years it stood."""
    if id(node) in done:
        return
    done.add(id(node))
    for row in node.rows:
        for path in row.followed_by:
            heirs = _find(top, path)
            if not heirs:
                raise UnitTableError(f"{'/'.join(row.path)}: không thấy {'/'.join(path)} trong danh mục.")
            if path in row.taken_in_by or same_path(path, row.path):
                continue
            for heir in heirs:
                _inherit(top, heir, done)
                _lend(heir, path, node, row)


def _lend(heir: _Node, heir_path: UnitPath, node: _Node, row: DatedUnit) -> None:
    """What an heir holds as the older unit held it; not what was made later, nor what a unit of its own became."""
    claimed = [path for child in node.children.values() for own in child.rows for path in own.followed_by]
    first, last = row.first_year or _ALWAYS, row.last_year or _STILL
    began = heir.periods()[0][0]
    for child in heir.children.values():
        periods = child.periods()
        child_first, child_last = periods[0][0], periods[-1][1]
        made_later = child_first > began and child_first >= last
        known = child.name in node.children or any(same_path(path, (*heir_path, child.name)) for path in claimed)
        if not known and not made_later and child_last >= last:
            years = (child_first if first < child_first < last else first, last)
            node.children[child.name] = _Node(child.name, None, child.rows, child.children, years)


def _frozen(inside: dict[str, _Node], kind: UnitKind, seen: dict[int, tuple[Unit, ...]]) -> tuple[Unit, ...]:
    """The units of one parent; what an heir lends is made once."""
    found = seen.get(id(inside))
    if found is None:
        nodes = sorted(inside.values(), key=lambda node: node.name) if kind is UnitKind.COMMUNE else inside.values()
        found = seen[id(inside)] = tuple(_unit(node, kind, seen) for node in nodes)
    return found


def _unit(node: _Node, kind: UnitKind, seen: dict[int, tuple[Unit, ...]]) -> Unit:
    periods = node.periods()
    words = WORD.findall(node.name)
    ended = periods[-1][1] != _STILL
    return Unit(
        kind=kind,
        name=node.name,
        key=place_key(node.name),
        spelt=" ".join(words).casefold(),
        words=len(words),
        periods=periods,
        followed_by=node.followed_by() if ended else (),
        children=_frozen(node.children, _BELOW[kind], seen) if kind in _BELOW else (),
        first_year=periods[0][0],
        last_year=periods[-1][1],
    )
