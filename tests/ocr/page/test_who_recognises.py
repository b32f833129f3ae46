"""On the form of 2006 a younger recogniser is the child, and the two blocks are each other's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.drawing.book import draw_page
from benchmark.drawing.faults import Faults
from benchmark.drawing.saved_book import save_page
from layouts.forms import FormTemplate
from layouts.loader import shipped_template
from layouts.register_types import RegisterType
from ocr.batch.page_reader import read_task
from ocr.page.who_recognises import CHILD_RECOGNISES, parent_and_child
from ocr.readings import Engine, EntryReading, FieldReading, PageReading, PageTask

FORM = "parent-child-recognition-2006"


def entry(**texts: str) -> EntryReading:
    names = shipped_template(FORM).column_names
    return EntryReading(
        region=0,
        box=(0.0, 0.0, 1.0, 1.0),
        fields={
            name: FieldReading(column=name, text=texts.get(name, ""), confidence=0.9, engine=Engine.TESSERACT)
            for name in names
        },
    )


def test_a_younger_recogniser_is_the_child() -> None:
    read = entry(
        cmHoTen="Trần Văn Con",
        cmNgaySinh="12/5/1990",
        cmSoGiayToTuyThan="012345678",
        ncHoTen="Trần Văn Cha",
        ncNgaySinh="1961",
        ncNoiSinh="Ba Vì",
        ncNoiCuTru="Hà Tây",
        nycHoTen="Trần Văn Con",
    )
    now = parent_and_child(read, shipped_template(FORM))
    texts = {name: field.text for name, field in now.fields.items() if field.text}
    assert texts == {
        "ncHoTen": "Trần Văn Con",
        "ncNgaySinh": "12/5/1990",
        "ncSoGiayToTuyThan": "012345678",
        "cmHoTen": "Trần Văn Cha",
        "cmNgaySinh": "1961",
        "cmNoiCuTru": "Hà Tây",
        "nycHoTen": "Trần Văn Con",
    }
    assert all(name == field.column for name, field in now.fields.items())
    assert {*shipped_template(FORM).column_names} <= {*now.fields}, "every column of the form is there, if empty"
    assert {n for n, f in now.fields.items() if CHILD_RECOGNISES in f.flags} == {*texts} - {"nycHoTen"}
    assert now.printed_as["ncHoTen"] == "cmHoTen" and now.printed_as["cmHoTen"] == "ncHoTen"
    assert list(now.fields)[2:4] == ["ncHoTen", "ncNgaySinh"], "in the order of the page"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1960", "1990"),
        ("1990", ""),
        ("", "1960"),
        ("12/5/90", "1/1/60"),
        ("1990", "1979"),
        ("1990 hoặc 1991", "1960"),
        ("19901", "1960"),
    ],
)
def test_what_is_not_sure_changes_nothing(first: str, second: str) -> None:
    read = entry(cmHoTen="Trần Văn Cha", cmNgaySinh=first, ncHoTen="Trần Văn Con", ncNgaySinh=second)
    assert parent_and_child(read, shipped_template(FORM)) is read


def test_a_form_that_prints_parent_and_child_is_left_alone() -> None:
    template = shipped_template("parent-child-recognition-2015")
    fields = {
        n: replace(f, text={"cmNgaySinh": "1990", "ncNgaySinh": "1960"}.get(n, "")) for n, f in entry().fields.items()
    }
    read = replace(entry(), fields=fields)
    assert parent_and_child(read, template) is read


def _filled_in_by_a_child() -> FormTemplate:
    """The same form, its blocks filled in the other way round."""
    template = shipped_template(FORM)
    moves = template.columns_if_child_recognises
    items = tuple(
        item.model_copy(update={"columns": tuple(now for name in item.columns if (now := moves.get(name, name)))})
        for item in template.items
    )
    return template.model_copy(update={"items": items})


@pytest.mark.slow
def test_a_drawn_page_of_a_child_who_recognises_a_parent_is_read_so(tmp_path: Path) -> None:
    page = draw_page(_filled_in_by_a_child(), ink="typed", seed=4, faults=Faults.clean())
    scan = tmp_path / "page.png"
    save_page(page, scan)
    task = PageTask(source=str(scan), register_type=RegisterType.PARENT_CHILD_RECOGNITION)
    reading = read_task(task)
    assert isinstance(reading, PageReading)
    (truth,), (read,) = page.truth["entries"], reading.entries
    for name in ("cmHoTen", "ncHoTen", "cmNgaySinh", "ncNgaySinh", "ncSoGiayToTuyThan"):
        assert read.fields[name].text == truth[name]["written"], name
    assert CHILD_RECOGNISES in read.fields["cmNgaySinh"].flags
