"""From readings to pre-filled values: choice of reading, evidence, book, rules, doubt."""

from __future__ import annotations

from dataclasses import replace

from corrections.checks import kept_remarks
from corrections.entries import FieldState, FieldValue, Finding, ValueSource
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS, Thresholds
from layouts.register_types import RegisterType
from ocr.readings import Alternative, Candidate, Engine, EntryReading, FieldReading, PageKind, Script, SignatureReading
from tests.corrections.readings import book, entry_reading, read

WORDS = "Ngày mồng hai, tháng giêng, năm hai nghìn không trăm mười hai"


def _prefill(
    *fields: FieldReading, register_type: RegisterType = RegisterType.BIRTH, with_book: bool = False, **changed: str
) -> tuple[dict[str, FieldValue], tuple[Finding, ...]]:
    return prefill_entry(
        entry_reading(*fields),
        register_type,
        book=book(**changed) if with_book else None,
        thresholds=DEFAULT_THRESHOLDS,
    )


def test_every_column_of_the_reading_is_there_and_keeps_its_text() -> None:
    values, _ = _prefill(read("nksDanToc", "kinh"), read("nksHoTen", "LÊ VĂN AN", place=1), read("so", "03", place=2))
    assert values["nksDanToc"].text == "kinh"
    assert values["nksDanToc"].normalized == "Kinh"
    assert values["so"].normalized == "3"
    assert not any(values[name].needs_review for name in ("nksDanToc", "nksHoTen", "so"))


def test_the_decoded_reading_is_preferred_and_a_certain_alternative_helps_out() -> None:
    values, _ = _prefill(
        read("nksDanToc", "Kimh", decoded="Kinh", engine=Engine.HANDWRITING, script=Script.HANDWRITTEN),
        read("nksNgaySinh", "2/l3/x12", alternatives=(("2/13x2012", 0.3), ("2/1/2012", 0.2)), place=1),
    )
    assert values["nksDanToc"].text == "Kinh"
    assert values["nksNgaySinh"].text == "2/1/2012"
    assert values["nksNgaySinh"].needs_review


def test_tesseract_never_prefills_handwriting() -> None:
    values, _ = _prefill(read("nksHoTen", "Iê vản 4n", 0.99, script=Script.HANDWRITTEN))
    assert values["nksHoTen"].text == ""
    assert values["nksHoTen"].needs_review


def test_lost_marks_of_names_and_units_are_put_back_and_looked_at() -> None:
    values, _ = _prefill(
        read("nksHoTen", "NGUYÊN VĂN AN", 0.97), read("nksQueQuan", "Yên Thọ, Ý Yên, Nam Đinh", 0.97, place=1)
    )
    assert values["nksHoTen"].text == values["nksHoTen"].normalized == "NGUYỄN VĂN AN"
    assert values["nksQueQuan"].normalized == "Yên Thọ, Ý Yên, Nam Định"
    assert not values["nksHoTen"].needs_review  # every reading told the same, and one name alone has these letters
    assert not values["nksQueQuan"].needs_review
    values, _ = _prefill(
        read("nksHoTen", "NGUYÊN VĂN AN", 0.8, alternatives=(("NGUYÊN VĂN ÁN", 0.2),)),
        read("nksQueQuan", "Yên Thọ, Ý Yên, Nam Đinh", 0.8, place=1, alternatives=(("Yên Thọ, Ý Yên, Hà Nam", 0.2),)),
        read("meHoTen", "LÊ THỊ DỤY", 0.97, place=2),
    )
    assert values["nksHoTen"].needs_review
    assert values["nksQueQuan"].needs_review
    assert values["meHoTen"].normalized == "LÊ THỊ DUY"  # a dot of the line
    assert values["meHoTen"].needs_review


def test_a_title_beside_a_signature_without_a_name_is_not_a_second_stop() -> None:
    nobody = [
        FieldReading(column=name, text="", confidence=0.6, engine=Engine.NONE, box=(0.5, 0.8, 0.9, 0.9))
        for name in ("nguoiKy", "chucVuNguoiKy")
    ]
    values, _ = _prefill(*nobody)
    assert values["nguoiKy"].needs_review
    assert not values["chucVuNguoiKy"].needs_review
    values, _ = _prefill(*(replace(field, confidence=0.94) for field in nobody))
    assert not values["nguoiKy"].needs_review


