"""From lines read to fields and entries: slots joined, lines put together, places told on the scan as delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from layouts.columns import FieldKind, column
from layouts.forms import Item, ItemKind, PageLayout
from layouts.geometry import Quad
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.images import PixelBox
from ocr.marks.signature_names import says_title
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.reading.field_boxes import boxes_on_rows, roomy_boxes
from ocr.reading.lines import LineValue
from ocr.reading.told_twice import same_value_twice
from ocr.readings import Alternative, Candidate, Engine, EntryReading, FieldReading, PageKind, Script

__all__ = ["ToScan", "compose_entries", "line_kinds", "whole_values"]

ToScan = Callable[[np.ndarray], np.ndarray]
"""Points in pixels of the straightened page to fractions of the scan as delivered."""

_UNSEEN_NAME = 0.6
"""No name was seen under a signature whose title was not found: it may stand elsewhere."""
_NO_NAME = 0.94
"""The same under a title that was found, where nothing of a letter's size is left. On 252 drawn typed
entries no such space of a registrar had a name."""
_EXPECTED_NAME = 0.9
"""Trust in a typed name under a signature whose title was not found. Of 30 usual names on 252 drawn entries 29 were
right."""
_ROOM = 0.35
"""Width of a space, in heights of its line, from which it may hold a value: a narrower one was placed wrongly."""
_FEWEST_WRITTEN = 2
"""Fields with writing from which a form is filled in: one alone is a stray mark or a piece of print."""
_LEAST_HEIGHT, _LEAST_INK = 16, 90
"""Of the writing in a field, in pixels: more than what is left of dots and rules."""
_EMPTY_CONFIDENCE = {True: 0.97, False: 0.8}
"""How sure a space without ink is an empty field, when its label was found and when it was only expected."""
_MISSED_INK = 110
"""Pixels of ink near a space that no line took from which its emptiness is doubtful: a letter or a figure."""
_INK_NEAR = 0.6
"""How sure a field is empty when ink that no line took stands in or near its space. No measurement is on record."""
_MOST_CANDIDATES = 10
"""Of a field, kept with its reading."""
_SLOTS_OF_DATE = (FieldKind.DAY, FieldKind.MONTH, FieldKind.YEAR)
"""In the order in which every form prints them."""
_HANG_TOGETHER = (FieldKind.TEXT, FieldKind.PLACE, FieldKind.DATE_WORDS)
"""Set phrases, addresses, dates in words; of lines that feed columns of several kinds the first. Of 70 usual texts in
two lines, in hands kept from training, 5 are read right line by line and 51 as one; of 70 with a word of no phrase as
many. Of 70 dates 46 and 59. Signers gain nothing so, and are believed more than they are right."""
_EXPECTED_PLACE = 0.6
"""A value whose label was not read may be another's, or have the label's last words in it."""
_ABOVE, _BELOW = 0.72, 0.28
"""Of a line's height, what its space has above and below the baseline."""


def line_kinds(placed: PlacedPage) -> dict[LineKey, FieldKind | None]:
    """What kind of value each line holds; None where a line feeds columns of several kinds."""
    kinds: dict[LineKey, FieldKind | None] = {}
    for number, field in enumerate(placed.fields):
        for index in range(len(field.lines)):
            names = [name for name in field.item.columns if index in field.lines_of(name)]
            found = {column(placed.template.register_type, name).kind for name in names}
            kinds[number, index] = _slot_kind(field, index, names) if _is_slot(field, found) else _line_kind(found)
    return kinds


def whole_values(placed: PlacedPage) -> dict[tuple[LineKey, ...], FieldKind]:
    """Lines that together hold one value each, of a kind whose words hang together over the end of a line: the kind."""
    found: dict[tuple[LineKey, ...], FieldKind] = {}
    for number, field in enumerate(placed.fields):
        told: dict[tuple[LineKey, ...], set[FieldKind]] = {}
        for name in field.item.columns:
            keys = tuple((number, index) for index in field.lines_of(name))
            told.setdefault(keys, set()).add(column(placed.template.register_type, name).kind)
        for keys, kinds in told.items():
            kind = next((kind for kind in _HANG_TOGETHER if kind in kinds), None)
            if len(keys) > 1 and kind is not None:
                found[keys] = kind
    return found


def _is_slot(field: FieldPlace, found: set[FieldKind]) -> bool:
    return found == {FieldKind.DATE} and bool(field.item.slots)


