from __future__ import annotations

import unicodedata

import pytest

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from ocr.handwriting.word_priors import word_prior
from vietnamese.dated_units import former_provinces
from vietnamese.number_words import day_words, month_words, year_words
from vietnamese.syllables import is_syllable, strip_tone

WORDS = "Nguyễn Huỳnh quyền giặt gì Yến nghiêng khoẻ khỏe Ưu xoong thuở"


@pytest.mark.parametrize("word", WORDS.split(" "))
def test_vietnamese_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Brơi", "ngt", "cát́", "bac̀h", "str"])
def test_other_words_are_not_syllables(word: str) -> None:
    assert not is_syllable(unicodedata.normalize("NFC", word))


def test_tone_places_compare_equal() -> None:
    assert strip_tone("hoà") == strip_tone("hòa")


def test_usual_spellings_of_dates_come_first() -> None:
    assert day_words(4)[0] == "mồng bốn"
    assert day_words(21)[:2] == ("hai mươi mốt", "hai mươi một")
    assert month_words(1) == ("một", "giêng")
    assert year_words(2011)[:2] == ("hai nghìn không trăm mười một", "hai ngàn không trăm mười một")
    assert "một nghìn chín trăm bảy mươi lăm" in year_words(1975)
    assert "hai nghìn không trăm linh sáu" in year_words(2006)


def test_every_day_and_month_has_words() -> None:
    assert all(day_words(day) for day in range(1, 32))
    assert all(month_words(month) for month in range(1, 13))


def test_lists_are_complete_and_nfc() -> None:
    assert len(lexicons.ethnic_groups()) == 54
    assert len({place.province for place in lexicons.places()}) >= 63
    assert {"Hà Tây", "Sông Bé", "Minh Hải"} <= {former.name for former in former_provinces()}
    words = [*lexicons.surnames(), *lexicons.given_names(), *lexicons.relations(), *lexicons.death_causes()]
    words += [place.commune for place in lexicons.places()]
    assert all(unicodedata.is_normalized("NFC", word) for word in words)


def test_common_names_weigh_more_but_rare_ones_are_not_ruled_out() -> None:
    prior = word_prior(FieldKind.NAME)
    assert prior is not None
    common = prior.log_probability("Nguyễn", 0, 3)
    listed = prior.log_probability("Điểu", 0, 3)
    unlisted = prior.log_probability("Xuyễn", 2, 3)
    assert common > listed > unlisted > -16.0


def test_a_signer_is_sooner_called_phuong_than_followed_by_the_word_for_a_ward() -> None:
    prior = word_prior(FieldKind.SIGNER)
    assert prior is not None
    assert prior.log_probability("Phương", 2, 4) > prior.log_probability("Phường", 2, 4) + 0.5
