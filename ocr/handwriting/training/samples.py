"""Batches of drawn and real lines for training, and fixed sets for measuring."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.preparation import STEP, prepare_line, to_grey
from ocr.handwriting.training.augment import Crop, make_crop, make_empty_crop, retake
from ocr.handwriting.training.drawing import INKED, FontShelf, Ink, write_text
from ocr.handwriting.training.figure_hand import FigureHand
from ocr.handwriting.training.figure_pictures import FigurePictures
from ocr.handwriting.training.line_figures import figures_of_lines
from ocr.handwriting.training.lines import RegisterTexts
from ocr.handwriting.training.other_hands import bend_ink
from ocr.handwriting.training.print_drawing import NO_PRINT, PrintShelf
from ocr.handwriting.training.real_hands import Patchwork, read_hands
from ocr.handwriting.training.real_lines import Part, RealLines
from ocr.handwriting.training.segments import read_alignment

__all__ = ["Batch", "LineSource", "Sample", "batches_in_background", "validation_sets"]

_PRINT_BESIDE = 12
"""Lower lines, in pixels, have no print beside them that could be read."""
_FRAMES_A_LETTER = 1.15
"""CTC needs a frame a letter and one between equal ones: a narrower strip teaches nothing."""
WIDEST_TRAINED = 900
"""Strips wider than this cost too much of a training step."""
BATCH_COLUMNS = 5200
"""Columns of all strips in a training batch."""
_COMPOSED = 0.65
"""Share of the other real lines that are put together anew."""
_BESIDE = 0.13
"""Share of penned lines with printed words of the form at the ends of the crop."""
_PROMPTED = 0.05
"""Share of lines by writer beside which the printed text to copy is seen."""
_EMPTY = 0.012
"""Share of crops in which nothing is written, but strokes of neighbours enter."""
_IN_STROKES, _IN_PICTURES = 0.7, 0.75
"""Share of figures that are drawn stroke by stroke, not in a font; and of all those that are put together from pictures
of people's figures, where such are at hand."""
_MORE_FIGURES = 0.5
"""Share of drawn lines that are figures beside those that register texts bring, where such pictures are at hand."""
_SPREAD = 0.12
"""Share of texts in capitals whose letters stand apart."""
_FIGURES = frozenset((FieldKind.DATE, FieldKind.NUMBER, FieldKind.ID_NUMBER, FieldKind.VOLUME))
_TRIES = 12
"""Texts tried until a hand can write one."""
_AS_DELIVERED = 0.4
"""Share of the real lines that are learned from as they were scanned or photographed, frame rules and all."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: crop or strip, text and field kind; `loose` where the text tells neither case nor punctuation."""

    picture: NDArray[np.uint8]
    text: str
    kind: FieldKind | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Strips of like width, padded with paper (B, height, W), and their texts."""

    strips: NDArray[np.uint8]
    texts: list[str]
    loose: list[bool]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's ink, text and kind, how much a hand may bend it, and its share of black and white crops.

    `loose` as in `Sample`; `penned` where it looks written, not printed.
    """

    ink: Ink
    text: str
    kind: FieldKind | None
    strength: float
    clean_share: float
    loose: bool = False
    penned: bool = True


