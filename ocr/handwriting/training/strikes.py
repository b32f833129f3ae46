"""Teaching a model to tell crossed-out words: its reading of letters is frozen, a small second output learns."""

from __future__ import annotations

import json
import logging
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.preparation import prepare_line
from ocr.handwriting.strikes import struck_spans, sureness
from ocr.handwriting.training.augment import Crop
from ocr.handwriting.training.drawing import Ink
from ocr.handwriting.training.export import add_figures, write_model
from ocr.handwriting.training.network import MarkingNetwork, StrikeHead
from ocr.handwriting.training.other_hands import bend_ink
from ocr.handwriting.training.samples import WIDEST_TRAINED, LineSource
from ocr.handwriting.training.stored_weights import load_model_weights
from ocr.handwriting.training.strike_drawing import cross_out, near_words
from ocr.handwriting.training.train import strips_to_tensor

__all__ = ["MarkedCrop", "StruckLines", "teach_strikes", "words_left"]

_MOSTLY, _TOUCHES = 0.5, 0.25
"""A column is under a bent stroke from the first share on; a span found touches a stroke from the second on."""
_SAID_EVERY = 50
"""Steps between two lines of the log."""
_log = logging.getLogger(__name__)
_BATCH = 8
"""Lines a step. By judgement."""
_REMEMBERED = 2500
"""Lines kept to be learned from again: drawing and convolving one costs ten times as much as learning from it."""
_AGAIN = 3
"""Steps from remembered lines after each of new ones. By judgement."""
_RATE = 2e-3
"""Of AdamW at the start; it falls to a thirtieth. No measurement is on record."""
_FALSE_ALARMS = 0.002
"""Share of drawn lines without crossed-out words that may be flagged, over half of which have other strokes near."""


@dataclass(frozen=True, slots=True)
class MarkedCrop:
    """A crop in which words may be crossed out.

    Attributes:
        crop: the drawing.
        struck: for each column of the line's mask, whether a crossed-out word stands there.
        text: the words left.
    """

    crop: Crop
    struck: NDArray[np.bool_]
    text: str

    def frames(self, count: int) -> NDArray[np.bool_]:
        """Which of so many equal parts of the crop's width are crossed out."""
        middles = (np.arange(count) + 0.5) / count
        columns = (middles - self.crop.left) / (self.crop.right - self.crop.left) * len(self.struck)
        places = np.floor(columns).astype(int)
        inside = (places >= 0) & (places < len(self.struck))
        return inside & self.struck[np.where(inside, places, 0)]


class StruckLines(LineSource):
    """Draws endless lines, two in three with crossed-out words; arguments are those of `LineSource`."""

    def marked(self) -> MarkedCrop:
        """One crop."""
        line = self._line()
        ink, struck, text = line.ink, np.zeros(line.ink.mask.shape[1], bool), line.text
        roll = self.rng.random()
        if ink.words and roll < 0.65:
            ink, struck = cross_out(ink, self.rng)
            text = words_left(text, ink, struck)
        elif ink.words and roll < 0.85:
            ink = near_words(ink, self.rng)
            struck = np.zeros(ink.mask.shape[1], bool)
        if self.rng.random() < 0.85:
            ink, struck = self._bent(ink, struck, line.strength)
        return MarkedCrop(self._on_paper(ink, line), struck, text)

    def _bent(self, ink: Ink, struck: NDArray[np.bool_], strength: float) -> tuple[Ink, NDArray[np.bool_]]:
        """The ink bent, and the columns moved with it: a band of them is bent by the same turns of chance."""
        band = np.zeros_like(ink.mask)
        foot = max(2, round(ink.baseline))
        band[max(0, foot - 12) : foot] = struck
        before = self.rng.getstate()
        moved = bend_ink(Ink(band, ink.baseline), self.rng, strength).mask.max(axis=0) > _MOSTLY
        self.rng.setstate(before)
        return bend_ink(ink, self.rng, strength), moved


