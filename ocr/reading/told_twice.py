"""A column that a form prints at two places (`Số`): each confirms or replaces the other."""

from __future__ import annotations

from dataclasses import replace

from ocr.readings import Alternative, FieldReading

__all__ = ["same_value_twice"]

_DISAGREE, _OTHER = 0.6, 0.4
"""What is left of a number's confidence where its two places say different ones, what the other keeps of its own."""


def same_value_twice(first: FieldReading, second: FieldReading) -> FieldReading:
    """The one value of the two places, as sure as they leave it."""
    if not second.text:
        return (
            first if first.text or first.quads else replace(first, confidence=min(first.confidence, second.confidence))
        )
    if not first.text:
        return second
    if _bare(_said(first)) == _bare(_said(second)):
        return replace(first, confidence=1 - (1 - first.confidence) * (1 - second.confidence))
    first, second = _told_together(first, second), _told_together(second, first)
    better, other = (first, second) if first.confidence >= second.confidence else (second, first)
    return replace(
        better,
        confidence=_DISAGREE * better.confidence,
        alternatives=(*better.alternatives, Alternative(text=_said(other), probability=_OTHER * other.confidence)),
    )


def _said(reading: FieldReading) -> str:
    return reading.text if reading.decoded is None else reading.decoded


def _bare(number: str) -> str:
    return number.lstrip("0 ")


def _told_together(reading: FieldReading, other: FieldReading) -> FieldReading:
    """A number by hand as its strokes and those of its other place say it together; as it is where they tell nothing in
    common."""
    theirs = {_bare(c.text): c.log_likelihood for c in reversed(other.candidates)}
    told = {c.text: c.log_likelihood + theirs[_bare(c.text)] for c in reading.candidates if _bare(c.text) in theirs}
    return replace(reading, decoded=max(told, key=lambda text: told[text])) if told else reading
