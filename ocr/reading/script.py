"""Typed or written by hand: the page decides, a line may differ from it when it is very sure of itself.

Type is what Tesseract reads with confidence, and reads the same at two sizes and within the whole page; measured on
sample pages, confidence times agreement is 0.69 to 0.96 on typed pages and 0.09 to 0.75 on written ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ocr.cutting.line_bands import LineKey
from ocr.forms.match_form import FoundLabel
from ocr.readings import Script
from ocr.tesseract import Word

__all__ = ["TypedEvidence", "decide_scripts", "needs_second_reader", "page_belief", "written_by_pen"]

_TYPED_PAGE, _WRITTEN_PAGE = 0.89, 0.62
"""How much a page looks typed (0..1) from which, and below which, there is no doubt. Clear pen writing comes up to
0.85; typed pages go down to 0.69."""
_CLEAR, _SURELY_TYPED = 0.8, 0.9
"""How much a line looks typed from which Tesseract is likelier right than the other, and is heard alone."""
_SURE_LETTERS = 6
"""A line of fewer letters never tells its script against its page."""
_LOOKED_WRITTEN = 0.12
"""What a page looks less typed for having looked written before its dots left: clear pens read well without them."""
_READ_SURELY = 0.74
"""Between the means of typed and of written pages, see `written_by_pen`."""
# The following were set between the ranges above by eye, none measured by itself.
_AROUND = 3
"""Pixels by which a word may leave the label that it is."""
_UNSEEN = 0.1
"""How much a line looks typed of which Tesseract saw next to nothing."""
_SURELY_WRITTEN = 0.3
"""A line that looks typed less than this is written, on a typed page too."""
_SURE, _THE_SAME = 0.93, 0.99
"""Confidence and agreement of a line that is typed on a written page."""
_WRITTEN_THROUGHOUT = 0.3
"""On a page that looks typed less than this no line is: what is read surely there is print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEvidence:
    """What Tesseract made of one line."""

    texts: tuple[str, ...]
    """Its readings: at full size, at reduced size, within the page."""
    confidence: float
    """Of the first reading, 0..1."""

    @property
    def agreement(self) -> float:
        """How alike the readings are, 0..1."""
        first, *others = self.texts
        return sum(fuzz.ratio(first, other) for other in others) / (100 * len(others)) if first and others else 0.0

    @property
    def belief(self) -> float:
        """How much the line looks typed, 0..1."""
        return self.confidence * self.agreement

    @property
    def is_clear(self) -> bool:
        """Whether it is likelier to be read rightly by Tesseract than by the handwriting recogniser."""
        return self.belief >= _CLEAR

    @property
    def letters(self) -> int:
        """Length of the reading without spaces."""
        return len("".join(self.texts[0].split()))


def written_by_pen(words: Sequence[Word], labels: Iterable[FoundLabel]) -> bool:
    """Whether a page is filled in by hand, told before any field is placed: how surely all but the labels was read.

    On drawn pages and photographs Tesseract's mean confidence is 0.78 to 0.96 where a machine wrote and 0.25 to 0.71
    where a pen did, a few very legible pen fonts apart.
    """
    printed = [box for label in labels for box in label.boxes]
    values = [word for word in words if not any(_stands_in(word, box) for box in printed)]
    letters = sum(len(word.text) for word in values)
    sure = sum(word.confidence * len(word.text) for word in values)
    return letters > 0 and sure / letters < _READ_SURELY


def _stands_in(word: Word, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return left - _AROUND <= x <= right + _AROUND and top - _AROUND <= y <= bottom + _AROUND


def page_belief(
    evidence: Mapping[LineKey, TypedEvidence | None], ink: Mapping[LineKey, int], *, by_pen: bool = False
) -> float:
    """How much a page looks typed, 0..1.

    Args:
        evidence: Tesseract's readings of each line; None where it saw so little on the page that it was not asked.
        ink: pixels of ink of each line: how much it counts.
        by_pen: whether its words look written before any line was cut, see `written_by_pen`.
    """
    total = sum(ink[key] for key in evidence)
    if not total:
        return 0.0
    belief = sum(ink[key] * (seen.belief if seen else _UNSEEN) for key, seen in evidence.items()) / total
    return max(belief - _LOOKED_WRITTEN, 0.0) if by_pen else belief


def needs_second_reader(seen: TypedEvidence | None, script: Script, page: float) -> bool:
    """Whether both recognisers must read a line: its page is in doubt, or it looks typed and was not read surely.

    Args:
        seen: what Tesseract made of the line.
        script: what the line was taken for.
        page: how much its page looks typed.
    """
    return _is_doubtful(page) or (script is Script.TYPED and seen is not None and seen.belief < _SURELY_TYPED)


def _is_doubtful(page: float) -> bool:
    """Whether a page is neither surely typed nor surely written."""
    return _WRITTEN_PAGE <= page < _TYPED_PAGE


def decide_scripts(evidence: Mapping[LineKey, TypedEvidence | None], page: float) -> dict[LineKey, Script]:
    """The script of every line, given how much its page looks typed."""
    return {key: _script(seen, page) for key, seen in evidence.items()}


def _script(seen: TypedEvidence | None, page: float) -> Script:
    if seen is None:
        return Script.HANDWRITTEN
    if page >= _TYPED_PAGE:
        written = seen.letters >= _SURE_LETTERS and seen.belief < _SURELY_WRITTEN
    elif _is_doubtful(page):
        written = not seen.is_clear
    else:
        sure = seen.letters >= _SURE_LETTERS and seen.confidence > _SURE and seen.agreement > _THE_SAME
        written = not (sure and page > _WRITTEN_THROUGHOUT)
    return Script.HANDWRITTEN if written else Script.TYPED
