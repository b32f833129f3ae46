"""Strokes of dots and rules go, letters and figures stay."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corrections.stray_marks import tidy_reading, without_stray_marks
from layouts.columns import FieldKind


@pytest.mark.parametrize(
    ("kind", "read", "left"),
    [
        (FieldKind.NAME, "Ngô.Tấn.Sáng", "Ngô Tấn Sáng"),
        (FieldKind.NAME, "Nguyễn. Hồng. Vượng -", "Nguyễn Hồng Vượng"),
        (FieldKind.NAME, "H'Yến Niê", "H'Yến Niê"),
        (FieldKind.DATE, "14:05:2017", "14.05.2017"),
        (FieldKind.NAME, "Y. Bình", "Y. Bình"),
        (FieldKind.SIGNER, "Chủ tịch.Dương.Đình. Ly Dung", "Chủ tịch Dương Đình Ly Dung"),
        (FieldKind.SIGNER, "PCT. Hồ Đình Tuân - -", "PCT. Hồ Đình Tuân"),
        (FieldKind.SIGNER, "Hồ An Khang, Chủ tịch", "Hồ An Khang, Chủ tịch"),
        (FieldKind.DATE_WORDS, "Ngày. mười ba, , tháng một,.năm hai.nghìn", "Ngày mười ba, tháng một, năm hai nghìn"),
        (FieldKind.TEXT, "Làm. thủ.tục vay vốn.", "Làm thủ tục vay vốn."),
        (FieldKind.RELATION, "bà.ngoại -", "bà ngoại"),
        (FieldKind.PLACE, "Gia Lộc - Hải Dương ¬ -", "Gia Lộc - Hải Dương"),
        (FieldKind.PLACE, "Buôn 8,. Đức Chính, Đức Linh ,_ Bình Thuận", "Buôn 8, Đức Chính, Đức Linh, Bình Thuận"),
        (FieldKind.PLACE, "“CA Tiền Giang", "CA Tiền Giang"),
        (FieldKind.PLACE, "Gia Lộc - Gia Lộc.- Hải Dương.", "Gia Lộc - Gia Lộc - Hải Dương."),
        (
            FieldKind.PLACE,
            "thị trấn Gia Lộc. - huyện Gia Lộc -. Hải Dương",
            "thị trấn Gia Lộc - huyện Gia Lộc - Hải Dương",
        ),
        (FieldKind.PLACE, "TP. Hồ Chí Minh", "TP. Hồ Chí Minh"),
        (FieldKind.TIME_OF_DEATH, "19h24' ngày 02/01/2008", "19h24' ngày 02/01/2008"),
        (FieldKind.DATE, "05/03/1979", "05/03/1979"),
        (FieldKind.DATE, "//1970", "//1970"),
        (FieldKind.PLACE, "- . _", ""),
        (FieldKind.PLACE, "Xóm..6,. .Tân..Phú,. .Tân..Phú,. Đồng Nai", "Xóm 6, Tân Phú, Tân Phú, Đồng Nai"),
        (FieldKind.PLACE, "Xóm.10,.An.Hiệp,.Châu Thành, Sóc.Trăng", "Xóm 10, An Hiệp, Châu Thành, Sóc Trăng"),
        (FieldKind.PLACE, "Buôn 8, Phú Thuận,, Quận 7", "Buôn 8, Phú Thuận, Quận 7"),
        (FieldKind.PLACE, "Tx.Hà Giang, Kp.3", "Tx.Hà Giang, Kp.3"),
        (FieldKind.PLACE, "'Tủa Thàng, Tủa Chùa", "Tủa Thàng, Tủa Chùa"),
        (FieldKind.DATE, "14..11..1978", "14.11.1978"),
        (FieldKind.DATE, "30. 05. 1995", "30. 05. 1995"),
        (FieldKind.TEXT, "27 ngày 11.12 2000, Bệnh viện", "27 ngày 11.12.2000, Bệnh viện"),
        (FieldKind.TEXT, "ngày tháng sinh: 03 01.2015", "ngày tháng sinh: 03.01.2015"),
        (FieldKind.TEXT, "CMND 677512325, 23. 04.2011, CA Phú Thọ", "CMND 677512325, 23.04.2011, CA Phú Thọ"),
        (FieldKind.TEXT, "CA Phú Thọ cấp 08 02 2015", "CA Phú Thọ cấp 08.02.2015"),
        (FieldKind.SIGNER, "Nguyễn Văn Luân.~ PCT", "Nguyễn Văn Luân PCT"),
        (FieldKind.NAME, "Nguyễn_Văn Luân", "Nguyễn Văn Luân"),
        (FieldKind.NAME, "CAO QUANG KIỀU)", "CAO QUANG KIỀU"),
        (FieldKind.TEXT, "CMND 214249875, 24.09,2011, CA Trà Vinh", "CMND 214249875, 24.09.2011, CA Trà Vinh"),
        (FieldKind.TEXT, "CA Trà Vinh cấp 22,03,2010", "CA Trà Vinh cấp 22.03.2010"),
        (FieldKind.PLACE, "Buôn 11, - Hồng Thái - A Lưới - Huế", "Buôn 11 - Hồng Thái - A Lưới - Huế"),
        (FieldKind.TEXT, "số 69 ngày 29/1 1/2013 do UBND xã", "số 69 ngày 29/11/2013 do UBND xã"),
        (FieldKind.TEXT, "8 ngày 21. 12 2000, Trạm y tế", "8 ngày 21.12.2000, Trạm y tế"),
        (FieldKind.DATE_WORDS, "Ngày hai. tháng năm. năm hai nghìn", "Ngày hai, tháng năm, năm hai nghìn"),
        (FieldKind.DATE_WORDS, "ngày hai, tháng ba năm hai ngàn một", "ngày hai, tháng ba, năm hai ngàn một"),
        (FieldKind.DATE_WORDS, "ngày. hai.tháng ba năm hai nghìn một", "ngày hai tháng ba năm hai nghìn một"),
        (FieldKind.TEXT, "Bổ. .sung ngày,..tháng sinh", "Bổ sung ngày, tháng sinh"),
        (FieldKind.PLACE, "Buôn 9,-xã Sơn Hà, Hữu Lũng", "Buôn 9, xã Sơn Hà, Hữu Lũng"),
        (FieldKind.PLACE, "Khu phố 7-- xã Xuân Tín - huyện Thọ Xuân", "Khu phố 7 - xã Xuân Tín - huyện Thọ Xuân"),
        (FieldKind.TEXT, "số 69 ngày 29/2 1/2013", "số 69 ngày 29/2 1/2013"),
        (FieldKind.PLACE, "Buôn 11, - Hồng Thái, A Lưới, Huế", "Buôn 11, Hồng Thái, A Lưới, Huế"),
        (FieldKind.TEXT, "CMND 677512325 04/2011", "CMND 677512325 04/2011"),
    ],
)
def test_tidy(kind: FieldKind, read: str, left: str) -> None:
    assert without_stray_marks(kind, read) == left


_SIGNED = (FieldKind.SIGNER, FieldKind.TITLE)
"""What a signature before a signer's name was read as goes, letters and figures too."""


