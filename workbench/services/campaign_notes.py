"""What readers of a form must know: units without figures, figures of an earlier day, late ones, doubtful counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from corrections.campaign.calendars import day_shown
from corrections.campaign.figures import UnitFigures
from corrections.campaign.offices import Office, OfficeLevel
from corrections.campaign.totals import dotted
from layouts.register_types import RegisterType
from workbench.services.campaign_sources import Sources

__all__ = ["notes_of"]

_NAMED = 10
"""Units or lines named in a note; how many more there are is said in a word."""


def notes_of(sources: Sources, office: Office | None, rows: Sequence[UnitFigures], *, within: bool) -> Iterator[str]:
    """The notes under a form, Vietnamese.

    Args:
        sources: what the form is made from.
        office: who reports; None: all.
        rows: the lines of the form.
        within: whether packages tell what was entered in the period.
    """
    tree = sources.tree
    inside = tree.counted_in(office.id, sources.day) if office else frozenset(tree.offices)
    silent = [
        o.name
        for o in tree.in_force(sources.day)
        if o.id in inside
        and o.level is OfficeLevel.COMMUNE
        and all(sources.of(i) is None for i in tree.counted_in(o.id, sources.day))
    ]
    if silent:
        more = f" và {len(silent) - _NAMED} đơn vị nữa" if len(silent) > _NAMED else ""
        yield f"Chưa có số liệu của {len(silent)} đơn vị: {', '.join(silent[:_NAMED])}{more}."
    for office_id, unit in sources.sent.items():
        if office_id not in inside:
            continue
        name = tree.offices[office_id].name
        if (office_id, "") in sources.own:
            yield f"{name}: nhập trực tiếp trong cơ sở dữ liệu chung, nên gói số liệu của đơn vị không cộng thêm."
        elif not within:
            yield f"{name}: gói số liệu không chia theo khoảng ngày tự chọn, nên số nhập trong kỳ của đơn vị tính 0."
        elif unit.day != sources.day:
            yield f"{name}: chưa gửi số liệu kỳ này, dùng số của ngày {day_shown(unit.day)} (nhập trong kỳ tính 0)."
        elif unit.late:
            yield f"{name}: gói số liệu làm sau giờ chốt."
    for gone in (tree.offices[i] for i in sorted(sources.left_to_heirs & inside)):
        heir = tree.standing(gone.id)
        yield (
            f"{gone.name} đã thôi hoạt động từ {day_shown(gone.abolished_on)}: gói gửi sau ngày đó không cộng; hãy "
            f"xem số của {heir.name if heir else 'đơn vị nhận'} đã gồm các sổ ấy chưa."
        )
    for line in sources.untyped:
        if line.office_id in inside or (line.office_id is None and office is None):
            keeper = tree.get(line.office_id)
            whose = f"{keeper.name}: " if keeper else ""
            yield f"{whose}dòng đếm chung mọi loại sổ «{line.words}» chưa chia theo loại, nên không nằm trong bảng."
    yield from _doubtful(sources, inside, whole=office is None)
    yield from _beyond(rows)
    if any(office_id is None for office_id, _ in sources.own) and len(tree):
        yield "Có sổ chưa gắn với đơn vị nào; chúng không nằm trong dòng của đơn vị. Hãy gắn ở màn hình «Đơn vị»."


def _doubtful(sources: Sources, inside: Collection[int], *, whole: bool) -> Iterator[str]:
    """Counts on paper that may be wrong or counted twice, as far as they stand in the form."""
    named = []
    for line in sources.doubtful:
        if line.office_id in inside or (line.office_id is None and whole):
            keeper = sources.tree.get(line.office_id)
            parts = (keeper.name if keeper else "", line.register_type.label if line.register_type else "", line.words)
            named.append(" · ".join(filter(None, parts)))
    if named:
        more = f" và {len(named) - _NAMED} dòng nữa" if len(named) > _NAMED else ""
        yield (
            f"Dòng đếm trên giấy cần xem lại (có thể sai hoặc được cộng hai lần): {'; '.join(named[:_NAMED])}{more}. "
            "Lý do và cách sửa ghi ở «Đếm trên giấy»."
        )


def _beyond(rows: Sequence[UnitFigures]) -> Iterator[str]:
    """Lines in which more is entered than was counted: what is left is not the total less what is entered there."""
    told = []
    for row in rows:
        over = [(kind, beyond) for kind in RegisterType if (beyond := row.of_type(kind).beyond) > 0]
        if over:
            told.append(f"{row.unit} ({', '.join(f'{kind.label.lower()} {dotted(count)}' for kind, count in over)})")
    if told:
        more = f" và {len(told) - _NAMED} đơn vị nữa" if len(told) > _NAMED else ""
        yield f"Đã nhập nhiều hơn số đã đếm, hãy đếm lại: {', '.join(told[:_NAMED])}{more}."
