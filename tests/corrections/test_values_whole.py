"""No value is called certain when part of what stands in the book was left away."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.dates import parse_date, parse_date_words
from corrections.identity_papers import identity_paper
from corrections.lists import code_of, ethnic_group, nationality, sex_code
from corrections.normalise import Normalised, normalise
from corrections.runs import death_date, death_time, person
from corrections.signers import signer
from corrections.stray_marks import without_stray_marks
from layouts.columns import FieldKind, column, columns
from layouts.register_types import RegisterType

BIRTH, DEATH, MARRIAGE, MARITAL = (
    RegisterType.BIRTH,
    RegisterType.DEATH,
    RegisterType.MARRIAGE,
    RegisterType.MARITAL_STATUS,
)


def _value(register_type: RegisterType, name: str, text: str, **context: str) -> Normalised:
    return normalise(column(register_type, name), text, context=context)


@pytest.mark.parametrize("name", ["nksNgaySinh", "ngayDangKy"])
@pytest.mark.parametrize(
    "written",
    ["24/3/2004 (âm lịch)", "ngày 15 tháng 8 năm 2004 âm lịch", "24/3/2004 ÂL", "24/3/2004 theo lịch âm",
     "24/3/2004 âm", "24/3/2004 Am Lich", "rằm tháng 7 năm 2004", "24/3/04", "năm tám lăm", "00/3/2004", "²4/3/2004",
     "24/3/2004 hoặc 2005", "1978?", "~1978", "<1978", "tháng 3 năm 1978 *"],
)  # fmt: skip
def test_doubtful_dates_of_every_column(name: str, written: str) -> None:
    assert not _value(BIRTH, name, written).certain


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("24/3/2004 (âm lịch)", "24.03.2004"),
        ("ngày 15 tháng 8 năm 2004 âm lịch", "15.08.2004"),
        ("8h ngày 15/8/2004 âm lịch", "15.08.2004"),
        ("rằm tháng 7 năm 2004", "15.07.2004"),
        ("lúc 8h rằm tháng bảy năm 2004", "15.07.2004"),
        ("8h ngày 05/06/85", "05.06.1985"),
        ("ngày 5/6/2001 hoặc 6/6/2001", ""),
        ("mất ngày 5/6/2001", "05.06.2001"),
    ],
)
def test_day_of_death_with_something_left_over_is_doubtful(written: str, value: str) -> None:
    found = _value(DEATH, "nktNgayChet", written)
    assert not found.certain
    assert found.note
    if value:
        assert found.value == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9 giờ tối", "21h"),
        ("2 giờ chiều", "14h"),
        ("1 giờ 30 trưa", "13h30"),
        ("11 giờ đêm", "23h"),
        ("12 giờ đêm", "12h"),
        ("8.30", "8h30"),
        ("8 giờ rưỡi", "8h30"),
        ("khoảng 9 giờ", "9h"),
        ("24h30", "24h30"),
        ("buổi sáng", ""),
        ("giờ Tý", ""),
        ("chín giờ", ""),
        ("19//02.01.2008", ""),
        ("1930", ""),
    ],
)
def test_times_that_need_reckoning_or_guessing_are_doubtful(written: str, value: str) -> None:
    found = _value(DEATH, "nktGioPhutChet", written)
    assert (found.value, found.certain) == (value, False)
    assert found.note


@pytest.mark.parametrize(
    ("written", "value"),
    [("9 giờ sáng", "9h"), ("19h24' ngày 02/01/2008", "19h24"), ("12 giờ trưa", "12h"), ("24h", "24h"),
     ("02/01/2008", "")],
)  # fmt: skip
def test_plain_times_are_certain(written: str, value: str) -> None:
    found = _value(DEATH, "nktGioPhutChet", written)
    assert (found.value, found.certain) == (value, True)


@pytest.mark.parametrize(
    ("written", "number", "certain"),
    [
        ("Hộ chiếu B 1234567", "B1234567", True),
        ("Hộ chiếu số C 1234567 cấp ngày 1/2/2010", "C1234567", True),
        ("Hộ chiếu B-1234567", "B1234567", False),
        ("1234567 B", "1234567B", False),
        ("CMND 123456789 hoặc 987654321", "123456789", False),
        ("CM 123456789", "123456789", True),
        ("CA 123456789", "123456789", True),
        ("12345678.0", "12345678", False),
        ("012345678.0", "012345678", False),
        ("CMND 12345678.0", "12345678", False),
        ("1.2E+08", "1.2E+08", False),
        ("'012345678", "012345678", False),
        ("023.456.789", "023456789", True),
        ("0 2 3 4 5 6 7 8 9", "023456789", True),
        ("12345678²", "12345678²", False),
        ("CMSQ 12A 34567", "34567", False),
        ("Hộ chiếu P<VNM1234567", "VNM1234567", False),
    ],
)
def test_identity_numbers_keep_letters_and_gain_no_figures(written: str, number: str, certain: bool) -> None:
    found = _value(MARRIAGE, "chongSoGiayToTuyThan", written)
    assert (found.value, found.certain) == (number, certain)


@pytest.mark.parametrize(
    "written", ["CMND 123456789 cấp 31/02/2010", "CMND 123456789 cấp 1/2/98", "123456789 cấp năm 2010"]
)
def test_days_of_issue_are_doubted_by_themselves(written: str) -> None:
    assert not _value(MARRIAGE, "chongNgayCapGiayToTuyThan", written).certain
    assert _value(MARRIAGE, "chongSoGiayToTuyThan", written).certain


@pytest.mark.parametrize("written", ["01A/1998", "01/1998-1999", "01/1998 tập 2", "1/2/1998"])
def test_volumes_with_more_than_number_and_year(written: str) -> None:
    found = _value(BIRTH, "quyenSo", written)
    assert found.value == "01/1998"
    assert not found.certain


@pytest.mark.parametrize(
    "name", ["trangSo", "so", "quyenSo", "nksNgaySinh", "ngayDangKy", "meSoGiayToTuyThan", "nksHoTen"]
)
@pytest.mark.parametrize(
    "written",
    ["²", "³/5/2005", "①", "½", "٣", "１２", "12²", "5₂/1998", "Lê А", "12_x000D_", "\ud800", "Lê \ufffd", "\ue000"],
)
def test_other_figures_and_signs_are_never_certain(name: str, written: str) -> None:
    found = _value(BIRTH, name, written)
    assert not found.certain
    assert found.note


@pytest.mark.parametrize("written", ["Ðặng Văn Ðức", "Đặng Văn Đức", "Ɖặng Văn Ɖức"])
def test_icelandic_and_african_d_are_the_vietnamese_letter(written: str) -> None:
    assert _value(BIRTH, "nksHoTen", written) == Normalised(value="Đặng Văn Đức", certain=True)


@pytest.mark.parametrize("written", ["§Æng ThÞ H­êng", "Ñaëng Thò Höôøng"])
def test_names_typed_before_unicode_are_doubted_with_the_charset(written: str) -> None:
    found = _value(BIRTH, "nksHoTen", written)
    assert not found.certain
    assert "TCVN3" in found.note or "VNI" in found.note


# --- any text of any category of Unicode ------------------------------------------------------------------------------

_CATEGORIES = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
               "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn")  # fmt: skip
_USUAL = st.text(alphabet="0123456789 ./-:'()aăâbcdđeêghimnoôơstưvxyÁẢạốợCMNDÐðhgờngàytháămúpô,;", max_size=12)
_ONE_STRANGE = st.sampled_from(_CATEGORIES).flatmap(lambda c: st.characters(categories=(c,)))  # type: ignore[arg-type]
_TEXTS = st.one_of(
    st.text(max_size=25),
    st.tuples(_USUAL, _ONE_STRANGE, _USUAL).map("".join),
    st.tuples(st.sampled_from(("ngày ", "số ", "CMND ", "lúc ", "Hộ chiếu ", "")), _USUAL, _ONE_STRANGE).map("".join),
)
_COLUMNS = st.sampled_from([c for t in RegisterType for c in columns(t)])
_FIGURE_KINDS = frozenset({FieldKind.PAGE, FieldKind.NUMBER, FieldKind.DATE, FieldKind.ID_NUMBER, FieldKind.VOLUME,
                           FieldKind.TIME_OF_DEATH})  # fmt: skip


@pytest.mark.slow
@given(_TEXTS, _COLUMNS)
@settings(max_examples=600, deadline=None)
def test_no_normaliser_fails_or_is_sure_of_a_strange_text(text: str, which: object) -> None:
    found = normalise(which, text)  # type: ignore[arg-type]
    assert unicodedata.is_normalized("NFC", found.value)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in found.value)
    assert "Ð" not in found.value
    assert "ð" not in found.value
    assert found.certain or found.note or not found.value
    if any(sign.isnumeric() and not sign.isascii() for sign in text):
        assert not found.certain, text


@pytest.mark.slow
@given(_USUAL, st.sampled_from([c for t in RegisterType for c in columns(t) if c.kind in _FIGURE_KINDS]))
@settings(max_examples=600, deadline=None)
def test_a_certain_value_of_figures_holds_every_figure_of_the_text(text: str, which: object) -> None:
    found = normalise(which, text)  # type: ignore[arg-type]
    if not found.certain or getattr(which, "name", "") in ("nktNgayChet", "nktGioPhutChet"):
        return
    if getattr(which, "name", "").endswith(("NgayCapGiayToTuyThan", "LoaiGiayToTuyThan")):
        return  # the run of a paper holds its number too
    told = re.sub(r"[0\D]", "", re.sub(r"[lI|i!]", "1", text))
    kept = re.sub(r"[0\D]", "", found.value)
    assert sorted(told) == sorted(kept), (text, found)


@pytest.mark.slow
@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_parser_takes_any_text(text: str) -> None:
    for parse in (parse_date, parse_date_words, death_date, death_time, identity_paper, person, signer, sex_code,
                  ethnic_group, nationality):  # fmt: skip
        parse(text)  # type: ignore[operator]
    code_of("id_paper_type", text)
    for kind in FieldKind:
        without_stray_marks(kind, text)


@pytest.mark.parametrize(
    "written",
    ["khoảng 24/3/2004", "8h khoảng ngày 24/3/2004", "24/3/2004?", "mất 24/3/2004 (?)", "Khoảng 8h, khoảng 24/3/2004"],
)
def test_a_day_of_death_that_the_book_is_not_sure_of_is_doubtful(written: str) -> None:
    found = _value(DEATH, "nktNgayChet", written)
    assert found.value == "24.03.2004" and not found.certain


def test_a_guess_at_the_hour_is_not_held_against_the_day() -> None:
    for written in ("khoảng 8h ngày 24/3/2004", "khoảng lúc 20 giờ ngày 24/3/2004"):
        assert _value(DEATH, "nktNgayChet", written).certain, written


@pytest.mark.parametrize(
    "written", ["8 giờ khuya", "9 giờ chiều", "14 giờ sáng", "3 giờ tối", "7 giờ đêm", "20h trưa", "6 giờ khuya"]
)
def test_an_hour_that_does_not_fit_its_part_of_the_day_is_doubtful(written: str) -> None:
    assert not _value(DEATH, "nktGioPhutChet", written).certain


def test_an_hour_within_its_part_of_the_day_is_certain() -> None:
    for written in ("3 giờ sáng", "2 giờ khuya", "23h đêm", "13 giờ chiều", "20h30 tối", "11 giờ trưa", "rạng sáng 4h"):
        assert _value(DEATH, "nktGioPhutChet", written).certain, written
