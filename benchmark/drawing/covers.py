"""Covers and closing statements of drawn books."""

from __future__ import annotations

import random
from datetime import date

from benchmark.drawing.canvas import Canvas, text_width
from benchmark.drawing.hands import Hand, write_value
from benchmark.drawing.marks import dotted_line, grey_ink, round_seal, signature
from benchmark.drawing.printing import Printing
from benchmark.invented.clerks import Clerk
from benchmark.invented.entries import BookPlan
from vietnamese.letters import first_small
from vietnamese.shown_time import dotted_day

__all__ = ["draw_closing", "draw_cover"]

_LEFT, _RIGHT = 28.0, 185.0
"""Millimetres from the paper's left edge: where lines begin and dots end."""


def _centred(canvas: Canvas, printing: Printing, text: str, y: float, size: float, *, bold: bool = False) -> None:
    width = text_width(text, printing.font, round(canvas.px(size))) / canvas.scale
    squeeze = min(1.0, 165 / width)
    canvas.text(
        text, canvas.width_mm / 2 - width * squeeze / 2, y, printing.font, size, grey_ink(printing),
        weight_mm=printing.bold_mm * 1.4 if bold else 0.0, squeeze=squeeze,
    )  # fmt: skip


def _line(canvas: Canvas, printing: Printing, hand: Hand, rng: random.Random, label: str, text: str, y: float) -> None:
    canvas.text(label, _LEFT, y, printing.font, printing.label_mm, grey_ink(printing))
    start = _LEFT + text_width(label, printing.font, round(canvas.px(printing.label_mm))) / canvas.scale + 1.5
    dotted_line(canvas, start, y, _RIGHT, printing)
    if text:
        write_value(canvas, text, [(start, y, _RIGHT)], hand, rng)


def _slots(
    canvas: Canvas, printing: Printing, hand: Hand, rng: random.Random, pieces: list[tuple[str, str, float]], y: float
) -> None:
    """A sentence with gaps: (printed words, written value, x of the words)."""
    ends = [x for _, _, x in pieces[1:]] + [_RIGHT]
    for (label, text, x), end in zip(pieces, ends, strict=True):
        canvas.text(label, x, y, printing.font, printing.label_mm, grey_ink(printing))
        start = x + text_width(label, printing.font, round(canvas.px(printing.label_mm))) / canvas.scale + 1
        dotted_line(canvas, start, y, end - 1.5, printing)
        if text:
            write_value(canvas, text, [(start, y, end - 1.5)], hand, rng)


def _date_slots(lead: str, day: date | None) -> list[tuple[str, str, float]]:
    parts = ("", "", "") if day is None else (str(day.day), str(day.month), str(day.year))
    return [(lead, parts[0], _LEFT), ("tháng", parts[1], 95.0), ("năm", parts[2], 140.0)]


