"""Lines of several writers, each with its text: how well a reader does on hands it has never seen, writer by writer.

Labels say what the writer was asked to write; case and punctuation are folded before scoring, since writers set them
as they like. Intervals are 95 % bootstrap intervals over writers: lines of one hand share their fate.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from layouts.columns import FieldKind
from ocr.handwriting.types import LineReading
from vietnamese.letters import is_punctuation, nfc

__all__ = [
    "ReadCrops",
    "WriterLine",
    "WriterRow",
    "WritersResult",
    "judged_line",
    "letters_of",
    "measure_writers",
    "opened_line",
    "read_writer_lines",
    "sum_of_rows",
    "writers_table",
]

ReadCrops = Callable[[Sequence[NDArray[np.uint8]], Sequence[FieldKind | None]], Sequence[LineReading]]
KIND = FieldKind.PLACE
"""The lines are addresses; read as such they are also weighed by what places there are."""
_RESAMPLES = 1000
"""Draws of whole writers behind an interval of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLine:
    """One line with its truth."""

    picture: Path
    text: str
    writer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterRow:
    """What one reader did on the lines of one writer, or of all.

    Attributes:
        writer: the writer's name; empty for all together.
        lines: number of lines.
        letters: letters of their texts, blanks between words included.
        edits: letters wrong, missing or too many by the strokes alone.
        edits_place: the same when read as a place.
        exact: lines without any error by the strokes alone.
        exact_place: the same when read as a place.
        flagged: lines whose reading as a place would be shown for review.
        silent: lines read wrong as a place and not flagged.
    """

    writer: str
    lines: int
    letters: int
    edits: int
    edits_place: int
    exact: int
    exact_place: int
    flagged: int
    silent: int

    @property
    def cer(self) -> float:
        """Wrong letters over letters, by the strokes alone."""
        return self.edits / max(1, self.letters)

    @property
    def cer_place(self) -> float:
        """Wrong letters over letters, read as a place."""
        return self.edits_place / max(1, self.letters)

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return asdict(self) | {"cer": round(self.cer, 5), "cer_place": round(self.cer_place, 5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WritersResult:
    """What one reader did.

    Attributes:
        reader: its name and version.
        whole: all lines together.
        writers: a row for each writer, by name.
        interval: 95 % interval of `whole.cer`, over writers.
        interval_place: the same of `whole.cer_place`.
        milliseconds: processor time a line, both readings together.
    """

    reader: str
    whole: WriterRow
    writers: tuple[WriterRow, ...]
    interval: tuple[float, float]
    interval_place: tuple[float, float]
    milliseconds: float

    @property
    def worst(self) -> WriterRow:
        """The writer whose strokes are read worst."""
        return max(self.writers, key=lambda row: row.cer)

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {
            "reader": self.reader,
            **self.whole.as_json(),
            "cer_interval": self.interval,
            "cer_place_interval": self.interval_place,
            "worst_writer": self.worst.as_json(),
            "milliseconds": round(self.milliseconds, 1),
            "by_writer": [row.as_json() for row in self.writers],
        }


def read_writer_lines(folder: Path) -> list[WriterLine]:
    """The lines of a folder with `labels.tsv` (columns path, text, writer) that name their writer.

    Raises:
        OSError: there is no such file.
        ValueError: a column is missing, or no line names a writer.
    """
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"path", "text", "writer"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{folder / 'labels.tsv'}: thiếu cột {', '.join(sorted(missing))}")
        lines = [
            WriterLine(picture=folder / r["path"], text=r["text"], writer=r["writer"]) for r in rows if r["writer"]
        ]
    if not lines:
        raise ValueError(f"{folder / 'labels.tsv'}: không dòng nào ghi tên người viết (cột writer)")
    return lines


def letters_of(text: str) -> str:
    """A text as it is scored: NFC, case folded, punctuation a blank, blanks between words single."""
    composed = nfc(text).casefold()
    kept = "".join(" " if is_punctuation(letter) else letter for letter in composed)
    return " ".join(kept.split())


def measure_writers(
    lines: Sequence[WriterLine],
    readers: Mapping[str, ReadCrops],
    cut: float,
    clock: Callable[[], float],
    advance: Callable[[], None] = lambda: None,
) -> list[WritersResult]:
    """Let every reader read every line, by the strokes alone and as a place.

    Args:
        lines: the lines.
        readers: name to a function that reads crops, each with the kind of its field.
        cut: least confidence of a reading as a place that needs no review.
        clock: processor seconds.
        advance: called after each line of each reader.

    Returns:
        A result for each reader, in their order. A picture that cannot be opened counts as read empty.
    """
    return [_measure(lines, name, read, cut, clock, advance) for name, read in readers.items()]


def _measure(
    lines: Sequence[WriterLine],
    name: str,
    read: ReadCrops,
    cut: float,
    clock: Callable[[], float],
    advance: Callable[[], None],
) -> WritersResult:
    by_writer: dict[str, list[WriterRow]] = {}
    spent = 0.0
    for line in lines:
        crop = opened_line(line.picture)
        begun = clock()
        reading = LineReading.empty() if crop is None else read([crop], [KIND])[0]
        spent += clock() - begun
        by_writer.setdefault(line.writer, []).append(judged_line(line, reading, cut))
        advance()
    rows = tuple(sum_of_rows(writer, by_writer[writer]) for writer in sorted(by_writer))
    return WritersResult(
        reader=name,
        whole=sum_of_rows("", rows),
        writers=rows,
        interval=_interval(rows, [row.edits for row in rows]),
        interval_place=_interval(rows, [row.edits_place for row in rows]),
        milliseconds=1000.0 * spent / max(1, len(lines)),
    )


def opened_line(picture: Path) -> NDArray[np.uint8] | None:
    """A line's picture in colour; None when it cannot be opened."""
    try:
        data = np.frombuffer(picture.read_bytes(), np.uint8)
    except OSError:
        return None
    found = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    return None if found is None else np.asarray(found, np.uint8)


def judged_line(line: WriterLine, reading: LineReading, cut: float) -> WriterRow:
    """One line's reading against its truth."""
    truth, strokes, place = (letters_of(text) for text in (line.text, reading.text, reading.decoded))
    flagged = reading.confidence < cut
    return WriterRow(
        writer=line.writer,
        lines=1,
        letters=len(truth),
        edits=Levenshtein.distance(truth, strokes),
        edits_place=Levenshtein.distance(truth, place),
        exact=truth == strokes,
        exact_place=truth == place,
        flagged=flagged,
        silent=not flagged and truth != place,
    )


def sum_of_rows(writer: str, rows: Sequence[WriterRow]) -> WriterRow:
    """Rows of one writer, or of all, together."""
    names = ("lines", "letters", "edits", "edits_place", "exact", "exact_place", "flagged", "silent")
    return WriterRow(writer=writer, **{name: sum(int(getattr(row, name)) for row in rows) for name in names})


def _interval(rows: Sequence[WriterRow], edits: Sequence[int]) -> tuple[float, float]:
    """95 % interval of edits over letters, writers drawn with replacement; always the same for the same rows."""
    draws = np.random.default_rng(0).integers(0, len(rows), (_RESAMPLES, len(rows)))
    letters = np.array([row.letters for row in rows])
    rates = np.array(edits)[draws].sum(axis=1) / np.maximum(letters[draws].sum(axis=1), 1)
    low, high = np.percentile(rates, (2.5, 97.5))
    return round(float(low), 5), round(float(high), 5)


def writers_table(results: Sequence[WritersResult]) -> str:
    """The results as Markdown: a row for each reader, then the first reader's writers from the worst on."""
    head = (
        "| đọc bằng | dòng | người viết | CER nét chữ % (95 %) | CER như địa danh % (95 %) | đúng hẳn % "
        "| đúng hẳn như địa danh % | cần xem lại % | sai mà không báo % | người khó đọc nhất (CER %) | ms |"
    )
    rows = [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |"]
    for result in results:
        whole, count = result.whole, max(1, result.whole.lines)
        rows.append(
            f"| {result.reader} | {whole.lines} | {len(result.writers)} "
            f"| {_percent(whole.cer)} {_between(result.interval)} "
            f"| {_percent(whole.cer_place)} {_between(result.interval_place)} "
            f"| {_percent(whole.exact / count)} | {_percent(whole.exact_place / count)} "
            f"| {_percent(whole.flagged / count)} | {_percent(whole.silent / count)} "
            f"| {result.worst.writer} ({_percent(result.worst.cer)}) | {result.milliseconds:.0f} |"
        )
    rows += ["", "| người viết | dòng | CER nét chữ % | CER như địa danh % |", "| --- | ---: | ---: | ---: |"]
    rows += [
        f"| {row.writer} | {row.lines} | {_percent(row.cer)} | {_percent(row.cer_place)} |"
        for row in sorted(results[0].writers, key=lambda row: -row.cer)
    ]
    return "\n".join(rows) + "\n"


def _between(interval: tuple[float, float]) -> str:
    return f"({_percent(interval[0])}–{_percent(interval[1])})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
