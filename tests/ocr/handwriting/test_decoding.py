from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.decoding import decode_line
from ocr.handwriting.word_priors import word_prior
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


def _decoded(text: str, kind: FieldKind | None, doubts: dict[int, dict[str, float]] | None = None) -> str:
    return decode_line(lattice_of(text, doubts), ALPHABET, kind).decoded


@pytest.mark.parametrize(
    "name", ["Điểu Thị Brơi", "Y Bhương", "H' Lan Niê", "Lù Seo Phổng", "Giàng A Páo", "K' Srồm", "Trần Xuyễn"]
)
def test_a_legible_rare_name_stays_as_it_is(name: str) -> None:
    assert _decoded(name, FieldKind.NAME) == name


def test_a_doubtful_letter_of_a_name_is_settled_by_the_name() -> None:
    # the strokes lean a little to "Nguyên", the surname is written "Nguyễn"
    assert _decoded("Nguyên Văn An", FieldKind.NAME, {4: {"ễ": 0.4}}) == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("read", "meant"),
    [("BùiAnh Sơn", "Bùi Anh Sơn"), ("Phạm, Thái Hoàn", "Phạm Thái Hoàn"), ("TRẦNVĂN AN", "TRẦNVĂN AN")],
)
def test_the_words_of_a_name_stand_apart_and_without_stops(read: str, meant: str) -> None:
    assert _decoded(read, FieldKind.NAME) == meant


def test_a_figure_among_the_letters_of_a_name_is_a_misread_letter() -> None:
    doubts = {6: {"ồ": 0.1}}
    assert _decoded("Phạm H5ng Thường", FieldKind.NAME, doubts) == "Phạm Hồng Thường"
    assert _decoded("Phạm H5ng Thường", FieldKind.SIGNER, doubts) == "Phạm Hồng Thường"
    assert _decoded("Ấp 5 Hồng", FieldKind.NAME, {3: {"ồ": 0.1}}) == "Ấp 5 Hồng"  # a number by itself stays


def test_a_surname_read_far_from_itself_is_tried_all_the_same() -> None:
    prior = word_prior(FieldKind.NAME)
    assert prior is not None
    assert "nguyễn" in prior.similar("ngui")
    assert "thị" in prior.similar("hi")


@pytest.mark.parametrize("signer", ["Lê Văn Phong - PCT", "CT Đinh Ngọc Lan", "Phó Chủ tịch Trần Hậu"])
def test_a_legible_signer_stays_with_the_title(signer: str) -> None:
    assert _decoded(signer, FieldKind.SIGNER) == signer


def test_a_misread_title_is_weighed_against_the_titles() -> None:
    read, meant = "Phố Chủ tích Lê Lan", "Phó Chủ tịch Lê Lan"
    doubts = {i: {m: 0.1} for i, (r, m) in enumerate(zip(read, meant, strict=True)) if r != m}
    assert _decoded(read, FieldKind.SIGNER, doubts) == meant


def test_verbatim_text_is_kept_beside_the_decoded_one() -> None:
    reading = decode_line(lattice_of("Nguyên Văn An", {4: {"ễ": 0.4}}), ALPHABET, FieldKind.NAME)
    assert reading.text == "Nguyên Văn An"
    assert "Nguyên Văn An" in [text for text, _ in reading.alternatives]


@pytest.mark.parametrize(
    ("read", "place", "other", "date"),
    [("2./.2012", 2, "1", "2.1.2012"), ("12/13/1999", 4, "2", "12/12/1999"), ("05/03/3979", 6, "1", "05/03/1979")],
)
def test_an_impossible_date_gives_way_to_a_possible_one(read: str, place: int, other: str, date: str) -> None:
    assert _decoded(read, FieldKind.DATE, {place: {other: 0.15}}) == date


@pytest.mark.parametrize("text", ["1970", "03", "4", "4-12-2011", "31.12.2019", "Không rõ"])
def test_legible_dates_and_remarks_stay(text: str) -> None:
    assert _decoded(text, FieldKind.DATE) == text


def test_a_number_field_reads_figures() -> None:
    assert _decoded("2O12", FieldKind.NUMBER, {1: {"0": 0.2}}) == "2012"


@pytest.mark.parametrize(
    ("kind", "read", "meant"),
    [
        (FieldKind.SEX, "Nủ", "Nữ"),
        (FieldKind.RELATION, "bà ngoai", "bà ngoại"),
        (FieldKind.ETHNIC_GROUP, "Kịnh", "Kinh"),
        (FieldKind.NATIONALITY, "Việt Năm", "Việt Nam"),
    ],
)
def test_lists_settle_what_is_nearly_on_them(kind: FieldKind, read: str, meant: str) -> None:
    doubts = {i: {m: 0.1} for i, (r, m) in enumerate(zip(read, meant, strict=True)) if r != m}
    assert _decoded(read, kind, doubts) == meant


def test_a_value_that_is_on_no_list_stays() -> None:
    assert _decoded("Pa Then Đen", FieldKind.ETHNIC_GROUP) == "Pa Then Đen"


def test_dates_in_words_know_their_words() -> None:
    assert _decoded("Ngày mồng hái, tháng giên", FieldKind.DATE_WORDS, {11: {"a": 0.05}}).startswith(
        "Ngày mồng hai, tháng"
    )


@pytest.mark.slow
def test_an_address_is_read_against_its_units() -> None:
    read = "Thuợng Lâm, Lâm Bìn, Tuyên Quang"
    assert _decoded(read, FieldKind.PLACE, {2: {"ư": 0.05}, 3: {"ợ": 0.001}}).endswith("Tuyên Quang")
    assert _decoded("Xã Đức Hạnh, huyện Bù Gia Mập tỉnh Bình Phước", FieldKind.PLACE, {29: {",": 0.01}}) != ""


def test_an_address_outside_the_lists_stays() -> None:
    text = "Xóm Mới, Làng Vây Cũ, Huyện Chưa Có"
    assert _decoded(text, FieldKind.PLACE) == text


def test_shares_add_up_to_one_at_most() -> None:
    reading = decode_line(lattice_of("Kinh", {0: {"H": 0.3}}), ALPHABET, FieldKind.ETHNIC_GROUP)
    assert 0.0 < reading.posterior <= 1.0
    assert reading.posterior + sum(share for _, share in reading.alternatives) <= 1.0 + 1e-6


def test_an_empty_lattice_gives_an_empty_reading() -> None:
    blank = lattice_of("a", {0: {"": 0.99}})
    assert decode_line(blank, ALPHABET, FieldKind.NAME).decoded == ""


def test_the_usual_ethnic_group_settles_a_doubt_and_a_legible_rare_one_stays() -> None:
    doubts = {0: {"K": 0.05}, 1: {"i": 0.1}}
    assert _decoded("Minh", FieldKind.ETHNIC_GROUP, doubts) == "Kinh"
    assert [_decoded(group, FieldKind.ETHNIC_GROUP) for group in ("Co", "Lự", "Ơ Đu")] == ["Co", "Lự", "Ơ Đu"]
