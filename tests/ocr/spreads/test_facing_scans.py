"""Tables over two pages that were scanned one by one: each row is one entry, whatever the scanner did."""

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
from layouts.loader import shipped_template
from layouts.register_types import RegisterType
from ocr.batch.page_reader import read_task
from ocr.forms.half_tables import LEFT, RIGHT, facing_side, half_tables
from ocr.readings import Engine, EntryReading, FieldReading, PageKind, PageReading, PageTask
from ocr.spreads.facing_scans import joined_rows
from tests.ocr.drawn import coverage

pytestmark = pytest.mark.slow

FORM = "death-pre1999"


@lru_cache(maxsize=1)
def facing() -> tuple[DrawnPage, DrawnPage]:
    faults = replace(Faults.clean(), skew_degrees=0.4)
    return draw_facing_pages(FORM, ink="typed", seed=1, faults=faults)


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("facing")
    places = (str(folder / "1.png"), str(folder / "2.png"))
    for page, place in zip(facing(), places, strict=True):
        cv2.imwrite(place, page.image)
    return places


def read(source: str, **task: Any) -> PageReading:
    outcome = read_task(PageTask(source=source, **task))
    assert isinstance(outcome, PageReading), outcome
    return outcome


@pytest.fixture(scope="module")
def joined(scans: tuple[str, str]) -> PageReading:
    return read(scans[0], page_after=(scans[1], 0))


def test_each_row_of_both_pages_is_one_entry(joined: PageReading) -> None:
    truth = facing()[0].truth["entries"]
    assert joined.layout == FORM and joined.facing is not None
    written = [entry for entry in joined.entries if entry.state is PageKind.ENTRIES]
    assert len(written) == len(truth)
    assert all(tuple(entry.fields) == shipped_template(FORM).column_names for entry in joined.entries)
    right = [
        entry.fields[name].text.strip(" .") == value["written"].strip(" .")
        for entry, values in zip(written, truth, strict=True)
        for name, value in values.items()
        if value["written"]
    ]
    assert np.mean(right) > 0.7


def test_values_are_told_on_the_scan_they_stand_on(joined: PageReading) -> None:
    covered = {False: [], True: []}  # type: ignore[var-annotated]
    for number, entry in enumerate(joined.entries[: len(facing()[0].truth["entries"])]):
        for name, field in entry.fields.items():
            ink = facing()[int(field.facing)].truth["entries"][number].get(name, {}).get("ink")
            if ink and field.quads:
                covered[field.facing].append(coverage(field.quads, ink))
    assert len(covered[False]) > 8 and len(covered[True]) > 8
    assert all(np.mean(np.array(shares) > 0.85) > 0.8 for shares in covered.values())


def test_boxes_lie_on_the_sheet_both_pages_make(joined: PageReading) -> None:
    assert joined.facing is not None
    seam = joined.facing.seam
    for field in (field for entry in joined.entries for field in entry.fields.values() if field.box):
        assert (field.box[0] > seam - 0.02) if field.facing else (field.box[2] < seam + 0.02)  # type: ignore[index]
    assert all(entry.box[0] < seam < entry.box[2] for entry in joined.entries)


def test_the_right_page_brings_no_entries_of_its_own(scans: tuple[str, str]) -> None:
    reading = read(scans[1], page_before=(scans[0], 0))
    assert (reading.kind, reading.layout, reading.entries) == (PageKind.CONTINUED, FORM, ())


def test_two_tables_side_by_side_on_one_scan_are_joined_as_well(tmp_path: Path) -> None:
    left, right = (page.image for page in facing())
    height = min(left.shape[0], right.shape[0])
    path = tmp_path / "open-book.png"
    cv2.imwrite(str(path), np.hstack([left[:height], right[:height]]))
    reading = read(str(path))
    assert reading.layout == FORM and reading.facing is not None
    written = [entry for entry in reading.entries if entry.state is PageKind.ENTRIES]
    assert len(written) == len(facing()[0].truth["entries"])
    assert {field.facing for field in written[0].fields.values() if field.quads} == {False, True}


def test_a_half_alone_is_read_and_says_what_is_missing(scans: tuple[str, str]) -> None:
    reading = read(scans[0])
    assert any("trang bên phải" in text for text in reading.warnings)
    assert reading.facing is None
    fields = reading.entries[0].fields
    assert tuple(fields) == shipped_template(FORM).column_names
    missing = [field for field in fields.values() if "page_missing" in field.flags]
    assert missing and all(not field.text and field.confidence == 0 for field in missing)


def test_halves_of_a_form_know_their_side() -> None:
    whole = shipped_template(FORM)
    halves = half_tables([whole, shipped_template("birth-2006")])
    assert halves and {facing_side(half, whole) for half in halves} == {LEFT, RIGHT}
    assert facing_side(whole, whole) is None


def row(region: int, top: float, **texts: str) -> EntryReading:
    fields = {
        name: FieldReading(
            column=name, text=text, confidence=0.9, engine=Engine.TESSERACT, box=(0.1, top, 0.4, top + 0.05)
        )
        for name, text in texts.items()
    }
    return EntryReading(region=region, box=(0.05, top, 0.95, top + 0.1), fields=fields)


def page(*entries: EntryReading) -> PageReading:
    return PageReading(
        source="scan.png", page=0, register_type=RegisterType.DEATH, layout=FORM, entries=entries,
        homography=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    )  # fmt: skip


def test_rows_find_each_other_by_height_when_one_was_not_seen() -> None:
    left = page(row(0, 0.2, so="1"), row(1, 0.3, so="2"), row(2, 0.4, so="3"))
    right = page(row(0, 0.2, ghiChu="a"), row(1, 0.4, ghiChu="c"))
    both = joined_rows(left, right, ((1000, 1400), (1000, 1400)), shipped_template(FORM))
    assert [entry.fields["ghiChu"].text for entry in both.entries] == ["a", "", "c"]
    assert both.entries[1].fields["ghiChu"].confidence == 0


def test_a_page_that_lies_lower_and_was_scanned_coarser_is_laid_beside() -> None:
    left = page(row(0, 0.2, so="1"), row(1, 0.3, so="2"))
    right = page(row(0, 0.25, ghiChu="a"), row(1, 0.35, ghiChu="b"))
    both = joined_rows(left, right, ((1000, 1400), (900, 1260)), shipped_template(FORM))
    assert [entry.fields["ghiChu"].text for entry in both.entries] == ["a", "b"]
    assert both.facing is not None and both.facing.seam == pytest.approx(0.5)
    for mine, other in ((both.entries[0].box, left.entries[0].box), (both.entries[1].box, left.entries[1].box)):
        assert mine[1] == pytest.approx(other[1]) and mine[3] == pytest.approx(other[3], abs=0.002)


def test_a_column_over_the_fold_is_put_together_and_looked_at() -> None:
    left, right = page(row(0, 0.2, nktHoTen="Trần Văn")), page(row(0, 0.2, nktHoTen="Thử"))
    both = joined_rows(left, right, ((1000, 1400), (1000, 1400)), shipped_template(FORM))
    field = both.entries[0].fields["nktHoTen"]
    assert field.text == "Trần Văn Thử" and "overflow" in field.flags
