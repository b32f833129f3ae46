"""Letters of a case of reconciliation: whom they invite, what they say of the book and of the population database."""

from __future__ import annotations

from enum import StrEnum

from corrections.cases import STATE_LABELS
from corrections.entries import Entry, Role
from corrections.registered_persons import invited_of, residence_of
from exports.reconciliation_book import KIND_LABELS, OUTCOME_LABELS, PERSON_FIELDS, said_of
from storage.clock import now
from storage.entries import get_entry
from vietnamese.shown_time import LOCAL, shown_day
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.printing import print_document
from workbench.services.reconciliation_cases import CaseView, view_case

__all__ = ["CaseLetter", "print_case"]

_TO_WRITE = "................................"
"""Where somebody writes by hand."""


class CaseLetter(StrEnum):
    """What is printed of a case, by its name among the documents (`exports/data/documents.yaml`)."""

    INVITATION = "invitation"
    VERIFICATION = "verification"


@requires(Role.SUPERVISOR, Role.POLICE)
def print_case(ctx: Context, case_id: int, letter: str, *, place: str = "") -> tuple[str, bytes]:
    """A letter of invitation or a slip of verification: file name and .docx.

    Args:
        ctx: a supervisor's or the police's.
        case_id: whose.
        letter: a `CaseLetter`.
        place: where the person is asked to come.

    Raises:
        NotFound: no such case.
        InvalidInput: no such letter.
        ExportError: the office's own template no longer fits.
    """
    try:
        wanted = CaseLetter(letter)
    except ValueError as error:
        raise InvalidInput("Không có loại giấy này. Hãy chọn giấy mời hoặc phiếu xác minh.") from error
    view = view_case(ctx, case_id)
    with ctx.write() as work:
        entry = found(get_entry(work.connection, view.case.entry_id), Missing.ENTRY).entry
        values = _slip_values(view) if wanted is CaseLetter.VERIFICATION else _invitation_values(view, entry, place)
        police = ctx.who.role is Role.POLICE
        return print_document(work, wanted, case_id, values, entry_id=view.case.entry_id, police=police)


def _common_values(view: CaseView) -> dict[str, str]:
    return {
        "ho_ten": view.case.newest.person.name or _TO_WRITE,
        "vai_tro": view.person_role,
        "truong_hop": f"{view.register_type} {view.entry}, {view.book}",
        "noi_dang_ky": view.office,
        "nguoi_phu_trach": view.owner or _TO_WRITE,
    }


def _invitation_values(view: CaseView, entry: Entry, place: str) -> dict[str, object]:
    person = view.case.newest.person
    lives, today = residence_of(entry, view.case.role), now().astimezone(LOCAL).date()
    return {
        **_common_values(view),
        "kinh_gui": invited_of(entry, view.case.role, person, today),
        "ngay_sinh": person.born or "................",
        "noi_cu_tru": lives or "................................................",
        "cha": person.father or "................",
        "me": person.mother or "................",
        "ly_do": view.differences or "Chưa tìm thấy trong dữ liệu dân cư",
        "han": shown_day(view.case.due_on),
        "dia_diem": place or "................................................",
    }


def _slip_values(view: CaseView) -> dict[str, object]:
    case = view.case
    lines = [
        {
            "thong_tin": PERSON_FIELDS.get(one.field, one.field),
            "trong_so": said_of(one.field, one.book),
            "dan_cu": said_of(one.field, one.extract),
            "khac": KIND_LABELS.get(one.kind, one.kind),
        }
        for one in case.newest.result.differences
    ] or [{"thong_tin": "Họ tên", "trong_so": case.newest.person.name, "dan_cu": "", "khac": ""}]
    return {
        **_common_values(view),
        "cac_dong": lines,
        "ket_qua_doi_soat": OUTCOME_LABELS[case.outcome],
        "ket_luan": STATE_LABELS[case.state] if case.state.decided else _TO_WRITE,
        "ngay_ket_luan": shown_day(case.decided_on),
        "ket_qua": case.result or "................................................................",
    }
