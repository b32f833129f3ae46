from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.handwriting.benchmark import BenchmarkLine, markdown_table, measure_lines, reliability, seen_letters
from ocr.handwriting.calibration import Calibration, fit_calibration
from ocr.handwriting.decoding import Decoding, decode_line
from ocr.handwriting.types import LineReading
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


def _examples(count: int, seed: int) -> tuple[list[Decoding], list[bool]]:
    """Decodings whose chance to be right rises with their share, as a network's would."""
    rng = np.random.default_rng(seed)
    model = decode_line(lattice_of("Kinh"), ALPHABET, FieldKind.TEXT)
    shares = rng.random(count)
    made = [dataclasses.replace(model, posterior=float(s), weakest=float(s)) for s in shares]
    return made, [bool(rng.random() < s) for s in shares]


def test_calibrated_confidence_is_the_share_that_is_right() -> None:
    calibration = fit_calibration(*_examples(3000, 1), kinds=["text"] * 3000)
    fresh, right = _examples(3000, 2)
    sure = [calibration.confidence(decoding, "text") for decoding in fresh]
    for row in reliability(sure, right, bins=5):
        assert abs(row.mean_confidence - row.right) < 0.08


def test_confidence_never_falls_as_the_evidence_grows() -> None:
    calibration = fit_calibration(*_examples(800, 3), kinds=["text"] * 800)
    model = decode_line(lattice_of("Kinh"), ALPHABET, FieldKind.TEXT)
    sure = [
        calibration.confidence(dataclasses.replace(model, posterior=s, weakest=s), "text")
        for s in np.linspace(0.01, 0.99, 30).tolist()
    ]
    assert sure == sorted(sure)


def test_a_calibration_is_kept_and_read_back(tmp_path: Path) -> None:
    calibration = fit_calibration(*_examples(300, 4), kinds=["name"] * 300)
    calibration.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == calibration


def test_kinds_without_calibration_use_the_lower_probability() -> None:
    decoding = dataclasses.replace(
        decode_line(lattice_of("1998"), ALPHABET, FieldKind.DATE), posterior=0.9, weakest=0.4
    )
    assert Calibration({}, {}).confidence(decoding, FieldKind.DATE) == 0.4


def test_an_empty_reading_has_no_confidence() -> None:
    assert Calibration({}, {}).confidence(decode_line(lattice_of("a", {0: {"": 0.99}}), ALPHABET, None), None) == 0.0


def test_a_letter_with_its_marks_counts_once() -> None:
    assert len(seen_letters("Ữ\u0301")) == 1
    assert seen_letters("Ho\u0300a") == seen_letters("hòa")


def test_recognisers_are_measured_on_the_same_lines() -> None:
    lines = [BenchmarkLine(group="g", crop=np.zeros((4, 4), np.uint8), text="năm", kind=None) for _ in range(4)]

    def half_right(crops: Sequence[object], kinds: object) -> list[LineReading]:
        texts = ("năm", "nam", "năm", "nam")[: len(crops)]
        return [LineReading(text=text, decoded="năm", confidence=0.9) for text in texts]

    (score,) = measure_lines(lines, {"half": half_right})
    assert (score.lines, score.letters) == (4, 12)
    assert score.cer == pytest.approx(2 / 12)
    assert score.cer_low < score.cer < score.cer_high
    assert (score.exact, score.exact_decoded, score.cer_decoded) == (0.5, 1.0, 0.0)
    assert score.reliability[0].right == 1.0
    assert "half" in markdown_table([score])


def test_a_confidence_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        LineReading(text="", decoded="", confidence=1.2)


def test_the_strokes_lead_and_an_old_calibration_without_it() -> None:
    decoding = decode_line(lattice_of("Kinh", {0: {"L": 0.1}}), ALPHABET, FieldKind.NAME)
    assert decoding.lead > 0.0
    told_otherwise = dataclasses.replace(decoding, decoded=decoding.candidates[1].text)
    assert told_otherwise.lead == pytest.approx(-decoding.lead)
    old = Calibration({"name": (0.0, 1.0)}, {"name": ((0.0, 0.0), (1.0, 1.0))})
    assert 0.0 < old.confidence(decoding, FieldKind.NAME) < 1.0
