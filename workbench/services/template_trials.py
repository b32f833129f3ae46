"""What a form of the office's own is worth before it is used: tried on pages of a book, weighed against other forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corrections.entries import Role
from layouts.errors import TemplateError
from layouts.form_names import form_name
from layouts.forms import FormTemplate, PageLayout
from layouts.loader import parse_template
from ocr.forms.form_choice import FEWEST_LETTERS, enough_letters
from ocr.forms.match_form import find_forms
from storage.pages import PageRow
from storage.templates import active_templates
from vietnamese.letters import letters_only
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.reading import page_task
from workbench.services.templates import known_forms

if TYPE_CHECKING:
    from ocr.template_trial import Trial

__all__ = ["form_doubts", "try_template"]

_SAME_LABELS = 0.9
"""Share of printed labels two forms have in common from which their pages cannot be told apart."""


@requires(Role.SUPERVISOR)
def try_template(ctx: Context, yaml_text: str, page: PageRow) -> Trial:
    """Read a page as a form that need not be kept yet, beside all forms the office uses.

    Raises:
        InvalidInput: the text breaks the rules of templates.
        OcrError: the page cannot be opened.
    """
    # the recognisers take a second to import; screens must not wait for them
    from ocr.batch.page_reader import installed_readers
    from ocr.template_trial import try_form

    form = _parsed(yaml_text).form
    with ctx.read() as connection:
        others = tuple(kept.yaml for kept in active_templates(connection) if kept.form != form)
    return try_form(replace(page_task(ctx, page), template_texts=(*others, yaml_text)), form, installed_readers())


@requires(Role.SUPERVISOR)
def form_doubts(ctx: Context, yaml_text: str) -> tuple[str, ...]:
    """Why a form may not be told from other pages: too few printed labels, or those of another form; in Vietnamese.

    Raises:
        InvalidInput: the text breaks the rules of templates.
    """
    template = _parsed(yaml_text)
    found, name = [], form_name(template.form)
    letters = find_forms([], [template])[0].total
    if template.layout is not PageLayout.SPREAD_ROWS and not enough_letters(letters):
        found.append(
            f"Các nhãn của mẫu «{name}» chỉ có khoảng {letters:.0f} chữ in, cần ít nhất {FEWEST_LETTERS}: "
            "máy sẽ không tự nhận trang nào là mẫu này. Hãy thêm ô cho các chữ in khác trên trang."
        )
    found += [
        f"Mẫu «{name}» có các nhãn in giống mẫu «{form_name(other.form)}»: máy khó phân biệt hai mẫu nên sẽ đánh dấu "
        "các trang đó để người kiểm tra. Nếu một mẫu của đơn vị không còn cần, hãy ngừng dùng mẫu đó."
        for other in known_forms(ctx, template.register_type).values()
        if other.form != template.form and _alike(template, other)
    ]
    return tuple(found)


def _parsed(yaml_text: str) -> FormTemplate:
    try:
        return parse_template(yaml_text, "mẫu của đơn vị")
    except TemplateError as error:
        raise InvalidInput(str(error)) from error


def _alike(one: FormTemplate, other: FormTemplate) -> bool:
    labels, others = _labels(one), _labels(other)
    return len(labels & others) >= _SAME_LABELS * max(len(labels | others), 1)


def _labels(template: FormTemplate) -> set[str]:
    return {letters_only(text) for item in template.items for text in item.label if letters_only(text)}