class LineSource:
    """Draws endless samples.

    Args:
        fonts: folder of fonts with `fonts.tsv`.
        real: folder of real lines, or None to train on drawn ones alone.
        seed: seed of chance.
        held_out: validation fonts and lines instead of the training ones.
        real_share: share of real lines among the samples.
        letters: where the letters of the real lines stand (see `segments.align_lines`); lines are then also put
            together from them, most of them in the hand of one writer.
        figures: folder of pictures of single figures (see `FigurePictures`), or None.
    """

    def __init__(
        self,
        fonts: Path,
        real: Path | None,
        seed: int,
        *,
        held_out: bool = False,
        real_share: float = 0.35,
        letters: Path | None = None,
        figures: Path | None = None,
    ) -> None:
        self.rng = random.Random(seed)
        self._texts = RegisterTexts(self.rng)
        self._shelf = FontShelf(fonts, held_out=held_out)
        self._print = PrintShelf(fonts)
        self._beside_share = 0.0 if held_out else _BESIDE
        part: Part = "calibrated" if held_out else "trained"
        self._real = RealLines(real, part) if real else None
        own = figures_of_lines(real, letters, part) if figures and real and letters else None
        self._figures = FigurePictures(figures, held_out=held_out, lines=own) if figures else None
        self._words = read_alignment(letters) if letters else {}
        self._hands = read_hands(real, letters, part) if real and letters else []
        self._patchwork = Patchwork(real, letters, part) if real and letters else None
        self._real_share = real_share if real else 0.0
        self._recent: list[Ink] = []

    def crop(self) -> Sample:
        """One crop as the page reader would deliver it."""
        rng = self.rng
        if self._real is not None and rng.random() < self._real_share * _AS_DELIVERED:
            index = rng.randrange(len(self._real))
            row = self._real.rows[index]
            picture = to_grey(self._real.picture(index))
            if row.writer and rng.random() < _PROMPTED:
                picture = self._print.prompted(picture, row.text, rng)
            return Sample(retake(picture, rng), row.text, FieldKind.PLACE, row.loose)
        if self._recent and rng.random() < _EMPTY:
            return Sample(make_empty_crop(self._recent[-2:], rng), "")
        line = self._line()
        ink = bend_ink(line.ink, rng, line.strength) if rng.random() < 0.85 else line.ink
        return Sample(self._on_paper(ink, line).picture, line.text, line.kind, line.loose)

    def _line(self) -> _Line:
        """A line as it was written, not yet bent nor laid on paper."""
        rng = self.rng
        if self._real is not None and rng.random() < self._real_share:
            composed = self._composed_line() if self._patchwork is not None and rng.random() < _COMPOSED else None
            return composed or self._whole_line(self._real)
        more = self._figures is not None and rng.random() < _MORE_FIGURES
        kind, text = self._texts.draw_figures() if more else self._texts.draw()
        figures = self._written_figures(text) if kind in _FIGURES and not set(text) - FigureHand.SIGNS else None
        if figures is not None:
            return _Line(figures, text, kind, 0.6, 0.1)
        spread = rng.uniform(0.2, 0.9) if text.isupper() and rng.random() < _SPREAD else 0.0
        font = self._shelf.pick(rng)
        ink = write_text(text, font, rng, rng.randint(15, 26), spread)
        return _Line(ink, text, kind, 1.0, 0.1, penned=font not in self._print.fonts)

    def _written_figures(self, text: str) -> Ink | None:
        """Figures as a hand writes them, of people's pictures or an invented one; None where a font is to draw them."""
        rng = self.rng
        if self._figures is not None and rng.random() < _IN_PICTURES:
            return self._figures.write(text, rng)
        return FigureHand.invented(rng).write(text, rng) if rng.random() < _IN_STROKES else None

    def _whole_line(self, real: RealLines) -> _Line:
        index = self.rng.randrange(len(real))
        row = real.rows[index]
        words = tuple((word.edges[0], word.edges[-1]) for word in self._words.get(row.name, ()))
        return _Line(real.ink(index, words), row.text, FieldKind.PLACE, 0.9, 0.2, row.loose)

    def _composed_line(self) -> _Line | None:
        """Another text in the hand of one writer, or pieces of several hands; None where neither comes out."""
        rng = self.rng
        for _ in range(_TRIES if self._hands and rng.random() < 0.75 else 0):
            kind, text = self._texts.draw()
            hand = rng.choice(self._hands)
            ink = hand.write(text, rng) if hand.can_write(text) else None
            if ink is not None:
                return _Line(ink, text, kind, 0.7, 0.2, any(letter.isalpha() for letter in text))
        pieces = self._patchwork.draw(rng) if self._patchwork is not None else None
        return None if pieces is None else _Line(pieces[1], pieces[0], FieldKind.PLACE, 0.9, 0.25)

    def _on_paper(self, ink: Ink, line: _Line) -> Crop:
        """The crop of a line as it was bent, among remains of the lines drawn before it and of print beside it."""
        rows = np.flatnonzero(ink.mask.max(axis=1) > INKED)
        tall = float(rows[-1] - rows[0] + 1) if rows.size else 0.0
        near = tall > _PRINT_BESIDE and line.penned and self.rng.random() < self._beside_share
        beside = self._print.beside(tall, self.rng) if near else NO_PRINT
        crop = make_crop(ink, self._recent[-2:], self.rng, line.clean_share, beside)
        self._recent = [*self._recent[-3:], ink]
        return crop

    def strip(self, height: int) -> Sample | None:
        """One strip ready for the network; None where nothing legible came out."""
        sample = self.crop()
        strip = prepare_line(sample.picture, height)
        if (
            strip is None
            or strip.shape[1] > WIDEST_TRAINED
            or strip.shape[1] / STEP < _FRAMES_A_LETTER * len(sample.text)
        ):
            return None
        return Sample(strip, sample.text, sample.kind, sample.loose)


