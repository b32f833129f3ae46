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
from layouts.template_checks import drawing_problems, unknown_columns

__all__ = ["load_template", "parse_template", "shipped_template", "shipped_templates"]


class _OnceLoader(yaml.SafeLoader):
    """Plain values only; a key written twice is a mistake, not the second one's victory."""


class _OwnFilesLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # told when it runs
    """The same for files that come with the program, five times as fast where PyYAML has its C library.

    For files of others it is not fit: it would follow keys nested without end until the process dies.
    """


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="khóa phải là một từ", problem_mark=key.start_mark)
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"khóa «{key.value}» ghi hai lần", problem_mark=key.start_mark)
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


for _loader in (_OnceLoader, _OwnFilesLoader):
    _loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _broken_yaml(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "không phải YAML hợp lệ (có ký tự không được phép). Hãy lưu lại tệp dạng chữ UTF-8"
    mark = error.problem_mark
    return f"không phải YAML hợp lệ ở dòng {mark.line + 1}, cột {mark.column + 1}: {error.problem}"


def parse_template(text: str, source: str, *, own: bool = False) -> FormTemplate:
    """A template from YAML text.

    Args:
        text: content of the file.
        source: file name for messages.
        own: The file came with the program.

    Raises:
        TemplateError: with every problem found (file, key, what was found, what is allowed).
    """
    try:
        data: Any = yaml.load(text, Loader=_OwnFilesLoader if own else _OnceLoader)
    except yaml.YAMLError as error:
        raise TemplateError((f"{source}: {_broken_yaml(error)}",)) from error
    except RecursionError as error:
        raise TemplateError((f"{source}: các khóa lồng nhau quá sâu, không phải mẫu sổ",)) from error
    if not isinstance(data, dict):
        raise TemplateError((f"{source}: tệp phải chứa các khóa của một mẫu sổ, tìm thấy {data!r:.40}",))
    problems = [f"{source}: {problem}" for problem in unknown_columns(data)]
    try:
        template = FormTemplate.model_validate(data)
    except ValidationError as error:
        told = [_problem(source, item) for item in error.errors() if not (problems and _about_columns(item))]
        raise TemplateError((*told, *problems)) from error
    problems += [f"{source}: {problem}" for problem in drawing_problems(template)]
    if problems:
        raise TemplateError(tuple(problems))
    return template


def _about_columns(item: Any) -> bool:
    """The model's own word on unknown columns, which `unknown_columns` says item by item."""
    return not item["loc"] and "cột không có" in item["msg"]


def _problem(source: str, item: Any) -> str:
    key = ".".join(str(part) for part in item["loc"]) or "(toàn tệp)"
    if item["type"] == "value_error":
        return f"{source}: {key}: {item['msg'].removeprefix('Value error, ')}"
    found = "" if item["type"] == "missing" else f"; tìm thấy {item['input']!r:.80}"
    return f"{source}: {key}: {_allowed(item)}{found}"


def _allowed(item: Any) -> str:
    """What the rules allow, in Vietnamese."""
    limits = {name: value for name, value in item.get("ctx", {}).items() if name != "error"}
    text = _ALLOWED.get(item["type"])
    return text.format(**limits).replace(" or ", " hoặc ") if text else str(item["msg"])


_ALLOWED = {
    "missing": "thiếu khóa bắt buộc",
    "extra_forbidden": "khóa không được dùng ở đây",
    "string_type": "phải là chữ",
    "string_pattern_mismatch": "chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, 2 đến 61 ký tự",
    "string_too_short": "phải có ít nhất {min_length} ký tự",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "greater_than": "phải lớn hơn {gt:g}",
    "greater_than_equal": "phải từ {ge:g} trở lên",
    "less_than": "phải nhỏ hơn {lt:g}",
    "less_than_equal": "phải từ {le:g} trở xuống",
    "enum": "chỉ nhận {expected}",
    "literal_error": "chỉ nhận {expected}",
    "tuple_type": "phải là danh sách",
    "list_type": "phải là danh sách",
    "dict_type": "phải là một nhóm khóa: giá trị",
    "model_type": "phải là một nhóm khóa: giá trị",
    "model_attributes_type": "phải là một nhóm khóa: giá trị",
    "too_short": "cần ít nhất {min_length} phần",
    "too_long": "nhiều nhất {max_length} phần",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
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
                template = parse_template(file.read_text(encoding="utf-8"), file.name, own=True)
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
