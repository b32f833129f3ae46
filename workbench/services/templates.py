"""The office's own form templates: checked whole before they are kept, every version kept."""

from __future__ import annotations

import yaml

from corrections.entries import Role
from layouts.errors import TemplateError
from layouts.forms import FormTemplate
from layouts.loader import parse_template, shipped_templates
from layouts.register_types import RegisterType
from storage import pages as page_store
from storage import templates as store
from storage.templates import OfficeTemplate
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, NotFound

__all__ = [
    "OfficeTemplate",
    "import_template",
    "known_forms",
    "list_templates",
    "pages_by_form",
    "remove_template",
    "save_template",
    "template_texts",
]


@requires(Role.SUPERVISOR)
def list_templates(ctx: Context) -> tuple[OfficeTemplate, ...]:
    """All versions of the office's templates, newest first within a form."""
    with ctx.read() as connection:
        return store.list_templates(connection)


@requires(Role.CLERK)
def known_forms(ctx: Context, kind: RegisterType) -> dict[str, FormTemplate]:
    """The forms a page of a register may be, by name: shipped ones and the office's own in use."""
    with ctx.read() as connection:
        own = [parse_template(kept.yaml, kept.form) for kept in store.active_templates(connection)]
    forms = (*shipped_templates().values(), *own)
    return {form.form: form for form in forms if form.register_type is kind}


@requires(Role.SUPERVISOR)
def pages_by_form(ctx: Context) -> dict[str, int]:
    """How many pages were read as each form; a form of the office's without any matches nothing."""
    with ctx.read() as connection:
        return page_store.pages_by_form(connection)


@requires(Role.CLERK)
def template_texts(ctx: Context) -> tuple[str, ...]:
    """YAML of the templates in use, for readers."""
    with ctx.read() as connection:
        return tuple(template.yaml for template in store.active_templates(connection))


@requires(Role.SUPERVISOR, whole=True)
def save_template(ctx: Context, yaml_text: str) -> FormTemplate:
    """Keep a template as the next version of its form; pages not yet finished count as unread from then on.

    Raises:
        InvalidInput: the text breaks the rules (every problem is listed), or takes a shipped form's name, or its
            version is not the next one.
    """
    template = _checked(yaml_text, "mẫu của đơn vị")
    with ctx.write() as work:
        wanted = store.next_version(work.connection, template.form)
        if template.version != wanted:
            raise InvalidInput(f"Lần lưu này phải ghi version: {wanted}. Hãy sửa số phiên bản trong mẫu rồi lưu lại.")
        _keep(work, template, yaml_text)
    return template


@requires(Role.SUPERVISOR, whole=True)
def import_template(ctx: Context, yaml_text: str, source: str = "tệp mẫu") -> FormTemplate:
    """Take in another office's template; one that is not newer than what this office has becomes its next version.

    Args:
        ctx: A supervisor's.
        yaml_text: content of the file.
        source: its name, for messages.

    Raises:
        InvalidInput: the text breaks the rules (every problem is listed), takes a shipped form's name, or is what this
            office uses already.
    """
    template = _checked(yaml_text, source)
    with ctx.write() as work:
        wanted = store.next_version(work.connection, template.form)
        in_use = {kept.form: kept.yaml for kept in store.active_templates(work.connection)}
        if in_use.get(template.form) == yaml_text:
            raise InvalidInput(f"Mẫu «{template.layout_version}» đang được dùng ở đây rồi, không cần nhập lại.")
        if template.version < wanted:
            template = template.model_copy(update={"version": wanted})
            yaml_text = yaml.safe_dump(
                yaml.safe_load(yaml_text) | {"version": wanted}, allow_unicode=True, sort_keys=False, width=140
            )
        _keep(work, template, yaml_text)
    return template


def _checked(yaml_text: str, source: str) -> FormTemplate:
    try:
        template = parse_template(yaml_text, source)
    except TemplateError as error:
        raise InvalidInput(str(error)) from error
    if template.form in shipped_templates():
        raise InvalidInput(
            f"Mẫu «{template.form}» có sẵn trong phần mềm. Hãy đặt tên khác, ví dụ {template.form}-xa-a."
        )
    return template


def _keep(work: Work, template: FormTemplate, yaml_text: str) -> None:
    store.add_template(
        work.connection, form=template.form, version=template.version, yaml=yaml_text, created_by=work.actor
    )
    work.note("save_template", column=template.form, new=template.layout_version)


@requires(Role.SUPERVISOR, whole=True)
def remove_template(ctx: Context, form: str) -> None:
    """Take a form out of use; readings made with it stay.

    Raises:
        NotFound: no such form of the office's own is in use.
    """
    with ctx.write() as work:
        if form not in {template.form for template in store.active_templates(work.connection)}:
            raise NotFound(f"Không có mẫu «{form}» đang dùng. Hãy tải lại danh sách mẫu.")
        store.deactivate_form(work.connection, form)
        work.note("remove_template", column=form)
