import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.errors import NameRuleError
from exports.names import (
    case_pdf_name,
    cover_pdf_name,
    number_parts,
    package_stem,
    parse_case_name,
    unique_names,
    volume_parts,
)
from layouts.register_types import RegisterType

BIRTH = RegisterType.BIRTH


@pytest.mark.parametrize(
    ("volume", "date", "number", "name"),
    [
        ("01/1998", "20.05.1998", "45", "KS.1998.01.1998-05-20.045.pdf"),
        ("01/1998", "20.05.1998", "045/1998", "KS.1998.01.1998-05-20.045.pdf"),
        ("1/1998", "03.01.2001", "1234/2001", "KS.1998.01.2001-01-03.1234.pdf"),
        ("12/2006", "05.2006", "7", "KS.2006.12.2006-05-00.007.pdf"),
        ("01/1998", "1998", "7b", "KS.1998.01.1998-00-00.007b.pdf"),
        ("01/1998", "", "7", "KS.1998.01.0000-00-00.007.pdf"),
    ],
)
def test_name_of_a_case(volume: str, date: str, number: str, name: str) -> None:
    assert case_pdf_name(BIRTH, volume, date, number) == name
    assert name.count(".") >= 5 and parse_case_name(name) is not None


def test_every_register_has_its_prefix() -> None:
    names = [case_pdf_name(t, "01/1998", "20.05.1998", "5") for t in RegisterType]
    assert names[:5] == [f"{p}.1998.01.1998-05-20.005.pdf" for p in ("KS", "KT", "KH", "CMC", "HN")]


@pytest.mark.parametrize(("volume", "number"), [("1998", "5"), ("01/98", "5"), ("01/1998", "năm"), ("01/1998", "")])
def test_a_name_that_cannot_be_made_says_what_to_mend(volume: str, number: str) -> None:
    with pytest.raises(NameRuleError, match="Hãy sửa"):
        case_pdf_name(BIRTH, volume, "20.05.1998", number)


def test_width_of_the_number() -> None:
    assert case_pdf_name(BIRTH, "01/1998", "20.05.1998", "5", width=2).endswith(".05.pdf")


@given(
    st.integers(1, 99),
    st.integers(1900, 2100),
    st.dates(),
    st.integers(1, 99_999),
)
def test_names_lead_back_to_their_parts(book: int, year: int, date: object, number: int) -> None:
    text = f"{date.day:02d}.{date.month:02d}.{date.year:04d}"  # type: ignore[attr-defined]
    parts = parse_case_name(case_pdf_name(BIRTH, f"{book:02d}/{year}", text, str(number)))
    assert parts is not None
    assert (int(parts.book), int(parts.year), int(parts.number)) == (book, year, number)
    assert parts.date == date.isoformat()  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from(["a.pdf", "b.pdf", "a-2.pdf"]), max_size=8))
def test_repeated_names_become_unique(names: list[str]) -> None:
    found = unique_names(names)
    assert len(set(found)) == len(names) and all(n.endswith(".pdf") for n in found)
    assert unique_names(["a.pdf", "a.pdf"]) == ["a.pdf", "a-2.pdf"]


def test_parts_of_numbers_and_volumes() -> None:
    assert number_parts("045/1998") == ("45", "", "1998")
    assert number_parts(" 45B ") == ("45", "b", "")
    assert number_parts("45/98") is None and number_parts("") is None
    assert volume_parts("1/1998") == ("01", "1998") and volume_parts("01") is None


def test_names_of_the_package() -> None:
    stem = package_stem(RegisterType.PARENT_CHILD_RECOGNITION, "01/2006", prefix="xalocthuan_hbd_tbt")
    assert stem == "xalocthuan_hbd_tbt.CMC.2006.01"
    assert package_stem(BIRTH, "2/1998", prefix="binhan", separator="-") == "binhan-KS.1998.02"
    assert cover_pdf_name(stem) == "Cover.xalocthuan_hbd_tbt.CMC.2006.01.pdf"
