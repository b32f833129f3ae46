"""The office's own form templates: checked whole before they are kept, every version kept."""

from __future__ import annotations

from corrections.entries import Role
from layouts.errors import TemplateError
from layouts.forms import FormTemplate
from layouts.loader import parse_template, shipped_templates
from storage import templates as store
from storage.templates import OfficeTemplate
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, NotFound

__all__ = ["OfficeTemplate", "list_templates", "remove_template", "save_template", "template_texts"]


@requires(Role.SUPERVISOR)
def list_templates(ctx: Context) -> tuple[OfficeTemplate, ...]:
    """All versions of the office's templates, newest first within a form."""
    with ctx.read() as connection:
        return store.list_templates(connection)


@requires(Role.CLERK)
def template_texts(ctx: Context) -> tuple[str, ...]:
    """YAML of the templates in use, for readers."""
    with ctx.read() as connection:
        return tuple(template.yaml for template in store.active_templates(connection))


@requires(Role.SUPERVISOR)
def save_template(ctx: Context, yaml_text: str) -> FormTemplate:
    """Keep a template as the next version of its form; pages not yet finished count as unread from then on.

    Raises:
        InvalidInput: the text breaks the rules (every problem is listed), or takes a shipped form's name, or its
            version is not the next one.
    """
    try:
        template = parse_template(yaml_text, "mẫu của đơn vị")
    except TemplateError as error:
        raise InvalidInput(str(error)) from error
    if template.form in shipped_templates():
        raise InvalidInput(
            f"Mẫu «{template.form}» có sẵn trong phần mềm. Hãy đặt tên khác, ví dụ {template.form}-xa-a."
        )
    with ctx.write() as work:
        wanted = store.next_version(work.connection, template.form)
        if template.version != wanted:
            raise InvalidInput(f"Lần lưu này phải ghi version: {wanted}. Hãy sửa số phiên bản trong mẫu rồi lưu lại.")
        store.add_template(
            work.connection, form=template.form, version=template.version, yaml=yaml_text, created_by=ctx.actor
        )
        work.note("save_template", column=template.form, new=template.layout_version)
    return template


@requires(Role.SUPERVISOR)
def remove_template(ctx: Context, form: str) -> None:
    """Take a form out of use; readings made with it stay."""
    with ctx.write() as work:
        if form not in {template.form for template in store.active_templates(work.connection)}:
            raise NotFound(f"Không có mẫu «{form}» đang dùng. Hãy tải lại danh sách mẫu.")
        store.deactivate_form(work.connection, form)
        work.note("remove_template", column=form)
