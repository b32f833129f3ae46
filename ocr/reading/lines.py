"""Reading the cut lines: typed lines by Tesseract, written ones by the handwriting recogniser."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.handwriting.place_priors import place_named_most
from ocr.handwriting.types import HandwritingModelError, LineReading
from ocr.reading.printed_around import PrintedAround, without_neighbours
from ocr.reading.readers import HandReader, Readers
from ocr.reading.script import TypedEvidence, decide_scripts, needs_second_reader, page_belief
from ocr.reading.typed_votes import Ballot, vote, without_label
from ocr.readings import Alternative, Candidate, Engine, Script
from ocr.tesseract import TypedLine, Word
from vietnamese.calendar_limits import DAYS, MONTHS
from vietnamese.letters import is_figures, spaceless
from vietnamese.units import UNKNOWN_PLACE, BookPlace

__all__ = ["LineValue", "ReadLines", "read_crops"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValue:
    """What one line says."""

    text: str
    confidence: float
    script: Script
    engine: Engine
    alternatives: tuple[Alternative, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    characters: tuple[tuple[str, float], ...] = ()
    decoded: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLines:
    """All lines of a page."""

    values: dict[LineKey, LineValue]
    script: Script
    warnings: tuple[str, ...]


_DISPUTED = 0.6
"""Confidence of a line that the two recognisers read differently, at most."""
_NOT_TYPE = 0.96
"""The same where the line does not look typed and the handwriting recogniser is believed: Tesseract's reading of such
a line says little. Of 43 on 84 drawn entries all were right."""
_FIGURES = {FieldKind.PAGE, FieldKind.NUMBER, FieldKind.DAY, FieldKind.MONTH, FieldKind.YEAR}
_POSSIBLE_ALONE = 0.96
"""Confidence, at most, of the one reading of a date, a volume or a part of one that can be one (`01` beside `91`)."""
_YEARS = range(1880, 2031)
_PARTS_OF_DATE = {FieldKind.DAY: DAYS, FieldKind.MONTH: MONTHS, FieldKind.YEAR: _YEARS}
_IN_FIGURES = {
    FieldKind.DATE: re.compile(r"(?:(?:(?P<day>\d{1,2})\D{1,9})?(?P<month>\d{1,2})\D{1,9})?(?P<year>\d{4})"),
    FieldKind.VOLUME: re.compile(r"\d{1,3}[A-Z]?\s*[/-]\s*(?P<year>\d{4})"),
}
_ONE_TEXT = {
    FieldKind.NAME,
    FieldKind.SIGNER,
    FieldKind.SEX,
    FieldKind.ETHNIC_GROUP,
    FieldKind.NATIONALITY,
    FieldKind.RELATION,
}
"""Kinds whose words are the value: signs between them are the line's dots, or nothing (`Nam.` for `Nam`)."""
_SURE_PLACE = 0.85
"""Confidence from which an address says where the book was kept, and is not told anew."""
_SURE_WHOLE = 0.97
"""Confidence of a value over several lines, each read by itself, from which it is not read as one."""
_LONGEST_RUN = 4
"""Lines of a value that are read as one, at most."""
# Set by eye, none measured by itself.
_MAYBE_TYPED = 0.3
"""Tesseract's confidence on the whole page from which a line is worth its second look, line by line."""
_LESS_LIKELY = 0.5
"""Of its confidence, what the reading of the other recogniser keeps where the two differ."""
_ONE_SCRIPT = 0.85
"""Share of the ink of lines of one script from which a page is of that script."""
_SMALLER = 0.6
"""Scale of a line's second picture for Tesseract: 180 of 300 dpi."""
_ASIDE, _OVER = 12, 4
"""Pixels around a line within which a word of the page has its middle when it belongs to it."""
_WEIGHTS = (1.0, 0.9, 0.9)
"""Votes of the line at full size, at the smaller one and within the whole page: the first is right most often."""