def test_a_tick_of_two_codes_is_settled_by_words_or_a_name() -> None:
    tick = FieldReading(column="nxnLoaiMucDichSuDung", text="X", confidence=0.495, engine=Engine.CHECKBOX, decoded="1")
    words = read("nxnMucDichSuDung", "Đăng ký kết hôn", place=1)
    values, _ = _prefill(tick, words, register_type=RegisterType.MARITAL_STATUS)
    assert not values["nxnLoaiMucDichSuDung"].needs_review
    values, _ = _prefill(tick, register_type=RegisterType.MARITAL_STATUS)
    assert values["nxnLoaiMucDichSuDung"].needs_review
    mother = read("cmHoTen", "Lê Thị Bình", place=1)
    tick = replace(tick, column="loaiXacNhan", decoded="1")
    values, _ = _prefill(tick, mother, register_type=RegisterType.PARENT_CHILD_RECOGNITION)
    assert values["loaiXacNhan"].normalized == "2"


def test_an_empty_field_that_hardly_any_entry_leaves_empty_is_looked_at() -> None:
    values, _ = _prefill(read("nksGioiTinh", "", 0.97), read("nycGiayToKhac", "", 0.97, place=1))
    assert values["nksGioiTinh"].needs_review
    assert not values["nycGiayToKhac"].needs_review


def test_unlikely_volumes_surnames_and_rests_of_addresses_are_looked_at() -> None:
    values, _ = _prefill(
        read("quyenSo", "91/2012"),
        read("nksHoTen", "Hai Đình Huy", 0.97, place=1),
        read("meNoiCuTru", "Ninh Bình", 0.98, place=2),
    )
    assert values["quyenSo"].needs_review
    assert values["nksHoTen"].needs_review
    assert values["meNoiCuTru"].needs_review


def test_a_value_of_odd_letters_or_places_is_looked_at_however_sure() -> None:
    values, _ = _prefill(
        read("nksHoTen", "Huỳnh Qu gLập", 0.9999),
        read("nksQueQuan", "Hớn Quản Hớn Quản - Bình Phước", 0.9999, place=1),
        read("meHoTen", "Trần Thị Bình", 0.9999, place=2),
    )
    assert [values[n].needs_review for n in ("nksHoTen", "nksQueQuan", "meHoTen")] == [True, True, False]


def test_a_typed_value_among_handwriting_is_less_sure() -> None:
    written = [
        read(name, "Lê Văn An", engine=Engine.HANDWRITING, script=Script.HANDWRITTEN, place=i + 1)
        for i, name in enumerate(("meHoTen", "chaHoTen", "nycHoTen"))
    ]
    alone, _ = _prefill(read("nksHoTen", "LÊ VĂN AN", 0.97))
    among, _ = _prefill(read("nksHoTen", "LÊ VĂN AN", 0.97), *written)
    assert among["nksHoTen"].confidence < alone["nksHoTen"].confidence


def test_agreeing_words_make_the_date_surer_and_differing_ones_flag_it() -> None:
    agreeing, _ = _prefill(read("nksNgaySinh", "2/1/2012", 0.8), read("nksNgaySinhBangChu", WORDS, 0.8, place=1))
    differing, findings = _prefill(read("nksNgaySinh", "2/7/2012", 0.97), read("nksNgaySinhBangChu", WORDS, place=1))
    assert not agreeing["nksNgaySinh"].needs_review
    assert differing["nksNgaySinh"].needs_review
    assert differing["nksNgaySinh"].normalized == "02.07.2012"
    assert "date_words_differ" in {f.check for f in findings}


def test_unsure_figures_give_way_to_readable_words() -> None:
    values, _ = _prefill(read("nksNgaySinh", "2-7-2012", 0.6), read("nksNgaySinhBangChu", WORDS, 0.9, place=1))
    assert (values["nksNgaySinh"].text, values["nksNgaySinh"].normalized) == ("2-1-2012", "02.01.2012")
    assert values["nksNgaySinh"].needs_review
    unread, _ = _prefill(read("nksNgaySinh", "2x20/2", 0.6), read("nksNgaySinhBangChu", WORDS, 0.9, place=1))
    assert unread["nksNgaySinh"].normalized == "02.01.2012"
    assert unread["nksNgaySinh"].needs_review


def test_words_choose_among_the_readings_of_the_figures() -> None:
    figures = read("nksNgaySinh", "2/7/2012", 0.6, alternatives=(("2/1/2012", 0.3),))
    values, _ = _prefill(figures, read("nksNgaySinhBangChu", WORDS, 0.9, place=1))
    assert values["nksNgaySinh"].text == "2/1/2012"
    assert values["nksNgaySinh"].normalized == "02.01.2012"


