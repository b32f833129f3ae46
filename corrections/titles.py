"""What people call an entry: its register number and whom it is about, wherever the record has an id."""

from __future__ import annotations

from corrections.entries import Entry
from layouts.register_types import RegisterType

__all__ = ["citizen", "entry_title"]

_CITIZEN = {
    RegisterType.BIRTH: ("nksHoTen",),
    RegisterType.DEATH: ("nktHoTen",),
    RegisterType.MARRIAGE: ("chongHoTen", "voHoTen"),
}
"""Whom an entry is about, by type; for the others the first name of a person in column order."""


def entry_title(entry: Entry) -> str:
    """Number and citizen as written in the book; empty when neither was read."""
    number = entry.fields["so"].text.strip() if "so" in entry.fields else ""
    return " · ".join(part for part in (f"số {number}" if number else "", citizen(entry)) if part)


def citizen(entry: Entry) -> str:
    """Whom the entry is about, as written."""
    wanted = _CITIZEN.get(entry.register_type) or tuple(n for n in entry.fields if n.endswith("HoTen"))[:1]
    return ", ".join(entry.fields[n].text for n in wanted if n in entry.fields and entry.fields[n].text)
