"""A table's fold runs through a column: its halves on two scans are put together, or said to be missing."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmark.drawing.book import DrawnPage, draw_facing_pages
from benchmark.drawing.faults import Faults
from ocr.batch.page_reader import read_task
from ocr.readings import EntryReading, PageKind, PageReading, PageTask
from tests.ocr.spreads.test_facing_scans import coverage

pytestmark = pytest.mark.slow

FORM, CUT = "death-pre1999", ("nktNgayChet", "nktGioPhutChet")


@lru_cache(maxsize=4)
def facing(lost_mm: float) -> tuple[DrawnPage, DrawnPage]:
    faults = replace(Faults.clean(), skew_degrees=0.4)
    return draw_facing_pages(FORM, ink="typed", seed=26, faults=faults, gutter_mm=3.0, fold_mm=210.0, lost_mm=lost_mm)


def read(folder: Path, lost_mm: float = 0.0) -> PageReading:
    places = [folder / f"{side}-{lost_mm}.png" for side in (1, 2)]
    for page, place in zip(facing(lost_mm), places, strict=True):
        cv2.imwrite(str(place), page.image)
    outcome = read_task(PageTask(source=str(places[0]), page_after=(str(places[1]), 0)))
    assert isinstance(outcome, PageReading), outcome
    return outcome


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> PageReading:
    return read(tmp_path_factory.mktemp("fold"))


def written(reading: PageReading) -> list[tuple[EntryReading, dict[str, Any], dict[str, Any]]]:
    entries = [entry for entry in reading.entries if entry.state is PageKind.ENTRIES]
    left, right = (page.truth["entries"] for page in facing(0.0))
    return list(zip(entries, left, right, strict=True))


def plain(text: str) -> str:
    return "".join(text.split()).strip(".,").casefold()


def test_the_cut_column_is_read_whole_and_looked_at(joined: PageReading) -> None:
    assert joined.layout == FORM and joined.facing is not None
    right = [plain(e.fields[n].text) == plain(truth[n]["written"]) for e, truth, _ in written(joined) for n in CUT]
    assert np.mean(right) > 0.7
    over = [e.fields[n].flags for e, left, other in written(joined) for n in CUT if left[n]["ink"] and other[n]["ink"]]
    assert over and all("fold" in flags for flags in over)
    assert any("«Ngày, giờ chết»" in warning for warning in joined.warnings)


def test_the_other_columns_are_read_as_ever_and_told_on_their_scan(joined: PageReading) -> None:
    right, covered = [], []
    for entry, *truths in written(joined):
        for name, field in entry.fields.items():
            value = truths[0].get(name)
            if name not in CUT and value and value["written"]:
                right.append(plain(field.text) == plain(value["written"]))
                covered.append(coverage(field.quads, truths[int(field.facing)][name]["ink"]))
    assert np.mean(right) > 0.8 and np.mean(np.array(covered) > 0.85) > 0.8
    assert {field.facing for field in joined.entries[0].fields.values() if field.quads} == {False, True}


def test_the_seam_lies_where_the_pages_meet(joined: PageReading) -> None:
    assert joined.facing is not None
    box = joined.entries[0].fields[CUT[0]].box
    assert box is not None and box[0] < joined.facing.seam < box[2]


def test_letters_that_neither_scan_shows_are_never_taken_for_sure(tmp_path: Path) -> None:
    reading = read(tmp_path, lost_mm=4.0)
    for entry, (truth, _) in zip(
        reading.entries, zip(*(p.truth["entries"] for p in facing(4.0)), strict=True), strict=False
    ):
        for name in CUT:
            field = entry.fields[name]
            assert plain(field.text) == plain(truth[name]["written"]) or {"fold", "page_missing"} & set(field.flags)