def words_left(text: str, ink: Ink, struck: NDArray[np.bool_]) -> str:
    """The words of a text that are not crossed out."""
    return " ".join(
        word for word, (left, right) in zip(text.split(), ink.words, strict=False) if not struck[(left + right) // 2]
    )


@dataclass(frozen=True, slots=True)
class _MarkedStrip:
    """A strip, and which of its frames belong to a crossed-out word."""

    strip: NDArray[np.uint8]
    struck: NDArray[np.bool_]


def _marked_strips(source: StruckLines, height: int) -> Iterator[_MarkedStrip]:
    while True:
        sample = source.marked()
        strip = prepare_line(sample.crop.picture, height)
        if strip is not None and strip.shape[1] <= WIDEST_TRAINED:
            yield _MarkedStrip(strip, sample.frames(strip.shape[1] // 4))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What the frozen network made of a strip, the truth of its frames, and their weights."""

    rows: torch.Tensor
    seen: torch.Tensor
    struck: torch.Tensor
    weights: torch.Tensor


def _convolved(network: MarkingNetwork, strip: NDArray[np.uint8]) -> tuple[torch.Tensor, torch.Tensor]:
    padded = np.pad(strip, ((0, 0), (0, -strip.shape[1] % 32)), constant_values=255)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        rows = network.convolve(strips_to_tensor(padded[np.newaxis], torch.device("cpu")))
        return rows.half(), network.follow(rows).half()


def _lesson(network: MarkingNetwork, sample: _MarkedStrip) -> _Lesson:
    """Frames at the edges of a stroke and of the padding do not count: where a word ends is a matter of taste."""
    rows, seen = _convolved(network, sample.strip)
    truth, weights = np.zeros(len(seen), np.float32), np.zeros(len(seen), np.float32)
    truth[: len(sample.struck)] = sample.struck
    weights[: len(sample.struck)] = 1.0
    for edge in np.flatnonzero(np.diff(sample.struck.astype(np.int8))):
        weights[max(0, edge - 1) : edge + 3] = 0.0
    return _Lesson(rows, seen, torch.from_numpy(truth), torch.from_numpy(weights))


def _loss(head: StrikeHead, lessons: list[_Lesson]) -> torch.Tensor:
    losses = [
        functional.binary_cross_entropy_with_logits(
            head(lesson.rows.float(), lesson.seen.float())[:, 0], lesson.struck, lesson.weights, reduction="sum"
        )
        for lesson in lessons
    ]
    frames = sum(float(lesson.weights.sum()) for lesson in lessons)
    return torch.stack(losses).sum() / max(1.0, frames)


def _learn(network: MarkingNetwork, strips: Iterator[_MarkedStrip], lines: int, rng: random.Random) -> None:
    """Each line is learned from when it is drawn, and again a few times later."""
    optimiser = torch.optim.AdamW(network.strikes.parameters(), _RATE, weight_decay=0.01)
    remembered: deque[_Lesson] = deque(maxlen=_REMEMBERED)
    for step in range(lines // _BATCH):
        fresh = [_lesson(network, next(strips)) for _ in range(_BATCH)]
        remembered.extend(fresh)
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1.0 - 0.97 * step * _BATCH / lines)
        for batch in (fresh, *(rng.choices(remembered, k=_BATCH) for _ in range(_AGAIN))):
            loss = _loss(network.strikes, batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        if step % _SAID_EVERY == 0:
            _log.info("%d of %d lines, loss %.4f", step * _BATCH, lines, float(loss.detach()))


def _threshold(network: MarkingNetwork, strips: Iterator[_MarkedStrip], lines: int) -> tuple[float, float]:
    """The least threshold with few enough false alarms on drawn lines, and the share of strokes found with it."""
    alarms, found = [], []
    for sample in (next(strips) for _ in range(lines)):
        rows, seen = _convolved(network, sample.strip)
        with torch.inference_mode():
            logits = network.strikes(rows.float(), seen.float())[: len(sample.struck), 0]
        struck = torch.sigmoid(logits).numpy()
        spans = [(sureness(struck[a:b]), float(sample.struck[a:b].mean())) for a, b in struck_spans(struck, 0.0)]
        if sample.struck.any():
            found.append(max((sure for sure, truth in spans if truth >= _TOUCHES), default=0.0))
        else:
            alarms.append(max((sure for sure, _ in spans), default=0.0))
    threshold = float(np.quantile(alarms, 1.0 - _FALSE_ALARMS))
    return round(threshold, 4), sum(sure >= threshold for sure in found) / max(1, len(found))


def teach_strikes(
    model: Path, fonts: Path, real: Path | None, letters: Path | None, *, version: str, lines: int, seed: int = 7
) -> None:
    """Give a model folder the second output, or teach the one it has further; what it reads does not change.

    Args:
        model: folder as `export_model` writes it.
        fonts: folder of fonts with `fonts.tsv`.
        real: folder of real lines, or None.
        letters: where their letters stand, see `segments.align_lines`; without it no stroke runs
            through a real line.
        version: name of the model from now on: it reads struck lines otherwise.
        lines: drawn lines to learn from; a sixth as many more (at least 60) decide about the threshold.
        seed: seed of chance.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    opened = ModelFolder.open(model)
    network = MarkingNetwork(len(opened.alphabet), opened.height)
    network.load_state_dict(_prefixed(StrikeHead(opened.height)) | load_model_weights(model).state_dict())
    network = network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    network.strikes.requires_grad_(True)
    source = StruckLines(fonts, real, seed, real_share=0.5, letters=letters)
    strips = _marked_strips(source, opened.height)
    _learn(network, strips, lines, random.Random(seed))
    threshold, found = _threshold(network, strips, max(60, lines // 6))
    _log.info("threshold %.3f finds %.1f %% of drawn strokes", threshold, 100 * found)
    described = json.loads((model / "model.json").read_text(encoding="utf-8"))
    made = described["training"] | {"strikes": {"lines": lines, "drawn_strokes_found": round(found, 3)}}
    write_model(network, opened.alphabet, model, version=version, training=made, strikes=threshold)
    if opened.figures is not None:
        add_figures(model, opened.figures, version)


def _prefixed(head: StrikeHead) -> dict[str, torch.Tensor]:
    return {f"strikes.{name}": weight for name, weight in head.state_dict().items()}