def test_misread_words_are_put_right_by_the_figures() -> None:
    misread = "Ngày mông hai, thảng giêng, năm hai nghìn không tram mười hai"
    values, _ = _prefill(read("nksNgaySinh", "02.01.2012"), read("nksNgaySinhBangChu", misread, 0.7, place=1))
    assert values["nksNgaySinhBangChu"].text == WORDS


def test_equal_number_and_page_strengthen_each_other() -> None:
    alone, _ = _prefill(read("so", "07", 0.8))
    both, _ = _prefill(read("so", "07", 0.8), read("trangSo", "7", 0.8, place=1))
    assert alone["so"].needs_review
    assert not both["so"].needs_review
    assert both["so"].confidence > alone["so"].confidence


def test_one_run_feeds_signer_and_title() -> None:
    values, _ = _prefill(read("nguoiKy", "PCT Lê An Bình"), read("chucVuNguoiKy", "PCT Lê An Bình"))
    assert values["nguoiKy"].normalized == "Lê An Bình"
    assert values["chucVuNguoiKy"].normalized == "Phó Chủ tịch"


def test_one_run_feeds_a_person_of_the_oldest_books() -> None:
    text = "Nguyễn Văn An, 1950, làm ruộng, ở xã Đông Tân"
    values, _ = _prefill(*(read(name, text) for name in ("chaHoTen", "chaNgaySinh", "chaNoiCuTru")))
    assert values["chaHoTen"].normalized == "Nguyễn Văn An"
    assert values["chaNgaySinh"].normalized == "1950"
    assert values["chaNgaySinh"].needs_review
    assert not values["chaHoTen"].needs_review  # a comma ends what looks like a name
    values, _ = _prefill(*(read(name, text.replace(", 1950", " 1950")) for name in ("chaHoTen", "chaNgaySinh")))
    assert values["chaHoTen"].needs_review


def test_the_book_gives_what_no_page_prints() -> None:
    values, _ = _prefill(read("nksHoTen", "LÊ VĂN AN"), with_book=True, signer="Lê An Bình", signer_title="Chủ tịch")
    assert values["quyenSo"].normalized == "01/2012"
    assert values["noiDangKy"].source is ValueSource.BOOK
    assert not values["quyenSo"].needs_review
    assert values["nguoiKy"].normalized == "Lê An Bình"
    assert values["nguoiKy"].needs_review


def test_the_page_wins_over_the_book() -> None:
    values, _ = _prefill(read("quyenSo", "02/2012"), with_book=True)
    assert values["quyenSo"].normalized == "02/2012"
    assert values["quyenSo"].source is ValueSource.READING


def test_a_signer_misread_by_a_letter_takes_the_books_spelling() -> None:
    values, _ = _prefill(read("nguoiKy", "Lê An Bìmh", 0.7), with_book=True, signer="Lê An Bình")
    assert values["nguoiKy"].normalized == "Lê An Bình"
    assert values["nguoiKy"].text == "Lê An Bìmh"
    other, _ = _prefill(read("nguoiKy", "Trần Văn Cương", 0.7), with_book=True, signer="Lê An Bình")
    assert other["nguoiKy"].normalized == "Trần Văn Cương"


def test_codes_by_rule() -> None:
    values, _ = _prefill(
        read("loaiDangKy", "", engine=Engine.STAMP),
        read("meHoTen", "Trần Thị Bình", place=1),
        read("chaHoTen", "Lê Văn Cường", place=2),
        read("meNoiCuTru", "Thôn 3, xã Đông Tân", place=3),
        read("chaNoiCuTru", "", place=4),
    )
    assert values["loaiDangKy"].normalized == "1"
    assert values["loaiDangKy"].source is ValueSource.RULE
    assert values["nksLoaiKhaiSinh"].normalized == "1"
    assert values["meLoaiCuTru"].normalized == "1"
    assert values["chaLoaiCuTru"].normalized == "0"


def test_only_the_mother_named() -> None:
    values, _ = _prefill(read("meHoTen", "Trần Thị Bình"), read("chaHoTen", "", 0.99, place=1))
    assert values["nksLoaiKhaiSinh"].normalized == "3"


def test_a_stamp_read_wins_over_the_rule() -> None:
    values, _ = _prefill(read("loaiDangKy", "ĐĂNG KÝ QUÁ HẠN", engine=Engine.STAMP))
    assert values["loaiDangKy"].normalized == "4"
    ticked, _ = _prefill(read("loaiDangKy", "X", engine=Engine.CHECKBOX, decoded="2"))
    assert (ticked["loaiDangKy"].text, ticked["loaiDangKy"].normalized) == ("X", "2")