def read_crops(
    crops: Mapping[LineKey, LineCrop],
    kinds: Mapping[LineKey, FieldKind | None],
    words: Sequence[Word],
    readers: Readers,
    *,
    signed: Collection[LineKey] = (),
    labels: PrintedAround | None = None,
    book: BookPlace = UNKNOWN_PLACE,
    by_pen: bool = False,
    wholes: Mapping[tuple[LineKey, ...], FieldKind] = MappingProxyType({}),
) -> ReadLines:
    """Read every crop with the engine its script calls for.

    Args:
        crops: lines with ink.
        kinds: kind of value expected on each line,
        words: Tesseract's words of the whole page in page pixels: a second reading of typed lines.
        readers: who reads the crops.
        signed: lines of signatures and notes, written by hand on typed pages too.
        labels: what is printed around the lines.
        book: where and when the book was kept; told from the page's sure addresses where it is unknown.
        by_pen: whether the page's words look written by hand.
        wholes: lines that together hold one value each, and its kind.
    """
    keys = list(crops)
    seen = {key: _words_inside(crops[key], words) for key in keys}
    hopeful = [key for key in keys if _mean_confidence(seen[key]) > _MAYBE_TYPED]
    worth_typing = keys if 2 * len(hopeful) > len(keys) else hopeful
    large = [_for_tesseract(crops[k].picture) for k in worth_typing]
    lines = readers.typed([*large, *(_smaller(picture) for picture in large)])
    typed = dict(zip(worth_typing, zip(lines[: len(large)], lines[len(large) :], strict=True), strict=True))
    evidence = {key: _evidence(typed[key], seen[key]) if key in typed else None for key in keys}
    ink = {key: crops[key].ink_pixels for key in keys}
    page = page_belief({k: v for k, v in evidence.items() if k not in signed}, ink, by_pen=by_pen)
    scripts = decide_scripts(evidence, page)
    both = {key for key in worth_typing if needs_second_reader(evidence[key], scripts[key], page)}
    values = {
        key: _typed_value(typed[key], seen[key], kinds.get(key), labels.around(key, crops[key]) if labels else ("", ""))
        for key in worth_typing
        if scripts[key] is Script.TYPED or key in both
    }
    for key in [key for key, value in values.items() if _misses_figures(value.text, kinds.get(key))]:
        # a page or a number filled in by hand on a typed page: too short to be told from type by itself
        scripts[key] = Script.HANDWRITTEN
        del values[key]
    written = [key for key in keys if key not in values or key in both]
    typed_too = {number for number, key in enumerate(written) if key in values}
    runs = _runs(wholes, {key: number for number, key in enumerate(written) if key not in values})
    readings, warnings = _read_handwriting(
        readers.hand, [crops[k] for k in written], [kinds.get(k) for k in written], book, typed_too, runs
    )
    for key, reading in zip(written, readings, strict=True):
        other = _written_value(
            _without_print(reading, labels.around(key, crops[key])) if reading and labels else reading
        )
        values[key] = _both_heard(values[key], other, evidence[key], kinds.get(key)) if key in values else other
    if labels:
        values = {key: _without_other_rows(value, labels.near.get(key, ())) for key, value in values.items()}
    return ReadLines(values=values, script=_page_script(scripts, crops), warnings=warnings)


def _misses_figures(text: str, kind: FieldKind | None) -> bool:
    """Whether something else than figures was read where only figures can stand."""
    return kind in _FIGURES and bool(text) and not all(c.isdigit() or c in " .,/-" for c in text)


def _both_heard(typed: LineValue, written: LineValue, seen: TypedEvidence | None, kind: FieldKind | None) -> LineValue:
    """One value from both recognisers: they agree, or the likelier one is offered with doubt."""
    if written.engine is Engine.NONE:
        return replace(typed, confidence=min(typed.confidence, _DISPUTED))
    clear = seen is not None and seen.is_clear
    if "struck_out" in written.flags and not clear:
        return written
    if any(_same_words(typed.text, text, kind) for text in (written.text, written.decoded or "")):
        return replace(typed, confidence=max(typed.confidence, written.confidence))
    possible = [_possible(value.decoded or value.text, kind) for value in (typed, written)]
    first, second = (typed, written) if (clear if possible[0] == possible[1] else possible[0]) else (written, typed)
    most = _POSSIBLE_ALONE if possible[0] != possible[1] else _DISPUTED if first is typed else _NOT_TYPE
    sure = min(first.confidence, most)
    other = Alternative(text=second.text, probability=min(_LESS_LIKELY * second.confidence, 1.0 - sure))
    return replace(
        first, confidence=sure, alternatives=(other, *first.alternatives) if second.text else first.alternatives
    )


