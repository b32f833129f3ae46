"""Suggestions: every source, with its provenance; never what stands already, never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corrections.entry_spellings import issuers
from corrections.suggestions import MOST, Remembered, Source, Surroundings, propose, swap_day_and_month
from layouts.columns import column
from layouts.register_types import RegisterType
from vietnamese.units import districts_of, province_existed, same_area, split_place

BIRTH = RegisterType.BIRTH


def _texts(name: str, text: str, around: Surroundings, source: Source | None = None) -> list[str]:
    found = propose(column(BIRTH, name), text, around)
    return [p.text for p in found if source is None or p.source is source]


def test_corrections_made_before_come_first() -> None:
    around = Surroundings(
        corrections=[Remembered(text="Kinh", count=7)],
        alternatives=[("Kính", 0.2)],
        book=[Remembered(text="Tày", count=9)],
    )
    first = propose(column(BIRTH, "nksDanToc"), "Kimh", around)[0]
    assert (first.text, first.normalized, first.source) == ("Kinh", "Kinh", Source.CORRECTION)
    assert "7" in first.note


def test_never_what_stands_never_twice_at_most_five() -> None:
    around = Surroundings(
        alternatives=[("KINH", 0.3), ("Kinh", 0.2)],
        book=[Remembered(text=t, count=3) for t in ("Kinh", "Tày", "Nùng", "Dao", "Thái", "Hoa")],
    )
    texts = _texts("nksDanToc", "kinh", around)
    assert len(texts) == len(set(texts)) <= MOST
    assert "Kinh" not in texts


def test_the_entrys_own_fields() -> None:
    parents = Surroundings(values={"meHoTen": "Trần Thị Bình", "chaHoTen": "Lê Văn Cường", "nycQuanHe": "mẹ"})
    assert _texts("nycHoTen", "", parents) == ["Trần Thị Bình"]
    unknown = replace(parents, values={**parents.values, "nycQuanHe": ""})
    assert _texts("nycHoTen", "", unknown) == ["Lê Văn Cường", "Trần Thị Bình"]
    assert _texts("nycHoTen", "", replace(parents, values={**parents.values, "nycQuanHe": "ông nội"})) == []
    dates = Surroundings(values={"nksNgaySinh": "02.01.2012"})
    assert _texts("nksNgaySinhBangChu", "x", dates)[0].startswith("Ngày mồng hai, tháng một")
    words = Surroundings(values={"nksNgaySinhBangChu": "Ngày mồng hai, tháng giêng, năm hai nghìn không trăm mười hai"})
    assert _texts("nksNgaySinh", "", words, Source.ENTRY) == ["02.01.2012"]


def test_memory_offers_what_is_like_the_reading_and_what_recurs() -> None:
    around = Surroundings(
        book=[Remembered(text="Xã Đông Tân", count=20), Remembered(text="Thôn Bàu Sen, xã Đông Tân", count=3)]
    )
    texts = _texts("nksNoiSinh", "Thôn Bau Sen xã Đông Tâm", around, Source.BOOK)
    assert texts[0] == "Thôn Bàu Sen, xã Đông Tân"
    names = Surroundings(book=[Remembered(text="Võ Thị Mai", count=2)])
    assert _texts("nksHoTen", "", names) == []


def test_nobody_elses_dates_and_numbers_and_no_places_of_other_provinces() -> None:
    others = Surroundings(
        corrections=[Remembered(text="05.03.1998", count=3)],
        book=[Remembered(text="05.03.1998", count=9)],
        province="Hà Tĩnh",
    )
    assert propose(column(RegisterType.BIRTH, "nksNgaySinh"), "05.08.1998", others)[0].text == "08.05.1998"
    assert not propose(column(RegisterType.BIRTH, "so"), "12", replace(others, book=[Remembered(text="13", count=4)]))
    away, here = "xã Mẫu, huyện Mẫu, tỉnh Hà Nam", "xã Mẫu, huyện Mẫu, tỉnh Hà Tĩnh"
    known = [Remembered(text=away, count=9), Remembered(text=here, count=2)]
    place = column(RegisterType.BIRTH, "meNoiCuTru")
    offered = [p.text for p in propose(place, "xã Mẫu", replace(others, corrections=(), book=known))]
    assert here in offered and away not in offered
    offered = [p.text for p in propose(place, "Mẫu, tỉnh Hà Nam", replace(others, corrections=(), book=known))]
    assert away in offered and here not in offered


def test_places_learned_elsewhere_and_of_the_entry_are_of_the_province_that_is_written() -> None:
    place, away = column(RegisterType.BIRTH, "meNoiCuTru"), "xã Mẫu, huyện Mẫu, tỉnh Hà Nam"
    learned = Surroundings(corrections=[Remembered(text=away, count=4)], province="Hà Tĩnh")
    assert propose(place, "xã Mâu", learned) == ()
    assert [p.text for p in propose(place, "xã Mâu", replace(learned, province="Hà Nam"))] == [away]
    entry = Surroundings(values={"chaNoiCuTru": away}, province="Hà Tĩnh")
    assert [p.text for p in propose(place, "", entry)] == [away], "parents may live apart from the book"
    assert propose(place, "xã Mẫu, tỉnh Hà Tĩnh", entry) == ()
    ending = Surroundings(book=[Remembered(text="xã Mẫu, huyện Lý Nhân, tỉnh Hà Nam", count=1)], province="Hà Tĩnh")
    assert _texts("nksQueQuan", "Thôn 2, xã Mẫu", ending) == []


def test_a_province_by_its_older_name_is_the_same_one() -> None:
    older = Surroundings(book=[Remembered(text="xã Tân Hưng, tỉnh Sông Bé", count=3)], province="Bình Phước")
    assert _texts("nksQueQuan", "xã Tân Hưn", older) == ["xã Tân Hưng, tỉnh Sông Bé"]


def test_day_and_month_are_not_exchanged_against_the_other_dates() -> None:
    born = Surroundings(values={"ngayDangKy": "10.05.1998", "nksNgaySinh": "04.05.1998"})
    assert _texts("nksNgaySinh", "04/05/1998", born) == ["05.04.1998"]
    later = Surroundings(values={"ngayDangKy": "10.04.1998", "nksNgaySinh": "05.04.1998"})
    assert _texts("nksNgaySinh", "05/04/1998", later) == [], "born after the registration"
    wrong = Surroundings(values={"ngayDangKy": "10.03.1998", "nksNgaySinh": "03.05.1998"})
    assert _texts("nksNgaySinh", "03/05/1998", wrong) == ["05.03.1998"], "this puts it right"


def _offered(register: RegisterType, name: str, text: str, around: Surroundings) -> list[str]:
    return [p.text for p in propose(column(register, name), text, around)]


def test_other_readings_that_say_the_same_or_nothing_are_not_offered() -> None:
    date = Surroundings(
        alternatives=[("2.11. 1968", 0.3), ("2-11.1968", 0.2), ("21.11.1968", 0.1), ("2.11.1963", 0.001)]
    )
    assert _offered(RegisterType.MARRIAGE, "chongNgaySinh", "2.11.1968", date) == ["21.11.1968", "11.02.1968"]
    number = Surroundings(alternatives=[("503 6039", 0.37), ("50366039", 0.05)])
    assert _offered(RegisterType.MARRIAGE, "chongSoGiayToTuyThan", "5036039", number) == ["50366039"]
    people = Surroundings(alternatives=[("kin", 0.1), ("krinh", 0.05)], book=[Remembered(text="kả", count=1)])
    assert _offered(RegisterType.MARRIAGE, "voDanToc", "kinh", people) == []
    local = replace(people, book=[Remembered(text="Pa Cô", count=40)])
    assert _offered(RegisterType.MARRIAGE, "voDanToc", "kinh", local) == ["Pa Cô"]


def test_a_country_of_the_list_is_not_mistaken_for_another_one() -> None:
    assert _offered(RegisterType.MARRIAGE, "voQuocTich", "Việt nam", Surroundings()) == []
    assert _offered(RegisterType.MARRIAGE, "voQuocTich", "vn", Surroundings()) == ["Việt Nam"]
    assert "Hàn Quốc" in _offered(RegisterType.MARRIAGE, "voQuocTich", "Hàm quất", Surroundings())


def test_names_of_other_people_are_offered_only_where_they_are_nearly_the_same() -> None:
    book = Surroundings(book=[Remembered(text="NGUYỄN QUANG THỊNH", count=1), Remembered(text="Mai Văn Ân", count=9)])
    assert "NGUYỄN QUANG THỊNH" not in _offered(RegisterType.MARRIAGE, "chongHoTen", "NGUYỄN THANH CÔNG", book)
    assert _offered(RegisterType.MARRIAGE, "chongHoTen", "NGUYỄN QUANG THINH", book)[0] == "NGUYỄN QUANG THỊNH"
    assert "Mai Văn Ân" in _offered(RegisterType.MARRIAGE, "nguoiThucHien", "Mai Vằn Âm", book)


def test_where_people_live_is_not_offered_for_an_authority() -> None:
    lives = Surroundings(values={"chongNoiCuTru": "Kỳ Nam, Kỳ Anh, Hà Tĩnh"})
    assert _offered(RegisterType.MARRIAGE, "noiDangKy", "", lives) == []
    assert _offered(RegisterType.MARRIAGE, "voNoiCapGiayToTuyThan", "", lives) == []
    assert _offered(RegisterType.MARRIAGE, "voNoiCuTru", "", lives) == ["Kỳ Nam, Kỳ Anh, Hà Tĩnh"]


def test_another_reading_as_sure_as_what_stands_is_not_offered() -> None:
    around = Surroundings(alternatives=[("Nguyễn Văn Án", 1.0), ("Nguyễn Văn Ấn", 0.3)])
    assert [p.text for p in propose(column(RegisterType.BIRTH, "nksHoTen"), "Nguyễn Văn An", around)] == [
        "Nguyễn Văn Ấn"
    ]


def test_lists_and_codes() -> None:
    assert _texts("nksQuocTich", "", Surroundings(), Source.LIST)[0] == "Việt Nam"
    assert _texts("nksGioiTinh", "", Surroundings()) == ["Nam", "Nữ"]
    assert _texts("loaiDangKy", "", Surroundings())[0] == "Đăng ký đúng hạn"
    assert _texts("nksDanToc", "Xtieng", Surroundings(), Source.LIST)[0] == "Xtiêng"


def test_a_code_is_chosen_by_its_words_and_keeps_its_key() -> None:
    tick = Surroundings(alternatives=[("V", 0.4), ("Y", 0.2)])
    chosen = propose(column(RegisterType.BIRTH, "nksLoaiKhaiSinh"), "X", tick)
    assert [p.normalized for p in chosen] == ["1", "2", "3", "4", "5"]
    assert chosen[0].text == "Đã xác định được cả cha lẫn mẹ"
    paper = propose(column(RegisterType.BIRTH, "nycLoaiGiayToTuyThan"), "CCCD số 0123", Surroundings())
    assert "0" not in {p.normalized for p in paper} and all(p.normalized for p in paper)


def test_places_put_a_district_right_and_add_the_usual_ending() -> None:
    wrong = _texts("nksQueQuan", "Tân Hưng, Hớn Quảm, Bình Phước", Surroundings())
    assert wrong == ["Tân Hưng, Hớn Quản, Bình Phước"]
    short = Surroundings(book=[Remembered(text="Xã Tân Hưng, huyện Hớn Quản, tỉnh Bình Phước", count=30)])
    assert "Ấp 2, Tân Hưng, Hớn Quản, Bình Phước" in _texts("nksQueQuan", "Ấp 2, Tân Hưng", short, Source.PLACE)


@pytest.mark.parametrize(
    ("text", "swapped"), [("4/5/1980", "05.04.1980"), ("13/5/1980", None), ("5/5/1980", None), ("1980", None)]
)
def test_day_and_month_exchanged(text: str, swapped: str | None) -> None:
    assert swap_day_and_month(text) == swapped
    assert (swapped in _texts("nksNgaySinh", text, Surroundings())) is (swapped is not None)


def test_places_are_taken_apart_from_the_end() -> None:
    parts = split_place("Thôn 3, xã Vĩnh Ô, huyện Vĩnh Linh, tỉnh Quảng Trị")
    assert (parts.province, parts.district, parts.commune, parts.rest) == ("Quảng Trị", "Vĩnh Linh", "Vĩnh Ô", "Thôn 3")
    dashed = split_place("Phước Hải - Đất Đỏ - Bà Rịa - Vũng Tàu")
    assert (dashed.province, dashed.district, dashed.commune) == ("Bà Rịa - Vũng Tàu", "Đất Đỏ", "Phước Hải")
    assert split_place("Quận 7, TP. Hồ Chí Minh").district == "Quận 7"
    assert split_place("nhà").province == ""
    assert split_place("").province == ""


def test_provinces_by_year() -> None:
    assert province_existed("Bình Phước", 1990) is False
    assert province_existed("tỉnh Bình Phước", 1998) is True
    assert province_existed("Sông Bé", 1990) is True
    assert province_existed("Hậu Giang", 1985) is True
    assert province_existed("Nơi khác", 1990) is None
    assert same_area("Sông Bé", "Bình Phước")
    assert same_area("Hà Nam Ninh", "Nam Định")
    assert not same_area("Đồng Nai", "Cà Mau")
    assert "honquan" in districts_of("Bình Phước")


def test_a_unit_is_offered_as_another_place_of_the_entry_spells_it() -> None:
    values = {
        "meNoiCuTru": "xã Quyết Thắng, Lai Châu",
        "chaNoiCuTru": "Xóm 4, Quyết Thăng",
        "nksNoiSinh": "Trạm y tế",
        "nguoiKy": "Quyết Thằng",
    }
    around = Surroundings(values=values)
    assert _texts("chaNoiCuTru", "Xóm 4, Quyết Thăng", around, Source.ENTRY)[0] == "Xóm 4, Quyết Thắng"
    right = replace(around, values=values | {"meNoiCuTru": "Quyết Thăng, Lai Châu"})
    assert "Xóm 4, Quyết Thắng" not in _texts("chaNoiCuTru", "Xóm 4, Quyết Thăng", right)


@pytest.mark.parametrize(
    ("text", "own", "number", "wanted"),
    [
        ("CMND 448027042 01/09/2015, Hưng Yên", "Hưng Yên", "448027042", ["CMND 448027042 01/09/2015, CA Hưng Yên"]),
        ("797070347 15/08/2008 CA", "CA", "797070347", ["797070347 15/08/2008 CA Cần Thơ"]),
        ("CCCD 079190001234 01/09/2018, Hưng Yên", "Hưng Yên", "079190001234", []),  # no police of a province
        ("CMND 448027042 01/09/2015, CA Hưng Yên", "CA Hưng Yên", "448027042", []),
        (
            "CMND 448027042 CA Bạc Tiện cấp 7/6/2012",
            "CA Bạc Tiện",
            "448027042",
            ["CMND 448027042 CA Bạc Liêu cấp 7/6/2012"],
        ),
        ("CMND 448027042 01/09/2015", "", "448027042", []),
    ],
)
def test_the_police_of_a_province_are_offered_for_a_card(text: str, own: str, number: str, wanted: list[str]) -> None:
    values = {
        "nycSoGiayToTuyThan": number,
        "nycNoiCapGiayToTuyThan": own,
        "meNoiCuTru": "phường 15, quận Ninh Kiều, thành phố Cần Thơ",
    }
    assert list(issuers("nycNoiCapGiayToTuyThan", text, own, values)) == wanted
    assert not list(issuers("meNoiCuTru", text, own, values))


def test_a_place_is_offered_as_the_lists_have_it_and_a_relation_whole() -> None:
    assert _texts("meNoiCuTru", "Đăk Pne, Kón Rầy", Surroundings())[0] == "Đăk Pne, Kon Rẫy"
    assert "Bệnh viện đa khoa tỉnh" in _texts("nksNoiSinh", "O' Bênh viên Đa khoa tỉnh", Surroundings())
    assert "Bà ngoại" in _texts("nycQuanHe", "Bà", Surroundings())


def test_figures_that_no_calendar_has_are_put_into_no_words() -> None:
    for figures in ("14.13.2010", "45.01.2010", "31.02.2010"):
        around = Surroundings(values={"nksNgaySinh": figures})
        assert not _texts("nksNgaySinhBangChu", "ngày mười bốn", around, Source.ENTRY)


def test_the_date_in_figures_is_offered_in_the_words_that_stand_there() -> None:
    around = Surroundings(values={"nksNgaySinh": "03.07.2003"})
    read = "Mùng ba, tháng bảy năm hai ngàn không trăm linh hai"
    assert _texts("nksNgaySinhBangChu", read, around)[0] == "Mùng ba, tháng bảy, năm hai ngàn không trăm linh ba"


def test_figures_and_syllables_of_several_readings_are_put_together() -> None:
    numbers = Surroundings(alternatives=[("096997909", 0.1), ("090997969", 0.1)])
    assert "096997969" in _texts("nycSoGiayToTuyThan", "090997909", numbers)
    names = Surroundings(alternatives=[("Nguyễn Quốc Bẩng", 0.4)])
    assert "Nguyễn Quốc Bổng" in _texts("nksHoTen", "Nguyễn Quốc Bồng", names)


def test_a_note_is_offered_whole() -> None:
    texts = _texts("ghiChu", "Cải chính năm sinh QĐ số 43 ngày 30-11-2011", Surroundings())
    assert texts[0] == "Cải chính năm sinh theo QĐ số 43 ngày 30-11-2011"