def _slot_kind(field: FieldPlace, index: int, names: Sequence[str]) -> FieldKind:
    """Day, month or year, by the words that are printed between the slots of a date; else a number."""
    slots = field.item.slots.get(names[0], ())
    piece = field.piece_of_line[index]
    return _SLOTS_OF_DATE[slots.index(piece)] if len(slots) == len(_SLOTS_OF_DATE) else FieldKind.NUMBER


def _line_kind(found: set[FieldKind]) -> FieldKind | None:
    if found == {FieldKind.SIGNER, FieldKind.TITLE}:
        return FieldKind.SIGNER
    return found.pop() if len(found) == 1 else None


def compose_entries(
    placed: PlacedPage,
    crops: Mapping[LineKey, LineCrop],
    values: Mapping[LineKey, LineValue],
    marks: Mapping[str, tuple[FieldReading, PixelBox | None]],
    to_scan: ToScan,
    size: tuple[int, int],
    missed: Mapping[LineKey, int] | None = None,
) -> tuple[EntryReading, ...]:
    """Entries of the page with every column its form carries.

    Args:
        placed: where the fields are.
        crops: the ink found.
        values: the lines read.
        marks: columns told by ticks and stamps, with the mark's box in pixels.
        to_scan: way back to the scan.
        size: width and height of the straightened page in pixels.
        missed: pixels of ink near lines without a crop that no line took: such lines may not be empty.
    """
    slots = sorted({field.slot for field in placed.fields}) or [0]
    composer = _Composer(placed, crops, values, marks, to_scan, size, missed or {})
    return tuple(composer.entry(slot) for slot in slots)


