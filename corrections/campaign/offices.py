"""Offices that take part in the campaign, as a tree: communes below districts below a province, with their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from corrections.campaign.possible_days import is_day
from vietnamese.addresses import AUTHORITY, kinds_named, parted, place_key

__all__ = [
    "LONGEST_CODE",
    "LONGEST_NAME",
    "Office",
    "OfficeError",
    "OfficeLevel",
    "OfficeTree",
]


class OfficeError(Exception):
    """A unit, or a change of units, that cannot be; the message is Vietnamese and says what to do."""


class OfficeLevel(StrEnum):
    """Where an office of the campaign stands, as the list of units says; from below, as people choose it.

    `UnitKind` is the same ladder as read from the words of an address, where a name may fit several levels; an office
    has one, and the database holds it to these three. `AcceptanceLevel` says who accepts, not who keeps the books.
    """

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"

    @property
    def label(self) -> str:
        """Vietnamese name for screens and messages."""
        return {"commune": "Cấp xã", "district": "Cấp huyện", "province": "Cấp tỉnh"}[self.value]


LONGEST_CODE, LONGEST_NAME = 20, 200
"""Letters of a code and of a name; a package of figures carries no more."""
_OF_A_PROVINCE = "sở "
"""The word before an office that a province alone has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A unit that keeps registers or leads those that do."""

    id: int = 0
    code: str
    """Official code of the unit (`25195`); unique."""
    name: str
    """With the word for its kind (`Xã Lộc An`, `Sở Tư pháp`)."""
    level: OfficeLevel
    parent_id: int | None = None
    """None: it stands at the top."""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    area_officer: str = ""
    """Who of the unit above looks after it."""
    starts_on: str = ""
    """First day of its work, `yyyy-mm-dd`, or empty."""
    target_on: str = ""
    """Last day of its plan."""
    quota: int | None = None
    """Cases a machine and day; None: as the office's settings say."""
    machines: int | None = None
    cutoff: str = ""
    """Hour by which its figures of a day must be in, `15:00`; empty: as its level has it."""
    valid_from: str = ""
    """Day the unit came into being under this name; empty: always."""
    abolished_on: str = ""
    """First day on which it no longer exists; empty: it stands."""
    successor_id: int | None = None
    """Unit that has taken over its registers."""
    public_key: str = ""
    """Key with which its packages are signed, in hexadecimal digits."""
    note: str = ""

    def in_force(self, day: str) -> bool:
        """Whether the unit exists on a day (`yyyy-mm-dd`)."""
        return self.valid_from <= day and (not self.abolished_on or day < self.abolished_on)


