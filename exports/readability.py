"""Whether a compressed picture is still readable: contrast of its strokes, ink kept, and words read again.

The words decide. A recogniser reads the original and the compressed copy alike, both at the same resolution, and the
share of the original's words that it finds again is the measure. Only words it read surely in the original are looked
for: of the others it loses one in twenty even between the scan and a copy no eye can tell from it. A word is a run of
letters and figures, because dots of a dotted line read beside a label come and go. Where shade or a photograph's light
keep the recogniser from reading the original, its words are taken from the original with the paper flattened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np

from exports.pictures import Image, Picture, as_grey, brought_to, flatten_paper
from ocr import tesseract
from vietnamese.letters import nfc

__all__ = [
    "LEAST_WORDS_KEPT",
    "WORDS_TO_TRUST",
    "PdfQuality",
    "WordCheck",
    "WordReader",
    "read_words",
    "stroke_quality",
]

WordReader: TypeAlias = Callable[[Image, int], Sequence[tuple[str, float]]]
"""Reads the words of a grey picture of some resolution, each with a confidence from 0 to 1; order does not matter."""

LEAST_WORDS_KEPT = 0.95
"""Below this a page is not shipped."""
WORDS_TO_TRUST = 20
"""With fewer, one word more or less read is above 5 %: the share then proves nothing either way."""
_MOST_OF_FEW_WORDS_LOST = 1
"""Words that a page with few of them may lose."""
_LEAST_CONTRAST = 0.30
"""Between ink and paper, from 0 to 1. No measurement is on record."""
_LEAST_INK_KEPT = 0.90
"""Share of the scan's ink that the small picture still shows. No measurement is on record."""
_SURE_WORD = 0.8
"""Tesseract's confidence from which a word of the scan must be read again."""
_LOOKS_THE_SAME = 60
"""JPEG quality at the scan's own resolution."""
_FINEST_READ = 240
"""Resolution at which both are read: finer scans give the recogniser no more words, only work, and the copy has 200 at
most. Of six pages of 300 dpi the words read surely were 1 % more at 300, at twice the time a case."""
_FEW_WORDS = 40
"""A picture with fewer sure words is read with its paper flattened too: of a photographed page 16 words were read as
it was, 124 then."""
_WORD = re.compile(r"[^\W_]{2,}")


def read_words(grey: Image, dpi: int) -> list[tuple[str, float]]:
    """The words Tesseract reads in a picture.

    Raises:
        OcrError: Tesseract is missing or failed.
    """
    return [(word.text, word.confidence) for word in tesseract.read_words(grey, dpi=dpi, either_ground=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfQuality:
    """What the compressed pictures are like; kept in the manifest."""

    way: str
    """`colour`, `grey`, `two-tone` or `smoothed`."""
    dpi: int
    jpeg_quality: int | None
    """None where nothing was lost after the reduction to two tones."""
    contrast: float
    """Paper minus strokes, 0..1, the worst page."""
    ink_kept: float
    """Share of the original's stroke pixels that are still dark where they were, the worst page."""
    words_kept: float | None
    """Share of the original's sure words read again; None when no recogniser was at hand or it read none surely."""
    words_read: int
    """How many words the recogniser read surely in the original."""
    words_unsteady: int = 0
    """How many of them were left out of the share: lost even in a copy no eye can tell from the original."""

    @property
    def readable(self) -> bool:
        """Whether strokes and words are still there."""
        return self._strokes_are_there and (self.words_kept is None or self.words_kept >= LEAST_WORDS_KEPT)

    @property
    def passable(self) -> bool:
        """Whether a picture with too few words to go by, such as a row of a table, may go out by its strokes."""
        few = self.words_read < WORDS_TO_TRUST
        lost = round((1.0 - (self.words_kept or 0.0)) * (self.words_read - self.words_unsteady))
        return self._strokes_are_there and few and lost <= _MOST_OF_FEW_WORDS_LOST

    @property
    def _strokes_are_there(self) -> bool:
        return self.contrast >= _LEAST_CONTRAST and self.ink_kept >= _LEAST_INK_KEPT


def stroke_quality(before: Image, after: Image) -> tuple[float, float]:
    """Contrast of the strokes in the compressed picture, and the share of ink that is still there.

    Both refer to the strokes of the flattened picture; a page without strokes counts as readable.
    """
    reference, result = as_grey(before), as_grey(after)
    strokes = reference < 140
    if strokes.sum() < 50:
        return 1.0, 1.0
    paper = float(np.median(result[reference > 230][::7])) if (reference > 230).any() else 255.0
    contrast = (paper - float(np.median(result[strokes]))) / 255.0
    still_dark = cv2.erode(result, np.ones((3, 3), np.uint8)) < (paper + 140) / 2
    return contrast, float(still_dark[strokes].mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCheck:
    """What a recogniser read in the originals, to compare copies with."""

    read: WordReader
    dpis: tuple[int, ...]
    originals: tuple[Image, ...]
    """In grey, at the resolution at which original and copy are read; flattened where that reads better."""
    expected: tuple[Counter[str], ...]

    @classmethod
    def of(cls, pictures: Sequence[Picture], read: WordReader) -> WordCheck:
        """Read the originals."""
        greys = tuple(brought_to(as_grey(p.image), _FINEST_READ, of=p.dpi) for p in pictures)
        dpis = tuple(min(round(p.dpi), _FINEST_READ) for p in pictures)
        found = [_sure_words(grey, dpi, read) for grey, dpi in zip(greys, dpis, strict=True)]
        originals, expected = zip(*found, strict=True)
        return cls(read=read, dpis=dpis, originals=originals, expected=expected)

    @property
    def words(self) -> int:
        """How many words were read surely."""
        return sum(words.total() for words in self.expected)

    def found(self, copies: Sequence[Image]) -> tuple[Counter[str], ...]:
        """The words read in copies of the pictures."""
        return tuple(self._read(copy, number) for number, copy in enumerate(copies))

    def _read(self, copy: Image, number: int) -> Counter[str]:
        grey, size = as_grey(copy), self.originals[number].shape[::-1]
        if grey.shape[::-1] != size:
            grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        return _words(self.read(grey, self.dpis[number]), 0.0)

    def kept(self, found: Sequence[Counter[str]]) -> float | None:
        """Share of the words found again; None when there are none to find."""
        if not self.words:
            return None
        return (
            sum((expected & again).total() for expected, again in zip(self.expected, found, strict=True)) / self.words
        )

    def steadied(self) -> WordCheck:
        """The same without the words that are lost even between the original and a copy no eye can tell from it.

        Of scrawled names a recogniser now and then reads one surely, and no more when a single grey level changes.
        """
        again = self.found([_hardly_changed(image) for image in self.originals])
        return replace(self, expected=tuple(e & a for e, a in zip(self.expected, again, strict=True)))


def _hardly_changed(image: Image) -> Image:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _LOOKS_THE_SAME])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8) if done else image


def _sure_words(grey: Image, dpi: int, read: WordReader) -> tuple[Image, Counter[str]]:
    """An original as it is or flattened, whichever gives more sure words, and those words."""
    words = _words(read(grey, dpi), _SURE_WORD)
    if words.total() >= _FEW_WORDS:
        return grey, words
    flat = flatten_paper(grey)
    more = _words(read(flat, dpi), _SURE_WORD)
    return (flat, more) if more.total() > words.total() else (grey, words)


def _words(found: Iterable[tuple[str, float]], least: float) -> Counter[str]:
    """Runs of letters and figures among what was read at least so surely."""
    return Counter(word for text, confidence in found if confidence >= least for word in _WORD.findall(nfc(text)))
