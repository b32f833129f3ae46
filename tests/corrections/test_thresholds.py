"""The bound is exact, the cut keeps its promise, and without data nothing is promised."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.confidence import CEILING, FLOOR, combine, known_share, standard_confidence
from corrections.normalise import Normalised
from corrections.thresholds import (
    ALLOWED_WRONG,
    DEFAULT_THRESHOLDS,
    NEVER,
    JudgedValue,
    Thresholds,
    choose_cut,
    learn_thresholds,
    smallest_sample,
    upper_bound,
)
from layouts.columns import FieldKind
from layouts.register_types import RegisterType


def _binomial_at_most(wrong: int, total: int, share: float) -> float:
    return sum(math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(wrong + 1))


@given(st.integers(1, 400), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_bound_is_where_the_binomial_falls_to_five_percent(total: int, wrong: int) -> None:
    if wrong >= total:
        assert upper_bound(total, total) == 1.0
        return
    bound = upper_bound(wrong, total)
    assert _binomial_at_most(wrong, total, bound) == pytest.approx(0.05, abs=1e-6)
    assert bound > wrong / total


def test_known_bounds() -> None:
    assert upper_bound(0, 10) == pytest.approx(0.2589, abs=1e-4)
    assert upper_bound(3, 1000) == pytest.approx(0.0077, abs=1e-4)
    assert upper_bound(0, 0) == 1.0
    assert smallest_sample(ALLOWED_WRONG) == 598
    with pytest.raises(ValueError, match="wrong"):
        upper_bound(3, 2)


def test_a_cut_is_chosen_where_the_promise_holds() -> None:
    good = [(0.99, True)] * 3000 + [(0.9, False)] * 50 + [(0.9, True)] * 500
    choice = choose_cut(good)
    assert 0.9 < choice.cut <= 0.99
    assert (choice.passed, choice.wrong) == (3000, 0)
    assert choice.bound <= ALLOWED_WRONG


def test_too_little_data_proves_nothing() -> None:
    choice = choose_cut([(0.99, True)] * 500)
    assert choice.cut == NEVER
    assert choice.bound == 1.0


def test_the_promise_holds_on_fresh_values() -> None:
    """Over many trials the true share wrong above the cut is over the allowed one in at most about 5 %."""
    source = random.Random(7)
    broken = chosen = 0
    trials = 60
    for _ in range(trials):
        sample = [(c := 1 - 0.03 * source.random() ** 2, source.random() < c) for _ in range(3000)]
        cut = choose_cut(sample).cut
        if cut == NEVER:
            continue
        chosen += 1
        fresh = [c for c in (1 - 0.03 * source.random() ** 2 for _ in range(20000)) if c >= cut]
        broken += sum(1 - c for c in fresh) / len(fresh) > ALLOWED_WRONG
    assert chosen > trials / 2
    assert broken <= 0.15 * chosen


def test_learned_cuts_replace_defaults_only_with_enough_data() -> None:
    def outcomes(kind: str, count: int, wrong: int) -> list[JudgedValue]:
        return [
            JudgedValue(register_type=RegisterType.BIRTH, kind=kind, script="typed", confidence=0.95, right=i >= wrong)
            for i in range(count)
        ]

    learned, choices = learn_thresholds(
        [*outcomes("name", 2000, 0), *outcomes("date", 2000, 100), *outcomes("sex", 50, 0)]
    )
    assert learned.cut("birth", "name", "typed") <= 0.95
    assert learned.cut("birth", "date", "typed") == NEVER
    assert learned.cut("birth", "sex", "typed") == DEFAULT_THRESHOLDS.cut("birth", "sex", "typed")
    assert choices[("birth", "sex", "typed")].total == 50


def test_the_most_specific_cut_counts() -> None:
    thresholds = Thresholds(
        cuts={("*", "*", "typed"): 0.9, ("birth", "name", "typed"): 0.99, ("*", "name", "typed"): 0.95}
    )
    assert thresholds.cut("birth", "name", "typed") == 0.99
    assert thresholds.cut("death", "name", "typed") == 0.95
    assert thresholds.cut("death", "date", "typed") == 0.9
    assert thresholds.cut("death", "date", "handwritten") == NEVER
    assert thresholds.needs_review(0.999, RegisterType.DEATH, FieldKind.DATE, "handwritten")


@given(st.floats(0, 1), st.floats(0.01, 50))
@settings(max_examples=60)
def test_evidence_moves_odds_within_bounds(confidence: float, factor: float) -> None:
    moved = combine(confidence, factor)
    assert FLOOR <= moved <= CEILING
    clipped = min(max(confidence, FLOOR), CEILING)
    assert (moved >= clipped) if factor >= 1 else (moved <= clipped)


def test_lists_raise_and_guesses_lower_the_confidence() -> None:
    sure, guessed = Normalised(value="Kinh", certain=True), Normalised(value="Kinh", certain=False, note="x")
    assert standard_confidence(FieldKind.ETHNIC_GROUP, 0.9, sure) > 0.9
    assert standard_confidence(FieldKind.ETHNIC_GROUP, 0.9, guessed) < 0.9
    known, odd = Normalised(value="Lê Văn An", certain=True), Normalised(value="Lẽ Vằm Ãm", certain=True)
    assert standard_confidence(FieldKind.NAME, 0.9, known) > 0.9 > standard_confidence(FieldKind.NAME, 0.9, odd)
    assert standard_confidence(FieldKind.NAME, 0.9, Normalised(value="", certain=True)) == 0.9


def test_share_of_known_syllables() -> None:
    assert known_share("Nguyễn Thị Hoa") == 1.0
    assert known_share("Xqz Thị Hoa") == pytest.approx(2 / 3)
    assert known_share("Thôn 3, xã Đông Tân") == 1.0
    assert known_share("") == 1.0