def draw_cover(
    canvas: Canvas, plan: BookPlan, printing: Printing, hand: Hand, rng: random.Random, closed: date | None
) -> dict[str, str]:
    """The first leaf of a book; its values by name (`quyenSo`, `noiDangKy`, `opened_on`, `closed_on`)."""
    _centred(canvas, printing, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 30, 4.8, bold=True)
    later = plan.year >= 2016
    _centred(
        canvas, printing, "ĐỘC LẬP - TỰ DO - HẠNH PHÚC" if later else "Độc lập - Tự do - Hạnh phúc", 38, 4.8, bold=True
    )
    canvas.line((80, 41), (130, 41), 0.3, grey_ink(printing))
    if later:
        _centred(canvas, printing, "BỘ TƯ PHÁP", 78, 5, bold=True)
    words = plan.template.title.split(" ")
    half = len(words) if len(words) < 7 else len(words) // 2
    _centred(canvas, printing, "SỔ", 108, 11, bold=True)
    _centred(canvas, printing, " ".join(words[1:half]), 124, 8.5, bold=True)
    if words[half:]:
        _centred(canvas, printing, " ".join(words[half:]), 137, 8.5, bold=True)
    office = plan.office
    opened = date(plan.year, 1, rng.randint(2, 15))
    volume = f"{plan.volume:02d}/{plan.year}"
    if later:
        full = f"UBND {first_small(office.commune)}, {office.district}, {office.province}"
        _line(canvas, printing, hand, rng, "Cơ quan đăng ký hộ tịch:", full, 185)
        _line(canvas, printing, hand, rng, "Quyển số:", volume, 200)
        _line(canvas, printing, hand, rng, "Mở ngày:", plan.clerk.day(opened).written, 215)
        _line(canvas, printing, hand, rng, "Khóa ngày:", plan.clerk.day(closed).written if closed else "", 230)
    else:
        _line(canvas, printing, hand, rng, "Ủy ban nhân dân xã/phường/thị trấn:", _name(office.commune), 175)
        _line(canvas, printing, hand, rng, "Huyện/quận/thị xã:", _name(office.district), 187)
        _line(canvas, printing, hand, rng, "Tỉnh/thành phố:", _name(office.province), 199)
        _line(canvas, printing, hand, rng, "Quyển số:", volume, 211)
        _slots(canvas, printing, hand, rng, _date_slots("Mở sổ ngày", opened), 223)
        _slots(canvas, printing, hand, rng, _date_slots("Khóa sổ ngày", closed), 235)
    values = {"quyenSo": volume, "noiDangKy": office.commune, "opened_on": f"{dotted_day(opened)}"}
    return values | ({"closed_on": f"{dotted_day(closed)}"} if closed else {})


def _name(unit: str) -> str:
    return unit.split(" ", 1)[1] if unit.startswith(("Xã ", "Huyện ", "Tỉnh ", "Phường ", "Quận ")) else unit


def draw_closing(
    canvas: Canvas, plan: BookPlan, printing: Printing, hand: Hand, rng: random.Random, entries: int, closed: date
) -> dict[str, str]:
    """The closing statement of a book; its values by name."""
    _centred(canvas, printing, "CHỨNG NHẬN KHÓA SỔ", 45, 6.0, bold=True)
    pages = plan.page_offset + plan.first_number + entries
    last = plan.first_number + entries - 1
    _slots(canvas, printing, hand, rng, [("Sổ này có", str(pages), _LEFT), ("trang; đã đăng ký", str(entries), 72.0),
                                         ("trường hợp,", "", 135.0)], 70)  # fmt: skip
    _slots(canvas, printing, hand, rng, [("từ số", str(plan.first_number), _LEFT), ("đến số", str(last), 95.0)], 82)
    _slots(
        canvas, printing, hand, rng, [("Số trường hợp sửa chữa:", "0", _LEFT), ("số trang bỏ trống:", "0", 115.0)], 94
    )
    _slots(canvas, printing, hand, rng, _date_slots("Khóa sổ ngày", closed), 106)
    _signer(canvas, printing, hand, rng, 60, "Người thực hiện", plan.clerk)
    _signer(canvas, printing, hand, rng, 150, "CHỦ TỊCH", plan.clerk)
    round_seal(canvas, 138, 150, printing.font, rng, strength=0.75)
    return {"pages": str(pages), "entries": str(entries), "closed_on": f"{dotted_day(closed)}",
            "first_number": str(plan.first_number), "last_number": str(last)}  # fmt: skip


def _signer(
    canvas: Canvas, printing: Printing, hand: Hand, rng: random.Random, x: float, label: str, clerk: Clerk
) -> None:
    width = text_width(label, printing.font, round(canvas.px(printing.label_mm))) / canvas.scale
    canvas.text(label, x - width / 2, 130, printing.font, printing.label_mm, grey_ink(printing), weight_mm=0.1)
    signature(canvas, x, 150, hand.colour, rng)
    name = clerk.chairman if label == "CHỦ TỊCH" else clerk.registrar
    write_value(canvas, name, [(x - 22, 168, x + 24)], hand, rng)
