"""Tuning the upper layers of an installed model on a few hundred confirmed lines, in minutes on a processor."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.preparation import STEP, prepare_line, to_grey
from ocr.handwriting.training.export import add_figures, write_model
from ocr.handwriting.training.network import MarkingNetwork
from ocr.handwriting.training.stored_weights import load_model_weights
from ocr.handwriting.training.train import Spelling, ctc_loss, strips_to_tensor

__all__ = ["tune_model"]

_SECONDS, _NO_TIME = 60.0, 1e-6
"""Of a minute; and the minutes that stand for no time at all."""
Pair = tuple[NDArray[np.uint8], str]
_BATCH = 8
"""Lines a step. By judgement."""
_RATE = 1.5e-4
"""Of AdamW at the start; it falls to a tenth, for a few lines must not undo what was trained. No measurement is on
record."""
_PULL = 2e-3
"""Share of the way back to the installed weights after each step, so that a few lines do not erase what it knows."""


def _vary(crop: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """The same line a little slanted, squeezed, blurred, darker or with other margins."""
    grey = to_grey(crop)
    height, width = grey.shape
    slant, squeeze = rng.gauss(0, 0.08), rng.uniform(0.88, 1.14)
    matrix = np.array([[squeeze, -slant, max(0.0, slant) * height], [0.0, 1.0, 0.0]])
    size = (max(8, round(width * squeeze + abs(slant) * height)), height)
    paper = int(np.percentile(grey, 90))
    bent = cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
    top, side = rng.randint(0, height // 8), rng.randint(0, 12)
    bent = cv2.copyMakeBorder(bent, top, rng.randint(0, height // 8), side, side, cv2.BORDER_CONSTANT, value=paper)
    if rng.random() < 0.3:
        bent = cv2.GaussianBlur(bent, (0, 0), rng.uniform(0.4, 1.2))
    gain = rng.uniform(0.75, 1.1)
    return np.asarray(np.clip(paper + (bent.astype(np.float32) - paper) * gain, 0, 255), np.uint8)


def _batch(pairs: Sequence[Pair], rng: random.Random, height: int) -> tuple[NDArray[np.uint8], list[str]]:
    """A few lines drawn at random, padded to one width."""
    strips, texts = [], []
    for crop, text in rng.choices(pairs, k=_BATCH):
        strip = prepare_line(_vary(crop, rng) if rng.random() < 0.8 else crop, height)
        if strip is not None and strip.shape[1] / STEP > len(text):
            strips.append(strip)
            texts.append(text)
    widest = -(-max((s.shape[1] for s in strips), default=32) // 32) * 32
    padded = np.full((len(strips), height, widest), 255, np.uint8)
    for row, strip in enumerate(strips):
        padded[row, :, : strip.shape[1]] = strip
    return padded, texts


def tune_model(
    current: Path,
    pairs: Sequence[Pair],
    out: Path,
    *,
    version: str,
    minutes: float,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write a tuned copy of a model.

    The convolutions keep their weights, but for the last; the sequence layers and the head learn. What tells
    crossed-out words stays as it is.

    Args:
        current: folder of the model to start from.
        pairs: crops and their confirmed texts.
        out: folder to write.
        version: the new model's name.
        minutes: time for learning.
        progress: called with the share done.
    """
    rng = random.Random(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = ModelFolder.open(current)
    spelling = Spelling(model.alphabet)
    network = load_model_weights(current).to(memory_format=torch.channels_last).train()
    for part in (network.stem, *network.blocks, *([network.strikes] if isinstance(network, MarkingNetwork) else ())):
        part.requires_grad_(False)
    learning = [p for p in network.parameters() if p.requires_grad]
    anchors = [p.detach().clone() for p in learning]
    optimiser = torch.optim.AdamW(learning, _RATE, weight_decay=0.0)
    begun = time.monotonic()
    while (share := (time.monotonic() - begun) / _SECONDS / max(minutes, _NO_TIME)) < 1.0:
        if progress is not None:
            progress(share)
        strips, texts = _batch(pairs, rng, network.height)
        if not texts:
            continue
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1.0 - 0.9 * share)
        loss = ctc_loss(network.letters(strips_to_tensor(strips, torch.device("cpu"))), texts, spelling)
        optimiser.zero_grad(set_to_none=True)
        if torch.isfinite(loss):
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 2.0)
            optimiser.step()
            with torch.no_grad():
                for weight, anchor in zip(learning, anchors, strict=True):
                    weight.lerp_(anchor, _PULL)
    made = {"tuned_from": model.version, "lines": len(pairs), "minutes": minutes}
    write_model(network, model.alphabet, out, version=version, training=made, strikes=model.strikes)
    if model.figures is not None:
        add_figures(out, model.figures, version)
    calibration = current / "calibration.json"
    if calibration.is_file():
        shutil.copy(calibration, out / "calibration.json")
