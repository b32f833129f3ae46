"""What stands on top of a unit's papers: the authority above, its own name, and the place.

Order and wording of the heading: Nghị định 30/2020/NĐ-CP, annex I, part II, points 1-4 (the issuing body below the one
that it belongs to; the place is that of the unit). Who issues papers at each level: the plans of the campaign.
"""

from __future__ import annotations

from dataclasses import dataclass

from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from vietnamese.addresses import AUTHORITY, bare_name, kinds_named

__all__ = ["Letterhead", "letterhead_of", "police_of"]

_COMMITTEE, _POLICE = "UBND", "Công an"
_OFFICES = {OfficeLevel.DISTRICT: "Phòng Tư pháp", OfficeLevel.PROVINCE: "Sở Tư pháp"}
"""Which office of a district's or province's committee does the work; a commune's committee does it itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The heading of a document."""

    above: str
    """The authority above; empty: none is known."""
    own: str
    place: str


def letterhead_of(tree: OfficeTree, unit: Office, day: str) -> Letterhead:
    """What stands on top of a unit's papers of a day (`yyyy-mm-dd`).

    A unit that is called by its office (`Sở Tư pháp`) has no committee of its own above it.
    """
    place = bare_name(AUTHORITY.sub("", unit.name))
    if not kinds_named(AUTHORITY.sub("", unit.name)):
        return Letterhead(above=_committee_of(tree, unit.parent_id, day), own=unit.name, place="")
    if unit.level in _OFFICES:
        return Letterhead(above=_committee(unit.name), own=_OFFICES[unit.level], place=place)
    return Letterhead(above=_committee_of(tree, unit.parent_id, day), own=_committee(unit.name), place=place)


def police_of(head: Letterhead, unit: Office | None = None) -> Letterhead:
    """The same for the police of that unit: `UBND xã Lộc An` -> `Công an xã Lộc An`.

    Args:
        head: of the unit.
        unit: where it is known; else the names are taken from the heading.
    """
    if unit is not None and kinds_named(AUTHORITY.sub("", unit.name)):
        above = "" if unit.level in _OFFICES else head.above
        return Letterhead(above=_as_police(above), own=f"{_POLICE} {AUTHORITY.sub('', unit.name)}", place=head.place)
    return Letterhead(above=_as_police(head.above), own=_as_police(head.own), place=head.place)


def _committee_of(tree: OfficeTree, office_id: int | None, day: str) -> str:
    above = tree.keeper_on(office_id, day)
    return _committee(above.name) if above is not None and kinds_named(AUTHORITY.sub("", above.name)) else ""


def _committee(name: str) -> str:
    return f"{_COMMITTEE} {AUTHORITY.sub('', name)}"


def _as_police(name: str) -> str:
    bare = AUTHORITY.sub("", name)
    return f"{_POLICE} {bare}" if bare != name else name
