"""A pen that writes in the hand of a real person: values are put together from words and letters written elsewhere."""

from __future__ import annotations

import random

import cv2
import numpy as np

from benchmark.drawing.canvas import TextMask
from ocr.handwriting.training.drawing import Ink
from ocr.handwriting.training.real_hands import RealHand

__all__ = ["RealPen"]

_TRIES = 4
"""How often a text is tried: a piece may turn out to hold no ink."""


class RealPen:
    """One writer's pen; the same text is always written with the same strokes, so that it can be measured first.

    Args:
        hand: the writer.
        seed: which of the writer's words and letters are taken.
    """

    def __init__(self, hand: RealHand, seed: int) -> None:
        self._hand = hand
        self._seed = seed
        self._written: dict[str, Ink | None] = {}
        self._small = hand.small_letter_height(random.Random(seed))

    @property
    def writer(self) -> str:
        """The name under which the writer's lines are kept."""
        return self._hand.writer

    def _ink(self, text: str) -> Ink | None:
        if text not in self._written:
            rng = random.Random(f"{self._seed}/{text}")
            tries = (self._hand.write(text, rng) for _ in range(_TRIES if self._hand.can_write(text) else 0))
            self._written[text] = next((ink for ink in tries if ink is not None), None)
        return self._written[text]

    def can_write(self, text: str) -> bool:
        """Whether the writer's words and letters suffice for a text; nothing can always be written."""
        return not text.strip() or self._ink(text) is not None

    def width(self, text: str, pixels: float) -> float:
        """Width of a text whose small letters are so many pixels high.

        Raises:
            ValueError: the text cannot be written.
        """
        return float(self._known(text).mask.shape[1] * pixels / self._small)

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
