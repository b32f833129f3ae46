"""Checks on one entry, on pre-fill and on every save: errors and unusual things, each with its rule's source.

A finding never blocks by itself: it names the columns, says in Vietnamese what to look at, and leaves the decision
to a person. What only the other entries of the book can tell is in `corrections.checks_book`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corrections.checks_dates import check_dates
from corrections.checks_people import check_people
from corrections.checks_places import check_places
from corrections.checks_values import check_values
from corrections.entries import FieldValue, Finding, Severity
from layouts.columns import columns_by_name
from layouts.register_types import RegisterType

__all__ = ["MISREADING_SIGNS", "check_entry", "check_fields", "kept_remarks", "page_remarks", "unsigned_remarks"]

_PAGE, _UNSIGNED = "page", "unsigned"

MISREADING_SIGNS = frozenset(
    {
        "date_words_differ",
        "date_impossible",
        "registration_before_event",
        "death_before_birth",
        "parent_not_older",
        "id_number_length",
        "id_number_differs",
        "informant_nearly_same",
        "name_shape",
        "number_year_differs",
        "page_not_a_number",
        "time_of_death",
    }
)
"""Checks that fail more often because the machine misread than because the book is odd."""


def page_remarks(warnings: Iterable[str]) -> tuple[Finding, ...]:
    """What the machine warned of a whole page (two forms that both fit, a missing half), as remarks on its entries."""
    return tuple(Finding(check=_PAGE, severity=Severity.UNUSUAL, message=text) for text in dict.fromkeys(warnings))


def unsigned_remarks(titles: Iterable[str]) -> tuple[Finding, ...]:
    """Remarks on an entry below whose official titles nobody signed."""
    return tuple(
        Finding(
            check=_UNSIGNED,
            severity=Severity.UNUSUAL,
            message=f"Chưa thấy chữ ký dưới {_either(title)}; hãy xem ảnh trang và báo người phụ trách nếu trong sổ "
            "để trống.",
        )
        for title in titles
    )


def _either(title: str) -> str:
    """`«A»`, or `«A» hoặc «B»` where the form prints two titles over one signature."""
    return " hoặc ".join(f"«{one}»" for one in title.split(" / "))


def kept_remarks(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The remarks on the page: no value that a person enters settles them."""
    return tuple(finding for finding in findings if finding.check in (_PAGE, _UNSIGNED))


def check_entry(
    register_type: RegisterType, values: Mapping[str, str], texts: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """All findings on an entry.

    Args:
        register_type: type of the register.
        values: standard values by column; a missing column counts as empty.
        texts: values as written by column, where they say more than the standard value (lunar dates, ages, years
            behind numbers); None when there are none.
    """
    known = columns_by_name(register_type)
    written = texts or {}
    return (
        *check_values(register_type, known, values, written),
        *check_dates(register_type, known, values, written),
        *check_people(register_type, known, values),
        *check_places(known, values),
    )


def check_fields(register_type: RegisterType, fields: Mapping[str, FieldValue]) -> tuple[Finding, ...]:
    """All findings on the values of an entry, by column."""
    return check_entry(
        register_type,
        {name: value.normalized for name, value in fields.items()},
        {name: value.text for name, value in fields.items()},
    )