def _same_words(one: str, other: str, kind: FieldKind | None) -> bool:
    """Whether two readings say the same; between figures, and words beside them, signs may be the line's dots."""
    if spaceless(one) == spaceless(other):
        return True
    groups = [re.findall(r"\w+", text.casefold()) for text in (one, other)]
    return groups[0] == groups[1] and (kind in _ONE_TEXT or any(group.isdecimal() for group in groups[0]))


def _possible(text: str, kind: FieldKind | None) -> bool:
    """Whether a date, a volume or a part of a date can be what was read; anything can be of other kinds."""
    figures = text.strip(" .,:;/-")
    if kind in _PARTS_OF_DATE:
        return is_figures(figures) and int(figures) in _PARTS_OF_DATE[kind]
    if kind not in _IN_FIGURES:
        return True
    found = _IN_FIGURES[kind].fullmatch(figures)
    limits = {"day": DAYS, "month": MONTHS, "year": _YEARS}
    return found is not None and all(int(part) in limits[name] for name, part in found.groupdict().items() if part)


def _evidence(lines: tuple[TypedLine, TypedLine], seen: Sequence[Word]) -> TypedEvidence:
    return TypedEvidence(texts=(lines[0].text, lines[1].text, _text_of(seen)), confidence=lines[0].confidence)


def _text_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in sorted(words, key=lambda w: w.left))


def _page_script(scripts: Mapping[LineKey, Script], crops: Mapping[LineKey, LineCrop]) -> Script:
    if not scripts:
        return Script.HANDWRITTEN
    ink = {
        script: sum(crops[k].ink_pixels for k in scripts if scripts[k] is script) for script in set(scripts.values())
    }
    most = max(ink, key=lambda script: ink[script])
    return most if ink[most] > _ONE_SCRIPT * sum(ink.values()) else Script.MIXED


