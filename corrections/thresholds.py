"""Which confidence is enough to pass a field without review, chosen from confirmed values with a proven bound.

The promise: among the fields not flagged, at most a set share (0.5 %) is wrong, with 95 % confidence. The bound is
exact for finite samples (Clopper and Pearson 1934). Where there is too little data, a cautious default holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from layouts.columns import FieldKind
from layouts.register_types import RegisterType
from ocr.readings import Script

__all__ = [
    "ALLOWED_WRONG",
    "DEFAULT_THRESHOLDS",
    "CutChoice",
    "GivenBy",
    "JudgedValue",
    "Thresholds",
    "choose_cut",
    "learn_thresholds",
    "smallest_sample",
    "upper_bound",
]

ALLOWED_WRONG = 0.005
"""Largest share of wrong values among those not flagged."""
BOUND = 0.95
"""Certainty with which the true share of wrong values lies under the bound."""
_CONVERGED = 1e-12
"""Relative step at which the continued fraction of the beta function stops: near the precision of floats."""
NEVER = 1.01
"""A cut no confidence reaches: everything of this kind is reviewed."""

ANY = "*"
"""In a key of the cuts: whatever the register type, the kind or what gave the value."""
_HALVINGS = 60
"""Of the interval in which the bound lies: more than a float tells apart."""
_TINY, _MOST_TERMS = 1e-300, 2000
"""Stands for nothing in a continued fraction, which must not be divided by it; and its terms at most."""


class GivenBy(StrEnum):
    """What a machine's value was made from: the script of its reading, or no script at all."""

    TYPED = Script.TYPED.value
    HANDWRITTEN = Script.HANDWRITTEN.value
    MIXED = Script.MIXED.value
    NONE = "none"
    """A reading without ink: an empty space, a tick, a stamp."""
    RULE = "rule"
    """The book's record or a rule of the standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Least confidence that needs no review, by register type, field kind and script; `*` stands for any.

    The keys are plain texts, because the learned cuts are kept as such; their values are those of `RegisterType`,
    `FieldKind` and `GivenBy`.
    """

    cuts: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    default: float = NEVER

    def cut(self, register_type: str, kind: str, script: str) -> float:
        """The most specific cut that is set; `ANY` asks for what holds whatever the type or kind."""
        for key in (
            (register_type, kind, script),
            (ANY, kind, script),
            (register_type, ANY, script),
            (ANY, ANY, script),
            (ANY, kind, ANY),
        ):
            if key in self.cuts:
                return self.cuts[key]
        return self.default

    def needs_review(self, confidence: float, register_type: RegisterType, kind: FieldKind, script: str) -> bool:
        """Whether a value of that confidence must be looked at."""
        return confidence < self.cut(register_type, kind, script)


DEFAULT_THRESHOLDS = Thresholds(
    cuts={
        (ANY, ANY, GivenBy.TYPED): 0.92,
        (ANY, FieldKind.NAME, GivenBy.TYPED): 0.93,
        (ANY, FieldKind.PLACE, GivenBy.TYPED): 0.93,
        (ANY, FieldKind.ID_NUMBER, GivenBy.TYPED): 0.95,
        (ANY, FieldKind.TEXT, GivenBy.TYPED): 0.97,
        (ANY, ANY, GivenBy.HANDWRITTEN): 0.92,
        (ANY, FieldKind.NAME, GivenBy.HANDWRITTEN): 0.95,
        (ANY, FieldKind.PLACE, GivenBy.HANDWRITTEN): 0.97,
        (ANY, FieldKind.ID_NUMBER, GivenBy.HANDWRITTEN): 0.95,
        (ANY, FieldKind.TIME_OF_DEATH, GivenBy.HANDWRITTEN): NEVER,
        (ANY, ANY, GivenBy.MIXED): 0.95,
        (ANY, ANY, GivenBy.NONE): 0.9,
        (ANY, ANY, GivenBy.RULE): 0.9,
    },
    default=0.97,
)
"""Before an office has confirmed values of its own: set on drawn pages, on the careful side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedValue:
    """A machine value that a person has decided on since, unseen by the machine."""

    register_type: RegisterType
    kind: FieldKind
    script: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CutChoice:
    """A chosen cut and what it was chosen from, for the supervisor's chart."""

    cut: float
    passed: int
    """Values at or above the cut."""
    wrong: int
    """Wrong ones among them."""
    total: int
    bound: float
    """Upper 95 % bound of the share wrong among those passed; 1.0 when nothing passes."""


