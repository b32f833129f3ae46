"""Days and moments as people read them, and that no other module writes them in its own way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vietnamese.shown_time import LOCAL, day_and_month, day_text, dotted_day, local_day, local_time, shown_day

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench")
FORMAT = re.compile(r"(?<!\")%d[./]%m|strftime\(\"%d")
"""A format of days; one that is only read by, a whole text in quotes for `strptime`, is left alone."""


def test_days_have_two_figures_and_years_four() -> None:
    day = date(987, 3, 9)
    assert (day_text(day), dotted_day(day), day_and_month(day)) == ("09/03/0987", "09.03.0987", "09/03")
    assert shown_day("1998-05-20") == "20/05/1998"
    assert shown_day("") == "...../...../........"


def test_moments_are_told_by_vietnams_clock() -> None:
    late = datetime(2026, 11, 30, 18, 5, tzinfo=UTC)
    assert local_time(late) == "01/12/2026 01:05"
    assert local_time(late.replace(tzinfo=None)) == "01/12/2026 01:05", "without a zone it is UTC, as stored"
    assert local_time(late.astimezone(LOCAL)) == "01/12/2026 01:05"
    assert local_day(late) == "01/12/2026"
    assert local_time(None) == ""


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_has_a_way_of_its_own_to_write_days(room: str) -> None:
    own = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in (ROOT / room).rglob("*.py")
        for found in FORMAT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert own == []
