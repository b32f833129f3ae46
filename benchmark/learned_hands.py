"""What learning the first lines of each writer is worth on the lines after them: letters wrong with and without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmark.writers import KIND, WriterLine, WriterRow, judged_line, opened_line, sum_of_rows
from ocr.handwriting.book_hand import HandLine, learn_hand
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.types import LineReading

__all__ = ["LearnedResult", "LearnedRow", "learned_table", "measure_learning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedRow:
    """One writer, or all together.

    Attributes:
        writer: the name; empty for all.
        learned: lines learned from.
        used: whether the lines held back among them showed a gain, so that the hand was used.
        without: the lines after them as the network alone reads them.
        with_hand: the same lines with the hand learned.
    """

    writer: str
    learned: int
    used: int
    without: WriterRow
    with_hand: WriterRow

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {
            "writer": self.writer,
            "learned": self.learned,
            "used": self.used,
            "lines": self.without.lines,
            "cer_without": round(self.without.cer, 5),
            "cer_with": round(self.with_hand.cer, 5),
            "cer_place_without": round(self.without.cer_place, 5),
            "cer_place_with": round(self.with_hand.cer_place, 5),
            "exact_without": self.without.exact,
            "exact_with": self.with_hand.exact,
            "exact_place_without": self.without.exact_place,
            "exact_place_with": self.with_hand.exact_place,
            "edits_without": self.without.edits,
            "edits_with": self.with_hand.edits,
            "edits_place_without": self.without.edits_place,
            "edits_place_with": self.with_hand.edits_place,
            "letters": self.without.letters,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedResult:
    """What learning brought.

    Attributes:
        reader: name and version of the recogniser.
        learn: lines of each writer learned from, at most.
        whole: all writers together.
        writers: a row for each, by name.
        seconds: processor time of learning, a writer.
    """

    reader: str
    learn: int
    whole: LearnedRow
    writers: tuple[LearnedRow, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {
            "reader": self.reader,
            "learn": self.learn,
            **self.whole.as_json(),
            "errors_left": round(self.whole.with_hand.edits / max(1, self.whole.without.edits), 4),
            "seconds_to_learn": round(self.seconds, 2),
            "by_writer": [row.as_json() for row in self.writers],
        }


def measure_learning(
    lines: Sequence[WriterLine],
    recogniser: HandwritingRecogniser,
    learn: int,
    cut: float,
    clock: Callable[[], float],
    advance: Callable[[], None] = lambda: None,
) -> LearnedResult:
    """Learn the first lines of each writer, in the order of the table, and read the others with and without.

    Args:
        lines: the lines.
        recogniser: the reader in use, in no particular hand.
        learn: lines of each writer to learn from.
        cut: least confidence of a reading as a place that needs no review.
        clock: processor seconds.
        advance: called after each line.
    """
    by_writer: dict[str, list[WriterLine]] = {}
    for line in lines:
        by_writer.setdefault(line.writer, []).append(line)
    spent, rows = 0.0, []
    for writer in sorted(by_writer):
        row, seconds = _measured(writer, by_writer[writer], recogniser, learn, cut, clock, advance)
        rows.append(row)
        spent += seconds
    whole = LearnedRow(
        writer="",
        learned=sum(row.learned for row in rows),
        used=sum(row.used for row in rows),
        without=sum_of_rows("", [row.without for row in rows]),
        with_hand=sum_of_rows("", [row.with_hand for row in rows]),
    )
    reader = f"{recogniser.name} {recogniser.version}"
    return LearnedResult(reader=reader, learn=learn, whole=whole, writers=tuple(rows), seconds=spent / len(rows))


def _measured(
    writer: str,
    lines: Sequence[WriterLine],
    recogniser: HandwritingRecogniser,
    learn: int,
    cut: float,
    clock: Callable[[], float],
    advance: Callable[[], None],
) -> tuple[LearnedRow, float]:
    taught: list[tuple[HandLine, str]] = []
    for line in lines[:learn]:
        crop = opened_line(line.picture)
        (seen,) = recogniser.lines_of_hand([crop]) if crop is not None else (None,)
        if seen is not None:
            taught.append((seen, line.text))
        advance()
    begun = clock()
    learned = learn_hand(taught, recogniser.letters, recogniser.version)
    seconds = clock() - begun
    rows: dict[bool, list[WriterRow]] = {False: [], True: []}
    readers = {False: recogniser.with_hand(None)}
    if learned.hand is not None:
        readers[True] = recogniser.with_hand(learned.hand)
    for line in lines[learn:]:
        for with_hand, reader in readers.items():
            rows[with_hand].append(judged_line(line, _read(line, reader), cut))
        advance()
    without = sum_of_rows(writer, rows[False])
    row = LearnedRow(
        writer=writer,
        learned=learned.lines,
        used=int(learned.hand is not None),
        without=without,
        with_hand=sum_of_rows(writer, rows[True]) if learned.hand is not None else without,
    )
    return row, seconds


def _read(line: WriterLine, recogniser: HandwritingRecogniser) -> LineReading:
    crop = opened_line(line.picture)
    return LineReading.empty() if crop is None else recogniser.read_lines([crop], [KIND])[0]


def learned_table(result: LearnedResult) -> str:
    """The result as Markdown: all together first, then each writer."""
    rows = [
        f"Học {result.learn} dòng đầu của mỗi người, đo các dòng sau ({result.reader}; "
        f"học mất {result.seconds:.1f} giây mỗi người).",
        "",
        "| người viết | dòng | dùng nét học được | CER nét chữ % | sau khi học | CER như địa danh % | sau khi học |",
        "| --- | ---: | :---: | ---: | ---: | ---: | ---: |",
    ]
    for row in (result.whole, *result.writers):
        used = f"{row.used}" if not row.writer else "có" if row.used else "không"
        rows.append(
            f"| {row.writer or 'tất cả'} | {row.without.lines} | {used} "
            f"| {100 * row.without.cer:.1f} | {100 * row.with_hand.cer:.1f} "
            f"| {100 * row.without.cer_place:.1f} | {100 * row.with_hand.cer_place:.1f} |"
        )
    return "\n".join(rows) + "\n"