class _Composer:
    """Puts one page's readings together."""

    def __init__(
        self,
        placed: PlacedPage,
        crops: Mapping[LineKey, LineCrop],
        values: Mapping[LineKey, LineValue],
        marks: Mapping[str, tuple[FieldReading, PixelBox | None]],
        to_scan: ToScan,
        size: tuple[int, int],
        missed: Mapping[LineKey, int],
    ) -> None:
        self.placed, self.crops, self.values, self.marks = placed, crops, values, marks
        self.to_scan, self.size, self.missed = to_scan, size, missed
        self.boxes = roomy_boxes({key: crop.box for key, crop in crops.items()})

    def entry(self, slot: int) -> EntryReading:
        template = self.placed.template
        fields: dict[str, FieldReading] = {}
        for number, place in enumerate(self.placed.fields):
            once_a_page = place.item.kind is ItemKind.PRINTED
            if place.slot != slot and not (once_a_page and place.slot == 0):
                continue
            for name in place.item.columns:
                reading = self._field(number, place, name)
                before = fields.get(name)
                fields[name] = reading if before is None else same_value_twice(before, reading)
        for name, (mark, box) in self.marks.items() if slot == 0 else ():
            fields[name] = replace(mark, quads=(self._quad(box),), box=self._fractions(box)) if box else mark
        for name in template.column_names:
            fields.setdefault(name, FieldReading(column=name, text="", confidence=0.5, engine=Engine.NONE))
        ordered = {name: fields[name] for name in template.column_names}
        if template.layout is PageLayout.SPREAD_ROWS:
            ordered = {name: _of_a_table(reading) for name, reading in ordered.items()}
        return EntryReading(region=slot, box=self._entry_box(slot), fields=ordered, state=self._state(slot))

    def _state(self, slot: int) -> PageKind:
        """A slot without writing is an unused one; a number written in advance is no entry yet."""
        written = {
            number
            for (number, _), crop in self.crops.items()
            if self.placed.fields[number].slot == slot and self._is_of_an_entry(number) and _looks_written(crop)
        }
        return PageKind.ENTRIES if len(written) >= _FEWEST_WRITTEN else PageKind.BLANK

    def _is_of_an_entry(self, number: int) -> bool:
        """Whether a field is filled in with an entry: not printed, noted later, nor below a printed title."""
        item = self.placed.fields[number].item
        kinds = {column(self.placed.template.register_type, name).kind for name in item.columns}
        never = (ItemKind.PRINTED, ItemKind.NOTES, ItemKind.SIGNATURE)
        return item.kind not in never and bool(kinds - {FieldKind.PAGE})

    def _entry_box(self, slot: int) -> tuple[float, float, float, float]:
        box = self.placed.entry_boxes.get(slot)
        return (self._fractions(box) if box else None) or (0.0, 0.0, 1.0, 1.0)

    def _field(self, number: int, place: FieldPlace, name: str) -> FieldReading:
        keys = [(number, index) for index in place.lines_of(name)]
        inked = [key for key in keys if key in self.crops]
        box = self._box(place, keys)
        if not inked:
            sure = self._emptiness(place, keys)
            return FieldReading(column=name, text="", confidence=sure, engine=Engine.NONE, box=box)
        if place.item.kind is ItemKind.SIGNATURE and says_title(self.values[inked[-1]].text, place.item):
            return FieldReading(column=name, text="", confidence=_UNSEEN_NAME, engine=Engine.NONE, box=box)
        values = [self.values[key] for key in inked]
        pieces = {key: self.values[key] for key in inked}
        text = self._joined(place, name, keys, {k: v.text for k, v in pieces.items()})
        decoded = self._joined(
            place, name, keys, {k: v.text if v.decoded is None else v.decoded for k, v in pieces.items()}
        )
        flags = dict.fromkeys(flag for value in values for flag in value.flags)
        if any(self.crops[key].overflows for key in inked):
            flags["overflow"] = None
        if any(self.crops[key].under_seal for key in inked):
            flags["under_seal"] = None
        sure = float(np.prod([value.confidence for value in values])) if text else 0.0
        scripts = {value.script for value in values}
        expected = _EXPECTED_NAME if _is_typed_name(place.item, scripts) else _EXPECTED_PLACE
        return FieldReading(
            column=name,
            text=text,
            confidence=sure if place.certain else min(sure, expected),
            engine=max(values, key=lambda value: len(value.text)).engine,
            script=scripts.pop() if len(scripts) == 1 else Script.MIXED,
            quads=tuple(
                self._quad(found) for found in boxes_on_rows(place, {key[1]: self.boxes[key] for key in inked})
            ),
            box=box,
            alternatives=self._alternatives(place, name, keys, pieces, text),
            candidates=self._candidates(place, name, keys, pieces),
            characters=_characters(values),
            decoded=decoded if any(value.decoded is not None for value in values) else None,
            flags=tuple(flags),
        )

    def _emptiness(self, place: FieldPlace, keys: Sequence[LineKey]) -> float:
        """How sure a field without ink is an empty one."""
        if not keys and place.space is None:
            return _INK_NEAR
        missed = sum(self.missed.get(key, 0) for key in keys)
        if missed >= _MISSED_INK or (keys and not any(_has_room(place.lines[key[1]]) for key in keys)):
            return _INK_NEAR
        if place.item.kind is ItemKind.SIGNATURE:
            return _NO_NAME if place.certain else _UNSEEN_NAME
        return _EMPTY_CONFIDENCE[place.certain]

    def _joined(self, place: FieldPlace, name: str, keys: Sequence[LineKey], texts: Mapping[LineKey, str]) -> str:
        """Lines of one piece with spaces between; slots of a date with slashes."""
        by_piece: dict[int, list[str]] = {}
        for key in keys:
            if texts.get(key):
                by_piece.setdefault(place.piece_of_line[key[1]], []).append(texts[key])
        parts = {piece: " ".join(lines) for piece, lines in by_piece.items()}
        slots = place.item.slots.get(name, ())
        if len(slots) < 2:
            return " ".join(parts.values())
        shared = any(other != name and pieces == slots for other, pieces in place.item.slots.items())
        if shared:
            return _time_and_date([parts.get(piece, "") for piece in slots])
        kind = column(self.placed.template.register_type, name).kind
        parts = {piece: part.strip(" .,:;/-") for piece, part in parts.items()}
        if kind is FieldKind.TIME_OF_DEATH:
            return _time_and_date([parts.get(piece, "") for piece in slots])
        return ("/" if kind is FieldKind.DATE else " ").join(parts[piece] for piece in slots if parts.get(piece))

    def _alternatives(
        self,
        place: FieldPlace,
        name: str,
        keys: Sequence[LineKey],
        pieces: Mapping[LineKey, LineValue],
        text: str,
    ) -> tuple[Alternative, ...]:
        """The field with one line read otherwise."""
        found: dict[str, float] = {}
        texts = {key: value.text for key, value in pieces.items()}
        for key, value in pieces.items():
            for other in value.alternatives:
                whole = self._joined(place, name, keys, {**texts, key: other.text})
                if whole != text:
                    found[whole] = max(found.get(whole, 0.0), other.probability)
        best = sorted(found.items(), key=lambda pair: pair[1], reverse=True)[:5]
        return tuple(Alternative(text=other, probability=probability) for other, probability in best)

    def _candidates(
        self, place: FieldPlace, name: str, keys: Sequence[LineKey], pieces: Mapping[LineKey, LineValue]
    ) -> tuple[Candidate, ...]:
        """The field as decoded, and with one of its lines otherwise; none when a line was not read by its strokes."""
        texts = {key: value.text if value.decoded is None else value.decoded for key, value in pieces.items()}
        chosen = {key: _likelihood(texts[key], value.candidates) for key, value in pieces.items()}
        total = sum(chosen.values())
        if not np.isfinite(total):
            return ()
        found = {self._joined(place, name, keys, texts): total}
        for key, value in pieces.items():
            for other in value.candidates:
                whole = self._joined(place, name, keys, {**texts, key: other.text})
                likely = total - chosen[key] + other.log_likelihood
                found[whole] = max(likely, found.get(whole, likely))
        asked = column(self.placed.template.register_type, name).kind is FieldKind.TITLE  # unlikely titles tell most
        most = None if asked else _MOST_CANDIDATES
        best = sorted(found.items(), key=lambda pair: pair[1], reverse=True)[:most]
        return tuple(Candidate(text=text, log_likelihood=likely) for text, likely in best)

    def _quad(self, box: PixelBox) -> Quad:
        left, top, right, bottom = box
        corners = self.to_scan(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float))
        a, b, c, d = ((float(np.clip(x, 0, 1)), float(np.clip(y, 0, 1))) for x, y in corners)
        return (a, b, c, d)

    def _box(self, place: FieldPlace, keys: Sequence[LineKey]) -> tuple[float, float, float, float] | None:
        """The field's space and its ink, for crops on screens."""
        boxes = [
            (
                line.left,
                min(line.baseline_left, line.baseline_right) - _ABOVE * line.height,
                line.right,
                max(line.baseline_left, line.baseline_right) + _BELOW * line.height,
            )
            for line in (place.lines[key[1]] for key in keys)
        ]
        boxes += [self.crops[key].box for key in keys if key in self.crops]
        if place.space is not None:
            boxes.append(place.space)
        if not boxes:
            return None
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
        return self._fractions((left, top, right, bottom))

    def _fractions(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
        """A box in pixels as fractions of the straightened page; None when nothing of it is on the page."""
        width, height = self.size
        left, top, right, bottom = box
        x0, x1 = (float(np.clip(x / width, 0, 1)) for x in (left, right))
        y0, y1 = (float(np.clip(y / height, 0, 1)) for y in (top, bottom))
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _is_typed_name(item: Item, scripts: set[Script]) -> bool:
    """Whether a name was typed under a signature: there it stands alone, wherever its title was."""
    return item.kind is ItemKind.SIGNATURE and scripts == {Script.TYPED}


def _has_room(line: WritingLine) -> bool:
    return line.right - line.left >= _ROOM * line.height


def _likelihood(text: str, candidates: Sequence[Candidate]) -> float:
    """What the strokes give a line's text; minus infinity where they were not asked."""
    return max((c.log_likelihood for c in candidates if c.text == text), default=float("-inf"))


def _looks_written(crop: LineCrop) -> bool:
    return crop.box[3] - crop.box[1] >= _LEAST_HEIGHT and crop.ink_pixels >= _LEAST_INK


def _characters(values: Sequence[LineValue]) -> tuple[tuple[str, float], ...]:
    letters: list[tuple[str, float]] = []
    for value in values:
        if letters and value.characters:
            letters.append((" ", 1.0))
        letters.extend(value.characters)
    return tuple(letters)


def _time_and_date(parts: Sequence[str]) -> str:
    """`... giờ ... phút, ngày ...` written over: as a run when it was typed or written through, else composed."""
    hour, minute, *rest = (part.strip(" .,;") for part in (*parts, "", "")[: max(len(parts), 2)])
    date = " ".join(part for part in rest if part)
    if hour.isdigit() and (minute.isdigit() or not minute):
        clock = f"{hour}h{minute}'" if minute else f"{hour}h"
        return f"{clock} ngày {date}".strip() if date else clock
    return " ".join(part for part in (hour, minute, date) if part)


def _of_a_table(reading: FieldReading) -> FieldReading:
    """No printed table was seen before the template was drawn: its values are always shown to a person."""
    return replace(reading, flags=(*reading.flags, "table")) if reading.text else reading
