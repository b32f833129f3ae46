"""The handwriting recogniser: crops in, readings out (the only file that imports onnxruntime)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ocr.handwriting.preparation import prepare_line, to_grey
from ocr.handwriting.types import CharacterReading, HandwritingModelError, LineReading

__all__ = ["AsterRecogniser", "HandwritingRecogniser"]

BATCH_COLUMNS = 4096
"""Columns of all strips of a batch together: bounds the memory of a worker."""


def _open_session(path: Path) -> onnxruntime.InferenceSession:
    """Open a network on one thread.

    Raises:
        HandwritingModelError: the file is missing or damaged.
    """
    if not path.is_file():
        raise HandwritingModelError(
            f"Không tìm thấy mô hình đọc chữ viết tay: {path.name}. "
            "Hãy cài lại phần mềm; trong lúc chờ, chữ đánh máy vẫn được đọc."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises many unrelated classes for a broken file
        raise HandwritingModelError(
            f"Mô hình đọc chữ viết tay bị hỏng: {path.name}. "
            "Hãy cài lại phần mềm; trong lúc chờ, chữ đánh máy vẫn được đọc."
        ) from error


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Group strips of like width, so that little paper is read for nothing."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda i: widths[i]):
        if batch and (
            widths[index] * (len(batch) + 1) > BATCH_COLUMNS or widths[index] > 1.25 * widths[batch[0]] + 16
        ):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _greedy(log_probs: NDArray[np.float32], alphabet: Sequence[str]) -> tuple[CharacterReading, ...]:
    """The likeliest letter of every frame, repeats merged and blanks dropped."""
    best = log_probs.argmax(axis=1)
    frames = len(best)
    letters: list[CharacterReading] = []
    start = 0
    while start < frames:
        end = start
        while end + 1 < frames and best[end + 1] == best[start]:
            end += 1
        if best[start] != 0:
            probability = float(np.exp(log_probs[start : end + 1, best[start]].max()))
            letters.append(
                CharacterReading(
                    char=alphabet[best[start]],
                    probability=min(1.0, probability),
                    left=start / frames,
                    right=(end + 1) / frames,
                )
            )
        start = end + 1
    return tuple(letters)


def _plain_reading(log_probs: NDArray[np.float32], alphabet: Sequence[str]) -> LineReading:
    letters = _greedy(log_probs, alphabet)
    text = " ".join(unicodedata.normalize("NFC", "".join(letter.char for letter in letters)).split())
    confidence = float(np.prod([letter.probability for letter in letters])) if letters else 0.0
    return LineReading(text=text, decoded=text, confidence=confidence, characters=letters)


class AsterRecogniser:
    """The network of the package `asterocr` with its own weights and preparation, for comparison.

    Only the weights are read from the package: its Python modules are not imported, so its telemetry
    and its download of other weights never run.
    """

    name = "asterocr"
    version = "1.0.2"

    def __init__(self) -> None:
        self._session: onnxruntime.InferenceSession | None = None
        self._alphabet: list[str] = []

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]

    def _ready(self) -> onnxruntime.InferenceSession:
        if self._session is None:
            spec = find_spec("asterocr")
            if spec is None or spec.origin is None:
                raise HandwritingModelError("Chưa cài gói asterocr; hãy cài gói này nếu muốn so sánh.")
            assets = Path(spec.origin).parent / "assets"
            self._session = _open_session(assets / "asternet.onnx")
            self._alphabet = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))["chars"]
        return self._session

    def read_lines(
        self, crops: Sequence[NDArray[np.uint8]], kinds: Sequence[str | None] | None = None
    ) -> list[LineReading]:
        """Read every crop by itself, as the package does; `kinds` makes no difference."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: NDArray[np.uint8]) -> LineReading:
        if crop.size == 0 or min(crop.shape[:2]) < 2:
            return LineReading.empty()
        session = self._ready()
        colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2RGB) if crop.ndim == 2 else crop[:, :, 2::-1]
        height, width = colour.shape[:2]
        columns = (min(max(32, int(width * 32 / height)), 2048) + 3) // 4 * 4
        strip = cv2.resize(np.ascontiguousarray(colour), (columns, 32), interpolation=cv2.INTER_AREA)
        tensor = ((strip.astype(np.float32) / 255.0 - 0.5) / 0.5).transpose(2, 0, 1)[np.newaxis]
        (log_probs,) = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(tensor)})
        return _plain_reading(log_probs[:, 0, :], self._alphabet)


class HandwritingRecogniser(AsterRecogniser):
    """Reads lines of Vietnamese handwriting."""

    name = "handwriting"

    def _read(self, crop: NDArray[np.uint8]) -> LineReading:
        strip = prepare_line(crop, 32)
        if strip is None:
            return LineReading.empty()
        return super()._read(strip)