class OfficeTree:
    """Units with who stands below whom; of a part of all, those whose unit above is missing stand at the top."""

    def __init__(
        self, offices: Iterable[Office], former_names: Mapping[int, Sequence[tuple[str, str]]] | None = None
    ) -> None:
        """Args:
        offices: the units.
        former_names: for a unit the names it had before, the oldest first, each with the first day on which it had it
            no more.
        """
        self._former = former_names or {}
        self.offices: Mapping[int, Office] = {office.id: office for office in offices}
        self._codes = {office.code: office for office in self.offices.values()}
        self._below: dict[int | None, list[Office]] = {}
        self._joined: dict[int, list[Office]] = {}
        for office in self.offices.values():
            above = office.parent_id if office.parent_id in self.offices else None
            self._below.setdefault(above, []).append(office)
            if office.successor_id is not None:
                self._joined.setdefault(office.successor_id, []).append(office)

    def __len__(self) -> int:
        return len(self.offices)

    def get(self, office_id: int | None) -> Office | None:
        """The unit of that id."""
        return self.offices.get(office_id) if office_id is not None else None

    def by_code(self, code: str) -> Office | None:
        """The unit of that code."""
        return self._codes.get(code.strip())

    def children(self, office_id: int | None) -> tuple[Office, ...]:
        """Units directly below; None asks for those at the top."""
        return tuple(self._below.get(office_id, ()))

    def joined_into(self, office_id: int) -> tuple[Office, ...]:
        """Former units whose registers this one has taken over."""
        return tuple(self._joined.get(office_id, ()))

    def subtree(self, office_id: int) -> frozenset[int]:
        """The unit, all below it, and all that were joined into one of them."""
        return self._reached(office_id, lambda _unit: True, lambda _unit: True)

    def counted_in(self, office_id: int, day: str) -> frozenset[int]:
        """Units whose registers are a unit's on a day (`yyyy-mm-dd`): its own, those below, those joined into them.

        A unit that was joined elsewhere counts there alone, whatever unit it stood below before.
        """
        return self._reached(office_id, lambda o: not self._is_joined(o, day), lambda o: self._is_joined(o, day))

    def _reached(
        self, office_id: int, below: Callable[[Office], bool], joined: Callable[[Office], bool]
    ) -> frozenset[int]:
        """The unit and all that is reached from it through such units below and such units joined into one."""
        found: set[int] = set()
        open_ids = [office_id]
        while open_ids:
            current = open_ids.pop()
            if current not in found:
                found.add(current)
                open_ids += [o.id for o in self.children(current) if below(o)]
                open_ids += [o.id for o in self.joined_into(current) if joined(o)]
        return frozenset(found)

    def counted_below(self, office_id: int | None, day: str) -> tuple[tuple[Office, frozenset[int]], ...]:
        """Each unit that stands directly below another on a day (None: at the top), with those that count for it.

        Every unit counts in one of these lines at most, so they may be added up.
        """
        above = (None,) if office_id is None else sorted(self.kept_by(office_id, day))
        heads = [head for one in above for head in self.children(one) if not self._is_joined(head, day)]
        return tuple((head, self.counted_in(head.id, day)) for head in sorted(heads, key=lambda o: (o.code, o.id)))

    def kept_by(self, office_id: int, day: str) -> frozenset[int]:
        """The unit and those that were joined into it by a day, and into them; none of those below."""
        joined = (one for one in self.joined_into(office_id) if self._is_joined(one, day))
        return frozenset({office_id}).union(*(self.kept_by(one.id, day) for one in joined))

    @staticmethod
    def _is_joined(office: Office, day: str) -> bool:
        return office.successor_id is not None and bool(office.abolished_on) and office.abolished_on <= day

    def in_force(self, day: str) -> tuple[Office, ...]:
        """Units that exist on a day, in the order of the tree."""
        return tuple(office for office in self.in_order() if office.in_force(day))

    def standing(self, office_id: int) -> Office | None:
        """The unit itself, or the one that has its registers today after joins."""
        return next(reversed(tuple(self._heirs(office_id))), None)

    def keeper_on(self, office_id: int | None, day: str) -> Office | None:
        """The unit itself, or the one that has its registers on a day."""
        office = None
        for office in self._heirs(office_id):
            if not office.abolished_on or day < office.abolished_on:
                break
        return office

    def name_on(self, office_id: int | None, day: str) -> str:
        """What the unit is called on a day, or the one that has its registers then; empty for none."""
        office = self.keeper_on(office_id, day)
        if office is None:
            return ""
        older = (name for until, name in self._former.get(office.id, ()) if day < until)
        return next(older, office.name)

    def renamed_on(self, office_id: int) -> str:
        """First day of a unit's present name; empty where it has always had it."""
        return max((until for until, _ in self._former.get(office_id, ())), default="")

    def _heirs(self, office_id: int | None) -> Iterator[Office]:
        """The unit, the one that has taken over its registers, and so on."""
        office, seen = self.get(office_id), set[int]()
        while office is not None and office.id not in seen:
            yield office
            seen.add(office.id)
            office = self.get(office.successor_id)

    def name_over(self, office_id: int | None, first: str, last: str, today: str) -> str:
        """What the unit is called from one day to another, with its name before or today: `Xã B (trước là Xã A)`.

        Days are `yyyy-mm-dd`.
        """
        name, before = self.name_on(office_id, last), self.name_on(office_id, first)
        if before != name:
            return f"{name} (trước là {before})"
        now = self.name_on(office_id, max(last, today))
        return f"{name} (nay là {now})" if now != name else name

    def name_with_former(self, office_id: int | None, today: str) -> str:
        """What the unit is called today, with the name before the last change: `Xã B (trước là Xã A)`."""
        heirs = tuple(self._heirs(office_id))
        days = [*(until for o in heirs for until, _ in self._former.get(o.id, ())), *(o.abolished_on for o in heirs)]
        changed = max((day for day in days if is_day(day) and day <= today), default="")
        if not changed:
            return self.name_on(office_id, today)
        before = dt.date.fromisoformat(changed) - dt.timedelta(days=1)
        return self.name_over(office_id, before.isoformat(), today, today)

    def ancestors(self, office_id: int) -> tuple[Office, ...]:
        """The unit and those above it, the lowest first."""
        line: list[Office] = []
        office = self.get(office_id)
        while office is not None and office not in line:
            line.append(office)
            office = self.get(office.parent_id)
        return tuple(line)

    def path(self, office_id: int) -> str:
        """`Tỉnh Bình Phước > Huyện Lộc Ninh > Xã Lộc An`."""
        return " > ".join(office.name for office in reversed(self.ancestors(office_id)))

    def in_order(self) -> tuple[Office, ...]:
        """Every unit, each below its parent, by code."""
        ordered: list[Office] = []

        def add(parent: int | None) -> None:
            for office in sorted(self._below.get(parent, ()), key=lambda o: (o.code, o.id)):
                ordered.append(office)
                add(office.id)

        add(None)
        return tuple(ordered)

    def of_words(self, words: str, day: str, within: frozenset[int] | None = None) -> Office | None:
        """The one unit that a register's words name (`UBND xã Lộc An, huyện Lộc Ninh`); None: none, or more than one.

        A unit above that the words name must be the one above it in the tree. Of a unit that is joined on that day
        (`yyyy-mm-dd`) the one that has its registers.
        """
        first, *rest = [part for part in parted(words)[0] if part.strip()] or [""]
        own = AUTHORITY.sub("", " ".join(first.split()))
        above = {place_key(part) for part in rest}
        levels = _levels_named(own)
        fitting = [
            office
            for office in self._named.get(place_key(own), ())
            if office.level in levels and self._fits(office, above)
        ]
        if within is not None:
            fitting = [o for o in fitting if o.id in within]
        standing = {s.id: s for o in fitting if (s := self.keeper_on(o.id, day)) is not None}
        return next(iter(standing.values())) if len(standing) == 1 else None

    @cached_property
    def _named(self) -> Mapping[str, list[Office]]:
        found: dict[str, list[Office]] = {}
        for office in self.offices.values():
            found.setdefault(place_key(office.name), []).append(office)
        return found

    def _fits(self, office: Office, above: set[str]) -> bool:
        line = {place_key(o.name) for o in self.ancestors(office.id)[1:]}
        return not line or not above or bool(line & above)


def _levels_named(name: str) -> tuple[OfficeLevel, ...]:
    """Levels a unit may have by the word for its kind; all of them where it has none that tells."""
    if name.casefold().startswith(_OF_A_PROVINCE):
        return (OfficeLevel.PROVINCE,)
    return tuple(OfficeLevel(kind) for kind in kinds_named(name)) or tuple(OfficeLevel)
