"""Scoring of lines by writer, with readers that give set answers."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.writers import letters_of, measure_writers, read_writer_lines, writers_table
from ocr.handwriting.types import LineReading
from workbench import cli
from workbench.exit_codes import ExitCode

_TEXTS = {"a": ("Hà Nội", "Tân An"), "b": ("Bến Tre", "Cà Mau")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["path\ttext\twriter\tset"]
    for writer, texts in _TEXTS.items():
        for number, text in enumerate(texts):
            picture = np.full((40, 160), 240, np.uint8)
            cv2.putText(
                picture, text.encode("ascii", "ignore").decode(), (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 40, 2
            )
            cv2.imwrite(str(tmp_path / f"{writer}{number}.jpg"), picture)
            rows.append(f"{writer}{number}.jpg\t{text}\t{writer}\twriters")
    rows.append("unnamed.jpg\tĐâu đó\t\taddresses")
    (tmp_path / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def _answers(*readings: LineReading):  # type: ignore[no-untyped-def]
    given = itertools.chain(readings)

    def read(crops: Sequence[NDArray[np.uint8]], kinds: Sequence[str | None]) -> list[LineReading]:
        assert list(kinds) == ["place"] and len(crops) == 1
        return [next(given)]

    return read


def _reading(text: str, decoded: str, confidence: float) -> LineReading:
    return LineReading(text=text, decoded=decoded, confidence=confidence)


def test_case_and_punctuation_do_not_count() -> None:
    assert letters_of("XÃ Hà-nội,  Tp.HCM") == "xã hà nội tp hcm"
    assert letters_of("hoa\u0300") == letters_of("hoà")
    assert letters_of("hoà") != letters_of("hoa")


def test_lines_are_scored_by_writer(folder: Path) -> None:
    read = _answers(
        _reading("HÀ NỘI.", "Hà Nội", 0.99),
        _reading("Tan An", "Tân An", 0.5),
        _reading("Bén Tne", "Bến Trè", 0.99),
        _reading("Cà Mau", "Cà Mau", 0.99),
    )
    (result,) = measure_writers(read_writer_lines(folder), {"fixed": read}, 0.9, lambda: 0.0)
    whole = result.whole
    assert (whole.lines, whole.letters) == (4, 25)
    assert (whole.edits, whole.edits_place) == (3, 1)
    assert (whole.exact, whole.exact_place) == (2, 3)
    assert (whole.flagged, whole.silent) == (1, 1)
    assert result.worst.writer == "b" and result.worst.cer == pytest.approx(2 / 13)
    low, high = result.interval
    assert low == pytest.approx(1 / 12, abs=1e-4) and high == pytest.approx(2 / 13, abs=1e-4)
    assert "| b | 2 | 15.4 | 7.7 |" in writers_table([result])


def test_a_picture_that_cannot_be_opened_counts_as_read_empty(folder: Path) -> None:
    (folder / "a0.jpg").write_bytes(b"no picture")
    (folder / "a1.jpg").unlink()
    read = _answers(_reading("Bến Tre", "Bến Tre", 1.0), _reading("Cà Mau", "Cà Mau", 1.0))
    (result,) = measure_writers(read_writer_lines(folder), {"fixed": read}, 0.9, lambda: 0.0)
    assert result.whole.edits == 12 and result.worst.writer == "a" and result.whole.silent == 0


@pytest.mark.parametrize(
    ("table", "said"),
    [("path\ttext\na.jpg\tHà Nội\n", "writer"), ("path\ttext\twriter\na.jpg\tHà Nội\t\n", "không dòng nào")],
)
def test_a_table_without_writers_is_refused(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "labels.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_writer_lines(tmp_path)


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["workbench", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.mark.slow
def test_the_command_prints_figures_by_writer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "benchmark", "--writers", folder, "--json", "--out", folder / "report") == ExitCode.DONE
    printed = json.loads(capsys.readouterr().out)
    assert printed["lines"] == 4 and [row["writer"] for row in printed["by_writer"]] == ["a", "b"]
    assert 0 <= printed["cer"] <= 1 and 0 <= printed["cer_place"] <= 1
    assert json.loads((folder / "report" / "writers.json").read_text(encoding="utf-8")) == printed


@pytest.mark.parametrize("arguments", [(), ("--truth", "x", "--writers", "y")])
def test_pages_or_lines_must_be_chosen(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    assert _run(monkeypatch, "benchmark", *arguments) == ExitCode.USAGE


def test_a_folder_without_lines_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "benchmark", "--writers", tmp_path) != ExitCode.DONE
    assert "Không đo được" in capsys.readouterr().err
