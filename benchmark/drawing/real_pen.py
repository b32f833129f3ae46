"""A pen that writes in the hand of a real person: values are put together from words and letters written elsewhere."""

from __future__ import annotations

import random

import cv2
import numpy as np

from benchmark.drawing.canvas import TextMask
from ocr.handwriting.training.drawing import Ink
from ocr.handwriting.training.real_hands import RealHand, side_by_side

__all__ = ["RealPen"]

_TRIES = 4
"""How often a word is tried: a piece may turn out to hold no ink."""
_VARIANTS = 3
"""Ways in which the same word is written, by its place in the text."""


class RealPen:
    """One writer's pen; the same text is always written with the same strokes, so that it can be measured first.

    Args:
        hand: the writer.
        seed: which of the writer's words and letters are taken.
    """

    def __init__(self, hand: RealHand, seed: int) -> None:
        self._hand = hand
        self._seed = seed
        self._words: dict[tuple[str, int], Ink | None] = {}
        self._written: dict[str, Ink | None] = {}
        self._gap = random.Random(seed).randint(14, 30)
        self._small = hand.small_letter_height(random.Random(seed))

    @property
    def writer(self) -> str:
        """The name under which the writer's lines are kept."""
        return self._hand.writer

    def _ink(self, text: str) -> Ink | None:
        """A text word by word, so that what begins a text that can be written can be written too."""
        if text not in self._written:
            words = [self._word(word, number % _VARIANTS) for number, word in enumerate(text.split())]
            kept = [word for word in words if word is not None]
            whole = bool(kept) and len(kept) == len(words)
            self._written[text] = side_by_side(kept, [self._gap] * len(kept)) if whole else None
        return self._written[text]

    def _word(self, word: str, variant: int) -> Ink | None:
        if (word, variant) not in self._words:
            rng = random.Random(f"{self._seed}/{word}/{variant}")
            tries = (self._hand.write(word, rng) for _ in range(_TRIES if self._hand.can_write(word) else 0))
            self._words[word, variant] = next((ink for ink in tries if ink is not None), None)
        return self._words[word, variant]

    def can_write(self, text: str) -> bool:
        """Whether the writer's words and letters suffice for a text; nothing can always be written."""
        return not text.strip() or self._ink(text) is not None

    def width(self, text: str, pixels: float) -> float:
        """Width of a text whose small letters are so many pixels high.

        Raises:
            ValueError: the text cannot be written.
        """
        return float(self._known(text).mask.shape[1] * pixels / self._small) if text.strip() else 0.0

    def text_mask(self, text: str, pixels: float) -> TextMask:
        """A text as a mask of ink, its small letters so many pixels high.

        Raises:
            ValueError: the text cannot be written.
        """
        ink = self._known(text)
        scale = pixels / self._small
        size = (max(1, round(ink.mask.shape[1] * scale)), max(1, round(ink.mask.shape[0] * scale)))
        way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
        mask = np.clip(cv2.resize(ink.mask, size, interpolation=way), 0.0, 1.0)
        return TextMask(
            mask=np.asarray(255.0 * mask, np.uint8), origin_x=0.0, origin_y=ink.baseline * scale, width=float(size[0])
        )

    def _known(self, text: str) -> Ink:
        ink = self._ink(text)
        if ink is None:
            raise ValueError(f"{self.writer} cannot write {text!r}")
        return ink
