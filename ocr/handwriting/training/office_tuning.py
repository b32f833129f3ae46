"""Tuning on an office's own corrections: tune, measure on what was held back, install only if better.

Nothing leaves the machine. PyTorch is needed for the tuning alone and is asked for when it starts.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from layouts.columns import FieldKind
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelFolder, ModelStore

__all__ = [
    "CorrectionPair",
    "HandwritingTrainingError",
    "TuningResult",
    "rollback",
    "tune_on_corrections",
]

FEWEST_PAIRS = 60
"""Below this a tuned model cannot be told from luck."""
_HELD_BACK = 0.2
"""Share of the pairs that measure a tuned model and never teach it, told by the first byte of their digest."""
_BYTE_VALUES = 256
"""Values of a byte."""


class HandwritingTrainingError(RuntimeError):
    """Training cannot start; the Vietnamese message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPair:
    """One line a person has confirmed.

    Attributes:
        crop: grey or BGR picture of the line, as the recogniser was given it.
        text: what stands there, as the person confirmed it.
        kind: kind of the field, or None.
    """

    crop: NDArray[np.uint8]
    text: str
    kind: FieldKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningResult:
    """What came of a tuning.

    Attributes:
        installed: the new model was better and is in use now.
        version: the new model's version.
        trained_on: lines learned from.
        held_out: lines kept back for measuring.
        cer_before: character error of the model in use before, on the held-out lines.
        cer_after: character error of the new model on the same lines.
        exact_before: share of held-out lines read without an error before.
        exact_after: the same share afterwards.
        folder: where the new model lies; None when it was not installed.
        message: Vietnamese sentence for the person who started the tuning.
    """

    installed: bool
    version: str
    trained_on: int
    held_out: int
    cer_before: float
    cer_after: float
    exact_before: float
    exact_after: float
    folder: Path | None
    message: str


def tune_on_corrections(
    pairs: Iterable[CorrectionPair],
    *,
    store: ModelStore | None = None,
    minutes: float = 10.0,
    progress: Callable[[float], None] | None = None,
) -> TuningResult:
    """Tune the upper layers of the model in use on confirmed lines.

    A fifth of the lines is held back, chosen by their content so that a repeated run holds back the same
    ones. The new model is installed only if it makes fewer errors on them than the model in use.

    Args:
        pairs: at least 60 confirmed lines.
        store: the office's models; None for the user's data folder.
        minutes: time for learning.
        progress: called with the share done, 0 to 1.

    Raises:
        HandwritingTrainingError: too few lines, or PyTorch is not installed.
        HandwritingModelError: the model in use cannot be opened.
    """
    usable = [pair for pair in pairs if pair.crop.size and pair.text.strip()]
    if len(usable) < FEWEST_PAIRS:
        raise HandwritingTrainingError(
            f"Mới có {len(usable)} dòng đã xác nhận, cần ít nhất {FEWEST_PAIRS} dòng. Hãy nhập thêm rồi thử lại."
        )
    if find_spec("torch") is None or find_spec("onnx") is None:
        raise HandwritingTrainingError(
            "Chưa có PyTorch để huấn luyện. Hãy cài bằng lệnh: pip install -r requirements-train.txt"
        )
    models = store or ModelStore()
    held_out = [pair for pair in usable if _is_held_out(pair)] or usable[::5]
    chosen = {id(pair) for pair in held_out}
    learned = [pair for pair in usable if id(pair) not in chosen]
    before = _rates(HandwritingRecogniser(models.current()), held_out)
    version = datetime.now(UTC).strftime("office-%Y%m%d-%H%M%S")
    with tempfile.TemporaryDirectory() as scratch:
        candidate = Path(scratch) / version
        _tune(models.current(), learned, candidate, version, minutes, progress)
        after = _rates(HandwritingRecogniser(candidate), held_out)
        better = after[0] < before[0] and after[1] >= before[1]
        folder = models.install(candidate) if better else None
    return TuningResult(
        installed=better,
        version=version,
        trained_on=len(learned),
        held_out=len(held_out),
        cer_before=before[0],
        cer_after=after[0],
        exact_before=before[1],
        exact_after=after[1],
        folder=folder,
        message=_message(better, before[0], after[0], len(held_out)),
    )


def rollback(store: ModelStore | None = None) -> str:
    """Use the model that was in use before; returns its version.

    Raises:
        HandwritingModelError: that model cannot be opened.
    """
    return ModelFolder.open((store or ModelStore()).rollback()).version


def _message(better: bool, before: float, after: float, lines: int) -> str:
    rates = f"tỷ lệ ký tự sai {before:.1%} → {after:.1%} trên {lines} dòng giữ lại"
    if better:
        return f"Đã cài mô hình mới: {rates}. Có thể quay về mô hình cũ bất cứ lúc nào."
    return f"Giữ nguyên mô hình đang dùng: {rates}, mô hình mới không tốt hơn."


def _is_held_out(pair: CorrectionPair) -> bool:
    digest = hashlib.sha256(pair.text.encode() + np.ascontiguousarray(pair.crop).tobytes()).digest()
    return digest[0] < _BYTE_VALUES * _HELD_BACK


def _rates(reader: HandwritingRecogniser, pairs: Sequence[CorrectionPair]) -> tuple[float, float]:
    """Character error of the verbatim readings and share of exact ones, case folded."""
    readings = reader.read_lines([pair.crop for pair in pairs])
    edits = [Levenshtein.distance(p.text.casefold(), r.text.casefold()) for p, r in zip(pairs, readings, strict=True)]
    letters = sum(len(pair.text) for pair in pairs)
    return sum(edits) / max(1, letters), sum(edit == 0 for edit in edits) / len(pairs)


def _tune(
    current: Path,
    pairs: Sequence[CorrectionPair],
    out: Path,
    version: str,
    minutes: float,
    progress: Callable[[float], None] | None,
) -> None:
    from ocr.handwriting.training.tune import tune_model  # needs PyTorch, which an office may not have

    tune_model(
        current, [(pair.crop, pair.text) for pair in pairs], out, version=version, minutes=minutes, progress=progress
    )
