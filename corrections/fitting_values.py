"""Whether a value can be right in a field, beside the text that stands there and the rest of its entry and book."""

from __future__ import annotations

from collections.abc import Mapping

from corrections import lists
from corrections.checks_dates import check_dates
from corrections.entries import Severity
from corrections.normalise import normalise
from layouts.columns import Column, FieldKind, columns_by_name
from vietnamese.units import same_area, split_place

__all__ = ["EACH_ITS_OWN", "disproved", "elsewhere", "is_dwelling", "meant", "name_of_list"]

EACH_ITS_OWN = frozenset(
    {
        FieldKind.DATE,
        FieldKind.DATE_WORDS,
        FieldKind.NUMBER,
        FieldKind.REGISTRATION_NUMBER,
        FieldKind.PAGE,
        FieldKind.ID_NUMBER,
        FieldKind.TIME_OF_DEATH,
    }
)
"""What belongs to one person or one entry: another's is never right here."""
_FIGURES = EACH_ITS_OWN - {FieldKind.DATE_WORDS}
_LISTS = {FieldKind.ETHNIC_GROUP: lists.ethnic_group, FieldKind.NATIONALITY: lists.nationality}
_DWELLINGS = ("NoiCuTru", "QueQuan", "NoiSinh", "NoiChet")
"""How columns end that hold where somebody lives or comes from; the other places are authorities."""


def name_of_list(kind: FieldKind, text: str) -> str | None:
    """The name in the standard list that a text surely is; None for kinds without a list, and where it is not sure."""
    look_up = _LISTS.get(kind)
    match = look_up(text) if look_up else None
    return match.value if match and match.certain else None


def is_dwelling(column: Column) -> bool:
    """Whether the column holds where a person lives, was born or comes from."""
    return column.name.endswith(_DWELLINGS)


def elsewhere(place: str, text: str, province: str) -> bool:
    """Whether a place lies in another province than the text says, or than the book's where the text says none."""
    here, there = split_place(text).province or province, split_place(place).province
    return bool(here and there) and not same_area(here, there)


def meant(column: Column, text: str, context: Mapping[str, str]) -> str:
    """What a text means here: equal for two that say one date, number or name of a list, or differ in signs alone, or
    in what other columns take from them."""
    if name := name_of_list(column.kind, text):
        return name
    value = normalise(column, text, context=context).value
    if not value:
        return text
    return value if column.kind in _FIGURES or context.get("shared") else f"{value} {_bare(text)}"


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def disproved(column: Column, value: str, values: Mapping[str, str]) -> bool:
    """Whether a date makes an error with the others of its entry that does not stand there already."""
    return bool(_errors_at(column, {**values, column.name: value}) - _errors_at(column, values))


def _errors_at(column: Column, values: Mapping[str, str]) -> set[str]:
    found = check_dates(column.register_type, columns_by_name(column.register_type), values, {})
    return {one.check for one in found if one.severity is Severity.ERROR and column.name in one.columns}
