from __future__ import annotations

from ocr.handwriting.place_priors import place_gains, place_named_most, propose_places, propose_streets
from vietnamese.units import UNKNOWN_PLACE, BookPlace

_HOME = BookPlace(province="Đồng Nai", district="Xuân Lộc", year=1995)


def _texts(text: str, book: BookPlace = UNKNOWN_PLACE) -> list[str]:
    return [proposed for proposed, _ in propose_places(text, book)]


def test_the_address_as_read_comes_first() -> None:
    assert _texts("Xóm Lạ, Nơi Nào")[0] == "Xóm Lạ, Nơi Nào"


def test_letters_are_mended_where_units_belong_together() -> None:
    assert "Thượng Lâm, Lâm Bình, Tuyên Quang" in _texts("Thuợng Lâm, Lâm Bìn, Tuyên Quang")


def test_a_lost_comma_is_put_back_with_the_separator_of_the_line() -> None:
    assert "Đồng Tâm - Mỹ Đức - Hà Nội" in _texts("Đồng Tâm - Mỹ Đức Hà Nội")


def test_a_hyphen_inside_a_province_is_no_separator() -> None:
    assert "Phước Hải, Đất Đỏ, Bà Rịa - Vũng Tàu" in _texts("Phước Hải, Đất Đỏ, Bà Rịa - Vũng Tau")


def test_tone_places_and_capitals_stay_as_written() -> None:
    proposed = _texts("Phường Tân Thới Hoà, Quận Tân phú, TP Hồ Chi Minh")
    assert "Phường Tân Thới Hoà, Quận Tân phú, TP Hồ Chí Minh" in proposed


def test_numbers_of_wards_are_never_exchanged() -> None:
    assert not any("Phường 13" in text for text in _texts("Phường 12, Quận 5, TP Hồ Chí Minh"))


def test_dissolved_provinces_are_known() -> None:
    assert "Thạch Thất, Hà Tây" in _texts("Thạch Thât, Hà Tây")


def test_a_misread_word_for_the_kind_of_unit_is_proposed_as_it_was_meant() -> None:
    assert "Phường Phú Mỹ, Thủ Dầu Một, Bình Dương" in _texts("Đường Phú Mỹ, Thủ Dầu Một, Bình Dương")


def test_units_without_a_province_are_mended_only_near_the_book() -> None:
    read = "Thôn 3, xã Xuân Truờng, huyện Xuân Lọc"
    assert "Thôn 3, xã Xuân Trường, huyện Xuân Lộc" in _texts(read, _HOME)
    assert _texts(read) == [read]


def test_a_commune_alone_is_looked_for_in_the_district_of_the_book() -> None:
    assert "Thôn 3, xã Xuân Trường" in _texts("Thôn 3, xã Xuân Truờng", _HOME)


def test_the_book_speaks_for_its_own_province_and_against_one_that_had_not_begun() -> None:
    def prior(text: str, book: BookPlace) -> float:
        return max(prior for _, prior in propose_places(text, book))

    assert prior("Xuân Lộc, Đồng Nai", _HOME) > prior("Xuân Lộc, Đồng Nai", UNKNOWN_PLACE)
    early, late = (BookPlace(year=year) for year in (1995, 1998))
    assert prior("Cư Jút, Đắk Nông", early) < prior("Cư Jút, Đắk Nông", BookPlace(year=2005))
    assert prior("Thạch Thất, Hà Sơn Bình", late) < prior("Thạch Thất, Hà Sơn Bình", BookPlace(year=1985))


def test_a_name_that_ends_with_a_word_for_a_kind_keeps_it() -> None:
    (best, *_), *_ = sorted(propose_places("Xã An Hóx, Châu Thành, tỉnh Bến Tre"), key=lambda item: -item[1])
    assert best == "Xã An Hóa, Châu Thành, tỉnh Bến Tre"


def test_a_commune_younger_than_the_book_has_less_in_its_favour() -> None:
    early, late = (
        dict(propose_places("Phường Hưng Lonx, Chơn Thành, Bình Phước", BookPlace(year=year)))[
            "Phường Hưng Long, Chơn Thành, Bình Phước"
        ]
        for year in (1998, 2019)
    )
    assert early < late


def test_names_that_streets_bear_are_proposed_and_house_numbers_stay() -> None:
    proposed = [text for text, _ in propose_streets("466/4 Lê Quang Đinh, Phường 11, Quận Bình Thạnh")]
    assert proposed[0] == "466/4 Lê Quang Đinh, Phường 11, Quận Bình Thạnh"
    assert "466/4 Lê Quang Định, Phường 11, Quận Bình Thạnh" in proposed
    assert propose_streets("Xóm Lò, xã Bãi Sậy") == [("Xóm Lò, xã Bãi Sậy", 0.0)]


def test_sure_addresses_tell_where_the_book_was_kept() -> None:
    sure = ["Thôn 3, Xuân Trường, Xuân Lộc, Đồng Nai", "xã Bảo Hòa, huyện Xuân Lộc, tỉnh Đồng Nai", "Xóm lạ"]
    assert place_named_most(sure) == BookPlace(province="Đồng Nai", district="Xuân Lộc")
    assert place_named_most(["Quận 7, TP Hồ Chí Minh", "Vũng Tàu, Bà Rịa - Vũng Tàu"]) == UNKNOWN_PLACE
    assert place_named_most([]) == UNKNOWN_PLACE


def test_a_place_of_care_is_named_with_its_unit_and_no_comma_between() -> None:
    proposed = dict(propose_streets("Bệnh iện đa khưa Đồng Nai"))
    assert "Bệnh viện đa khoa Đồng Nai" in proposed
    named = dict(propose_places("Bệnh viện đa khoa Đồng Nai"))
    assert not any(", Đồng Nai" in text for text in named)


def test_the_hyphen_within_a_province_stays() -> None:
    written = "Tây Lộc, Huế, Thừa Thiên - Huế"
    assert dict(place_gains([written]))[written] == max(place_gains([written]).values())