@example(FieldKind.DATE_WORDS, "1_/_")
@example(FieldKind.NAME, "aa. _a")
@given(st.sampled_from([k for k in FieldKind if k not in _SIGNED]), st.text(alphabet="aâĐđ12 .,-/_¬“'", max_size=20))
@settings(max_examples=80)
def test_letters_and_figures_are_never_touched(kind: FieldKind, text: str) -> None:
    def kept(value: str) -> list[str]:
        return [c for c in value if c.isalnum()]

    assert kept(without_stray_marks(kind, text)) == kept(text)
    assert without_stray_marks(kind, without_stray_marks(kind, text)) == without_stray_marks(kind, text)


def test_the_committee_is_named_in_its_letters() -> None:
    assert tidy_reading(FieldKind.SIGNER, "Nguyễn Minh Đô - PCT LIBND xã") == "Nguyễn Minh Đô - PCT UBND xã"
    assert tidy_reading(FieldKind.PLACE, "LJBND phường 5") == "UBND phường 5"
    assert tidy_reading(FieldKind.SIGNER, "Nguyễn An, CT U8ND xã") == "Nguyễn An, CT UBND xã"
    assert tidy_reading(FieldKind.SIGNER, "Trương Văn Thắng - PCT TIBND xã") == "Trương Văn Thắng - PCT UBND xã"
    assert tidy_reading(FieldKind.TEXT, "do HĐND xã") == "do HĐND xã"
    assert tidy_reading(FieldKind.SIGNER, "Trần Vũ Giao - CT ND xã") == "Trần Vũ Giao - CT UBND xã"


@pytest.mark.parametrize(
    ("kind", "read", "left"),
    [
        (FieldKind.PLACE, "Tại nhà 0 8 0 0 0 1", "Tại nhà"),
        (FieldKind.NAME, "Lê Văn Ba 0 o 0", "Lê Văn Ba"),
        (FieldKind.PLACE, "Phường 7 Quận 3", "Phường 7 Quận 3"),
        (FieldKind.PLACE, "Tổ 3 4", "Tổ 3 4"),
        (FieldKind.TEXT, "CMND số 2 7 1 4", "CMND số 2 7 1 4"),
        (FieldKind.DATE, "1 2 3", "1 2 3"),
    ],
)
def test_dots_read_as_noughts_behind_words_go(kind: FieldKind, read: str, left: str) -> None:
    assert tidy_reading(kind, read) == left


@pytest.mark.parametrize(
    ("kind", "read", "left"),
    [
        (FieldKind.NAME, "Hồ và tên: VƯƠNG BÍCH KHA", "VƯƠNG BÍCH KHA"),
        (FieldKind.NAME, "Hồ Văn Tèn", "Hồ Văn Tèn"),
        (FieldKind.NAME, "Phạm (Quốc Cường", "Phạm Quốc Cường"),
        (FieldKind.DATE, "09.03.2017Giới tính", "09.03.2017"),
    ],
)
def test_what_is_left_of_labels_goes(kind: FieldKind, read: str, left: str) -> None:
    assert tidy_reading(kind, read) == left
