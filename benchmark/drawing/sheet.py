"""One entry of a form on the sheet: labels where this printer puts them, dots, values, boxes and stamps."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

from benchmark.drawing.canvas import Canvas, Rect
from benchmark.drawing.form_places import FormPlaces
from benchmark.drawing.hands import Hand, Segment, write_value
from benchmark.drawing.labels import LabelPrinter
from benchmark.drawing.marks import boxed_stamp, dotted_line, grey_ink, pen_stroke, signature, tick
from benchmark.drawing.printing import Printing
from benchmark.invented.clerks import Value, empty, plain
from layouts.codes import code_list
from layouts.columns import column
from layouts.forms import Area, FormTemplate, Item, ItemKind
from layouts.register_types import RegisterType

__all__ = ["Drawn", "DrawnValue", "EntryDrawer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnValue:
    """A value and where its ink lies on the flat sheet."""

    value: Value
    ink: tuple[Rect, ...] = ()


Drawn = dict[str, DrawnValue]


@dataclass(slots=True)
class _Piece:
    """A printed piece of a line while its row is being laid out."""

    item: Item
    text: str
    x: float
    width: float = 0.0
    end: float = 0.0


@dataclass(slots=True)
class EntryDrawer:
    """Draws one entry slot of a form page.

    Attributes:
        top_mm: how far the slot is below the template's frame (stacked entries).
        filled: False leaves all values out (an unused form).
    """

    canvas: Canvas
    template: FormTemplate
    printing: Printing
    hand: Hand
    notes_hand: Hand
    values: dict[str, Value]
    rng: random.Random
    top_mm: float = 0.0
    filled: bool = True
    page_head: bool = True
    """Whether this slot prints what stands once a page (stacked entries)."""
    stamp_share: float = 0.07
    drawn: Drawn = field(default_factory=dict)
    places: FormPlaces = field(init=False)
    labels: LabelPrinter = field(init=False)

    def __post_init__(self) -> None:
        self.places = FormPlaces(self.template, self.printing, self.top_mm)
        self.labels = LabelPrinter(self.canvas, self.printing, self.rng)

    # -- drawing ---------------------------------------------------------------------------------------------

    def draw(self) -> Drawn:
        """Frame, labels and values; what was written and where."""
        self._frame()
        rows: dict[tuple[Area, float], list[Item]] = defaultdict(list)
        signatures: dict[float, list[Item]] = defaultdict(list)
        for item in self.template.items:
            if item.area is Area.PAGE_HEAD and not self.page_head:
                continue
            if item.kind is ItemKind.LINE:
                rows[item.area, item.y_mm].append(item)
            elif item.kind is ItemKind.SIGNATURE:
                signatures[item.y_mm].append(item)
            else:
                self._single(item)
        for items in rows.values():
            self._row(items)
        for items in signatures.values():
            self._signatures(items)
        self._cells([item for item in self.template.items if item.kind is ItemKind.CELL])
        self._boxes([item for item in self.template.items if item.kind is ItemKind.CHECKBOX])
        return self.drawn

    def _frame(self) -> None:
        left, top, ink, line = self.places.left, self.places.top, grey_ink(self.printing), self.printing.frame_line
        self.canvas.box((left, top, left + self.places.width, top + self.places.height), line, ink)
        if self.template.divider_mm is not None:
            x = left + self.places.divider
            self.canvas.line((x, top), (x, top + self.places.height), line, ink)

    def _single(self, item: Item) -> None:
        x, y = self.places.x(item.x_mm[0], item.area), self.places.y(item.y_mm, item.area)
        if item.kind is ItemKind.HEADING:
            self._heading(item, x, y)
        elif item.kind is ItemKind.PRINTED:
            self._printed(item, x, y)
        elif item.kind is ItemKind.COLUMN_HEADS:
            for label, place in zip(item.label, item.x_mm, strict=True):
                self.labels.put(label, self.places.x(place, item.area), y, item.style)
        elif item.kind is ItemKind.NOTES:
            self._notes(item, x, y)
        elif item.kind is ItemKind.STAMP and self.filled and self.rng.random() < self.stamp_share:
            self._stamp(item, x, y)

    def _heading(self, item: Item, x: float, y: float) -> None:
        """A section heading; squeezed when it is longer than the line and the next line is close."""
        text, end = self.labels.worded(item.label[0]), self.places.left + self.places.divider - 2
        below = [i.y_mm for i in self.template.items if i.area is item.area and i.y_mm > item.y_mm]
        room_below = self.places.y(min(below), item.area) - y if below else 99.0
        pitch = self.printing.label_mm * 1.15
        if room_below > 2.6 * pitch:
            self.labels.wrapped(text, x, y, end, item.style, pitch)
        else:
            self.labels.put(text, x, y, item.style, room=end - x)

    def _printed(self, item: Item, x: float, y: float) -> None:
        width = self.labels.put(item.label[0], x, y, item.style)
        name = item.columns[0]
        value = self.values.get(name, empty())
        rect = None
        if value.written:
            rect = self.canvas.text(value.written, x + width + 1.2, y, self.printing.font, self.printing.label_mm,
                                    grey_ink(self.printing))  # fmt: skip
        self.drawn[name] = DrawnValue(value=value, ink=(rect,) if rect else ())

    def _notes(self, item: Item, x: float, y: float) -> None:
        self.labels.put(item.label[0], x, y, item.style)
        value = self.values.get("ghiChu", empty())
        if not (self.filled and value.written):
            return
        left, right = self.places.left + self.places.divider + 3, self.places.left + self.places.width - 3
        lines = [(left, y + 9 + 7 * number, right) for number in range(9)]
        ink = write_value(self.canvas, value.written, lines, self.notes_hand, self.rng)
        self.drawn["ghiChu"] = DrawnValue(value=value, ink=tuple(ink))

    def _stamp(self, item: Item, x: float, y: float) -> None:
        number = self.rng.choice(self._possible_stamps(item))
        place = (x + self.rng.uniform(-2, 3), y + self.rng.uniform(0, 60))
        rect = boxed_stamp(self.canvas, item.stamps[number], *place, self.printing.font, self.rng)
        for name in item.columns:
            value = Value(written=item.stamps[number], standard=item.codes[number])
            self.drawn[name] = DrawnValue(value=value, ink=(rect,) if rect else ())

    def _possible_stamps(self, item: Item) -> list[int]:
        """Stamps whose code the register knows: a marriage cannot be registered late."""
        lists = [column(self.template.register_type, name).code_list for name in item.columns]
        known = {code.code for name in lists if name for code in code_list(name)}
        return [n for n, code in enumerate(item.codes) if not known or code in known]

    # -- lines of labels and dots ----------------------------------------------------------------------------

    def _row(self, items: list[Item]) -> None:
        """A printed line: pieces from left to right, each with its space, pushed apart where the type needs it."""
        area, y = items[0].area, self.places.y(items[0].y_mm, items[0].area)
        pieces = [
            _Piece(item=item, text=self.labels.worded(label), x=self.places.x(item.x_mm[number], area))
            for item in items
            for number, label in enumerate(item.label)
        ]
        pieces.sort(key=lambda piece: piece.x)
        end = max(self.places.x(item.end_x_mm or self.places.divider - 3, area) for item in items)
        if area is Area.ENTRY:
            end = min(end, self.places.left + self.places.divider - 1.5)
        if len(pieces) == 1 and (
            items[0].label_lines > 1 or self.labels.width(pieces[0].text) > end - pieces[0].x - 14
        ):
            self._long_label(items[0], pieces[0], y, end)
            return
        self._spread(pieces, end)
        for piece in pieces:
            self.labels.put(piece.text, piece.x, y, piece.item.style, room=piece.width)
        for item in items:
            own = [piece for piece in pieces if piece.item is item]
            spaces = [(piece.x + piece.width + 1.0, y, piece.end) for piece in own]
            self._fill(item, spaces + self._further_lines(item, end))

    def _spread(self, pieces: list[_Piece], end: float) -> None:
        """Move the pieces of a row apart so that each keeps room for a value."""
        least = 11.0 if len(pieces) > 1 else 16.0
        shrink = 1.0
        for _ in range(4):
            cursor = pieces[0].x
            for piece in pieces:
                piece.width = self.labels.width(piece.text) * shrink
                piece.x = max(piece.x, cursor)
                cursor = piece.x + piece.width + least
            overflow = cursor - end
            if overflow <= 0:
                break
            for number, piece in enumerate(pieces[1:], start=1):
                piece.x -= overflow * number / len(pieces)
            least, shrink = least * 0.85, shrink * 0.95
        for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
            piece.end = following.x - 1.5 if following else end

    def _long_label(self, item: Item, piece: _Piece, y: float, end: float) -> None:
        """A label that fills its line or runs on to a second one; the value begins behind it."""
        pitch = self.places.pitch(item)
        if item.label_lines > 1:
            width = self.labels.width(piece.text)
            room = end - piece.x - width
            # a label that leaves no room for a value goes on to the next line early
            stop, lines = self.labels.wrapped(
                piece.text, piece.x, y, end if room < 0 or room > 35 else piece.x + 0.75 * width, item.style, pitch
            )
        else:
            stop = piece.x + self.labels.put(piece.text, piece.x, y, item.style, room=end - piece.x - 12)
            lines = 1
        spaces = [(stop + 1.0, y + (lines - 1) * pitch, end)]
        self._fill(item, spaces + self._further_lines(item, end))

    def _further_lines(self, item: Item, end: float) -> list[Segment]:
        firsts = [i.x_mm[0] for i in self.template.items if i.area is item.area and i.kind is ItemKind.LINE]
        left = self.places.x(min(firsts), item.area)
        return [(left, self.places.y(y, item.area), end) for y in item.continues_y_mm]

    def _fill(self, item: Item, spaces: list[Segment]) -> None:
        """Dots along the spaces of an item, and its values on them."""
        for left, y, right in spaces:
            dotted_line(self.canvas, left, y, right, self.printing)
        if not self.filled:
            return
        if item.slots:
            self._fill_slots(item, spaces)
            return
        if not item.columns:
            return
        value = next((self.values[name] for name in item.columns if name in self.values), empty())
        ink: list[Rect] = []
        if value.written:
            usable = [space for space in spaces if space[2] - space[0] > 6] or spaces
            spill = 7.0 if usable[-1][2] > self.places.left + self.places.divider - 5 else 0.5
            ink = write_value(self.canvas, value.written, usable, self.hand, self.rng, spill=spill)
        for name in item.columns:
            if name in self.values:
                self._record(name, self.values[name], ink)

    def _record(self, name: str, value: Value, ink: list[Rect]) -> None:
        """Keep what was written; of a value printed twice on the page the first place counts (above the frame)."""
        if not (name in self.drawn and self.drawn[name].ink):
            self.drawn[name] = DrawnValue(value=value, ink=tuple(ink))

    def _fill_slots(self, item: Item, spaces: list[Segment]) -> None:
        written: dict[int, list[Rect]] = {}
        for name, slots in item.slots.items():
            value = self.values.get(name, empty())
            parts = value.parts if len(value.parts) == len(slots) else (value.written, *[""] * (len(slots) - 1))
            for slot, part in zip(slots, parts, strict=True):
                if part and slot not in written:
                    written[slot] = write_value(self.canvas, part, [spaces[slot]], self.hand, self.rng)
            ink = [rect for slot in slots for rect in written.get(slot, [])]
            self._record(name, value, ink)

    # -- cells, boxes, signatures ----------------------------------------------------------------------------

    def _cells(self, items: list[Item]) -> None:
        """Ruled rows: a label, then one cell a column."""
        ink, line = grey_ink(self.printing), 0.2
        for item in items:
            y, pitch = self.places.y(item.y_mm, item.area), self.places.row_height(item)
            top, bottom = y - 0.72 * pitch, y + 0.28 * pitch
            edges = [(self.places.x(a, item.area), self.places.x(b, item.area)) for a, b in item.cells_mm]
            left = self.places.x(item.x_mm[0], item.area) - 2
            self.labels.put(item.label[0], left + 2, y, item.style, size=0.95, room=edges[0][0] - left - 3)
            self.canvas.box((left, top, edges[-1][1], bottom), line, ink)
            for (start, end), name in zip(edges, item.columns, strict=True):
                self.canvas.line((start, top), (start, bottom), line, ink)
                value = self.values.get(name, empty())
                rects: list[Rect] = []
                if self.filled and value.written:
                    rects = write_value(self.canvas, value.written, [(start + 0.8, y, end - 1)], self.hand, self.rng)
                if self.filled:
                    self.drawn[name] = DrawnValue(value=value, ink=tuple(rects))

    def _boxes(self, items: list[Item]) -> None:
        """Check-boxes: one of those for the kind of registration is ticked, others seldom."""
        if not items:
            return
        ticked = self._ticked(items) if self.filled else set()
        kind = self.rng.choice(("X", "X", "V", "V", "filled"))
        side = self.rng.uniform(3.8, 4.8)
        for number, item in enumerate(items):
            x, y = self.places.x(item.x_mm[0], item.area), self.places.y(item.y_mm, item.area)
            end = self.places.x(item.end_x_mm or 184, item.area)
            size = 0.84
            room = end - side - 2 - x
            width = self.labels.width(item.label[0]) * size
            if width > room * 1.25:
                words = item.label[0].split(" ")
                cut = len(words) // 2 + 1
                self.labels.put(" ".join(words[:cut]), x, y - 1.6, item.style, size=size, room=room)
                self.labels.put(" ".join(words[cut:]), x, y + 2.0, item.style, size=size, room=room)
            else:
                self.labels.put(item.label[0], x, y, item.style, size=size, room=room)
            box = (end - side, y - side + 0.8, end, y + 0.8)
            self.canvas.box(box, 0.25, grey_ink(self.printing))
            if number in ticked:
                colour = self.hand.colour
                rect = tick(self.canvas, box, colour, self.rng, kind)
                if len(item.codes) == 1:
                    value = Value(written="V" if kind == "V" else "X", standard=item.codes[0])
                    self.drawn[item.columns[0]] = DrawnValue(value=value, ink=(rect,) if rect else ())

    def _ticked(self, items: list[Item]) -> set[int]:
        groups: dict[str, list[int]] = defaultdict(list)
        for number, item in enumerate(items):
            groups[item.columns[0] if item.columns else ""].append(number)
        found = set()
        for name, numbers in groups.items():
            usual = name in ("loaiDangKy", "loaiXacNhan", "nxnLoaiMucDichSuDung")
            single = self.template.register_type in (RegisterType.GUARDIANSHIP, RegisterType.CHANGE) or usual
            if single and len(numbers) > 1:
                found.add(numbers[0] if self.rng.random() < 0.75 else self.rng.choice(numbers))
            elif self.rng.random() < 0.05:
                found.add(self.rng.choice(numbers))
        return found

    def _signatures(self, items: list[Item]) -> None:
        places = [item.x_mm[0] for item in items]
        if any(abs(a - b) < 25 for n, a in enumerate(places) for b in places[:n]):
            room = (self.template.divider_mm or self.template.frame_mm.width) / len(items)
            places = [room * (number + 0.5) for number in range(len(items))]
        room = self.places.divider / len(items)
        for item, place in zip(items, places, strict=True):
            x, y = self.places.x(place, item.area), self.places.y(item.y_mm, item.area)
            for number, label in enumerate(item.label):
                self.labels.centred(label, x, y + number * 5.6, item.style, room)
            if item.name_y_mm is not None and item.name_y_mm - item.y_mm > 8:
                name_y = self.places.y(item.name_y_mm, item.area)
                self._signed(item, x, (y + name_y) / 2 + 3, name_y, room)

    def _signed(self, item: Item, x: float, y: float, name_y: float, room: float) -> None:
        half = min(24.0, room / 2 - 1)
        official = "nguoiThucHien" in item.columns or "nguoiKy" in item.columns
        if official and name_y - y > 6:
            dotted_line(self.canvas, x - half, name_y, x + half, self.printing)
        if not self.filled or self.rng.random() < 0.15:
            return
        if name_y - y > 6:
            signature(self.canvas, x, y, self.hand.colour, self.rng)
        name = next((n for n in item.columns if n in ("nguoiThucHien", "nguoiKy")), None)
        if name and name in self.values and self.rng.random() < 0.85:
            value = plain(self.values[name].standard)
            hand = self._name_stamp() if self.rng.random() < 0.2 else self.hand
            ink = write_value(self.canvas, value.written, [(x - half, name_y, x + half)], hand, self.rng)
            self.drawn[name] = DrawnValue(value=value, ink=tuple(ink))

    def _name_stamp(self) -> Hand:
        """The registrar's name from a rubber stamp, red or blue, faint at times."""
        colour = self.rng.choice(((60, 50, 190), (160, 70, 40)))
        size, strength = self.printing.label_mm, self.rng.uniform(0.45, 0.9)
        return Hand(font=self.printing.font, typed=True, size=size, colour=colour, strength=strength, weight=0.08)

    def cancel(self) -> None:
        """Strike the whole entry through."""
        left, top = self.places.left, self.places.top
        right, bottom = left + self.places.divider, top + self.places.height
        jog = self.rng.uniform
        strokes = [[(left + jog(2, 12), top + jog(4, 20)), (right - jog(2, 12), bottom - jog(4, 30))]]
        if self.rng.random() < 0.6:
            strokes.append([(right - jog(2, 12), top + jog(4, 20)), (left + jog(2, 12), bottom - jog(4, 30))])
        for start, end in strokes:
            middle = ((start[0] + end[0]) / 2 + jog(-3, 3), (start[1] + end[1]) / 2 + jog(-3, 3))
            pen_stroke(self.canvas, [start, middle, end], 0.6, self.hand.colour)
        if self.rng.random() < 0.5:
            word = self.rng.choice(("Bỏ", "Hủy", "Bỏ trang này"))
            write_value(
                self.canvas, word, [(left + 30, top + self.places.height * 0.55, right - 10)], self.hand, self.rng
            )
