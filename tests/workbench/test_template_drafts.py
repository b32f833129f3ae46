"""Boxes drawn on a page become a template, and a template's boxes become the same template again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layouts.errors import TemplateError
from layouts.forms import Grade
from layouts.loader import parse_template, shipped_templates
from layouts.register_types import RegisterType
from ocr.forms.page_fit import PageFit
from workbench.template_drafts import DrawnBox, FormFacts, boxes_of, draft_template, lie_of

NAME = DrawnBox(id="b1", column="nksHoTen", label="Họ và tên:", box=(0.30, 0.200, 0.90, 0.225))
PLACE = DrawnBox(id="b2", column="nksNoiSinh", label="Nơi sinh:", box=(0.30, 0.300, 0.90, 0.352), label_left=0.1)


def facts(kind: RegisterType = RegisterType.BIRTH, page: tuple[float, float] = (210, 297)) -> FormFacts:
    return FormFacts(form="thu-xa-a", register_type=kind, title="SỔ THỬ", version=1, page_mm=page)


@pytest.mark.parametrize("form", sorted(shipped_templates()))
def test_an_untouched_form_keeps_its_items(form: str) -> None:
    base = shipped_templates()[form]
    page = (base.page_mm.width, base.page_mm.height)
    boxes = boxes_of(base)
    if not boxes:
        pytest.skip("nothing on this form can be drawn as one rectangle")
    text = draft_template(facts(base.register_type, page), boxes, base)
    made = parse_template(text, "draft")
    assert made.items == base.items and made.layout is base.layout
    assert made.grade is Grade.OFFICE and made.form == "thu-xa-a"


def test_a_moved_box_moves_its_item_only() -> None:
    base = shipped_templates()["birth-2015"]
    boxes = list(boxes_of(base))
    left, top, right, bottom = boxes[3].box
    boxes[3] = replace(boxes[3], box=(left, top + 0.01, right, bottom + 0.01))
    made = parse_template(draft_template(facts(), boxes, base), "draft")
    moved = [i for i, (new, old) in enumerate(zip(made.items, base.items, strict=True)) if new != old]
    assert [f"i{i}" for i in moved] == [boxes[3].id]
    assert made.items[moved[0]].y_mm == pytest.approx(base.items[moved[0]].y_mm + 2.97, abs=0.02)


def test_new_boxes_make_a_valid_template() -> None:
    made = parse_template(draft_template(facts(), [PLACE, NAME]), "draft")
    assert made.column_names == ("nksHoTen", "nksNoiSinh")
    name, place = made.items
    assert not name.continues_y_mm and len(place.continues_y_mm) == 1
    assert made.frame_mm.left + place.x_mm[0] == pytest.approx(21, abs=0.2)
    drawn = {b.column: b.box for b in boxes_of(made)}
    assert drawn["nksNoiSinh"][1:] == pytest.approx(PLACE.box[1:], abs=0.03)


def test_every_mistake_is_named_at_once() -> None:
    over = DrawnBox(id="b3", column="nksQueQuan", label="Quê quán:", box=(0.4, 0.205, 0.95, 0.230))
    outside = DrawnBox(id="b4", column="meHoTen", label="", box=(0.9, 0.5, 1.2, 0.53))
    unknown = DrawnBox(id="b5", column="khongCo", label="Gì đó:", box=(0.1, 0.7, 0.2, 0.73))
    with pytest.raises(TemplateError) as caught:
        draft_template(facts(), [NAME, over, outside, unknown, replace(NAME, id="b6", box=(0.1, 0.8, 0.2, 0.83))])
    said = str(caught.value)
    for words in ("chồng lên", "tràn ra ngoài", "chữ in đứng trước", "khongCo", "hai lần"):
        assert words in said


def test_boxes_lie_where_the_labels_of_the_page_say() -> None:
    base = shipped_templates()["birth-2006"]
    fit = PageFit(
        y_mm=(0.0, 50.0, 100.0, 200.0), y_px=(300, 900, 1500, 2700), y_scale=12.0, x_origin=240.0, x_scale=11.0
    )
    lie = lie_of(base, fit, (2400, 3400))
    flat, laid = ({b.id: b for b in boxes_of(base, where)} for where in (None, lie))
    drawn = laid["i5"]
    item = base.items[5]
    assert drawn.box[3] * 3400 == pytest.approx(300 + 12 * (item.y_mm + 1.1), abs=1)
    assert drawn.box[2] * 2400 == pytest.approx(240 + 11 * (item.end_x_mm or 0), abs=1)
    assert drawn.box != flat["i5"].box
    untouched = parse_template(draft_template(facts(), list(laid.values()), base, lie), "draft")
    assert untouched.items == base.items
    lower = replace(drawn, box=(drawn.box[0], drawn.box[1] + 12 / 3400, drawn.box[2], drawn.box[3] + 12 / 3400))
    boxes = [lower if b.id == "i5" else b for b in laid.values()]
    moved = parse_template(draft_template(facts(), boxes, base, lie), "draft")
    assert moved.items[5].y_mm == pytest.approx(item.y_mm + 1.0, abs=0.03)


def test_too_few_labels_leave_the_drawing_as_it_is() -> None:
    base = shipped_templates()["birth-2006"]
    fit = PageFit(y_mm=(0.0, 50.0), y_px=(300, 900), y_scale=12.0, x_origin=240.0, x_scale=11.0)
    assert lie_of(base, fit, (2400, 3400)) == lie_of(base)
