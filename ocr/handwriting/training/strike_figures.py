"""How well crossed-out words are told, on held-out real lines and unseen pen fonts with strokes drawn through words."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.handwriting.benchmark import seen_letters
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.seen_lines import SeenLine
from ocr.handwriting.training.augment import Crop
from ocr.handwriting.training.real_lines import RealLines
from ocr.handwriting.training.segments import find_words
from ocr.handwriting.training.strike_drawing import cross_out
from ocr.handwriting.training.strikes import MarkedCrop, StruckLines, words_left

__all__ = ["StrikeScores", "measure_strikes", "strike_table"]

_FOUND = 0.5
"""Share of a stroke's frames that must be told for it to count as found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeScores:
    """What was told of one set.

    Attributes:
        group: the set.
        struck: lines with crossed-out words.
        found: share of them whose stroke was told, over at least half of its length.
        plain: lines without.
        flagged: share of them flagged without cause.
        cer: edits over letters of what is left beside the crossed-out words, strokes left out as told.
        cer_blind: the same, all read as if nothing were crossed out.
    """

    group: str
    struck: int
    found: float
    plain: int
    flagged: float
    cer: float
    cer_blind: float

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return asdict(self)


def _real_lines(
    reader: HandwritingRecogniser, letters: Sequence[str], real: Path, size: int
) -> Iterator[tuple[str, MarkedCrop]]:
    """Held-out lines, each twice: as it is, and with a stroke through some of its words."""
    lines, rng = RealLines(real, "reported"), random.Random(41)
    for number in range(0, len(lines), max(1, 2 * len(lines) // size)):
        text = lines.rows[number].text
        words = find_words(reader, letters, lines.picture(number), text, loose=lines.rows[number].loose)
        if len(words) != len(text.split()):
            continue
        ink = lines.ink(number, tuple((word.edges[0], word.edges[-1]) for word in words))
        crossed, struck = cross_out(ink, rng)
        group = "real lines, words crossed out"
        yield group, MarkedCrop(_plain_crop(ink.mask), np.zeros_like(struck), text)
        yield group, MarkedCrop(_plain_crop(crossed.mask), struck, words_left(text, ink, struck))


def _plain_crop(mask: NDArray[np.float32]) -> Crop:
    return Crop(np.asarray(255.0 * (1.0 - mask), np.uint8), 0.0, 1.0)


def _drawn_lines(fonts: Path, size: int) -> Iterator[tuple[str, MarkedCrop]]:
    source = StruckLines(fonts, None, 42, held_out=True)
    for _ in range(size):
        yield "unseen pen fonts, words crossed out", source.marked()


@dataclass(slots=True)
class _Tally:
    struck: int = 0
    found: int = 0
    plain: int = 0
    flagged: int = 0
    letters: int = 0
    edits: int = 0
    edits_blind: int = 0

    def add(self, reader: HandwritingRecogniser, sample: MarkedCrop) -> None:
        (line,) = reader.see([sample.crop.picture])
        if line is None:
            return
        truth = sample.frames(len(line.lattice))
        if not truth.any():
            self.plain += 1
            self.flagged += bool(line.struck)
            return
        told = np.zeros(len(truth), bool)
        for first, behind in line.struck:
            told[first:behind] = True
        self.struck += 1
        self.found += bool((told & truth).sum() >= _FOUND * truth.sum())
        reading, blind = reader.tell([line, SeenLine(line.lattice)], [None, None])
        wanted = seen_letters(sample.text)
        self.letters += len(wanted)
        self.edits += Levenshtein.distance(wanted, seen_letters(reading.text))
        self.edits_blind += Levenshtein.distance(wanted, seen_letters(blind.text))


def measure_strikes(model: Path, fonts: Path, real: Path | None, size: int = 600) -> list[StrikeScores]:
    """Measure a model on the fixed sets.

    Args:
        model: folder of a model with the second output.
        fonts: folder of fonts with `fonts.tsv`; the validation fonts are drawn with.
        real: folder of real lines, of which the held-out part is used, or None.
        size: lines a set, about; of the real ones there are no more than were held out.
    """
    reader = HandwritingRecogniser(model)
    letters = ModelFolder.open(model, verify=False).alphabet
    tallies: dict[str, _Tally] = {}
    for group, sample in (
        *(_real_lines(reader, letters, real, size) if real else ()),
        *_drawn_lines(fonts, size),
    ):
        tallies.setdefault(group, _Tally()).add(reader, sample)
    return [
        StrikeScores(
            group=group,
            struck=tally.struck,
            found=tally.found / max(1, tally.struck),
            plain=tally.plain,
            flagged=tally.flagged / max(1, tally.plain),
            cer=tally.edits / max(1, tally.letters),
            cer_blind=tally.edits_blind / max(1, tally.letters),
        )
        for group, tally in tallies.items()
    ]


def strike_table(scores: Sequence[StrikeScores]) -> str:
    """The rows as a table for a report."""
    head = "| set | lines with crossed-out words | found | lines without | flagged | CER of the words left | all read |"
    rows = [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    rows += [
        f"| {s.group} | {s.struck} | {s.found:.0%} | {s.plain} | {s.flagged:.1%} | {s.cer:.3f} | {s.cer_blind:.3f} |"
        for s in scores
    ]
    return "\n".join(rows) + "\n"
