"""What is said of a page that fits no form: how near one comes, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from layouts.form_names import form_name
from layouts.forms import FormTemplate
from layouts.register_types import RegisterType
from ocr.forms.form_choice import labels_seen
from ocr.forms.match_form import FormMatch

__all__ = ["IS_NOISE", "NOT_PLACED", "fits_no_form", "of_other_register"]

IS_NOISE = "Ảnh này toàn hạt nhiễu, không thấy trang sổ. Hãy kiểm tra máy quét rồi quét lại trang."
NOT_PLACED = "Không đặt được các ô của mẫu sổ lên trang này. Hãy quét lại trang rõ hơn."
_NAMED = 5
"""Labels named in a message."""


def fits_no_form(matches: Sequence[FormMatch], *, named: bool) -> str:
    """How near the named or the likeliest form comes, and what to do.

    Args:
        matches: forms fitted to the page, the likeliest first.
        named: a person said which form the page is.
    """
    best = matches[0] if matches else None
    if best is not None and named:
        found, missing = labels_seen(best)
        there = f" ({_listed(found)})" if found else ""
        return (
            f"Trang này không khớp mẫu «{form_name(best.template.form)}»: tìm thấy "
            f"{len(found)}/{len(found) + len(missing)} nhãn in của mẫu{there}, không thấy {_listed(missing)}. "
            "Hãy chọn mẫu khác cho trang, hoặc sửa nhãn trong mẫu cho đúng chữ in trên trang."
        )
    near = ""
    if best is not None and best.labels:
        found, missing = labels_seen(best)
        near = (
            f" (gần nhất là «{form_name(best.template.form)}», thấy {len(found)}/{len(found) + len(missing)} nhãn in)"
        )
    return (
        f"Trang này không khớp mẫu sổ nào{near}. Hãy xem ảnh các nhãn tìm được; nếu đúng là trang sổ, "
        "hãy tạo mẫu sổ mới từ trang này."
    )


def of_other_register(found: FormTemplate, expected: RegisterType) -> str:
    """What is asked of a page that carries the form of another register than its book's."""
    return (
        f"Trang này in mẫu «{form_name(found.form)}» của sổ {found.register_type.label}, "
        f"còn quyển là sổ {expected.label}. Hãy chuyển trang sang đúng quyển, hoặc ghi rõ trang vẫn thuộc quyển này."
    )


def _listed(labels: Sequence[str]) -> str:
    """The first of some labels in quotes."""
    named = ", ".join(f"«{label}»" for label in labels[:_NAMED])
    return f"{named} và {len(labels) - _NAMED} nhãn khác" if len(labels) > _NAMED else named
