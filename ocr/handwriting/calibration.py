"""From the decoder's evidence to a probability that the reading is exactly right."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.decoding import Decoding

__all__ = ["Calibration", "evidence", "fit_calibration"]

_GROUPS = {
    FieldKind.NAME: "name",
    FieldKind.SIGNER: "name",
    FieldKind.PLACE: "place",
    FieldKind.DATE_WORDS: "words",
    FieldKind.TEXT: "text",
    FieldKind.TITLE: "text",
    FieldKind.SEX: "list",
    FieldKind.ETHNIC_GROUP: "list",
    FieldKind.NATIONALITY: "list",
    FieldKind.RELATION: "list",
}
_FEWEST_LINES = 60
"""Lines of a group from which it gets a curve of its own: five features and a few steps need them. By judgement."""
_ALL_UNITS = 3
"""Province, district and commune."""
_MOST_LEAD = 8.0
"""Nats of preference by the strokes beyond which more says nothing."""
_CONVERGED = 1e-6
"""Step of Newton's method at which the fit stands still."""
_LEAST_ODDS = 1e-5
"""Probabilities are kept so far from 0 and 1: their logarithms must exist."""
_STROKES_SCALE, _PRIOR_SCALE = 4.0, 5.0
"""Bring the evidence to about the same range, so that the ridge pulls on all of it alike. By judgement."""
_ROUNDS, _MOST_ODDS = 40, 30
"""Rounds of Newton's method at most, and logarithm of odds beyond which `exp` overflows for
nothing."""
_FEWEST_OF_STEP = 12
"""Lines of a step of the curve, about: fewer tell no share."""
_SUREST = 0.9995
"""No step claims more: from so few lines it cannot be told that fewer than one in two thousand are wrong."""
_TOWARDS_ONE = 3.0
"""The curve ends three quarters of the way from its last step to certainty. By judgement."""


def kind_group(kind: FieldKind | None) -> str:
    """Kinds that share a calibration, so that each has enough lines to be fitted on."""
    return "text" if kind is None else _GROUPS.get(kind, "figures")


def _logit(probability: float) -> float:
    clipped = min(max(probability, _LEAST_ODDS), 1 - _LEAST_ODDS)
    return math.log(clipped / (1 - clipped))


