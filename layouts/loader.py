"""Loading form templates from data files: all mistakes of a file in one message."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from rapidfuzz import process

from layouts.errors import TemplateError, UnknownFormError
from layouts.forms import FormTemplate

__all__ = ["load_template", "parse_template", "shipped_template", "shipped_templates"]


def parse_template(text: str, source: str) -> FormTemplate:
    """A template from YAML text.

    Args:
        text: content of the file.
        source: file name for messages.

    Raises:
        TemplateError: with every problem found (file, key, what was found, what is allowed).
    """
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TemplateError((f"{source}: không phải YAML hợp lệ ({error})",)) from error
    if not isinstance(data, dict):
        raise TemplateError((f"{source}: tệp phải chứa các khóa của một mẫu sổ, tìm thấy {type(data).__name__}",))
    try:
        return FormTemplate.model_validate(data)
    except ValidationError as error:
        raise TemplateError(tuple(_problem(source, item) for item in error.errors())) from error


def _problem(source: str, item: Any) -> str:
    key = ".".join(str(part) for part in item["loc"]) or "(toàn tệp)"
    found = "" if item["type"] in ("missing", "value_error") else f", tìm thấy {item['input']!r}"
    return f"{source}: {key}: {_ALLOWED.get(item['type'], item['msg'])}{found}"


_ALLOWED = {
    "missing": "thiếu khóa bắt buộc",
    "extra_forbidden": "khóa không được dùng ở đây",
    "string_type": "phải là chữ",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
}


def load_template(path: Path) -> FormTemplate:
    """A template from a file.

    Raises:
        TemplateError: the file cannot be read or breaks the rules.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError((f"{path.name}: không đọc được tệp ({error})",)) from error
    return parse_template(text, path.name)


@lru_cache(maxsize=1)
def shipped_templates() -> dict[str, FormTemplate]:
    """The templates that come with the program, by form name."""
    found = {}
    for folder in sorted(resources.files("layouts").joinpath("templates").iterdir(), key=lambda f: f.name):
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".yaml"):
                template = parse_template(file.read_text(encoding="utf-8"), file.name)
                found[template.form] = template
    return found


def shipped_template(form: str) -> FormTemplate:
    """The shipped template of that name.

    Raises:
        UnknownFormError: with the nearest names.
    """
    try:
        return shipped_templates()[form]
    except KeyError:
        near = ", ".join(name for name, _, _ in process.extract(form, list(shipped_templates()), limit=3))
        raise UnknownFormError(f"Không có mẫu sổ «{form}». Gần giống: {near}.") from None
