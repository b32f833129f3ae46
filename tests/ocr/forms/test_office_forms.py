"""Forms of an office's own that fit nothing, fit everything, or fit what another form fits as well."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from layouts.loader import parse_template, shipped_template
from layouts.register_types import RegisterType
from ocr.batch.page_reader import read_task
from ocr.forms.form_choice import labels_seen, ranked_forms, sureness
from ocr.forms.match_form import FormMatch, FoundLabel
from ocr.images import PIXELS_PER_MM
from ocr.readings import PageFailure, PageKind, PageReading, PageTask
from tests.layouts.office_forms import NOWHERE, copied, of_labels
from tests.ocr.drawn import Sort, drawn

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office-forms")


def scan(folder: Path, form: str = "birth-2006", sort: Sort = "entries") -> str:
    path = folder / f"{form}-{sort}.png"
    if not path.exists():
        assert cv2.imwrite(str(path), drawn(form, hand=False, seed=5, sort=sort).image)
    return str(path)


def task(folder: Path, *texts: str, form: str = "birth-2006", sort: Sort = "entries", named: str = "") -> PageTask:
    return PageTask(
        source=scan(folder, form, sort),
        register_type=RegisterType.BIRTH,
        forms=(named,) if named else (),
        template_texts=texts,
    )


def test_a_form_that_matches_nothing_takes_no_page_and_says_what_is_missing(folder: Path) -> None:
    nowhere = of_labels("la-lam", *NOWHERE)
    read = read_task(task(folder, nowhere))
    assert isinstance(read, PageReading) and read.layout == "birth-2006" and not read.warnings
    named = read_task(task(folder, nowhere, named="la-lam"))
    assert isinstance(named, PageFailure) and named.code == "no_form"
    assert "không khớp mẫu «la-lam»: tìm thấy 0/6 nhãn in" in named.message
    assert "«Số hiệu tàu:»" in named.message and "và 1 nhãn khác" in named.message
    assert "sửa nhãn trong mẫu" in named.message


@pytest.mark.parametrize("sort", ["cover", "blank"])
def test_a_form_of_few_labels_takes_no_cover_and_no_other_form(folder: Path, sort: Sort) -> None:
    few = of_labels("it-nhan", "Số:", "Năm:")
    read = read_task(task(folder, few, sort=sort))
    assert isinstance(read, PageReading) and read.layout != "it-nhan"
    assert read.kind is (PageKind.COVER if sort == "cover" else PageKind.BLANK)


def test_a_page_of_another_register_is_not_taken_by_a_form_of_two_labels(folder: Path) -> None:
    few = of_labels("it-nhan", "Họ và tên:", "Nơi sinh:")
    read = read_task(task(folder, few, form="marriage-2015"))
    assert not (isinstance(read, PageReading) and read.layout == "it-nhan")
    if isinstance(read, PageFailure):
        assert read.code == "other_register" and "«Kết hôn, mẫu 2015» của sổ Kết hôn" in read.message


def test_two_forms_that_both_match_are_named_with_how_sure_it_is(folder: Path) -> None:
    read = read_task(task(folder, copied("birth-2006-xa-a")))
    assert isinstance(read, PageReading) and read.layout == "birth-2006-xa-a"
    assert read.form_score == pytest.approx(0.6, abs=0.05)
    (warning,) = read.warnings
    assert "birth-2006-xa-a (chắc khoảng 60 %) và birth-2006" in warning
    nearest, share = read.form_alternatives[0]
    assert nearest == "birth-2006" and share > 0.9


def lying_as(form: str, text: str) -> list[FormMatch]:
    """A copy of the form and the form itself, on a page where the labels lie as the form has them."""
    labels = {
        (0, number, piece): FoundLabel(
            left=x * PIXELS_PER_MM,
            right=x * PIXELS_PER_MM + 90,
            baseline=item.y_mm * PIXELS_PER_MM,
            top_baseline=item.y_mm * PIXELS_PER_MM,
            similarity=1.0,
            boxes=(),
        )
        for number, item in enumerate(shipped_template(form).items)
        for piece, x in enumerate(item.x_mm)
    }
    forms = (parse_template(text, "copy"), shipped_template(form))
    return [FormMatch(template=f, labels=labels, found=370.0, total=376.0) for f in forms]


@pytest.mark.parametrize(("lower_mm", "best"), [(0.0, "birth-2006-xa-a"), (3.0, "birth-2006")])
def test_where_the_labels_lie_decides_between_forms_with_the_same_labels(lower_mm: float, best: str) -> None:
    ranked = ranked_forms(lying_as("birth-2006", copied("birth-2006-xa-a", lower_mm=lower_mm)))
    assert ranked[0].template.form == best
    assert 0.5 < sureness(ranked) < 0.98, "close enough to warn"


def test_labels_seen_are_named_once(folder: Path) -> None:
    match = lying_as("birth-2006", copied("birth-2006-xa-a"))[1]
    found, missing = labels_seen(match)
    assert "Họ và tên:" in found and len(set(found)) == len(found) and not missing
