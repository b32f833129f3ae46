"""Dates in figures and in words, in every style registers have."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.date_words import word_spellings
from corrections.dates import PartialDate, date_in_words, parse_date, parse_date_words, parse_standard
from vietnamese.number_words import UNITS, usual_year_words

FIRST, LAST = date(1900, 1, 1), date(2030, 12, 31)


def _digit_by_digit(year: int) -> str:
    return " ".join(UNITS[int(figure)] for figure in str(year))


@cache
def _year_parts(year: int) -> list[str]:
    return word_spellings(PartialDate(year=year))


@cache
def _month_parts(month: int) -> list[str]:
    whole = word_spellings(PartialDate(year=2000, month=month))
    return list(dict.fromkeys(words.rpartition(" năm hai")[0] for words in whole))


@cache
def _day_parts(day: int) -> list[str]:
    whole = word_spellings(PartialDate(year=2000, month=2, day=day))
    return list(dict.fromkeys(words.partition(" tháng")[0] for words in whole))


def _spellings(value: PartialDate) -> list[str]:
    """At least six spellings of a date: usual, rarest and middle ones, capitals, no `ngày`, figure by figure."""
    days, months, years = _day_parts(value.day), _month_parts(value.month), _year_parts(value.year)
    middle = years[len(years) // 2]
    return [
        f"{days[0]}, {months[0]}, {years[0]}",
        f"{days[-1]} {months[-1]} {years[-1]}",
        f"{days[len(days) // 2]}, {months[-1]} {middle}".upper(),
        f"{days[-1]} {months[0]}, {middle}".removeprefix("ngày "),
        date_in_words(value),
        f"{days[0]} {months[0]} năm {_digit_by_digit(value.year)}",
    ]


@pytest.mark.slow
def test_every_date_of_1900_to_2030_in_at_least_six_spellings() -> None:
    day, tried = FIRST, 0
    while day <= LAST:
        value = PartialDate(year=day.year, month=day.month, day=day.day)
        spellings = _spellings(value)
        assert len(spellings) >= 6
        for words in spellings:
            found = parse_date_words(words).date
            assert found == value, f"{words} -> {found}"
        tried += 1
        day += timedelta(days=1)
    assert tried == (LAST - FIRST).days + 1


def test_every_spelling_of_some_dates() -> None:
    for value in (PartialDate(year=2004, month=5, day=25), PartialDate(year=1985, month=12, day=4),
                  PartialDate(year=2015, month=1, day=31), PartialDate(year=1907, month=7, day=17)):  # fmt: skip
        spellings = word_spellings(value)
        assert len(spellings) >= 12
        for words in spellings:
            assert parse_date_words(words).date == value, words


@pytest.mark.parametrize(
    ("words", "standard"),
    [
        ("Ngày mồng hai, tháng giêng, năm hai nghìn không trăm mười hai", "02.01.2012"),
        ("mùng năm tháng chạp năm một ngàn chín trăm tám mươi nhăm", "05.12.1985"),
        ("ngày hăm ba tháng năm năm một chín chín tám", "23.05.1998"),
        ("Ngày rằm tháng tám năm hai không không sáu", "15.08.2006"),
        ("ngày ba mốt tháng mười năm hai nghìn lẻ sáu", "31.10.2006"),
        ("tháng tư năm một nghìn chín trăm bảy mươi lăm", "04.1975"),
        ("Năm một nghìn chín trăm bảy mươi", "1970"),
        ("một nghìn chín trăm năm mươi lăm", "1955"),
        ("Ngày hai mươi tháng năm năm mười chín tám lăm", "20.05.1985"),
        ("ngày 12 tháng sáu năm 2007", "12.06.2007"),
        ("ngày năm tháng năm năm hai nghìn không trăm linh năm", "05.05.2005"),
        ("ngay muoi bay thang tu nam hai ngan khong tram le chin", "17.04.2009"),
    ],
)
def test_words(words: str, standard: str) -> None:
    found = parse_date_words(words)
    assert found.date is not None
    assert found.date.standard == standard


@pytest.mark.parametrize(
    "words", ["", "ngày", "Nguyễn Văn An", "ngày ba mươi hai tháng một năm hai nghìn", "tháng mười ba"]
)
def test_words_that_are_no_date(words: str) -> None:
    assert parse_date_words(words).date is None


def test_short_years_and_lunar_words_are_not_certain() -> None:
    short = parse_date_words("ngày hai tháng ba năm tám lăm")
    assert short.date == PartialDate(year=1985, month=3, day=2)
    assert not short.certain
    lunar = parse_date_words("ngày rằm tháng giêng năm một nghìn chín trăm sáu mươi (âm lịch)")
    assert lunar.date is not None
    assert lunar.date.lunar
    assert not lunar.certain


@pytest.mark.parametrize(
    ("written", "standard"),
    [
        ("4-12-2011", "04.12.2011"),
        ("05/03/1979", "05.03.1979"),
        ("23.2.1958", "23.02.1958"),
        ("6/2006", "06.2006"),
        ("1970", "1970"),
        ("ngày 5 tháng 3 năm 1979", "05.03.1979"),
        ("5/3/1979./.", "05.03.1979"),
        ("08/5/2008", "08.05.2008"),
        ("//1970", "1970"),
        ("/6/2006", "06.2006"),
        ("Sinh năm 1950", "1950"),
        ("SN 1950", "1950"),
        ("tháng 6 năm 2006", "06.2006"),
        ("4/IV/1975", "04.04.1975"),
        ("2 - 3 - 1950", "02.03.1950"),
        ("0l/02/2O13", "01.02.2013"),
        ("ngày 08.01.2016", "08.01.2016"),
        ("29.02.2012", "29.02.2012"),
    ],
)
def test_figures(written: str, standard: str) -> None:
    found = parse_date(written)
    assert found.date is not None
    assert (found.date.standard, found.certain) == (standard, True)


@pytest.mark.parametrize("written", ["30 tuổi", "65 tuổi", "", "-", "Lê Văn Tám", "12345", "1/2/3/2004", "3/4/20045"])
def test_no_date_is_made_of_ages_and_other_texts(written: str) -> None:
    assert parse_date(written).date is None


@pytest.mark.parametrize(
    ("written", "standard"),
    [("31/02/1999", "31.02.1999"), ("15/8/1950 (ÂL)", "15.08.1950"), ("12/8/18", "12.08.2018"), ("S/3/1979", None),
     ("1S/3/1979", "15.03.1979"), ("04122011", "04.12.2011"), ("02/13/1979", "02.13.1979")],
)  # fmt: skip
def test_doubtful_dates_are_not_certain(written: str, standard: str | None) -> None:
    found = parse_date(written)
    assert (found.date.standard if found.date else None) == standard
    assert not found.certain
    assert found.note or standard is not None


@pytest.mark.parametrize(
    ("written", "standard"),
    [("25.0/./996", "25.01.1996"), ("/996", "1996"), ("2./.2012", "02.01.2012"), ("ày 15/8/2007", "15.08.2007"),
     ("22/12nă/2011", "22.12.2011"), ("21/©2/2008", "21.02.2008"), ("2//2012", None)],
)  # fmt: skip
def test_misread_strokes_and_rests_of_labels_are_guessed_with_doubt(written: str, standard: str | None) -> None:
    found = parse_date(written)
    assert (found.date.standard if found.date else None) == standard
    assert not found.certain


@pytest.mark.parametrize(
    ("written", "meant"), [("1-4-977", "01.04.1977"), ("25/9/010", "25.09.2010"), ("6/985", "06.1985")]
)
def test_a_year_without_its_first_figure_is_offered_with_doubt(written: str, meant: str) -> None:
    found = parse_date(written)
    assert found.date is not None
    assert (found.date.standard, found.certain) == (meant, False)


@pytest.mark.parametrize("written", ["977", "1-4-877", "1-4-177"])
def test_three_figures_that_are_no_such_year_stay_unread(written: str) -> None:
    assert parse_date(written).date is None


def test_two_figure_years_look_at_the_year_of_registration() -> None:
    assert parse_date("1/2/85", near_year=2010).date == PartialDate(year=1985, month=2, day=1)
    assert parse_date("1/2/07", near_year=2010).date == PartialDate(year=2007, month=2, day=1)
    assert parse_date("1/2/11", near_year=2010).date == PartialDate(year=1911, month=2, day=1)


_DATES = st.dates(min_value=FIRST, max_value=LAST)


@given(_DATES, st.sampled_from(["/", "-", ".", " / ", " - "]), st.booleans())
@settings(max_examples=80)
def test_any_date_in_any_style_round_trips(day: date, separator: str, padded: bool) -> None:
    parts = (f"{day.day:02d}", f"{day.month:02d}") if padded else (str(day.day), str(day.month))
    found = parse_date(separator.join((*parts, str(day.year))))
    assert found.date is not None
    assert found.certain
    assert parse_standard(found.date.standard) == found.date
    assert found.date.earliest == found.date.latest == day


@given(_DATES)
@settings(max_examples=40)
def test_a_date_reads_its_own_words(day: date) -> None:
    value = PartialDate(year=day.year, month=day.month, day=day.day)
    assert parse_date_words(date_in_words(value)).date == value
    assert parse_date(date_in_words(value)).date == value


@pytest.mark.parametrize("text", ["2.3.1999", "02.13.1999", "30.02.2000", "1999.02.03", "99", "0000", "12.1999 "])
def test_standard_form_is_strict(text: str) -> None:
    assert parse_standard(text) is None


def test_partial_dates_cover_their_span() -> None:
    value = PartialDate(year=2012, month=2)
    assert (value.earliest, value.latest) == (date(2012, 2, 1), date(2012, 2, 29))
    assert not value.complete
    assert PartialDate(year=2012).latest == date(2012, 12, 31)


def test_usual_words_of_a_year() -> None:
    assert usual_year_words(2006) == "hai nghìn không trăm linh sáu"
    assert usual_year_words(2000) == "hai nghìn"
    assert usual_year_words(1900) == "một nghìn chín trăm"
    assert usual_year_words(1985) == "một nghìn chín trăm tám mươi lăm"
