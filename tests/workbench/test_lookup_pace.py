"""How fast other systems may ask."""

import pytest

from workbench.lookups.pace import Pace


@pytest.mark.slow
def test_the_pace_forgets_what_is_long_ago() -> None:
    at = [0.0]
    pace = Pace(2, 10.0, clock=lambda: at[0])
    for _ in range(2):
        pace.count("a")
    assert pace.wait("a") == 10 and pace.wait("b") == 0
    at[0] = 10.5
    assert pace.wait("a") == 0
    for caller in range(2000):
        pace.count(f"c{caller}")
    at[0] = 30.0
    pace.count("last")
    assert len(pace._calls) == 1
