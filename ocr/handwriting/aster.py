"""The network of the package `asterocr`, for comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.ctc import greedy_characters, join_characters
from ocr.handwriting.network_file import Network, open_network
from ocr.handwriting.types import HandwritingModelError, LineReading
from vietnamese.letters import nfc

__all__ = ["AsterRecogniser"]

_HEIGHT, _WIDEST, _STEP = 32, 2048, 4
"""Pixels of asterocr's strips: their height, their width at most, and what it is a multiple of."""


class AsterRecogniser:
    """The network of the package `asterocr` with its own weights and preparation, for comparison.

    Only the weights are read from the package: its Python modules are not imported, so its telemetry
    and its download of other weights never run.
    """

    name = "asterocr"
    version = "1.0.2"

    def __init__(self) -> None:
        self._session: Network | None = None
        self._letters: list[str] = []

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]  # a session cannot be pickled: begin anew

    def check(self) -> None:
        """Open the network.

        Raises:
            HandwritingModelError: the package is not installed, or damaged.
        """
        self._ready()

    def _ready(self) -> Network:
        if self._session is None:
            spec = find_spec("asterocr")
            if spec is None or spec.origin is None:
                raise HandwritingModelError("Chưa cài gói asterocr; hãy cài gói này nếu muốn so sánh.")
            assets = Path(spec.origin).parent / "assets"
            self._session = open_network(assets / "asternet.onnx")
            self._letters = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))["chars"]
        return self._session

    def read_lines(
        self, crops: Sequence[NDArray[np.uint8]], kinds: Sequence[FieldKind | None] | None = None
    ) -> list[LineReading]:
        """Read every crop by itself, as the package does; `kinds` makes no difference."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: NDArray[np.uint8]) -> LineReading:
        if crop.size == 0 or min(crop.shape[:2]) < 2:
            return LineReading.empty()
        session = self._ready()
        colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2RGB) if crop.ndim == 2 else crop[:, :, 2::-1]
        height, width = colour.shape[:2]
        columns = -(-min(max(_HEIGHT, int(width * _HEIGHT / height)), _WIDEST) // _STEP) * _STEP
        strip = cv2.resize(np.ascontiguousarray(colour), (columns, _HEIGHT), interpolation=cv2.INTER_AREA)
        pixels = ((strip.astype(np.float32) / 255.0 - 0.5) / 0.5).transpose(2, 0, 1)[np.newaxis]
        log_probs = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(pixels)})[0]
        characters = greedy_characters(log_probs[:, 0], self._letters)
        text = nfc(join_characters(characters))
        share = float(np.prod([character.probability for character in characters])) if text else 0.0
        return LineReading(text=text, decoded=text, confidence=share, characters=characters)