def test_kind_of_paper_from_its_number() -> None:
    for number, kind in (("123456789", "1"), ("012345678901", "4"), ("B1234567", "2"), ("", "")):
        values, _ = _prefill(read("chongSoGiayToTuyThan", number), register_type=RegisterType.MARRIAGE)
        assert values["chongLoaiGiayToTuyThan"].normalized == kind


def test_flags_of_the_reader_are_looked_at() -> None:
    struck = read("nksHoTen", "LÊ VĂN AN", flags=("struck_out",))
    unread = read("meHoTen", "", 0.99, flags=("ink_unread",), place=1)
    values, _ = _prefill(struck, unread)
    assert values["nksHoTen"].needs_review
    assert values["meHoTen"].needs_review


def test_an_empty_field_is_blank_with_the_confidence_that_it_is() -> None:
    values, _ = _prefill(read("nycGiayToKhac", "", 0.98))
    assert values["nycGiayToKhac"].state is FieldState.BLANK
    assert values["nycGiayToKhac"].confidence == 0.98
    assert not values["nycGiayToKhac"].needs_review


def test_blank_and_cancelled_slots_give_empty_values() -> None:
    for state in (PageKind.BLANK, PageKind.CANCELLED):
        reading: EntryReading = entry_reading(read("nksHoTen", "LÊ"), state=state)
        values, findings = prefill_entry(reading, RegisterType.BIRTH, book=book(), thresholds=DEFAULT_THRESHOLDS)
        assert {(v.text, v.needs_review) for v in values.values()} == {("", False)}
        assert findings == ()


def test_without_thresholds_everything_is_reviewed() -> None:
    values, _ = prefill_entry(
        entry_reading(read("nksHoTen", "LÊ VĂN AN", 0.999)), RegisterType.BIRTH, thresholds=Thresholds()
    )
    assert values["nksHoTen"].needs_review


def test_columns_the_form_lacks_are_left_out() -> None:
    values, _ = _prefill(read("nksHoTen", "LÊ VĂN AN"))
    assert "meNgaySinh" not in values
    assert "meLoaiCuTru" not in values


def test_a_value_of_an_unproven_table_is_always_looked_at() -> None:
    sure, _ = _prefill(read("nksHoTen", "LÊ VĂN AN"))
    table, _ = _prefill(replace(read("nksHoTen", "LÊ VĂN AN"), flags=("table",)))
    assert not sure["nksHoTen"].needs_review
    assert table["nksHoTen"].needs_review
    assert table["nksHoTen"].confidence == sure["nksHoTen"].confidence


def test_officials_who_did_not_sign_are_named_and_the_remark_stays() -> None:
    signed = SignatureReading(
        title="Người thực hiện", columns=("nguoiThucHien",), signed=False, confidence=0.95, box=(0, 0, 1, 1)
    )
    reading = entry_reading(read("nksHoTen", "LÊ VĂN AN"))

    def remarks(*spaces: SignatureReading) -> list[str]:
        _, findings = prefill_entry(
            replace(reading, signatures=spaces), RegisterType.BIRTH, thresholds=DEFAULT_THRESHOLDS
        )
        return [finding.message for finding in kept_remarks(findings)]

    assert "«Người thực hiện»" in remarks(signed)[0]
    assert "«Cán bộ A» hoặc «Cán bộ B»" in remarks(replace(signed, title="Cán bộ A / Cán bộ B"))[0]
    assert remarks(replace(signed, signed=True)) == []
    assert remarks(replace(signed, confidence=0.6)) == []
    assert remarks(replace(signed, title="Người đi khai sinh", columns=())) == []


def test_what_no_list_has_is_looked_at_however_sure_the_machine_was() -> None:
    values, _ = _prefill(read("nksDanToc", "kả", 0.99), read("chaDanToc", "kinh", 0.99, place=1))
    assert values["nksDanToc"].needs_review and not values["chaDanToc"].needs_review


def test_a_speck_read_as_a_colon_within_a_units_name_goes_and_is_looked_at() -> None:
    values, _ = _prefill(
        read("nksQueQuan", "Ấp 2, xã Quỳnh: Hội, Quỳnh Phụ, Thái Bình", 0.99),
        read("chaNoiCuTru", "Tạm trú: xã Quỳnh Hội, Quỳnh Phụ, Thái Bình", 0.99, place=1),
        read("meNoiCuTru", "Tổ 5: xã Quỳnh Hội, Quỳnh Phụ, Thái Bình", 0.99, place=2),
    )
    beside = values["meNoiCuTru"]
    assert (beside.normalized, beside.needs_review) == ("Tổ 5, xã Quỳnh Hội, Quỳnh Phụ, Thái Bình", True)
    mended = values["nksQueQuan"]
    assert (mended.normalized, mended.needs_review) == ("Ấp 2, xã Quỳnh Hội, Quỳnh Phụ, Thái Bình", True)
    assert values["chaNoiCuTru"].text.startswith("Tạm trú:")