def _batches(source: LineSource, height: int) -> Iterator[Batch]:
    while True:
        drawn = [s for s in (source.strip(height) for _ in range(320)) if s is not None]
        drawn.sort(key=lambda s: s.picture.shape[1])
        groups: list[list[Sample]] = [[]]
        for sample in drawn:
            if groups[-1] and sample.picture.shape[1] * (len(groups[-1]) + 1) > BATCH_COLUMNS:
                groups.append([])
            groups[-1].append(sample)
        source.rng.shuffle(groups)
        yield from (_pad(group) for group in groups)


def _pad(samples: list[Sample]) -> Batch:
    """Pad to one width, a multiple of 32 columns, as reading does."""
    widest = -(-max(s.picture.shape[1] for s in samples) // 32) * 32
    strips = np.full((len(samples), samples[0].picture.shape[0], widest), 255, np.uint8)
    for row, sample in enumerate(samples):
        strips[row, :, : sample.picture.shape[1]] = sample.picture
    return Batch(strips, [sample.text for sample in samples], [sample.loose for sample in samples])


def _produce(queue: Any, height: int, source: dict[str, Any]) -> None:
    cv2.setNumThreads(1)
    for batch in _batches(LineSource(**source), height):
        queue.put(batch)


def batches_in_background(height: int, **source: Any) -> Iterator[Batch]:
    """Endless batches, drawn by another process while the network learns.

    Args:
        height: height of the strips.
        source: arguments of `LineSource`.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(maxsize=48)
    process = context.Process(target=_produce, args=(queue, height, source), daemon=True)
    process.start()
    while True:
        yield queue.get(timeout=300)


def validation_sets(fonts: Path, real: Path | None, size: int = 120) -> dict[str, list[Sample]]:
    """Fixed held-out sets: real lines as they are, real lines as page crops, unseen pen fonts."""
    sets: dict[str, list[Sample]] = {}
    if real is not None:
        lines = RealLines(real, "calibrated")
        named = [i for i, row in enumerate(lines.rows) if row.writer]
        unnamed = [i for i, row in enumerate(lines.rows) if not row.writer]
        for name, numbers in (("other-writers", named), ("addresses", unnamed)):
            chosen = numbers[:: max(1, len(numbers) // size)][:size]
            sets[name] = [
                Sample(lines.picture(i), lines.rows[i].text, FieldKind.PLACE, lines.rows[i].loose) for i in chosen
            ]
    unseen = LineSource(fonts, None, 12, held_out=True)
    sets["unseen-fonts"] = [unseen.crop() for _ in range(size)]
    sets["printed"] = _printed_lines(fonts, size // 4)
    return sets


def _printed_lines(fonts: Path, size: int) -> list[Sample]:
    """Clean printed lines: the network must not forget print."""
    rng = random.Random(13)
    texts = RegisterTexts(rng)
    files = [
        file
        for file in FontShelf(fonts).files
        if file.stem.startswith(("tinos", "noto-serif", "Liberation", "cousine"))
    ]
    samples = []
    for _ in range(size):
        kind, text = texts.draw()
        ink = write_text(text, rng.choice(files), rng, 18)
        page = 235.0 - 190.0 * np.pad(ink.mask, ((8, 8), (16, 16)))
        samples.append(Sample(np.clip(page, 0, 255).astype(np.uint8), text, kind))
    return samples
