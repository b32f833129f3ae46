"""The plan as Excel: targets and what they take, rosters, work by person with pay, places and dates of teams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corrections.campaign.person_work import PayRule
from corrections.campaign.shifts import shift_label, weekday_name
from corrections.campaign.totals import UNKNOWN
from exports.form_sheet import Cell, FormSheet, column_sum, letter, sum_over, workbook_bytes
from exports.spreadsheets import Formula
from layouts.register_types import RegisterType
from vietnamese.shown_time import day_text

__all__ = [
    "NO_SHIFT",
    "DayRow",
    "PayRow",
    "PlaceRow",
    "RosterRow",
    "TargetRow",
    "without_shift_words",
    "write_pay",
    "write_places",
    "write_roster",
    "write_targets",
]

NO_SHIFT = "chưa có ca"
"""In place of a target where somebody worked outside of all shifts and stands on no roster."""
_DETAIL = "Theo ngay, ca"


def without_shift_words(people: int) -> str:
    """That somebody has no target, and so is not among those above theirs."""
    return f"{people} người chưa có ca nào trong thời gian này: không có định mức, nên không xét vượt định mức."


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target as it stands."""

    unit: str
    kind: str
    step: str
    starts_on: dt.date
    target_on: dt.date
    goal: int | None
    done: int | None
    expected: int | None
    state: str
    takes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """A shift of a day at a place."""

    day: dt.date
    shift: str
    place: str
    teams: str
    justice: str
    police: str
    others: str
    count: int
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRow:
    """A person's work."""

    name: str
    account: str
    team: str
    body: str
    minutes: int
    """Active at the screen, as the review form measured it."""
    shifts: int
    by_shift: tuple[int, ...]
    """Entries in each shift of the setting, then in former ones and outside of all."""
    by_type: Mapping[RegisterType, int]
    """The same entries by register type."""
    sent_back: int

    @property
    def entries(self) -> int:
        """All of them."""
        return sum(self.by_shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """What a person did in one shift."""

    day: dt.date
    shift: str
    name: str
    team: str
    entries: int
    sent_back: int
    on_roster: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A team's stay."""

    team: str
    leader: str
    place: str
    starts_on: dt.date
    ends_on: dt.date
    note: str


# --- targets ----------------------------------------------------------------------------------------------------------


def write_targets(unit: str, day: dt.date, calendar: str, rows: Sequence[TargetRow], notes: Sequence[str]) -> bytes:
    """Every target with what is left, how far behind it is, and what keeping the date takes."""
    form = FormSheet(
        "CHỈ TIÊU VÀ TIẾN ĐỘ THEO KẾ HOẠCH", unit, f"Tính đến ngày {day_text(day)}", "Chi tieu", 13, words=(2, 13)
    )
    form.widths((5, 24, 18, 25, 12, 12, 11, 11, 11, 11, 11, 14, 60))
    heads = ("STT", "Đơn vị", "Loại sổ", "Bước", "Từ ngày", "Hạn", "Phải làm", "Đã làm", "Còn lại")
    form.heads([(head, ()) for head in (*heads, "Đến nay phải được", "Chậm", "Tình trạng", "Cần gì để kịp hạn")])
    for number, row in enumerate(rows, start=1):
        form.row(_target_cells(number, row, form.next))
    form.next += 1
    for line in (f"Số ngày, số máy, số ca làm tròn lên, theo lịch: {calendar}.", *notes):
        form.line(f"- {line}")
    return form.data()


def _target_cells(number: int, row: TargetRow, at: int) -> list[Cell]:
    goal, done, expected = (UNKNOWN if n is None else n for n in (row.goal, row.done, row.expected))
    left = UNKNOWN if row.goal is None or row.done is None else max(0, row.goal - row.done)
    behind = UNKNOWN if row.expected is None or row.done is None else max(0, row.expected - row.done)
    return [
        *(number, row.unit, row.kind, row.step, f"{day_text(row.starts_on)}", f"{day_text(row.target_on)}"),
        goal,
        done,
        Formula(f'=IF(COUNT(G{at}:H{at})=2,MAX(0,G{at}-H{at}),"{UNKNOWN}")', left),
        expected,
        Formula(f'=IF(COUNT(H{at},J{at})=2,MAX(0,J{at}-H{at}),"{UNKNOWN}")', behind),
        row.state,
        row.takes,
    ]


# --- roster -----------------------------------------------------------------------------------------------------------


def write_roster(unit: str, first: dt.date, last: dt.date, rule: str, rows: Sequence[RosterRow]) -> bytes:
    """The roster, a line a shift and place, with the names by body and what the shift lacks."""
    form = FormSheet("LỊCH LÀM VIỆC THEO CA", unit, _span(first, last), "Lich ca", 11, words=(5, 6, 7, 8, 9, 11))
    form.widths((5, 12, 11, 12, 24, 16, 26, 26, 26, 8, 30))
    heads = ("STT", "Ngày", "Thứ", "Ca", "Nơi làm việc", "Tổ", "Tư pháp", "Công an", "Lực lượng khác", "Số người")
    form.heads([(head, ()) for head in (*heads, "Còn thiếu")])
    for number, row in enumerate(rows, start=1):
        form.row(
            [
                *(number, f"{day_text(row.day)}", weekday_name(row.day), shift_label(row.shift), row.place, row.teams),
                *(row.justice, row.police, row.others, row.count, row.missing),
            ]
        )
    form.next += 1
    form.line(f"- {rule}")
    lacking = sum(bool(row.missing) for row in rows)
    form.line(f"- Ca còn thiếu người: {lacking}." if lacking else "- Mọi ca đủ người.")
    return form.data()


def _span(first: dt.date, last: dt.date) -> str:
    return f"Từ ngày {day_text(first)} đến ngày {day_text(last)}"


# --- work and pay -----------------------------------------------------------------------------------------------------


def write_pay(
    unit: str,
    first: dt.date,
    last: dt.date,
    shifts: Sequence[str],
    rule: PayRule,
    rows: Sequence[PayRow],
    days: Sequence[DayRow],
) -> bytes:
    """By person: work in each shift, target, what is above it and the pay; then those above; then day by day.

    Target and prices stand in cells of their own, so a reader may try others. The sum by person is compared with the
    sum day by day.

    Args:
        unit: whose people.
        first: first day.
        last: last day, counted.
        shifts: heads of the columns of `by_shift`, in words.
        rule: target and prices.
        rows: people in order.
        days: the same work by day and shift.
    """
    pay = _pay_form(unit, first, last, shifts, rule, rows)
    above = _above_form(pay, unit, first, last, rule, rows)
    detail = _detail_form(pay, unit, first, last, days)
    _check_against(pay, detail, rows, days, column=8 + len(shifts) + len(rule.prices))
    if not rule.priced:
        pay.line("- Chưa có đơn giá: điền vào ô đơn giá ở trên, thành tiền tự tính.")
    if rule.prices:
        pay.line("- Loại sổ có đơn giá riêng tính theo đơn giá đó; phần vượt hưởng thêm chênh lệch đơn giá vượt.")
    pay.line("- Trường hợp bị trả lại hoặc mở lại không tính; ca tính theo đồng hồ lúc xác nhận.")
    return workbook_bytes(pay, above, detail)


def _pay_form(
    unit: str, first: dt.date, last: dt.date, shifts: Sequence[str], rule: PayRule, rows: Sequence[PayRow]
) -> FormSheet:
    kinds = tuple(rule.prices)
    width = 14 + len(shifts) + len(kinds)
    form = FormSheet("KẾT QUẢ VÀ THÙ LAO THEO NGƯỜI", unit, _span(first, last), "Theo nguoi", width, words=(2, 3, 4, 5))
    form.widths((5, 24, 13, 13, 13, 8, 7, *[10] * (len(shifts) + len(kinds)), 10, 10, 9, 9, 14, 9, 16))
    quota = form.parameter("Định mức một người một ca (trường hợp)", rule.quota)
    price = form.parameter("Đơn giá một trường hợp (đồng)", rule.price)
    more = form.parameter("Đơn giá một trường hợp vượt định mức (đồng)", rule.above)
    own = tuple(
        form.parameter(f"Đơn giá một trường hợp {kind.label.lower()} (đồng)", rule.prices[kind]) for kind in kinds
    )
    form.next += 1
    heads = ("STT", "Họ và tên", "Tài khoản", "Tổ", "Lực lượng", "Phút máy đo", "Số ca")
    tail = ("Tổng số", "Định mức", "Vượt", "Đạt (%)", "Thành tiền (đồng)", "Đang bị trả lại", "Ký nhận")
    form.heads(
        [
            *((head, ()) for head in heads),
            ("Số trường hợp theo ca", tuple(shifts)),
            *([("Trong đó có đơn giá riêng", tuple(kind.label for kind in kinds))] if kinds else []),
            *((head, ()) for head in tail),
        ]
    )
    places = _PayPlaces(quota=quota, price=price, above=more, own=own)
    top, table = form.next, []
    for number, row in enumerate(rows, start=1):
        table.append(_pay_cells(number, row, form.next, len(shifts), rule, places))
        form.row(table[-1])
    summed = [c for c in range(6, width) if c != width - 3]  # neither per cent nor signatures
    sums: list[Cell] = ["", "TỔNG", "", "", ""]
    for column in range(6, width + 1):
        cells = [line[column - 1] for line in table]
        sums.append(column_sum(column, top, form.next - 1, cells) if column in summed else "")
    form.row(sums, bold=True)
    return form


@dataclass(frozen=True, slots=True, kw_only=True)
class _PayPlaces:
    """Cells with the target and the prices (`$F$5`)."""

    quota: str
    price: str
    above: str
    own: tuple[str, ...]
    """Of the register types with a price of their own."""


def _pay_cells(number: int, row: PayRow, at: int, shifts: int, rule: PayRule, places: _PayPlaces) -> list[Cell]:
    kinds = tuple(rule.prices)
    total, target, above = (letter(8 + shifts + len(kinds) + i) for i in range(3))
    typed = [letter(8 + shifts + i) for i in range(len(kinds))]
    wanted = row.shifts * rule.quota
    beyond = max(0, row.entries - wanted) if row.shifts else 0
    share: int | str = (200 * row.entries + wanted) // (2 * wanted) if wanted else ""  # half up, as ROUND does
    money = rule.pay(row.entries, row.by_type, beyond)
    others = "".join(f"-{column}{at}" for column in typed)
    priced = "".join(f"{column}{at}*{price}+" for column, price in zip(typed, places.own, strict=True))
    known: list[Cell] = [number, row.name, row.account, row.team, row.body, row.minutes, row.shifts]
    return [
        *known,
        *row.by_shift,
        *(row.by_type.get(kind, 0) for kind in kinds),
        Formula(f"=SUM(H{at}:{letter(7 + shifts)}{at})", row.entries),
        Formula(f'=IF(G{at}=0,"{NO_SHIFT}",G{at}*{places.quota})', wanted if row.shifts else NO_SHIFT),
        Formula(f"=IF(G{at}=0,0,MAX(0,{total}{at}-{target}{at}))", beyond),
        Formula(f'=IF(N({target}{at})=0,"",ROUND({total}{at}/{target}{at}*100,0))', share),
        Formula(f"={priced}({total}{at}{others})*{places.price}+{above}{at}*({places.above}-{places.price})", money),
        row.sent_back,
        "",
    ]


def _above_form(
    pay: FormSheet, unit: str, first: dt.date, last: dt.date, rule: PayRule, rows: Sequence[PayRow]
) -> FormSheet:
    """Those above their target, the furthest first."""
    form = FormSheet("NGƯỜI VƯỢT ĐỊNH MỨC", unit, _span(first, last), "Vuot dinh muc", 9, words=(2, 3, 4), beside=pay)
    form.widths((5, 26, 16, 16, 8, 11, 11, 11, 18))
    heads = ("STT", "Họ và tên", "Tổ", "Lực lượng", "Số ca", "Tổng số", "Định mức", "Vượt", "Ký nhận")
    form.heads([(head, ()) for head in heads])
    found = [row for row in rows if row.shifts and row.entries > row.shifts * rule.quota]
    found.sort(key=lambda row: (row.shifts * rule.quota - row.entries, row.name))
    top, table = form.next, []
    for number, row in enumerate(found, start=1):
        at, wanted = form.next, row.shifts * rule.quota
        more: Cell = Formula(f"=F{at}-G{at}", row.entries - wanted)
        line: list[Cell] = [number, row.name, row.team, row.body, row.shifts, row.entries, wanted, more, ""]
        table.append(line)
        form.row(line)
    sums = [column_sum(c, top, form.next - 1, [line[c - 1] for line in table]) for c in range(5, 9)]
    form.row(["", "TỔNG", "", "", *sums, ""], bold=True)
    if not found:
        form.line("Không có ai vượt định mức trong thời gian này.")
    if left_out := sum(not row.shifts for row in rows):
        form.line(without_shift_words(left_out))
    return form


def _detail_form(pay: FormSheet, unit: str, first: dt.date, last: dt.date, days: Sequence[DayRow]) -> FormSheet:
    """The same work day by day; the sum stands in column G of the row after the last."""
    form = FormSheet("KẾT QUẢ THEO NGÀY VÀ CA", unit, _span(first, last), _DETAIL, 9, words=(5, 6), beside=pay)
    form.widths((6, 12, 12, 14, 26, 16, 13, 13, 14))
    heads = ("STT", "Ngày", "Thứ", "Ca", "Họ và tên", "Tổ", "Số trường hợp", "Đang bị trả lại", "Theo lịch ca")
    form.heads([(head, ()) for head in heads])
    top = form.next
    for number, row in enumerate(days, start=1):
        form.row(
            [
                *(number, f"{day_text(row.day)}", weekday_name(row.day), shift_label(row.shift), row.name, row.team),
                *(row.entries, row.sent_back, "có" if row.on_roster else "không có trong lịch"),
            ]
        )
    sums = [
        column_sum(7, top, form.next - 1, [row.entries for row in days]),
        column_sum(8, top, form.next - 1, [row.sent_back for row in days]),
    ]
    form.row(["", "TỔNG", "", "", "", "", *sums, ""], bold=True)
    return form


def _check_against(
    pay: FormSheet, detail: FormSheet, rows: Sequence[PayRow], days: Sequence[DayRow], *, column: int
) -> None:
    """Under the sums: whether both ways of adding agree."""
    mine, other = f"{letter(column)}{pay.next - 1}", f"'{_DETAIL}'!G{detail.next - 1}"
    agrees = sum(row.entries for row in rows) == sum(row.entries for row in days)
    check = Formula(f'=IF({mine}={other},"Khớp","Lệch")', "Khớp" if agrees else "Lệch")
    cells: list[Cell] = [""] * pay.columns
    cells[1], cells[column - 1] = "Kiểm tra với bảng theo ngày", check
    pay.row(cells)
    pay.next += 1


# --- places -----------------------------------------------------------------------------------------------------------


def write_places(unit: str, label: str, rows: Sequence[PlaceRow]) -> bytes:
    """Which team sits where from when to when; days are counted with the first and the last one."""
    form = FormSheet("LỊCH LÀM VIỆC CỦA CÁC TỔ TẠI CÁC ĐỊA ĐIỂM", unit, label, "Dia diem", 8, words=(2, 3, 4, 8))
    form.widths((5, 18, 24, 40, 13, 13, 9, 30))
    form.heads(
        [(head, ()) for head in ("STT", "Tổ", "Tổ trưởng", "Nơi làm việc", "Từ ngày", "Đến ngày", "Số ngày", "Ghi chú")]
    )
    top, counts = form.next, []
    for number, row in enumerate(rows, start=1):
        days: Cell = (row.ends_on - row.starts_on).days + 1
        counts.append(days)
        form.row(
            [
                *(number, row.team, row.leader, row.place, f"{day_text(row.starts_on)}", f"{day_text(row.ends_on)}"),
                days,
                row.note,
            ]
        )
    total = sum_over(counts, f"=SUM(G{top}:G{max(top, form.next - 1)})")
    form.row(["", "TỔNG", "", "", "", "", total, ""], bold=True)
    return form.data()