def _by_hand(name: str, text: str, confidence: float, place: int) -> FieldReading:
    return read(name, text, confidence, place=place, engine=Engine.HANDWRITING, script=Script.HANDWRITTEN, decoded=text)


def test_the_middle_name_bears_out_a_sex_and_never_speaks_against_one() -> None:
    def sure(name: str) -> float:
        values, _ = _prefill(_by_hand("nksHoTen", name, 0.97, 0), _by_hand("nksGioiTinh", "Nam", 0.7, 1))
        return values["nksGioiTinh"].confidence

    assert sure("Lê Văn Khoa") > 0.92 > sure("Lê Minh Khoa") > 0.6


def test_an_informant_named_as_a_parent_is_that_parent() -> None:
    def sure(informant: str) -> float:
        values, _ = _prefill(
            _by_hand("meHoTen", "Lê Thị Hoa Ban", 0.97, 0),
            _by_hand("nycHoTen", informant, 0.97, 1),
            _by_hand("nycQuanHe", "mẹ", 0.8, 2),
        )
        return values["nycQuanHe"].confidence

    assert sure("Lê Thị Hoa Ban") > 0.92 > sure("Trần Văn Lực")


def test_a_native_place_may_be_a_province_alone() -> None:
    values, _ = _prefill(_by_hand("nksQueQuan", "Nam Định", 0.98, 0), _by_hand("chaNoiCuTru", "Nam Định", 0.98, 0))
    assert not values["nksQueQuan"].needs_review
    assert values["chaNoiCuTru"].needs_review


def test_a_number_that_may_be_read_as_the_page_is_offered_so() -> None:
    def told(likely: float) -> tuple[str, str, bool]:
        number = replace(
            _by_hand("so", "91", 0.7, 0), candidates=(Candidate(text="91", log_likelihood=-0.1),
                                                      Candidate(text="31", log_likelihood=likely)),
        )  # fmt: skip
        values, _ = _prefill(number, _by_hand("trangSo", "31", 0.98, 1))
        return values["so"].normalized, values["trangSo"].normalized, values["so"].needs_review

    assert told(-4.0) == ("31", "31", True)
    assert told(-9.0) == ("91", "31", True)


def test_no_written_value_is_surer_than_its_other_readings_leave() -> None:
    def flagged(other: str, share: float = 0.2) -> bool:
        date = replace(
            _by_hand("meNgaySinh", "10.11.1985", 0.97, 0), alternatives=(Alternative(text=other, probability=share),)
        )
        return _prefill(date)[0]["meNgaySinh"].needs_review

    assert flagged("19.11.1985")
    assert not flagged("19.11.1985", share=0.05)
    assert not flagged("10-11-1985")
    assert not flagged("1o.ll.19x5")


def test_a_phrase_by_hand_whose_mark_was_lost_has_it_back_and_is_looked_at() -> None:
    relation = replace(read("nycQuanHe", "ba ngoại", 0.99), engine=Engine.HANDWRITING, script=Script.HANDWRITTEN)
    value = _prefill(relation)[0]["nycQuanHe"]
    assert (value.normalized, value.needs_review) == ("bà ngoại", True)


def test_a_place_with_a_sign_that_no_place_has_is_looked_at() -> None:
    assert _prefill(read("nksNoiSinh", "Xóm $3, Bắc Ngà, Bắc Yên, Sơn La", 0.99))[0]["nksNoiSinh"].needs_review


def test_marks_of_a_commune_and_district_without_a_province_are_put_back_and_looked_at() -> None:
    value = _prefill(read("meNoiCuTru", "xã Thiêu Vân - Thiệu Hóa", 0.99))[0]["meNoiCuTru"]
    assert (value.normalized, value.needs_review) == ("xã Thiệu Vận - Thiệu Hóa", True)
    right = _prefill(read("meNoiCuTru", "xã Thiệu Vận - Thiệu Hóa", 0.99))[0]["meNoiCuTru"]
    assert (right.normalized, right.needs_review) == ("xã Thiệu Vận - Thiệu Hóa", False)