def evidence(decoding: Decoding) -> NDArray[np.float64]:
    """What speaks for the decoded text: shares, strokes, weakest letter, agreement, prior, length, what views say, by
    how much the strokes prefer it, and the units of an address that belong together.

    A calibration that was fitted before the last of them were thought of weighs only the first ones.
    """
    same = decoding.decoded.casefold() == decoding.text.casefold()
    second = decoding.alternatives[0][1] if decoding.alternatives else 0.0
    return np.array(
        [
            1.0,
            _logit(decoding.posterior),
            max(decoding.strokes, -2.0) * _STROKES_SCALE,
            _logit(decoding.weakest),
            1.0 if same else 0.0,
            decoding.prior / _PRIOR_SCALE,
            math.log1p(len(decoding.decoded)),
            _logit(1.0 - second),
            1.0 if decoding.views > 1 else 0.0,
            decoding.agreement if decoding.views > 1 else 0.0,
            min(max(decoding.lead, -_MOST_LEAD), _MOST_LEAD) / _MOST_LEAD,
            decoding.units / _ALL_UNITS,
            1.0 if decoding.units == _ALL_UNITS else 0.0,
        ]
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the evidence and a monotone correction, for each group of kinds.

    Attributes:
        weights: group to weights of `evidence`.
        knots: group to (raw probability, observed share right) pairs, both rising.
    """

    weights: dict[str, tuple[float, ...]]
    knots: dict[str, tuple[tuple[float, float], ...]]

    def confidence(self, decoding: Decoding, kind: FieldKind | None) -> float:
        """Calibrated probability that `decoding.decoded` is exactly right."""
        if not decoding.decoded:
            return 0.0
        group = kind_group(kind)
        if group not in self.weights:
            return min(decoding.posterior, decoding.weakest)
        weights = self.weights[group]
        # a calibration from before lines were seen in several views has no weights for what the views say
        raw = 1.0 / (1.0 + math.exp(-float(np.dot(weights, evidence(decoding)[: len(weights)]))))
        xs, ys = zip(*self.knots[group], strict=True)
        return float(np.clip(np.interp(raw, xs, ys), 0.0, 1.0))

    @classmethod
    def load(cls, file: Path) -> Calibration:
        """Read a calibration; a missing file gives one without any group (raw shares are then used)."""
        if not file.is_file():
            return cls({}, {})
        data = json.loads(file.read_text(encoding="utf-8"))
        weights = {group: tuple(row["weights"]) for group, row in data.items()}
        knots = {group: tuple((x, y) for x, y in row["knots"]) for group, row in data.items()}
        return cls(weights, knots)

    def save(self, file: Path) -> None:
        """Write the calibration beside its model."""
        data = {group: {"weights": self.weights[group], "knots": self.knots[group]} for group in self.weights}
        file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def fit_calibration(
    decodings: Sequence[Decoding], right: Sequence[bool], kinds: Sequence[FieldKind | None]
) -> Calibration:
    """Fit on held-out lines: logistic weights, then an isotonic correction, a group at a time.

    Args:
        decodings: readings of held-out lines.
        right: whether each decoded text is exactly right.
        kinds: their field kinds.
    """
    weights: dict[str, tuple[float, ...]] = {}
    knots: dict[str, tuple[tuple[float, float], ...]] = {}
    groups = np.array([kind_group(kind) for kind in kinds])
    for group in sorted(set(groups.tolist())):
        rows = [int(i) for i in np.flatnonzero(groups == group)]
        if len(rows) < _FEWEST_LINES:
            continue
        features = np.array([evidence(decodings[i]) for i in rows])
        truth = np.array([float(right[i]) for i in rows])
        fitted = _logistic(features, truth)
        raw = 1.0 / (1.0 + np.exp(-features @ fitted))
        weights[group] = tuple(round(float(w), 5) for w in fitted)
        knots[group] = _isotonic(raw, truth)
    return Calibration(weights, knots)


def _logistic(features: NDArray[np.float64], truth: NDArray[np.float64], ridge: float = 0.5) -> NDArray[np.float64]:
    """Ridge logistic regression by Newton's method."""
    fitted = np.zeros(features.shape[1])
    penalty = ridge * np.eye(features.shape[1])
    for _ in range(_ROUNDS):
        guess = 1.0 / (1.0 + np.exp(-np.clip(features @ fitted, -_MOST_ODDS, _MOST_ODDS)))
        slope = features.T @ (guess - truth) + ridge * fitted
        curve = (features * (guess * (1 - guess))[:, None]).T @ features + penalty
        step = np.linalg.solve(curve, slope)
        fitted = fitted - step
        if np.abs(step).max() < _CONVERGED:
            break
    return fitted


def _isotonic(raw: NDArray[np.float64], truth: NDArray[np.float64], bins: int = 24) -> tuple[tuple[float, float], ...]:
    """Monotone steps from raw to observed probability, smoothed so that no step claims certainty."""
    order = np.argsort(raw)
    steps = min(bins, max(2, len(order) // _FEWEST_OF_STEP))
    blocks = [[float(raw[part].mean()), float(truth[part].sum() + 0.5 * raw[part].mean()), float(len(part) + 0.5)]
              for part in np.array_split(order, steps) if len(part)]  # fmt: skip
    merged: list[list[float]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2][1] / merged[-2][2] >= merged[-1][1] / merged[-1][2]:
            x2, s2, n2 = merged.pop()
            x1, s1, n1 = merged.pop()
            merged.append([(x1 * n1 + x2 * n2) / (n1 + n2), s1 + s2, n1 + n2])
    knots = [(round(x, 5), round(min(s / n, _SUREST), 5)) for x, s, n in merged]
    return (
        (0.0, 0.0),
        *knots,
        (1.0, max(knots[-1][1], round((knots[-1][1] + _TOWARDS_ONE) / (_TOWARDS_ONE + 1.0), 5))),
    )
