"""Values written in one run of text."""

from __future__ import annotations

import pytest

from corrections.death_notices import death_notice
from corrections.identity_papers import identity_paper
from corrections.runs import death_date, death_time, person
from corrections.signers import signer


@pytest.mark.parametrize(
    ("written", "kind", "number", "issued_on", "issued_by"),
    [
        ("CMND số 123456789 cấp ngày 01/02/2010 tại CA Đồng Nai", "1", "123456789", "01.02.2010", "CA Đồng Nai"),
        ("123456789", "1", "123456789", "", ""),
        (
            "Giấy CMND số 285 123 456, do CA Bình Phước cấp ngày 3/4/2005",
            "1",
            "285123456",
            "03.04.2005",
            "CA Bình Phước",
        ),
        ("Hộ chiếu B1234567 cấp 1.2.2015 Cục QLXNC", "2", "B1234567", "01.02.2015", "Cục QLXNC"),
        ("012345678901", "4", "012345678901", "", ""),
        ("CCCD số 012345678901 do Cục Cảnh sát cấp ngày 20/5/2016", "4", "012345678901", "20.05.2016", "Cục Cảnh sát"),
        ("", "", "", "", ""),
    ],
)
def test_identity_papers(written: str, kind: str, number: str, issued_on: str, issued_by: str) -> None:
    paper = identity_paper(written)
    assert (paper.kind, paper.number, paper.issued_on, paper.issued_by) == (kind, number, issued_on, issued_by)
    assert paper.certain


@pytest.mark.parametrize(
    "written",
    [
        "CMND bị mất",
        *("CMND 012 345 678 (mất)", "CMND cũ 012345678", "CMND 012345678, đã thất lạc"),
        *("1234567-8", "CMND 1234567 - 8", "12-1234567", "+84012345678", "012345678?", "#012345678", "012345678*"),
        *("Giấy CN sĩ quan QĐ 12345", "QD 12345", "giấy chứng nhận sĩ quan qđ-12345"),
    ],
)
def test_a_paper_whose_number_is_missing_or_lost_a_part_is_not_certain(written: str) -> None:
    assert not identity_paper(written).certain


@pytest.mark.parametrize(
    "written", ["012345678 - CA Đồng Nai", "CMND 012345678 - 3/4/2005", "CMND 012345678, CA quận 7"]
)
def test_an_issuer_or_a_date_beside_a_number_is_no_part_of_it(written: str) -> None:
    assert identity_paper(written).certain


@pytest.mark.parametrize(
    ("written", "name", "title"),
    [
        ("Phó Chủ tịch Lương An Tâm", "Lương An Tâm", "Phó Chủ tịch"),
        ("Đặng Văn An - CT UBND xã", "Đặng Văn An", "CT UBND xã"),
        ("PCT Phan An Trung", "Phan An Trung", "Phó Chủ tịch"),
        ("Hồ An Khang, Chủ tịch", "Hồ An Khang", "Chủ tịch"),
        ("Trần An (PCT)", "Trần An", "Phó Chủ tịch"),
        ("CT. Trần An", "Trần An", "Chủ tịch"),
        ("P.CT Lê An", "Lê An", "Phó Chủ tịch"),
        ("KT. Chủ tịch, Phó chủ tịch Trần An", "Trần An", "Phó Chủ tịch"),
        ("Phó chu tich Trần An", "Trần An", "Phó Chủ tịch"),
        ("Trần An - Trưởng phòng Tư pháp", "Trần An", "Trưởng phòng Tư pháp"),
        ("Nguyễn Văn Chủ", "Nguyễn Văn Chủ", ""),
        ("Chủ tịch", "", "Chủ tịch"),
        ("", "", ""),
        ("Lê Văn Bắc KT. Chủ tịch PCT", "Lê Văn Bắc", "Phó Chủ tịch"),
        ("P.C.T Lê Văn Bắc", "Lê Văn Bắc", "Phó Chủ tịch"),
        ("Lê Văn Bắc /CT", "Lê Văn Bắc", "Chủ tịch"),
        ("CTUBND Lê Văn Bắc", "Lê Văn Bắc", "CT UBND"),
        ("Phó Chũ tick Lê Văn Bắc", "Lê Văn Bắc", "Phó Chủ tịch"),
        ("Lê Văn Bắc chủ tịct", "Lê Văn Bắc", "Chủ tịch"),
        ("Phá Chủ tịch Lê Văn Bắc", "Lê Văn Bắc", "Phó Chủ tịch"),
        ("Cao Tình Nghĩa Bắc", "Cao Tình Nghĩa Bắc", ""),
        ("Chu Bích Ngọc Hân", "Chu Bích Ngọc Hân", ""),
    ],
)
def test_signers(written: str, name: str, title: str) -> None:
    found = signer(written)
    assert (found.name, found.title) == (name, title)


