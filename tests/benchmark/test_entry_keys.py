"""Keys an entry, counted as the review form works."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.entry_keys import entry_keys, stops
from benchmark.outcomes import FieldOutcome
from layouts.columns import FieldKind
from layouts.register_types import RegisterType

_PAPER = (((0.1, 0.1), (0.5, 0.1), (0.5, 0.2), (0.1, 0.2)),)


@pytest.mark.parametrize(
    ("right", "keys"),
    [
        ([True], 1),
        ([False], 1),
        ([True, True, True], 1),
        ([False, True, True], 2),
        ([True, False], 3),
        ([True, False, True], 3),
        ([False, False], 2),
    ],
)
def test_stops_of_one_run_of_ink(right: list[bool], keys: int) -> None:
    assert stops(right) == keys


def _outcome(column: str, *, entry: int = 0, text: str = "", flagged: bool = True, keys: int = 0) -> FieldOutcome:
    return FieldOutcome(
        path=Path("page.jpg"),
        entry=entry,
        column=column,
        kind=FieldKind.TEXT,
        register_type=RegisterType.BIRTH,
        form="birth-2015",
        script="typed",
        photo=False,
        written=text,
        text=text,
        standard=text,
        normalized=text,
        confidence=0.5,
        flagged=flagged,
        exact=not keys,
        letters=len(text),
        edits=keys,
        edits_without_case=keys,
        edits_without_tones=keys,
        keys=keys,
        keys_blank=len(text),
        placed=None,
        ink=_PAPER if text else (),
        quads=_PAPER if text else (),
    )


def test_fields_of_one_line_of_ink_are_one_stop_and_silent_errors_cost_nothing() -> None:
    paper = "CMND 123456789, 01/02/2010, CA Huế"
    outcomes = [
        _outcome("nycLoaiGiayToTuyThan", text=paper),
        _outcome("nycSoGiayToTuyThan", text=paper),
        _outcome("nycNgayCapGiayToTuyThan", text=paper, flagged=False),
        _outcome("nguoiKy", keys=4),
        _outcome("meHoTen", keys=3, flagged=False),
        _outcome("so", entry=1, flagged=False),
    ]
    (told,) = entry_keys(outcomes, lambda outcome: outcome.form)
    assert (told.group, told.entries) == ("birth-2015", 2)
    assert (told.stops, told.mending, told.keys) == (1.0, 2.0, 4.0)


def test_empty_fields_are_each_a_stop() -> None:
    (told,) = entry_keys([_outcome("nguoiKy"), _outcome("nguoiThucHien")], lambda outcome: outcome.script)
    assert told.stops == 2.0
