"""What the template maker offers: printed labels of a page, never pen or dots, and a Vietnamese name for the form."""

from __future__ import annotations

import re

import pytest

from layouts.form_names import form_name
from layouts.loader import shipped_templates
from layouts.register_types import RegisterType
from ocr.tesseract import Word
from workbench.template_words import form_key, printed_runs, suggested_name


def words(*texts: str | tuple[str, float], line: int = 1) -> list[Word]:
    """Words side by side; sure ones where no confidence is given."""
    told = [text if isinstance(text, tuple) else (text, 0.95) for text in texts]
    return [
        Word(text=text, left=100.0 * i, top=20, right=100.0 * i + 90, bottom=40, confidence=sure, line=line)
        for i, (text, sure) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("read", "labels"),
    [
        (words("Họ,", "chữ", "đệm,", "tên:", "Nơi", "sinh:"), ["Họ, chữ đệm, tên:", "Nơi sinh:"]),
        (words("Dân", "tộc:.........", ("Kmh", 0.3), "Quốc", "tịch:"), ["Dân tộc:", "Quốc tịch:"]),
        (words("Số:", ("jf8u", 0.9), ("%Lđ", 0.8)), ["Số:"]),
        (words(("ỊJ", 0.9), ("wrrt", 0.7), ("Á", 0.65)), []),
        (words("......", "—", ";:"), []),
        (words("Ngày", ("v4m", 0.4), "tháng", "năm"), ["Ngày", "tháng năm"]),
        (words("PHẦN", "GHI", "CHÚ"), ["PHẦN GHI CHÚ"]),
    ],
)
def test_labels_are_offered_and_noise_is_not(read: list[Word], labels: list[str]) -> None:
    assert [run.text for run in printed_runs(read, (1000, 1000))] == labels


def test_a_run_lies_where_its_words_lie() -> None:
    (run,) = printed_runs(words("Nơi", "sinh:", ("xq", 0.2)), (1000, 200))
    assert run.box == (0.0, 0.1, 0.19, 0.2)


@pytest.mark.parametrize("kind", list(RegisterType))
def test_a_new_form_gets_a_vietnamese_name(kind: RegisterType) -> None:
    name = suggested_name(kind, None, own=False)
    assert name == form_key(f"{kind.label} đơn vị") and not set(kind.value.split("_")) & set(name.split("-"))
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,60}", name)


def test_a_form_begun_from_a_shipped_one_keeps_its_year_and_one_of_the_office_its_name() -> None:
    base = shipped_templates()["death-2006"]
    assert suggested_name(RegisterType.DEATH, base, own=False) == "khai-tu-2006-don-vi"
    assert suggested_name(RegisterType.DEATH, base, own=True) == "death-2006"


@pytest.mark.parametrize(
    ("typed", "kept"), [("Kết hôn, xã Mẫu (2003)", "ket-hon-xa-mau-2003"), ("Đăng ký", "dang-ky"), ("…", "")]
)
def test_a_name_may_be_typed_as_people_write(typed: str, kept: str) -> None:
    assert form_key(typed) == kept


def test_forms_of_before_are_told_in_vietnamese_too() -> None:
    assert form_name("death-2006-don-vi") == "Khai tử, mẫu 2006 của đơn vị"
    assert form_name("khai-tu-2006-don-vi") == "khai-tu-2006-don-vi"
