"""Numbers put together from several readings."""

from __future__ import annotations

from corrections.near_figures import near_numbers


def test_figures_of_two_readings_come_together() -> None:
    assert "096997969" in list(near_numbers("090997909", ["096997909", "090997969"]))[:3]


def test_readings_of_another_length_say_nothing_of_places() -> None:
    assert list(near_numbers("254331662", ["2543319662"])) == ["254331662"]


def test_what_most_readings_have_comes_first() -> None:
    assert next(near_numbers("111111111", ["111111112", "111111112", "111111113"])) == "111111112"


def test_a_number_that_lost_a_figure_gives_way_to_a_whole_one() -> None:
    assert list(near_numbers("12345678", ["123456789", "x"])) == ["123456789"]