def test_letters_whose_small_form_is_longer_do_not_shift_the_cut() -> None:
    assert signer("İẞ - CT").name == "İẞ - CT"


@pytest.mark.parametrize(
    ("written", "time", "day"),
    [
        ("19h24' ngày 02/01/2008", "19h24", "02.01.2008"),
        ("10h06' ngày 08.01.2016", "10h06", "08.01.2016"),
        ("10/06/08.01.2016", "10h06", "08.01.2016"),
        ("10/06/ngày 08.01.2016", "10h06", "08.01.2016"),
        ("7 giờ 5 phút ngày 3 tháng 4 năm 2008", "7h5", "03.04.2008"),
        ("7h ngày 2/1/2008", "7h", "02.01.2008"),
        ("5g30 1/2/2009", "5h30", "01.02.2009"),
        ("02/01/2008", "", "02.01.2008"),
        ("năm 1968", "", "1968"),
    ],
)
def test_time_and_date_of_death(written: str, time: str, day: str) -> None:
    assert death_time(written).value == time
    found = death_date(written).date
    assert found is not None
    assert found.standard == day


@pytest.mark.parametrize(
    ("written", "strange"),
    [("19h24' ngày 02/01/2008", False), ("7 giờ 5 phút ngày 3 tháng 4 năm 2008", False),
     ("1gh24 ngày 02/01/2008", True), ("/0h0 giờ ngọ ày 08.01.2016", True), ("khoảng 5 giờ sáng ngày 1/2/2003", True),
     ("lúc 5 giờ sáng ngày 1/2/2003", False),
     ("20h4 ngày 07.02.2017", True), ("20h4' ngày 07.02.2017", False), ("7 giờ 5 phút ngày 1/2/2003", False),
     ("19/4/02.01.2008", False)],
)  # fmt: skip
def test_times_with_stray_letters_or_half_a_minute_are_strange(written: str, strange: bool) -> None:
    assert death_time(written).certain is not strange


def test_persons_of_the_oldest_books() -> None:
    found = person("Nguyễn Văn An, 1950, làm ruộng, ở xã Đông Tân")
    assert (found.name, found.born, found.residence) == ("Nguyễn Văn An", "1950", "xã Đông Tân")
    assert person("Lê Thị Bình").name == "Lê Thị Bình"


def test_a_residence_without_a_word_for_it_is_what_is_left() -> None:
    found = person("Nguyễn Xuân An, Nội trợ, xã Thái Nguyên - huyện Thái Thụy - tỉnh Thái Bình")
    assert (found.name, found.residence) == ("Nguyễn Xuân An", "xã Thái Nguyên - huyện Thái Thụy - tỉnh Thái Bình")
    assert person("Trương Mỹ An, Tà Bhinh, Nam Giang, CMND 233228748857").residence == "Tà Bhinh, Nam Giang"


def test_a_title_with_a_letter_wrong_is_split_off_and_looked_at() -> None:
    assert not signer("Phó Chũ tick Lê Văn Bắc").certain
    assert signer("P.C.T Lê Văn Bắc").certain


