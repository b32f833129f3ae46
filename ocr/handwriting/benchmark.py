"""Recognisers of lines side by side: character error with its interval, exact readings, time, reliability."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from layouts.columns import FieldKind
from ocr import tesseract
from ocr.handwriting.preparation import to_grey
from ocr.handwriting.types import LineReading
from vietnamese.letters import graphemes

__all__ = [
    "UNTOLD",
    "BenchmarkLine",
    "LineScores",
    "ReadLines",
    "ReliabilityBin",
    "markdown_table",
    "measure_lines",
    "plain_text",
    "read_by_tesseract",
    "reliability",
    "seen_letters",
]

ReadLines = Callable[[Sequence[NDArray[np.uint8]], Sequence[FieldKind | None]], Sequence[LineReading]]
UNTOLD = frozenset(",.;:-")
"""Punctuation that labels by writer leave out or set as they like."""
_DRAWS = 1000
"""Bootstrap samples of the interval."""
_INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 of 100 draws lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkLine:
    """One line with its truth.

    Attributes:
        group: the set it belongs to ("real lines, thresholded").
        crop: grey or BGR picture.
        text: what stands there.
        kind: kind of the field, or None.
        loose: the text tells neither case nor punctuation; readings are then scored without both.
    """

    group: str
    crop: NDArray[np.uint8]
    text: str
    kind: FieldKind | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Readings whose confidence lies between two bounds, and the share of them that is right."""

    low: float
    high: float
    lines: int
    mean_confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineScores:
    """What one recogniser did on one set.

    Attributes:
        recogniser: its name.
        group: the set.
        lines: number of lines.
        letters: letters of the truth.
        cer: edits over letters of the verbatim reading, by grapheme after NFC, case folded.
        cer_low: lower end of the 95 % bootstrap interval (lines drawn with replacement).
        cer_high: upper end.
        cer_decoded: the same rate of the reading constrained by the field kind.
        exact: share of verbatim readings without any error.
        exact_decoded: share of constrained readings without any error.
        milliseconds: time a line.
        reliability: confidence against truth of the constrained reading.
    """

    recogniser: str
    group: str
    lines: int
    letters: int
    cer: float
    cer_low: float
    cer_high: float
    cer_decoded: float
    exact: float
    exact_decoded: float
    milliseconds: float
    reliability: tuple[ReliabilityBin, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return asdict(self)


def seen_letters(text: str) -> list[str]:
    """What a reader sees as letters: spaces folded, case folded."""
    return graphemes(" ".join(text.split()).casefold())


def plain_text(text: str) -> str:
    """Case and punctuation folded."""
    return " ".join("".join(" " if letter in UNTOLD else letter for letter in text).casefold().split())


def _scored(line: BenchmarkLine, text: str) -> list[str]:
    """The letters of a text that count for a line."""
    return seen_letters(plain_text(text) if line.loose else text)


def _edits(line: BenchmarkLine, read: str) -> int:
    return Levenshtein.distance(_scored(line, line.text), _scored(line, read))


def _interval(edits: NDArray[np.int64], letters: NDArray[np.int64]) -> tuple[float, float]:
    """95 % interval of total edits over total letters, lines drawn with replacement (fixed seed)."""
    draws = np.random.default_rng(0).integers(0, len(edits), (_DRAWS, len(edits)))
    rates = edits[draws].sum(axis=1) / np.maximum(letters[draws].sum(axis=1), 1)
    low, high = np.percentile(rates, _INTERVAL)
    return float(low), float(high)


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Confidence against truth, in bins of equal width; empty bins are left out."""
    found = []
    sure, truth = np.asarray(confidences, float), np.asarray(right, float)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    for number in range(bins):
        inside = place == number
        if inside.any():
            found.append(
                ReliabilityBin(
                    low=number / bins,
                    high=(number + 1) / bins,
                    lines=int(inside.sum()),
                    mean_confidence=float(sure[inside].mean()),
                    right=float(truth[inside].mean()),
                )
            )
    return tuple(found)


def read_by_tesseract(crops: Sequence[NDArray[np.uint8]], _kinds: Sequence[FieldKind | None]) -> list[LineReading]:
    """Tesseract's Vietnamese as it comes, for comparison."""
    lines = tesseract.read_lines([to_grey(crop) for crop in crops])
    return [LineReading(text=line.text, decoded=line.text, confidence=line.confidence) for line in lines]


def measure_lines(lines: Sequence[BenchmarkLine], recognisers: Mapping[str, ReadLines]) -> list[LineScores]:
    """Let every recogniser read every line.

    Args:
        lines: lines of one or more groups.
        recognisers: name to a function that reads crops, e.g. `{"ours": HandwritingRecogniser().read_lines}`;
            `read_by_tesseract` has the same form.

    Returns:
        A row for each group and recogniser, groups in the order of their first line.
    """
    groups = list(dict.fromkeys(line.group for line in lines))
    return [_measure([line for line in lines if line.group == group], group, name, read)
            for group in groups for name, read in recognisers.items()]  # fmt: skip


def _measure(lines: Sequence[BenchmarkLine], group: str, name: str, read: ReadLines) -> LineScores:
    crops, kinds = [line.crop for line in lines], [line.kind for line in lines]
    read(crops[:1], kinds[:1])  # opens the network and the word lists, which is not counted
    begun = time.process_time()
    readings = read(crops, kinds)
    spent = time.process_time() - begun
    edits = np.array([_edits(line, r.text) for line, r in zip(lines, readings, strict=True)])
    decoded = np.array([_edits(line, r.decoded) for line, r in zip(lines, readings, strict=True)])
    letters = np.array([len(_scored(line, line.text)) for line in lines])
    total = max(1, int(letters.sum()))
    low, high = _interval(edits, letters)
    return LineScores(
        recogniser=name,
        group=group,
        lines=len(lines),
        letters=int(letters.sum()),
        cer=float(edits.sum()) / total,
        cer_low=low,
        cer_high=high,
        cer_decoded=float(decoded.sum()) / total,
        exact=float((edits == 0).mean()),
        exact_decoded=float((decoded == 0).mean()),
        milliseconds=1000.0 * spent / max(1, len(lines)),
        reliability=reliability([r.confidence for r in readings], [bool(d == 0) for d in decoded]),
    )


def markdown_table(scores: Sequence[LineScores]) -> str:
    """The rows as a table for a report."""
    head = "| set | recogniser | lines | CER (95 % interval) | CER by kind | exact | exact by kind | ms a line |"
    rows = [head, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for s in scores:
        rows.append(
            f"| {s.group} | {s.recogniser} | {s.lines} | {s.cer:.3f} ({s.cer_low:.3f}-{s.cer_high:.3f}) "
            f"| {s.cer_decoded:.3f} | {s.exact:.0%} | {s.exact_decoded:.0%} | {s.milliseconds:.0f} |"
        )
    return "\n".join(rows) + "\n"
