"""Training of the line network: bfloat16 on a processor or a graphics card, resumable at any time."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch.nn import functional

from ocr.handwriting.benchmark import UNTOLD, plain_text
from ocr.handwriting.preparation import prepare_line
from ocr.handwriting.training.network import LineNetwork, load_aster_weights
from ocr.handwriting.training.samples import Batch, Sample, batches_in_background, validation_sets
from ocr.handwriting.training.stored_weights import plain_network

__all__ = ["Spelling", "TrainingPlan", "character_error_rate", "ctc_loss", "greedy_texts", "strips_to_tensor", "train"]

_RISE = 0.03
"""Share of a run in which the learning rate rises."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """All that decides a training run.

    Attributes:
        out: folder of checkpoints and the log.
        fonts: folder of fonts with `fonts.tsv`.
        real: folder of real lines, or None.
        alphabet: letters of the head, the blank first.
        start: asterocr's ONNX file to start from, or None for random weights.
        minutes: length of the run; the learning rate falls to nearly nothing at its end.
        height: height of the strips.
        rate: highest learning rate.
        frozen_blocks: so many of the first blocks (with the stem) keep their weights.
        real_share: share of real lines.
        check_every: minutes between measurements.
        seed: seed of chance.
        init: checkpoint whose weights to start from (a new run, unlike resuming).
        model: folder of a model whose weights to start from, before anything else.
        letters: where the letters of the real lines stand, see `segments.align_lines`.
        figures: folder of pictures of single figures, see `FigurePictures`, or None.
    """

    out: Path
    fonts: Path
    real: Path | None
    alphabet: tuple[str, ...]
    start: Path | None
    minutes: float
    height: int = 40
    rate: float = 5e-4
    frozen_blocks: int = 2
    real_share: float = 0.35
    check_every: float = 8.0
    seed: int = 1
    init: Path | None = None
    model: Path | None = None
    letters: Path | None = None
    figures: Path | None = None


def strips_to_tensor(strips: np.ndarray, device: torch.device) -> torch.Tensor:
    """uint8 strips (B, H, W) to the network's range: 1.0 paper, -1.0 ink."""
    pixels = torch.from_numpy(strips).to(device)[:, None].float() / 127.5 - 1.0
    return pixels.to(memory_format=torch.channels_last)


class Spelling:
    """Letters of the network's head, and the same letters with case folded and punctuation left out.

    Args:
        alphabet: letters of the head, the blank first.
    """

    def __init__(self, alphabet: Sequence[str]) -> None:
        self.index = {letter: number for number, letter in enumerate(alphabet)}
        folded = [self.index.get(letter.lower(), number) for number, letter in enumerate(alphabet)]
        self._folded = torch.tensor([0 if letter in UNTOLD else folded[n] for n, letter in enumerate(alphabet)])

    def spell(self, text: str, loose: bool) -> list[int]:
        """A text as numbers of letters; letters that the head lacks are left out."""
        numbers = [self.index[letter] for letter in text if letter in self.index]
        return [n for n in self._folded[numbers].tolist() if n] if loose and numbers else numbers

    def fold(self, log_probs: torch.Tensor) -> torch.Tensor:
        """Log-probabilities (T, B, letters): a letter has the sum of its cases, punctuation is no letter."""
        sums = torch.zeros_like(log_probs).index_add(2, self._folded, log_probs.exp())
        return sums.clamp(min=1e-30).log()


def ctc_loss(
    log_probs: torch.Tensor, texts: Sequence[str], spelling: Spelling, loose: Sequence[bool] = ()
) -> torch.Tensor:
    """CTC loss a letter, over texts spelt with the alphabet.

    Args:
        log_probs: (T, B, letters).
        texts: what the B lines say.
        spelling: the alphabet.
        loose: which texts tell neither case nor punctuation: any case of a letter is right there, and punctuation
            may be read or not. Without it, all texts are exact.
    """
    untold = list(loose) or [False] * len(texts)
    spelt = [spelling.spell(text, free) for text, free in zip(texts, untold, strict=True)]
    lengths = torch.tensor([len(s) for s in spelt])
    targets = torch.tensor([i for s in spelt for i in s])
    frames = torch.full((len(texts),), log_probs.shape[0])
    scored = log_probs.float().cpu()
    if any(untold):
        free = torch.tensor(untold)
        scored = scored.clone()
        scored[:, free] = spelling.fold(scored[:, free])
    loss = functional.ctc_loss(scored, targets, frames, lengths, reduction="none", zero_infinity=True)
    return loss.sum() / lengths.sum().clamp(min=1)


def greedy_texts(log_probs: torch.Tensor, alphabet: Sequence[str]) -> list[str]:
    """Likeliest letters of each frame, repeats merged, blanks dropped: (T, B, letters) to B texts."""
    best = log_probs.argmax(dim=2).T.tolist()
    texts = []
    for frames in best:
        kept = [f for f, before in zip(frames, [0, *frames[:-1]], strict=True) if f != before and f != 0]
        texts.append(" ".join("".join(alphabet[f] for f in kept).split()))
    return texts


def character_error_rate(network: LineNetwork, samples: Sequence[Sample], alphabet: Sequence[str]) -> float:
    """Edits over letters, case folded, crops read one by one."""
    edits = letters = 0
    device = next(network.parameters()).device
    network.eval()
    for sample in samples:
        strip = prepare_line(sample.picture, network.height)
        text = ""
        if strip is not None:
            padded = np.pad(strip, ((0, 0), (0, -strip.shape[1] % 32)), constant_values=255)
            with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
                text = greedy_texts(network.letters(strips_to_tensor(padded[np.newaxis], device)), alphabet)[0]
        truth, read = (plain_text(t) if sample.loose else t.casefold() for t in (sample.text, text))
        edits += Levenshtein.distance(truth, read)
        letters += len(truth)
    network.train()
    return edits / max(letters, 1)