@pytest.mark.parametrize(
    ("text", "number", "day", "issuer", "certain"),
    [
        ("Giấy báo tử số 70 ngày 14-12-2007 do UBND xã cấp", "70", "14.12.2007", "UBND xã", True),
        ("48 ngày 21-12-2001, Bệnh viện Đa khoa tỉnh", "48", "21.12.2001", "Bệnh viện Đa khoa tỉnh", True),
        ("Giấy háo tử số 83 ngày 23-12-2007 do Trạm y tế xã cấp", "83", "23.12.2007", "Trạm y tế xã", False),
        ("Giấy bán tử số 36 ngày 06/11/2005 da UBND xã cấp", "36", "06.11.2005", "UBND xã", False),
        ("48 ngày 21-12+2001, Trạm y tế xã", "48", "", "Trạm y tế xã", False),
        ("Biên bản số 3 ngày 1/2/2008 của công an xã", "3", "01.02.2008", "", False),
    ],
)
def test_notices_of_death_are_taken_apart(text: str, number: str, day: str, issuer: str, certain: bool) -> None:
    notice = death_notice(text)
    assert (notice.number, notice.issued_on, notice.issued_by, notice.certain) == (number, day, issuer, certain)


def test_a_title_whose_beginning_was_misread_is_not_sure() -> None:
    assert not signer("Nguyễn Thanh Linh, Phá Chủ tịch").certain
    assert signer("Nguyễn Thanh Linh, Phó Chủ tịch").certain
    assert signer("Nguyễn Văn Phú - Chủ tịch").certain


@pytest.mark.parametrize(
    ("read", "told"), [("13 oo", "13h00"), ("13 0ọ", "13h00"), ("ọ 50 4/12/2017", "0h50"), ("13 o", "")]
)
def test_letters_in_the_place_of_noughts_are_noughts_and_looked_at(read: str, told: str) -> None:
    time = death_time(read)
    assert (time.value, time.certain) == (told, False)


def test_a_name_ends_where_a_hamlet_begins_though_its_comma_was_not_read() -> None:
    found = person("Phùng Xuân Thạnh Buôn 8 - Đạ K'Nàng - Đam Rông - Lâm Đồng")
    assert (found.name, found.named) == ("Phùng Xuân Thạnh", False)


def test_letters_in_a_number_of_a_card_are_figures_and_looked_at() -> None:
    paper = identity_paper("CMND 788g64743, 04/04/2010, CA Điện Biên")
    assert (paper.number, paper.certain) == ("788964743", False)
    assert identity_paper("CMND 788964743, 04/04/2010, CA Điện Biên").certain
    assert identity_paper("giấy Hồng Thảo").number == ""


@pytest.mark.parametrize(
    ("text", "day", "issuer"),
    [
        ("CCCD 045295101252, 29.2012, CA Bình Dương", "02.09.2012", "CA Bình Dương"),
        ("CMND 213635260, 1762009, CA Tây Ninh", "17.06.2009", "CA Tây Ninh"),
        ("CMND 213635260, 12/2009, CA Hà Nội", "", "12/2009, CA Hà Nội"),  # a month and its year
    ],
)
def test_a_day_of_issue_without_its_signs_is_taken_apart_and_looked_at(text: str, day: str, issuer: str) -> None:
    paper = identity_paper(text)
    assert (paper.issued_on, paper.issued_by, paper.date_certain) == (day, issuer, False)


def test_commas_of_the_line_within_a_name_before_a_hamlet_go() -> None:
    found = person("Trần, Quang, Luân Chi, Tổ 7, Nam Sách, Hải Dương")
    assert (found.name, found.residence, found.named) == ("Trần Quang Luân Chi", "Tổ 7, Nam Sách, Hải Dương", False)
    assert person("Nguyễn Văn An, tổ 5, xã B").named
