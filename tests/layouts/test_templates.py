"""Templates load, say what the forms hold, and mistakes are told all at once."""

import pytest
import yaml

from layouts.columns import columns
from layouts.errors import TemplateError, UnknownFormError
from layouts.forms import ItemKind, PageLayout
from layouts.loader import parse_template, shipped_template, shipped_templates
from layouts.register_types import RegisterType


def test_all_21_forms_are_shipped() -> None:
    forms = shipped_templates()
    assert len(forms) == 21
    assert {f.register_type for f in forms.values()} == set(RegisterType)
    assert all(name == form.form for name, form in forms.items())


@pytest.mark.parametrize("form", sorted(shipped_templates()))
def test_positions_lie_on_the_paper(form: str) -> None:
    template = shipped_template(form)
    frame, paper = template.frame_mm, template.page_mm
    for item in template.items:
        assert all(0 <= frame.left + x <= paper.width for x in item.x_mm), item.label
        assert 0 <= frame.top + item.y_mm <= paper.height, item.label
        if item.kind is ItemKind.LINE:
            assert item.end_x_mm is not None
            assert item.end_x_mm > item.x_mm[-1], item.label


@pytest.mark.parametrize("form", sorted(shipped_templates()))
def test_each_value_space_feeds_a_known_column(form: str) -> None:
    template = shipped_template(form)
    known = {c.name for c in columns(template.register_type)}
    assert set(template.column_names) <= known
    for item in template.items:
        if item.kind in (ItemKind.LINE, ItemKind.PRINTED):
            assert item.columns, item.label


@pytest.mark.parametrize("form", [f for f, t in shipped_templates().items() if t.layout is PageLayout.FORM])
def test_lines_run_down_the_page_in_order(form: str) -> None:
    rows = [i.y_mm for i in shipped_template(form).items if i.kind is ItemKind.LINE and i.area.value == "entry"]
    assert rows == sorted(rows)


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    data = yaml.safe_load(MISTAKES)
    with pytest.raises(TemplateError) as caught:
        parse_template(yaml.safe_dump(data), "xa-thu.yaml")
    text = str(caught.value)
    assert len(caught.value.problems) >= 4
    for expected in ("xa-thu.yaml", "register_type", "khoa_la", "version", "legal_basis"):
        assert expected in text


def test_unknown_column_is_named() -> None:
    form = shipped_template("birth-2006").model_dump(mode="json", by_alias=True)
    form["items"][3]["columns"] = ["nksHoTenn"]
    with pytest.raises(TemplateError, match="nksHoTenn"):
        parse_template(yaml.safe_dump(form), "a.yaml")


@pytest.mark.slow
def test_round_trip() -> None:
    for template in shipped_templates().values():
        text = yaml.safe_dump(template.model_dump(mode="json", by_alias=True), allow_unicode=True)
        assert parse_template(text, "again.yaml") == template


@pytest.mark.parametrize("text", ["", "- a\n- b", "a: [1", "123"])
def test_a_file_that_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match=r"x\.yaml"):
        parse_template(text, "x.yaml")


def test_unknown_form_offers_the_nearest() -> None:
    with pytest.raises(UnknownFormError, match="birth-2006"):
        shipped_template("birth-206")


MISTAKES = """
form: birth-xa
register_type: births
era: "2006"
version: zero
title: SỔ
grade: seen
khoa_la: 1
in_use: {from: 2006, to: 2015}
layout: form
entries_per_page: 1
page_mm: {width: 210, height: 297}
frame_mm: {left: 11, top: 21, width: -3, height: 257}
items: []
"""
