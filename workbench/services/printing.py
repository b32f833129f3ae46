"""Printed documents: the template in force of each kind, units' own files, and documents filled from them.

What a document says comes from the service of its subject; `print_document` is for those, within their own rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.campaign.letterheads import Letterhead, letterhead_of, police_of
from corrections.entries import Role
from exports.document_drafts import draft_template
from exports.document_kinds import DocumentKind, document_kind, document_kinds
from exports.documents import check_template, filled
from storage import document_templates as store
from storage.clock import now
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.separation import scope_of
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput
from workbench.services.settings import office_values

__all__ = [
    "ABOVE",
    "PLACE",
    "TemplateInForce",
    "document_template",
    "heading",
    "list_document_templates",
    "print_document",
    "remove_document_template",
    "save_document_template",
]


_TO_WRITE = "................"
"""Where somebody writes by hand."""
ABOVE, PLACE = "parent_unit_name", "place_name"
"""Settings of an office that works alone: the authority above it, and the place its papers name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInForce:
    """A kind of document with the file it is made from."""

    name: str
    kind: DocumentKind
    file_name: str
    """Of the file in force; empty: ours."""
    own: bool
    """Whether it is the caller's unit's own (of an office alone, or of who keeps the whole installation: the general
    one)."""
    of_unit: str
    """Whose it is where it comes from a unit above; empty: the unit's own, the general one, or ours."""
    saved_by: str
    saved_at: str


@requires(Role.SUPERVISOR, Role.POLICE)
def list_document_templates(ctx: Context) -> tuple[TemplateInForce, ...]:
    """Every kind of document with what it is made from."""
    with ctx.read() as connection:
        tree, own = office_tree(connection), _own_unit(connection)
        kept = {name: _kept(connection, name) for name in document_kinds()}
    found = []
    for name, kind in document_kinds().items():
        file = kept[name]
        above = tree.get(file.office_id) if file is not None and file.office_id != own else None
        found.append(
            TemplateInForce(
                name=name,
                kind=kind,
                file_name=file.file_name if file else "",
                own=file is not None and file.office_id == own,
                of_unit=above.name if above else "",
                saved_by=file.saved_by if file else "",
                saved_at=file.saved_at if file else "",
            )
        )
    return tuple(found)


@requires(Role.SUPERVISOR, Role.POLICE)
def document_template(ctx: Context, name: str) -> bytes:
    """The template in force as a .docx with its places to fill, for changing it in Word."""
    with ctx.read() as connection:
        return _template(connection, _known(name), name)


@requires(Role.SUPERVISOR)
def save_document_template(ctx: Context, name: str, content: bytes, file_name: str) -> None:
    """Put a file of the caller's unit in the place of ours; units below that have none of their own print with it too.

    Who keeps the whole installation lays down the general one, for units that have none and none above them has.

    Raises:
        ExportError: it cannot be a template of this kind; the one in force stays.
        InvalidInput: the account belongs to no unit among several.
    """
    check_template(content, _known(name))
    with ctx.write() as work:
        own = _unit_to_change(work.connection)
        before = store.get_template(work.connection, name, [own])
        store.put_template(work.connection, name, own, content, file_name=file_name, saved_by=ctx.actor)
        work.note("document_template", column=name, old=before.file_name if before else "", new=file_name)


@requires(Role.SUPERVISOR)
def remove_document_template(ctx: Context, name: str) -> None:
    """Go back to the template of the unit above, or to ours.

    Raises:
        InvalidInput: the account belongs to no unit among several.
    """
    _known(name)
    with ctx.write() as work:
        own = _unit_to_change(work.connection)
        before = store.get_template(work.connection, name, [own])
        store.drop_template(work.connection, name, own)
        work.note("document_template", column=name, old=before.file_name if before else "")


def print_document(
    work: Work,
    name: str,
    number: int,
    values: Mapping[str, object],
    *,
    entry_id: int | None = None,
    police: bool = False,
) -> tuple[str, bytes]:
    """A document filled from the template in force, noted in the log: file name and .docx.

    Args:
        work: the transaction of the service that prints.
        name: kind of document.
        number: of the minutes or case it is about.
        values: by place; what all documents have in common is added.
        entry_id: the entry it is about.
        police: whether the police print it.

    Raises:
        ExportError: the office's own template no longer fits.
    """
    kind = document_kind(name)
    top = heading(work.connection, police=police)
    content = filled(_template(work.connection, kind, name), {**top, **values})
    work.note("print_document", entry_id=entry_id, column=name, new=str(number))
    return f"{kind.file}-{number}.docx", content


def heading(connection: Connection, *, police: bool = False) -> dict[str, str]:
    """What stands on top of each document: of the caller's unit, else from the office's settings.

    Args:
        connection: the caller's.
        police: whether the police of the unit print it.
    """
    kept, tree, scope = office_values(connection), office_tree(connection), scope_of(connection)
    today = now().astimezone(LOCAL).date()
    unit = tree.get(scope.own) if scope is not None else None
    head = Letterhead(
        above=str(kept.get(ABOVE, "")), own=str(kept.get("unit_name", "")), place=str(kept.get(PLACE, ""))
    )
    if unit is None and not head.own and len(top := tree.children(None)) == 1:
        unit = top[0]
    if unit is not None:
        head = letterhead_of(tree, unit, today.isoformat())
    if police:
        head = police_of(head, unit)
    return {
        "don_vi_cap_tren": head.above.upper(),
        "don_vi": head.own.upper() or _TO_WRITE,
        "noi_lap": head.place or _TO_WRITE,
        "so_van_ban": "",
        "ngay_lap": f"ngày {today:%d} tháng {today:%m} năm {today:%Y}",
    }


def _known(name: str) -> DocumentKind:
    if name not in document_kinds():
        raise InvalidInput(f"Không có loại văn bản «{name}». Hãy chọn trong danh sách.")
    return document_kind(name)


def _template(connection: Connection, kind: DocumentKind, name: str) -> bytes:
    file = _kept(connection, name)
    return file.content if file else draft_template(kind)


def _kept(connection: Connection, name: str) -> store.KeptTemplate | None:
    """The file in force for whoever reads: of the unit, of the nearest above it that has one, the general one."""
    above = office_tree(connection).ancestors(own) if (own := _own_unit(connection)) is not None else ()
    return store.get_template(connection, name, [*(office.id for office in above), None])


def _own_unit(connection: Connection) -> int | None:
    scope = scope_of(connection)
    return scope.own if scope is not None else None


def _unit_to_change(connection: Connection) -> int | None:
    """Whose template the caller may change; None: the general one.

    Raises:
        InvalidInput: the account belongs to no unit among several.
    """
    scope = scope_of(connection)
    if scope is not None and scope.own is None:
        raise InvalidInput(
            "Tài khoản của bạn chưa gắn với đơn vị nào. Hãy nhờ quản trị gắn đơn vị ở màn hình «Tài khoản»."
        )
    return scope.own if scope is not None else None
