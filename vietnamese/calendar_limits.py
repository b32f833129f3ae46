"""What days, months and clocks can say: the limits that readers, rules and checks share.

Which years can be depends on what is dated: a person named in a register, or a book.
"""

from __future__ import annotations

__all__ = [
    "DATE_PARTS",
    "DAYS",
    "FULL_YEAR",
    "HOURS",
    "LAST_HOUR",
    "LUNAR_MONTH_DAYS",
    "MINUTES",
    "MONTHS",
    "YEARS_OF_BOOKS",
    "YEARS_OF_PEOPLE",
]

DAYS, MONTHS = range(1, 32), range(1, 13)
LUNAR_MONTH_DAYS = 30
"""Most days of a month of the lunar calendar."""
HOURS, MINUTES, LAST_HOUR = range(24), range(60), 24
"""24 o'clock is written for midnight."""
DATE_PARTS, FULL_YEAR = 3, 4
"""Numbers of a whole date; figures of a year written out."""
YEARS_OF_PEOPLE = range(1850, 2101)
"""Of anyone named in a register, with room for slips that a person must see."""
YEARS_OF_BOOKS = range(1945, 2100)
"""Civil status has been kept in books like these since 1945."""
