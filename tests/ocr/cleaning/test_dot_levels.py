"""The smoothed levels of a line's dots."""

import numpy as np
import pytest

from ocr.cleaning.dotted_lines import smooth_levels


@pytest.mark.parametrize("count", [1, 2, 6, 7, 8, 40])
def test_a_dot_takes_the_middle_height_of_those_beside_it(count: int) -> None:
    ys = np.random.default_rng(count).normal(500, 2, count)
    beside = [np.median(ys[max(0, i - 3) : i + 4]) for i in range(count)]
    assert np.array_equal(smooth_levels(ys), beside)