def upper_bound(wrong: int, total: int, confidence: float = BOUND) -> float:
    """Exact one-sided upper bound (Clopper-Pearson) of a share of which `wrong` of `total` were seen.

    Raises:
        ValueError: more wrong ones than there are, or fewer than none.
    """
    if not 0 <= wrong <= total:
        raise ValueError(f"wrong must be within 0..{total}, not {wrong}")
    if total == 0 or wrong == total:
        return 1.0
    low, high = wrong / total, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # P(X <= wrong | p) = I_{1-p}(n - k, k + 1); the bound is where it falls to 1 - confidence
        if _regularised_beta(total - wrong, wrong + 1, 1 - middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _regularised_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1.0 - front * _beta_fraction(b, a, 1 - x) / b
    return front * _beta_fraction(a, b, x) / a


def _beta_fraction(a: float, b: float, x: float) -> float:
    tiny = _TINY
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d, tiny), _away(1 + even / c, tiny)
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d, tiny), _away(1 + odd / c, tiny)
        step = d * c
        result *= step
        if abs(step - 1) < _CONVERGED:
            break
    return result


def _away(value: float, tiny: float) -> float:
    return tiny if abs(value) < tiny else value


def choose_cut(outcomes: Iterable[tuple[float, bool]], allowed: float = ALLOWED_WRONG) -> CutChoice:
    """The lowest cut whose passed values keep the bound.

    Cuts are tried from the top on a fixed ladder and the search stops at the first that fails: with the order fixed
    beforehand each step may be tested at the full level (fixed-sequence testing), so looking often costs nothing.
    A step too small to prove anything does not end the search.
    """
    ordered = sorted(outcomes, reverse=True)
    total = len(ordered)
    best = CutChoice(cut=NEVER, passed=0, wrong=0, total=total, bound=1.0)
    passed = wrong = 0
    for cut in _LADDER:
        while passed < total and ordered[passed][0] >= cut:
            wrong += not ordered[passed][1]
            passed += 1
        if passed < smallest_sample(allowed):
            continue
        bound = upper_bound(wrong, passed)
        if bound > allowed:
            break
        best = CutChoice(cut=cut, passed=passed, wrong=wrong, total=total, bound=bound)
    return best


_LADDER = (
    0.999,
    0.998,
    0.997,
    0.995,
    0.99,
    0.985,
    0.98,
    0.97,
    0.96,
    0.95,
    0.93,
    0.9,
    0.87,
    0.85,
    0.8,
    0.75,
    0.7,
    0.6,
    0.5,
)
"""Cuts tried from the top, finer where confidences lie close. Fixed beforehand: else the bound would not hold."""


def smallest_sample(allowed: float, confidence: float = BOUND) -> int:
    """How many values, all right, it takes to prove a share (598 for 0.5 % at 95 %)."""
    return math.ceil(math.log(1 - confidence) / math.log1p(-allowed))


def learn_thresholds(
    outcomes: Iterable[JudgedValue], *, allowed: float = ALLOWED_WRONG, base: Thresholds = DEFAULT_THRESHOLDS
) -> tuple[Thresholds, dict[tuple[str, str, str], CutChoice]]:
    """Cuts per register type, kind and script from confirmed values, and per kind and script over all types.

    A group without enough values to prove anything keeps the base's cut; a group with enough values where no cut
    keeps the promise is reviewed whole.
    """
    groups: dict[tuple[str, str, str], list[tuple[float, bool]]] = {}
    for outcome in outcomes:
        pair = (outcome.confidence, outcome.right)
        groups.setdefault((outcome.register_type, outcome.kind, outcome.script), []).append(pair)
        groups.setdefault((ANY, outcome.kind, outcome.script), []).append(pair)
    choices = {key: choose_cut(pairs, allowed) for key, pairs in groups.items()}
    enough = smallest_sample(allowed)
    learned = {key: choice.cut for key, choice in choices.items() if choice.total >= enough}
    return Thresholds(cuts={**base.cuts, **learned}, default=base.default), choices
