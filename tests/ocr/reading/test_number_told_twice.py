"""A number that a form prints at two places: each confirms the other, or both together tell what one misread."""

from __future__ import annotations

from ocr.reading.told_twice import same_value_twice
from ocr.readings import Candidate, Engine, FieldReading, Script


def _read(*told: tuple[str, float], text: str | None = None, sure: float) -> FieldReading:
    return FieldReading(
        column="so",
        text=told[0][0] if text is None else text,
        decoded=told[0][0],
        confidence=sure,
        engine=Engine.HANDWRITING,
        script=Script.HANDWRITTEN,
        candidates=tuple(Candidate(text=text, log_likelihood=likely) for text, likely in told),
    )


def test_two_places_that_say_the_same_make_it_surer() -> None:
    one, other = _read(("64", -0.1), sure=0.8), _read(("064", -0.2), sure=0.7)
    both = same_value_twice(one, other)
    assert (both.decoded, round(both.confidence, 2)) == ("64", 0.94)


def test_what_both_strokes_bear_out_stands_and_is_looked_at() -> None:
    clear, misread = _read(("31", -0.1), ("91", -3.5), sure=0.7), _read(("91", -0.7), ("31", -1.0), sure=0.9)
    both = same_value_twice(clear, misread)
    assert both.decoded == "31"
    assert both.confidence < 0.6


def test_places_that_have_nothing_in_common_leave_the_surer() -> None:
    both = same_value_twice(_read(("12", -0.1), sure=0.5), _read(("47", -0.1), sure=0.9))
    assert both.decoded == "47"
    assert [other.text for other in both.alternatives] == ["12"]


def test_letters_alike_that_were_decoded_otherwise_are_no_agreement() -> None:
    both = same_value_twice(_read(("91", -0.2), text="31", sure=0.9), _read(("31", -0.1), sure=0.9))
    assert both.confidence < 0.6