class _Average:
    """Running average of the weights, which reads better than the last step's weights."""

    def __init__(self, network: LineNetwork) -> None:
        self.network = LineNetwork(network.head.out_features, network.height)
        self.network.load_state_dict(network.state_dict())
        self.network = self.network.to(next(network.parameters()).device, memory_format=torch.channels_last)

    def follow(self, network: LineNetwork, step: int) -> None:
        keep = min(0.997, (1 + step) / (20 + step))
        with torch.no_grad():
            for mine, theirs in zip(self.network.parameters(), network.parameters(), strict=True):
                mine.lerp_(theirs, 1.0 - keep)


def _rate_at(share: float, plan: TrainingPlan) -> float:
    """Learning rate after a share of the run: a short rise, then a cosine down to 2 %."""
    if share < _RISE:
        return plan.rate * (0.05 + 0.95 * share / _RISE)
    return plan.rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (share - _RISE) / (1 - _RISE)))))


def _freeze(network: LineNetwork, blocks: int) -> None:
    if blocks:
        for part in (network.stem, *network.blocks[:blocks]):
            part.requires_grad_(False)


class _Run:
    """A run in progress: weights, their average, the optimiser and how far it got."""

    def __init__(self, plan: TrainingPlan) -> None:
        self.plan = plan
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = _starting_network(plan).to(self.device, memory_format=torch.channels_last)
        _freeze(self.network, plan.frozen_blocks)
        self.learning = [p for p in self.network.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(self.learning, plan.rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.average = _Average(self.network)
        self.spent, self.step, self.best = 0.0, 0, math.inf
        self.losses: list[float] = []
        self.lines = 0
        self._spelling = Spelling(plan.alphabet)
        if (plan.out / "last.pt").is_file():
            self._resume(torch.load(plan.out / "last.pt", map_location=self.device, weights_only=False))

    def _resume(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["raw"])
        self.average.network.load_state_dict(state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.spent, self.step, self.best = state["spent"], state["step"], state["best"]

    def learn(self, batch: Batch) -> None:
        """One step; a step without a finite loss is skipped."""
        for group in self.optimiser.param_groups:
            group["lr"] = _rate_at(self.spent / self.plan.minutes, self.plan)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            log_probs = self.network.letters(strips_to_tensor(batch.strips, self.device))
        loss = ctc_loss(log_probs, batch.texts, self._spelling, batch.loose)
        self.optimiser.zero_grad(set_to_none=True)
        if torch.isfinite(loss):
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.learning, 2.0)
            self.optimiser.step()
        self.step += 1
        self.lines += len(batch.texts)
        self.losses.append(float(loss.detach()))
        self.average.follow(self.network, self.step)

    def measure_and_keep(self, checks: dict[str, list[Sample]]) -> None:
        """Measure the averaged weights, log the rates, and keep the last state and the best weights."""
        network, plan = self.average.network, self.plan
        scores = {name: character_error_rate(network, group, plan.alphabet) for name, group in checks.items()}
        _report(plan.out, self.step, self.spent, self.lines, self.losses, scores)
        self.losses = []
        slim = {"weights": network.state_dict(), "scores": scores, "alphabet": plan.alphabet, "height": plan.height,
                "step": self.step, "spent": self.spent}  # fmt: skip
        mean = float(np.mean(list(scores.values())))
        if mean < self.best:
            self.best = mean
            _save(slim, plan.out / "best.pt")
        whole = {"raw": self.network.state_dict(), "optimiser": self.optimiser.state_dict(), "best": self.best}
        _save(slim | whole, plan.out / "last.pt")


def _starting_network(plan: TrainingPlan) -> LineNetwork:
    network = LineNetwork(len(plan.alphabet), plan.height)
    if plan.model is not None:
        return plain_network(plan.model)
    if plan.init is not None:
        network.load_state_dict(torch.load(plan.init, map_location="cpu", weights_only=False)["weights"])
    elif plan.start is not None:
        load_aster_weights(network, plan.start)
    return network


def _save(state: dict[str, Any], file: Path) -> None:
    """Write beside the file and put it in its place, so that a killed run leaves a whole file."""
    arriving = file.with_suffix(".new")
    torch.save(state, arriving)
    arriving.replace(file)


def train(plan: TrainingPlan) -> Path:
    """Run a plan, going on from its last checkpoint if there is one; returns the best checkpoint."""
    plan.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    run = _Run(plan)
    checks = validation_sets(plan.fonts, plan.real)
    source = {"fonts": plan.fonts, "real": plan.real, "seed": plan.seed + 1000 * run.step + 7,
              "real_share": plan.real_share, "letters": plan.letters, "figures": plan.figures}  # fmt: skip
    batches = batches_in_background(plan.height, **source)
    run.network.train()
    if run.step == 0:
        run.measure_and_keep(checks)
    checked = run.spent
    while run.spent < plan.minutes:
        begun = time.monotonic()
        if run.spent - checked >= plan.check_every:
            run.measure_and_keep(checks)
            checked = run.spent
        run.learn(next(batches))
        run.spent += (time.monotonic() - begun) / 60.0
    run.measure_and_keep(checks)
    return plan.out / "best.pt"


def _report(out: Path, step: int, spent: float, lines: int, losses: list[float], scores: dict[str, float]) -> None:
    row = {"step": step, "minutes": round(spent, 2), "lines": lines, "loss": round(float(np.mean(losses or [0.0])), 4),
           **{name: round(score, 4) for name, score in scores.items()}}  # fmt: skip
    _log.info("%s", row)
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
