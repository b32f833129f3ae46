"""Text typed before Unicode: recognised by its words, converted without loss, and nothing else taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vietnamese.legacy_charsets import (
    _TCVN3,
    _VNI,
    Charset,
    charset_of_bytes,
    charset_of_text,
    charset_of_texts,
    to_unicode,
)

NAMES = ("Đặng Thị Hường", "H'Nguôn Niê", "Nguyễn Văn Hoà", "Y Thịnh", "Lý Thuý Quỳnh", "Trần Ngọc Ẩn", "Vũ Đức Ưng")
TCVN3 = ("§Æng ThÞ H­êng", "H'Ngu«n Niª", "NguyÔn V¨n Hoµ", "Y ThÞnh", "Lý Thuý Quúnh", "TrÇn Ngäc Èn", "Vò §øc ¦ng")
VNI = ("Ñaëng Thò Höôøng", "H'Nguoân Nieâ", "Nguyeãn Vaên Hoaø", "Y Thònh", "Lyù Thuyù Quyønh", "Traàn Ngoïc Aån",
       "Vuõ Ñöùc Öng")  # fmt: skip


@pytest.mark.parametrize(("charset", "typed"), [(Charset.TCVN3, TCVN3), (Charset.VNI, VNI)])
def test_names_are_recognised_and_converted(charset: Charset, typed: tuple[str, ...]) -> None:
    assert charset_of_texts(typed) is charset
    assert [charset_of_text(text) for text in typed] == [charset] * len(typed)
    converted = [to_unicode(text, charset) for text in typed]
    assert [name.casefold() for name in converted] == [name.casefold() for name in NAMES]
    assert charset_of_texts(converted) is None


@pytest.mark.parametrize(
    "text",
    [*NAMES, "Lò Thị Ò", "Hà Tòng", "H'Ñuê Kpă", "K'Brŏih", "Čil Mup", "André Müller", "José Núñez", "Noël", "«An»",
     "Lê· Văn", "Trần Ba ®", "Ðặng Văn Ðức", "Hồ Thò", "", "LÊ THỊ AN", "Pờ Sáy", "Sùng A Dè"],
)  # fmt: skip
def test_unicode_text_and_foreign_names_are_left_alone(text: str) -> None:
    assert charset_of_text(text) is None


@pytest.mark.parametrize("charset", [Charset.TCVN3, Charset.VNI])
def test_unicode_cells_among_legacy_ones_stay(charset: Charset) -> None:
    for name in (*NAMES, "Giới tính", "Họ và tên", "Hà Tòng"):
        assert to_unicode(name, charset) == name


def test_capitals_of_tcvn3_are_plain_letters_among_small_accented_ones() -> None:
    assert to_unicode("NGUYÔN V¡N HOµ", Charset.TCVN3) == "NGUYỄN VĂN HOÀ"


def test_tables_hold_every_letter_once() -> None:
    small = set("áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ")
    assert small <= set(_TCVN3.values())
    assert small - set("íì") <= set(_VNI.values())
    assert len(set(_TCVN3.values())) == len(_TCVN3)


def test_bytes_of_each_charset() -> None:
    assert charset_of_bytes("\n".join(TCVN3).encode("latin-1")) is Charset.TCVN3
    assert charset_of_bytes("\n".join(VNI).encode("latin-1")) is Charset.VNI
    windows = "Trâ\u0300n Thi\u0323 Hươ\u0300ng\nNguyê\u0303n Văn Đư\u0301c"
    assert charset_of_bytes(windows.encode("cp1258")) is Charset.WINDOWS_1258
    assert charset_of_bytes(bytes(range(128, 256)) * 4) is None


@given(st.text(max_size=40), st.sampled_from(Charset))
@settings(max_examples=200, deadline=None)
def test_any_text_and_any_bytes_are_taken(text: str, charset: Charset) -> None:
    to_unicode(text, charset)
    charset_of_text(text)
    charset_of_bytes(text.encode("utf-8", "surrogatepass"))
