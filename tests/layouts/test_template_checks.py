"""A template with mistakes is refused whole: every mistake with file, key, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from layouts.errors import TemplateError
from layouts.loader import parse_template, shipped_template, shipped_templates

Change = Callable[[dict[str, Any]], Any]


def changed(change: Change) -> str:
    data = shipped_template("birth-2006").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data = yaml.safe_load(yaml.safe_dump(data, allow_unicode=True))
    change(data)
    return yaml.safe_dump(data, allow_unicode=True)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(TemplateError) as caught:
        parse_template(text, "mau.yaml")
    return caught.value.problems


def test_every_mistake_is_told_in_one_go_and_in_vietnamese() -> None:
    def spoil(data: dict[str, Any]) -> None:
        del data["title"]
        data.update(layout="weird", register_type="birth", form="Bad Name", version=0, nonsense=1)
        data["page_mm"]["width"] = -3
        data["items"][3]["kind"] = "lines"
        data["items"][4]["y_mm"] = "abc"
        data["items"][5]["columns"] = ["nksHoTn"]
        data["items"][6]["x_mm"] = [1, 2, 3]

    found = problems(changed(spoil))
    keys = [line.split(": ")[1] for line in found]
    assert set(keys) == {
        "title", "layout", "form", "version", "nonsense", "page_mm.width", "items.3.kind", "items.4.y_mm",
        "items.5.columns", "items.6",
    }  # fmt: skip
    assert all(line.startswith("mau.yaml: ") and "Input" not in line and "Value error" not in line for line in found)
    kind = next(line for line in found if "items.3.kind" in line)
    assert "chỉ nhận" in kind and "'line'" in kind and "tìm thấy 'lines'" in kind
    assert any("gần giống: nksHoTen" in line for line in found)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["items"][6].update(y_mm=d["items"][5]["y_mm"], x_mm=d["items"][5]["x_mm"]), "chồng lên ô"),
        (lambda d: d["items"][5].update(end_x_mm=300), "tràn khỏi trang theo chiều ngang"),
        (lambda d: d["items"][5].update(y_mm=400), "tràn khỏi trang theo chiều dọc"),
        (lambda d: d.update(items=[]), "chưa có ô nào"),
        (lambda d: d.update(in_use={"from": 2015, "to": 2006}), "phải không sau năm kết thúc"),
    ],
)
def test_boxes_that_cannot_be_are_refused_by_name(change: Change, told: str) -> None:
    (line,) = [line for line in problems(changed(change)) if told in line]
    if "ô «" in line:
        assert "Ngày, tháng, năm sinh" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("form: a\nform: b", "ghi hai lần"),
        ("a: [", "dòng 1"),
        ("? [a, b]\n: c", "khóa phải là một từ"),
        ("\x00", "UTF-8"),
        ("[" * 3000, "lồng nhau quá sâu"),
        ("- a", "phải chứa các khóa"),
        ("", "phải chứa các khóa"),
        ("a: !!python/object/apply:os.getcwd []", "không phải YAML"),
    ],
)
def test_what_is_no_template_file_is_refused(text: str, told: str) -> None:
    (line,) = problems(text)
    assert told in line


@pytest.mark.slow
def test_the_shipped_forms_have_no_such_mistakes() -> None:
    for form, template in shipped_templates().items():
        text = yaml.safe_dump(
            template.model_dump(mode="json", by_alias=True, exclude_defaults=True), allow_unicode=True
        )
        assert parse_template(text, form) == template
