"""Keys an entry takes, counted as the review form works."""

from __future__ import annotations

from dataclasses import replace

from benchmark.mending import mending, presses
from benchmark.truth import TrueValue
from corrections.entries import FieldValue, Finding, Severity
from layouts.register_types import RegisterType
from ocr.readings import FieldReading
from tests.corrections.readings import entry_reading, read
from workbench.measuring.review_keys import ReviewKeys, keys_of_entry, keys_table, together

_RUN = "Nguyễn Thị Đinh - Chủ tịch"


def _true(column: str, written: str, standard: str | None = None) -> TrueValue:
    return TrueValue(column=column, written=written, standard=written if standard is None else standard, ink=())


def _keys(*fields: FieldReading, true: list[TrueValue]) -> ReviewKeys:
    return keys_of_entry(RegisterType.GUARDIANSHIP, entry_reading(*fields), true)


def _of(counts: ReviewKeys) -> tuple[int, int, int, int]:
    return counts.stops, counts.suggested, counts.mending, counts.keys


def test_sure_and_right_takes_the_key_that_confirms() -> None:
    counts = _keys(read("nghHoTen", "Nguyễn Văn An", 0.99), true=[_true("nghHoTen", "Nguyễn Văn An")])
    assert (counts.entries, counts.fields, counts.wrong, counts.flagged) == (1, 1, 0, 0)
    assert _of(counts) == (0, 0, 0, 1)


def test_a_suggestion_takes_the_field_and_goes_on() -> None:
    name = read("nghHoTen", "Nguyễn Thị Đinh", 0.6, alternatives=(("Nguyễn Thị Định", 0.4),))
    assert _of(_keys(name, true=[_true("nghHoTen", "Nguyễn Thị Định")])) == (1, 1, 0, 2)


def test_what_nobody_offers_is_mended() -> None:
    name = read("nghHoTen", "Xyz Qwk", 0.3)
    counts = _keys(name, true=[_true("nghHoTen", "Lò Thị Pâng")])
    assert _of(counts) == (1, 0, presses("Lò Thị Pâng"), 2 + presses("Lò Thị Pâng"))


def test_a_run_is_one_stop_and_its_wrong_part_one_more() -> None:
    box = (0.1, 0.1, 0.5, 0.2)
    fields = [replace(read(name, _RUN, 0.3), box=box) for name in ("nguoiKy", "chucVuNguoiKy")]
    title = _true("chucVuNguoiKy", _RUN, "Chủ tịch")
    counts = _keys(*fields, true=[_true("nguoiKy", _RUN.replace("Đinh", "Định"), "Nguyễn Thị Định"), title])
    assert (counts.flagged, counts.wrong, counts.silent) == (2, 1, 0)
    assert _of(counts) == (2, 1, 0, 3)
    assert _of(_keys(*fields, true=[_true("nguoiKy", _RUN, "Nguyễn Thị Đinh"), title])) == (1, 0, 0, 2)


def test_silent_errors_cost_nothing_and_an_empty_field_no_typing() -> None:
    counts = _keys(
        read("nghHoTen", "Nguyễn Văn An", 0.99),
        read("lyDoGiamHo", "xyz", 0.3),
        true=[_true("nghHoTen", "Nguyễn Văn Ân"), _true("lyDoGiamHo", "")],
    )
    assert (counts.wrong, counts.silent, counts.mending) == (2, 1, 0)


def test_an_entry_that_was_not_found_is_typed() -> None:
    counts = keys_of_entry(RegisterType.GUARDIANSHIP, None, [_true("nghHoTen", "Lê An")])
    assert counts.keys == 1 + 1 + presses("Lê An")