def _for_tesseract(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A little blur closes the notches that dots left in the strokes."""
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same line at 180 dpi: Tesseract errs differently there, above all on single figures."""
    return np.asarray(cv2.resize(picture, None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA), np.uint8)


def _words_inside(crop: LineCrop, words: Sequence[Word]) -> list[Word]:
    left, top, right, bottom = crop.box
    return [
        word
        for word in words
        if left - _ASIDE <= (word.left + word.right) / 2 <= right + _ASIDE
        and top - _OVER <= (word.top + word.bottom) / 2 <= bottom + _OVER
    ]


def _mean_confidence(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _typed_value(
    lines: tuple[TypedLine, TypedLine], seen: Sequence[Word], kind: FieldKind | None, labels: tuple[str, str]
) -> LineValue:
    on_page = tuple((word.text, word.confidence) for word in sorted(seen, key=lambda w: w.left))
    readings = [without_label(words, *labels) for words in (lines[0].words, lines[1].words, on_page)]
    verdict = vote([Ballot(words=w, weight=weight) for w, weight in zip(readings, _WEIGHTS, strict=True)], kind)
    return LineValue(
        text=verdict.text,
        confidence=verdict.confidence,
        script=Script.TYPED,
        engine=Engine.TESSERACT,
        alternatives=tuple(Alternative(text=text, probability=share) for text, share in verdict.others),
        flags=() if verdict.text else ("ink_unread",),
    )


def _without_print(reading: LineReading, labels: tuple[str, str]) -> LineReading:
    """A written line without the printed words beside it that were cut with it."""

    def stripped(text: str) -> str:
        return " ".join(word for word, _ in without_label([(word, 1.0) for word in text.split()], *labels))

    text, decoded = stripped(reading.text), stripped(reading.decoded)
    if decoded == reading.decoded:
        return reading
    return replace(reading, text=text, decoded=decoded, alternatives=((reading.decoded, 0.0), *reading.alternatives))


def _without_other_rows(value: LineValue, labels: Sequence[str]) -> LineValue:
    """A line without what was cut from the printed row below or above with it; it is then no sure value."""
    text = without_neighbours(value.text, labels)
    decoded = None if value.decoded is None else without_neighbours(value.decoded, labels)
    if (text, decoded) == (value.text, value.decoded):
        return value
    if text != value.text and decoded == value.decoded:
        decoded = None
    return replace(
        value,
        text=text,
        decoded=decoded,
        confidence=min(value.confidence, _DISPUTED),
        alternatives=(Alternative(text=value.text, probability=0.0), *value.alternatives),
        flags=value.flags if text else (*value.flags, "ink_unread"),
    )


def _written_value(reading: LineReading | None) -> LineValue:
    if reading is None:
        return LineValue(text="", confidence=0.0, script=Script.HANDWRITTEN, engine=Engine.NONE, flags=("ink_unread",))
    flags = ("struck_out",) if reading.struck_out else () if reading.text else ("ink_unread",)
    return LineValue(
        text=reading.text,
        confidence=reading.confidence,
        script=Script.HANDWRITTEN,
        engine=Engine.HANDWRITING,
        alternatives=tuple(Alternative(text=text, probability=p) for text, p in reading.alternatives),
        candidates=reading.candidates,
        characters=tuple((c.char, c.probability) for c in reading.characters),
        decoded=reading.decoded,
        flags=flags,
    )


_Runs = Mapping[tuple[int, ...], FieldKind]
"""Numbers of the lines of each value that runs over several, and its kind."""


def _runs(wholes: Mapping[tuple[LineKey, ...], FieldKind], numbers: Mapping[LineKey, int]) -> _Runs:
    """Those of the written lines."""
    found = {tuple(numbers[key] for key in keys if key in numbers): kind for keys, kind in wholes.items()}
    return {run: kind for run, kind in found.items() if 1 < len(run) <= _LONGEST_RUN}


def _read_handwriting(
    hand: HandReader,
    crops: Sequence[LineCrop],
    kinds: Sequence[FieldKind | None],
    book: BookPlace,
    once: Collection[int],
    runs: _Runs,
) -> tuple[list[LineReading | None], tuple[str, ...]]:
    if not crops:
        return [], ()
    try:
        seen = hand.see_closely([c.picture for c in crops], kinds, book, [c.others for c in crops], once)
        readings = hand.tell(seen, kinds, book)
        _tell_wholes(hand, seen, readings, runs, book)
        return list(_told_near_sure_places(hand, seen, kinds, readings, book, runs)), ()
    except HandwritingModelError as error:
        return [None] * len(crops), (str(error),)


def _tell_wholes(
    hand: HandReader,
    seen: Sequence[Any],
    readings: list[LineReading],
    runs: _Runs,
    book: BookPlace,
) -> None:
    """Put the readings of values over several lines, each read as one, in the place of their lines' own."""
    for run, kind in runs.items():
        if _sureness(run, readings) < _SURE_WHOLE and all(seen[number] is not None for number in run):
            alone = [readings[number] for number in run]
            told = hand.tell_whole([seen[number] for number in run], alone, kind, book)
            for number, reading in zip(run, told, strict=True):
                readings[number] = reading


def _told_near_sure_places(
    hand: HandReader,
    seen: Sequence[Any],
    kinds: Sequence[FieldKind | None],
    readings: list[LineReading],
    book: BookPlace,
    runs: _Runs,
) -> list[LineReading]:
    """Doubtful addresses once more, in the light of the place that the sure ones of the page name."""
    addresses = [run for run, kind in runs.items() if kind is FieldKind.PLACE]
    in_runs = {number for run in runs for number in run}
    lines = [number for number, kind in enumerate(kinds) if kind is FieldKind.PLACE and number not in in_runs]
    places = [place for place in (*((line,) for line in lines), *addresses) if any(readings[n].text for n in place)]
    doubtful = [place for place in places if _sureness(place, readings) < _SURE_PLACE]
    sure = [" ".join(readings[n].decoded for n in place) for place in places if place not in doubtful]
    near = place_named_most(sure)
    if book.province or not near.province or not doubtful:
        return readings
    near = replace(near, year=book.year)
    again = [number for place in doubtful for number in place]
    told = hand.tell([seen[n] for n in again], [FieldKind.PLACE] * len(again), near)
    found = dict(zip(again, told, strict=True))
    readings = [found.get(number, reading) for number, reading in enumerate(readings)]
    _tell_wholes(hand, seen, readings, {place: FieldKind.PLACE for place in doubtful if len(place) > 1}, near)
    return readings


def _sureness(place: Sequence[int], readings: Sequence[LineReading]) -> float:
    return float(np.prod([readings[number].confidence for number in place]))
