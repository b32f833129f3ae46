"""Figures against predictions spoiled in known ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmark.drawing.faults import Faults
from benchmark.drawing.saved_book import draw_book
from benchmark.report import html_report, markdown_report, print_result, write_report
from benchmark.scoring import BenchmarkResult, benchmark
from tests.benchmark.predictions import Field, predictions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    draw_book("birth-2006", ink="hand", pages=2, seed=3, faults=Faults.clean(), out=folder)
    draw_book("marriage-2015", ink="typed", pages=1, seed=3, faults=Faults.clean(), out=folder)
    return folder


def _overall(result: BenchmarkResult) -> Any:
    return result.rows["overall"][0]


def test_perfect_predictions_have_no_errors(book: Path) -> None:
    result = benchmark([book], predictions(book))
    row = _overall(result)
    assert (row.cer.value, row.exact.value, row.silent.value, row.keys_saved) == (0, 1, 0, 1)
    assert result.forms_right == result.pages == result.pages_read == 3
    assert result.placing[0].covered == 1.0
    assert result.placing[0].p95_mm < 0.1
    assert result.failures == () and result.lost_pages == ()
    assert dict(result.steps) == {"read": 0.75, "open": 0.25}
    assert [(k.group, k.entries, k.keys) for k in result.entry_keys] == [
        ("hand / birth-2006", 2, 1.0),
        ("typed / marriage-2015", 1, 1.0),
    ]


def test_one_wrong_letter_counts_once_over_all_letters(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        if column != "nksHoTen":
            return field
        return field | {"text": field["text"] + "x", "normalized": field["normalized"] + "x"}

    result = benchmark([book], predictions(book, spoil))
    row = _overall(result)
    assert round(row.cer.value * row.cer.count) == 2
    assert row.exact.value == pytest.approx((row.fields - 2) / row.fields)
    assert row.silent.value == pytest.approx(2 / row.fields)
    assert [f.column for f in result.failures] == ["nksHoTen", "nksHoTen"]
    assert (result.confusions[0].written, result.confusions[0].read, result.confusions[0].count) == ("", "x", 2)


def test_flagged_errors_are_caught_and_not_silent(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"text": "", "normalized": "", "needs_review": True, "confidence": 0.1}

    row = _overall(benchmark([book], predictions(book, spoil)))
    assert (row.flagged.value, row.caught.value, row.silent.value, row.keys_saved) == (1, 1, 0, 0)
    assert row.cer.value == 1


def test_tones_and_case_have_their_own_rates(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"text": field["text"].upper()}

    row = _overall(benchmark([book], predictions(book, spoil)))
    assert row.cer.value > 0.3
    assert row.cer_without_case == row.cer_without_tones == 0
    assert row.exact.value == 1


def test_missing_pages_and_wrong_forms_are_named(book: Path) -> None:
    made = predictions(book)
    made[0]["layout"] = "death-2006"
    result = benchmark([book], made[:2])
    assert result.forms_right == 1
    assert len(result.lost_pages) == 2
    assert {(f.true, f.found, f.pages) for f in result.forms} == {
        ("birth-2006", "birth-2006", 1),
        ("birth-2006", "death-2006", 1),
        ("marriage-2015", "(không nhận ra)", 1),
    }


def test_a_field_placed_five_millimetres_off_is_measured_so(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        moved = [[[x + 5 / 210, y] for x, y in quad] for quad in field["quad"]]
        return field | {"quad": moved}

    result = benchmark([book], predictions(book, spoil))
    assert result.placing[0].median_mm == pytest.approx(5.0, abs=0.2)
    assert result.placing[0].covered < 0.2


def test_a_field_over_its_neighbour_is_not_alone(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"quad": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}

    whole = benchmark([book], predictions(book, spoil)).placing[0]
    assert (whole.covered, whole.alone, whole.p95_mm) == (1.0, 0.0, 0.0)


def test_halves_of_a_double_page_are_put_together(tmp_path: Path) -> None:
    draw_book("marriage-2006", pages=1, seed=2, faults=Faults.clean(), out=tmp_path, a3=True)
    (whole,) = predictions(tmp_path)
    halves = [whole | {"half": half, "entries": [whole["entries"][half]]} for half in (1, 0)]
    assert _overall(benchmark([tmp_path], halves)).exact.value == 1


def test_calibration_compares_confidence_with_what_was_right(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"confidence": 0.6}

    result = benchmark([book], predictions(book, spoil))
    assert all(b.right == 1 and b.confidence == pytest.approx(0.6) for b in result.calibration)
    assert result.expected_calibration_error["hand"] == pytest.approx(0.4)


def test_intervals_hold_the_rate(book: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"normalized": "?"} if column.startswith("nks") else field

    row = _overall(benchmark([book], predictions(book, spoil)))
    assert row.exact.low < row.exact.value < row.exact.high


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"truth\.jsonl"):
        benchmark([tmp_path], [])


def test_reports_show_failures_with_pictures_and_load_nothing(book: Path, tmp_path: Path) -> None:
    def spoil(column: str, field: Field) -> Field:
        return field | {"text": "<b>", "normalized": "<b>"} if column == "nksHoTen" else field

    result = benchmark([book], predictions(book, spoil))
    lines = {"engines": [{"engine": "one", "cer": 0.05}, {"engine": "two", "cer": 0.24}]}
    paths = write_report(result, tmp_path, lines)
    assert [path.name for path in paths] == ["benchmark.json", "benchmark.md", "benchmark.html"]
    html = html_report(result, lines)
    assert html.count("data:image/jpeg;base64,") == 2
    assert "<del>&lt;b&gt;</del>" in html
    assert "http" not in html
    assert "0.2400" in html and "0.2400" in markdown_report(result, lines)
    data = json.loads(paths[0].read_text(encoding="utf-8"))
    assert data["rows"]["overall"][0]["fields"] > 40
    assert data["failures"][0]["column"] == "nksHoTen"


def test_the_terminal_gets_tables(book: Path) -> None:
    console = Console(width=200)
    with console.capture() as captured:
        print_result(benchmark([book], predictions(book)), console)
    text = captured.get()
    assert "nhận đúng mẫu sổ: 3/3" in text
    assert "phông viết tay / họ tên" in text