def test_counts_add_up_in_the_table() -> None:
    one = _keys(read("nghHoTen", "Nguyễn Văn An", 0.99), true=[_true("nghHoTen", "Nguyễn Văn An")])
    assert together([one, one]).entries == 2
    *_, scans, photographs, last = keys_table(
        {"scans": {"birth-2015": one, "death-2015": one}, "photographs": {"birth-2015": one}}
    ).splitlines()
    assert scans.startswith("| photographs | birth-2015 | 1 | 1 |") and photographs.startswith(
        "| photographs | all | 1 |"
    )
    assert last.startswith("| all | all | 3 | 3 | 0 | 0 | 0 | 1.0 |")


def test_the_form_stops_at_an_error_and_asks_once_more_where_it_stays() -> None:
    names = ("nghHoTen", "lyDoGiamHo")
    fields = [read("nghHoTen", "Nguyễn Văn An", 0.99), read("lyDoGiamHo", "Cha mẹ đã chết", 0.99)]
    true = [_true("nghHoTen", "Nguyễn Văn An"), _true("lyDoGiamHo", "Cha mẹ đã chết")]
    values = {
        n: FieldValue(column=n, text=f.text, normalized=f.text, needs_review=False)
        for n, f in zip(names, fields, strict=True)
    }
    error = Finding(check="x", severity=Severity.ERROR, message="Sai", columns=("nghHoTen",))
    counts = keys_of_entry(RegisterType.GUARDIANSHIP, entry_reading(*fields), true, values, [error])
    assert (counts.flagged, *_of(counts)) == (0, 1, 0, 0, 2)


def test_an_empty_field_that_is_looked_at_has_suggestions_too() -> None:
    name = read("nghHoTen", "", 0.3, alternatives=(("Lê An", 0.4),))
    assert _of(_keys(name, true=[_true("nghHoTen", "Lê An")])) == (1, 1, 0, 2)
    assert _of(_keys(read("nghHoTen", "", 0.3), true=[_true("nghHoTen", "Lê An")])) == (1, 0, 6, 8)


def test_fields_of_one_place_without_ink_are_one_stop() -> None:
    box = (0.1, 0.1, 0.5, 0.2)
    fields = [replace(read(name, "", 0.3, flags=("struck_out",)), box=box) for name in ("nguoiKy", "chucVuNguoiKy")]
    assert _of(_keys(*fields, true=[]))[0] == 1


def test_a_suggestion_that_is_nearly_right_is_brought_into_the_field_and_mended() -> None:
    read_note, true = "Nhân cha cho theo QĐsố ngày 03.07.20", "Nhận cha cho con theo QĐ số 56 ngày 03.07.20"
    counts = _keys(read("ghiChu", read_note, 0.3), true=[_true("ghiChu", true)])
    alone = mending(read_note, [true]).keys
    assert counts.suggested == 0 and counts.mending < alone


def test_a_line_mended_in_one_column_is_right_in_the_others() -> None:
    box = (0.1, 0.1, 0.5, 0.2)
    line, right = "CMND 123456789, 176.2009. CA Tâ Nnh", "CMND 123456789, 17.6.2009, CA Tây Ninh"
    names = ("nycNgayCapGiayToTuyThan", "nycNoiCapGiayToTuyThan")
    fields = [replace(read(name, line, 0.3), box=box) for name in names]
    both = [_true(names[0], right, "17.06.2009"), _true(names[1], right, "CA Tây Ninh")]
    counts = keys_of_entry(RegisterType.BIRTH, entry_reading(*fields), both)
    assert counts.mended + counts.suggested <= 2 and counts.mending < 2 * presses(right)


def test_a_name_read_alike_where_nobody_looked_is_looked_at_once_it_was_put_right() -> None:
    names = ("nghHoTen", "nycHoTen")
    fields = [
        read(names[0], "NGUYỄN TRƯỜNG ANH", 0.3),
        replace(read(names[1], "Nguyễn Trường Anh", 0.99), box=(0, 0, 1, 1)),
    ]
    true = [_true(names[0], "NGUYỄN TRƯỜNG ÁNH"), _true(names[1], "Nguyễn Trường Ánh")]
    counts = _keys(*fields, true=true)
    assert (counts.silent, counts.stops, counts.suggested) == (0, 2, 1)
