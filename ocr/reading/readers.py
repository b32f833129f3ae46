"""The recognisers of cut lines, handed in by whoever has a page read: a test or a benchmark may hand in others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.types import HandwritingModelError, LineReading
from ocr.tesseract import TypedLine, read_lines, tesseract_version
from vietnamese.units import BookPlace

__all__ = ["HandReader", "Readers", "TypedReader"]

TypedReader = Callable[[Sequence[NDArray[np.uint8]]], list[TypedLine]]
"""Reads grey crops of one typed line each."""


class HandReader(Protocol):
    """A recogniser of handwritten lines, as `ocr.handwriting.engine.HandwritingRecogniser` is one."""

    name: str

    @property
    def version(self) -> str:
        """Raises `HandwritingModelError` without a usable model."""
        ...

    def see_closely(
        self,
        crops: Sequence[NDArray[np.uint8]],
        kinds: Sequence[FieldKind | None],
        book: BookPlace,
        others: Sequence[Sequence[NDArray[np.uint8]]],
        once: Collection[int],
    ) -> Sequence[Any]:
        """What is seen in grey crops of one line each, for `tell` alone to understand.

        Args:
            crops: a picture a line.
            kinds: their kinds of value.
            book: where and when the book was kept.
            others: further pictures of each line, for those that are in doubt.
            once: numbers of lines for which one picture must do.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        ...

    def tell(self, seen: Sequence[Any], kinds: Sequence[FieldKind | None], book: BookPlace) -> list[LineReading]:
        """Readings of what was seen, in the light of the kinds of values and of the book."""
        ...

    def tell_whole(
        self, lines: Sequence[Any], alone: Sequence[LineReading], kind: FieldKind | None, book: BookPlace
    ) -> list[LineReading]:
        """Readings of lines that make one value, told together; `alone` are their readings by themselves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads the lines of a page. Can be pickled where its recognisers can."""

    hand: HandReader
    typed: TypedReader = read_lines

    @property
    def engine(self) -> str:
        """The recognisers and their versions; without a usable model for handwriting, Tesseract alone.

        Raises:
            MissingProgramError: Tesseract is not installed.
        """
        typed = f"tesseract {tesseract_version()}"
        try:
            return f"{typed}; {self.hand.name} {self.hand.version}"
        except HandwritingModelError:
            return typed
