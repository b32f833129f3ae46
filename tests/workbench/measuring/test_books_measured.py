"""Books worked through by a simulated clerk: what is counted, and that the parts come in their order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ocr.readings import Alternative, Engine, PageReading, PageTask, Script
from tests.fakes.readers import birth_reading
from workbench.measuring import books as measured
from workbench.measuring.book_curve import Part, curve_table
from workbench.measuring.books import measure_books

SIGNER = "Lê Văn Ký"


def _folder(tmp_path: Path, entries: int) -> Path:
    folder = tmp_path / "quyen"
    folder.mkdir()
    rows = []
    for number in range(entries):
        values = {
            "so": str(number + 1),
            "ngayDangKy": "05.03.1998",
            "quyenSo": "01/1998",
            "nguoiKy": SIGNER,
            "nksDanToc": "Kinh",
        }
        entry = {name: {"written": text, "standard": text, "ink": []} for name, text in values.items()}
        rows.append(
            {
                "file": f"trang-{number:02d}.jpg",
                "register_type": "birth",
                "form": "birth-2006",
                "ink": "hand",
                "entries": [entry],
            }
        )
    (folder / "truth.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return folder


def _read(task: PageTask) -> PageReading:
    """Every fifth number is misread, and the signer always, the same way."""
    number = int(Path(task.source).stem.split("-")[1])
    page = birth_reading(replace(task, page=number), entries=1, confidence=0.96)
    (entry,) = page.entries
    hand: dict[str, Any] = {"script": Script.HANDWRITTEN, "engine": Engine.HANDWRITING}
    fields = {name: replace(field, **hand, alternatives=()) for name, field in entry.fields.items()}
    fields["nguoiKy"] = replace(fields["nguoiKy"], text="Lê Vân Kỷ", confidence=0.5)
    if number % 5 == 4:
        right = (Alternative(text=fields["so"].text, probability=0.2),)
        fields["so"] = replace(fields["so"], text=f"7{number}", confidence=0.6, alternatives=right)
    return replace(page, entries=(replace(entry, fields=fields),))


def _run(tasks: Iterable[tuple[int, PageTask]], **_: object) -> Iterator[tuple[int, PageReading]]:
    for key, task in tasks:
        yield key, _read(task)


def test_the_book_and_what_was_confirmed_leave_fewer_fields_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "run_pages", _run)
    read: list[int] = []
    curve = measure_books([_folder(tmp_path, 30)], workers=1, timeout=10, hand=False, advance=lambda: read.append(1))
    assert len(read) == 30
    wrong = {(s.part, s.first): s.fields - s.exact for s in curve.stretches}
    assert [s.first for s in curve.stretches if s.part is Part.ALONE] == [1, 11, 21]
    assert wrong[Part.ALONE, 21] == 12
    assert wrong[Part.BOOK, 21] == 10, "numbers are settled by their neighbours, the signer by nothing yet"
    assert wrong[Part.CONFIRMED, 21] == 0, "the signer is known from the entries before"
    keys = {(s.part, s.first): s.keys for s in curve.stretches}
    assert keys[Part.CONFIRMED, 21] < keys[Part.ALONE, 21]
    told = curve.as_json()
    assert told["wrong_left"]["confirmed"] < told["wrong_left"]["book"] < told["wrong_left"]["alone"] == 1.0
    assert told["wrong_left_of"] == "11-30"
    assert "từng trường hợp" in curve_table(curve)


def test_a_page_that_cannot_be_read_counts_as_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "run_pages", lambda tasks, **_: iter(()))
    curve = measure_books([_folder(tmp_path, 20)], workers=1, timeout=10, hand=False, advance=lambda: None)
    assert all(s.exact == 0 for s in curve.stretches)


def test_readings_that_were_kept_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, read = _folder(tmp_path, 20), list[int]()

    def run(tasks: Iterable[tuple[int, PageTask]], **_: object) -> Iterator[tuple[int, PageReading]]:
        for key, task in tasks:
            read.append(key)
            yield key, _read(task)

    monkeypatch.setattr(measured, "run_pages", run)
    once, again = (
        measure_books([folder], workers=1, timeout=10, hand=False, advance=lambda: None, keep=tmp_path / "kept")
        for _ in range(2)
    )
    assert read == list(range(20))
    assert once == again
