"""Who recognises whom on the form of 2006: it prints the one who recognises first, the standard has parent and child.

Mostly a parent recognises a child, and so the form's file names the columns. Where a child recognises a parent the two
blocks are each other's (`columns_if_child_recognises`). Nothing on the page tells which it is but the dates of birth.
"""

from __future__ import annotations

import re
from dataclasses import replace

from layouts.columns import FieldKind, column
from layouts.forms import FormTemplate
from ocr.readings import Engine, EntryReading, FieldReading

__all__ = ["CHILD_RECOGNISES", "parent_and_child"]

CHILD_RECOGNISES = "child_recognises"
"""Flag of all that stands in the two blocks: a person looks at the dates by which they are told apart, and at what
changed its place with them, however well it was read."""
_YOUNGEST_PARENT = 12
"""Years from the birth of a parent to that of a child at the least, as the checks have it (`PARENT_AGES` in
`corrections/checks_dates.py`)."""
_NO_SPACE = 0.97
"""How sure a column is empty for which the page has no space: as one whose space has no ink (`compose.py`)."""
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")


def parent_and_child(entry: EntryReading, template: FormTemplate) -> EntryReading:
    """The entry by the columns of parent and child, whoever of them is printed first.

    Args:
        entry: by the columns of a page on which a parent recognises a child.
        template: its form; most name nothing that could be another's.

    Returns:
        The entry as it was, unless the first is younger than the second by more than a parent can be older than a
        child the other way round: a year that was not read changes nothing.
    """
    moves = template.columns_if_child_recognises
    born = [name for name in template.column_names if name in moves and _is_date(name, template)]
    if not born or not _surely_younger(*(entry.fields[name].text for name in born)):
        return entry
    fields: dict[str, FieldReading] = {}
    for name, reading in entry.fields.items():
        if now := moves.get(name, name):
            flags = (*reading.flags, CHILD_RECOGNISES) if name in moves and reading.text else reading.flags
            fields[now] = replace(reading, column=now, flags=flags)
    for name in template.column_names:
        fields.setdefault(name, FieldReading(column=name, text="", confidence=_NO_SPACE, engine=Engine.NONE))
    return replace(entry, fields=fields, printed_as={now: name for name, now in moves.items() if now})


def _is_date(name: str, template: FormTemplate) -> bool:
    return column(template.register_type, name).kind is FieldKind.DATE


def _surely_younger(first: str, second: str) -> bool:
    years = [[int(year) for year in _YEAR.findall(text)] for text in (first, second)]
    return all(len(found) == 1 for found in years) and years[0][0] - years[1][0] >= _YOUNGEST_PARENT
