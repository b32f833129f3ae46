"""Real handwritten lines, scanned or photographed in colour, with their texts and, where known, their writers.

Whole writers are held out, never single lines of a writer: a hand that was trained on says nothing about others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.preparation import flatten_paper, to_grey
from ocr.handwriting.training.drawing import Ink, Mask
from vietnamese.letters import nfc

__all__ = ["Part", "RealLine", "RealLines", "baseline_of", "held_out_writers", "ink_mask", "read_labels"]

_STROKE, _RULE_INK, _DENSE = 0.5, 0.35, 0.5
"""Ink (0..1) of a stroke and of a rule; share of the densest row's ink in rows of small letters. Set by eye."""
_RIGHT_RULE = 0.6
"""An upright rule behind this share of the width closes the cell."""
Part = Literal["trained", "calibrated", "reported"]
"""What lines are used for: to train on, or of the held-out ones to fit the confidence on, or to report on."""

_EVERY_FIFTH, _HELD_OUT_PLACE = 5, 4
"""Of the writers in order, one in five is held out, from this place on."""
_TRAINED_SHARE = 0.85
"""Share of the lines without a named writer that are trained on: the first by file number."""
_FULL_INK = 0.62
"""Darkness (0 paper, 1 darkest) that counts as full ink in a mask."""
_BARE_PAPER = 0.16
"""Darkness up to which there is no ink in a mask. By eye, as `_FULL_INK`."""


@dataclass(frozen=True, slots=True)
class RealLine:
    """One line.

    Attributes:
        name: its picture's path in the folder.
        file: its picture.
        text: what the writer was asked to write, NFC.
        writer: who wrote it; empty where nobody knows.
    """

    name: str
    file: Path
    text: str
    writer: str

    @property
    def loose(self) -> bool:
        """Whether case and punctuation of the text are not those of the ink: labels by writer are in title case."""
        return bool(self.writer)


def read_labels(folder: Path) -> list[RealLine]:
    """The lines of a folder with `labels.tsv` (columns path, text and perhaps writer), by path.

    Raises:
        OSError: there is no such file.
        KeyError: a column is missing.
    """
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        RealLine(row["path"], folder / row["path"], nfc(row["text"]), row.get("writer") or "")
        for row in sorted(rows, key=lambda row: row["path"])
    ]


def held_out_writers(lines: list[RealLine]) -> list[str]:
    """Every fifth of the writers, sorted by name: 16 of 80. The rule is fixed, so that no run trains on them."""
    writers = sorted({line.writer for line in lines if line.writer})
    return writers[_HELD_OUT_PLACE::_EVERY_FIFTH]


def _chosen(lines: list[RealLine], part: Part) -> list[RealLine]:
    apart = held_out_writers(lines)
    unnamed = [line for line in lines if not line.writer]
    cut = int(len(unnamed) * _TRAINED_SHARE)
    if part == "trained":
        return unnamed[:cut] + [line for line in lines if line.writer and line.writer not in apart]
    half = 0 if part == "calibrated" else 1
    writers = set(apart[half::2])
    return unnamed[cut:][half::2] + [line for line in lines if line.writer in writers]


class RealLines:
    """The lines of a folder that one part of the work may see.

    Args:
        folder: holds `labels.tsv` and the pictures.
        part: which lines.
    """

    def __init__(self, folder: Path, part: Part = "trained") -> None:
        self.rows = _chosen(read_labels(folder), part)

    def __len__(self) -> int:
        return len(self.rows)

    def picture(self, index: int) -> NDArray[np.uint8]:
        """The picture as delivered, in colour."""
        data = np.frombuffer(self.rows[index].file.read_bytes(), np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)

    def mask(self, index: int) -> Mask:
        """The ink of a picture, 0 where the paper is bare and 1 under full strokes."""
        return ink_mask(self.picture(index))

    def ink(self, index: int, words: tuple[tuple[int, int], ...] = ()) -> Ink:
        """The strokes of a line, cut to its ink; with the columns of its words in the picture, where they are known."""
        mask = self.mask(index)
        columns = np.flatnonzero(mask.max(axis=0) > _STROKE)
        cut = max(0, int(columns[0]) - 2) if columns.size else 0
        if columns.size:
            mask = mask[:, cut : columns[-1] + 3]
        width = mask.shape[1]
        extents = tuple((min(max(0, a - cut), width - 1), min(max(1, b - cut), width)) for a, b in words)
        return Ink(np.ascontiguousarray(mask), baseline_of(mask), extents)


def ink_mask(picture: NDArray[np.uint8]) -> Mask:
    """Ink of a colour picture: without shadow, grain of the paper and rules of the form."""
    dark = 1.0 - flatten_paper(to_grey(picture))
    return _without_rules(np.asarray(np.clip((dark - _BARE_PAPER) / (_FULL_INK - _BARE_PAPER), 0.0, 1.0), np.float32))


def _without_rules(mask: Mask) -> Mask:
    """The mask without the printed rules round a form's cell, and without what stands behind the cell's right rule."""
    height, width = mask.shape
    inked = (mask > _RULE_INK).astype(np.uint8)
    across = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((1, 90), np.uint8))
    down = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((max(8, round(0.75 * height)), 1), np.uint8))
    rules = cv2.dilate(np.maximum(across, down), np.ones((5, 5), np.uint8))
    behind = np.flatnonzero(down.any(axis=0))
    right = behind[behind > _RIGHT_RULE * width]
    cleaned = np.where(rules > 0, 0.0, mask)
    if right.size:
        cleaned[:, right[0] :] = 0.0
    return np.asarray(cleaned, np.float32)


def baseline_of(mask: Mask) -> float:
    """Row under the densest band of ink: where small letters stand."""
    profile = cv2.blur(mask.sum(axis=1, keepdims=True), (1, 5))[:, 0]
    dense = np.flatnonzero(profile > _DENSE * profile.max())
    return float(dense[-1]) if dense.size else 0.75 * mask.shape[0]
