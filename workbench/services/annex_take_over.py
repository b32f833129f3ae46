"""Counts of a printed annex taken over into the inventory on paper: what would change is shown first.

Single volumes are never touched, and no line that is kept is replaced unless a person has chosen it in the preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corrections.campaign.annex_checks import AnnexFinding, check_annex
from corrections.campaign.annex_counts import AnnexCount, counts_of
from corrections.campaign.annexes import ALL
from corrections.campaign.counts import PaperCount, count_words, more_books_than_cases
from corrections.campaign.figures import Figures
from corrections.campaign.offices import Office
from corrections.campaign.totals import dotted
from corrections.entries import Role
from layouts.register_types import RegisterType
from storage import campaign as store
from storage.campaign import KeptAnnex, KeptPaperCount
from storage.clock import now, stamp
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.work_counts import figures_by_office
from workbench.services.annex_lines import LinesHere, OwnFigures, together
from workbench.services.campaign_sources import put_paper_counts
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.kept_annexes import annex_of_text
from workbench.services.offices import add_units
from workbench.services.paper_doubts import years_words

__all__ = ["OfferedCount", "TakeOver", "add_communes_together", "offered_counts", "take_over_counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCount:
    """A count of an annex, and what taking it over would do."""

    line: int
    """Row of the annex's file."""
    unit: str
    """As printed."""
    office_id: int | None
    register_type: RegisterType | None
    words: str
    """The line that would be kept: `29 quyển = 4.252 hồ sơ`."""
    count: PaperCount
    replaced: tuple[KeptPaperCount, ...]
    """Lines that it would stand in the place of."""
    volumes: int
    """Single volumes of the unit and type in the inventory; they stay as they are."""
    form_now: str
    """What the forms tell of the unit and type now, and with the count."""
    form_then: str
    doubts: tuple[str, ...]
    """Why the print is likely wrong here, Vietnamese."""
    hindrance: str
    """Why it cannot be taken over, Vietnamese; empty: it can."""

    @property
    def key(self) -> tuple[int, RegisterType | None]:
        """What tells it from the other counts of its annex."""
        return self.line, self.register_type

    @property
    def plain(self) -> bool:
        """Whether it only adds what nobody has counted yet, and nothing speaks against it."""
        return not (self.hindrance or self.replaced or self.volumes or self.doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """What of an annex may be taken over."""

    offered: tuple[OfferedCount, ...]
    same: int
    """Counts that are kept already, as printed."""
    unlisted: tuple[str, ...]
    """Districts whose lines count their communes, of which none is listed here: see `add_communes_together`."""


@requires(Role.SUPERVISOR)
def offered_counts(ctx: Context, annex_id: int) -> TakeOver:
    """The counts of an annex beside what is kept, each with what would change.

    Raises:
        InvalidInput: there is no annex of that number.
    """
    with ctx.read() as connection:
        return _offered(ctx, connection, _annex(connection, annex_id))


@requires(Role.SUPERVISOR)
def take_over_counts(ctx: Context, annex_id: int, chosen: Sequence[OfferedCount]) -> int:
    """Keep chosen counts as lines on paper, in place of the lines that the preview named; returns how many.

    Raises:
        InvalidInput: nothing is chosen, a count cannot be taken over, or what is kept changed since the preview;
            nothing was taken over.
    """
    if not chosen:
        raise InvalidInput("Chưa chọn dòng nào để lấy.")
    with ctx.write() as work:
        kept = _annex(work.connection, annex_id)
        offered = {one.key: one for one in _offered(ctx, work.connection, kept).offered}
        source = f"Phụ lục {kept.number}, {kept.file_name}".replace("Phụ lục ,", "Phụ lục,")
        for one in chosen:
            if offered.get(one.key) != one:
                raise InvalidInput("Số liệu vừa được người khác sửa. Hãy xem lại bảng rồi chọn lại. Chưa lấy dòng nào.")
            if one.hindrance:
                raise InvalidInput(f"{one.unit}: {one.hindrance} Chưa lấy dòng nào.")
            for line in one.replaced:
                store.drop_paper_count(work.connection, line.id)
            store.add_paper_count(work.connection, _line(one, source))
            work.note(
                "paper_count",
                column=one.register_type or "",
                old="; ".join(line.words for line in one.replaced),
                new=f"{one.office_id or ''} {one.words}",
                reason=source,
            )
    return len(chosen)


@requires(Role.ADMINISTRATOR)
def add_communes_together(ctx: Context, annex_id: int) -> int:
    """Add a unit for all communes of each district whose line counts them and that has none listed; returns how many.

    Raises:
        InvalidInput: there is no annex of that number, or every district has communes.
    """
    with ctx.write() as work:
        kept = _annex(work.connection, annex_id)
        tree = office_tree(work.connection)
        units = LinesHere(ctx, work.connection, annex_of_text(kept.number, kept.content), tree, {})
        districts = units.without_communes()
        if not districts:
            raise InvalidInput("Huyện nào trong phụ lục này cũng đã có đơn vị cấp xã. Không cần thêm.")
        add_units(work, tree, [together(district) for district in districts])
    return len(districts)


def _annex(connection: Connection, annex_id: int) -> KeptAnnex:
    found = [one for one in store.list_annexes(connection) if one.id == annex_id]
    if not found:
        raise InvalidInput("Không có phụ lục này. Hãy tải lại danh sách.")
    return found[0]


def _line(one: OfferedCount, source: str) -> KeptPaperCount:
    return KeptPaperCount(
        office_id=one.office_id,
        register_type=one.register_type,
        books=one.count.books,
        cases=one.count.cases,
        no_register=int(one.count.none),
        words=one.words,
        note=source,
    )


# --- what may be taken over -------------------------------------------------------------------------------------------


def _offered(ctx: Context, connection: Connection, kept: KeptAnnex) -> TakeOver:
    annex = annex_of_text(kept.number, kept.content)
    tree, lines = office_tree(connection), store.list_paper_counts(connection)
    moment = stamp(now())
    figures = figures_by_office(connection, moment, moment)
    units = LinesHere(ctx, connection, annex, tree, figures)
    told = _Told(figures, lines)
    findings = check_annex(annex)
    offered, same = [], 0
    for one in counts_of(annex):
        office_id, hindrance = units.of(one.row)
        alike = [line for line in lines if line.office_id == office_id and not line.elsewhere] if not hindrance else []
        replaced = tuple(line for line in alike if line.register_type is one.register_type and not years_words(line))
        count = _with_what_is_known(one.count, replaced)
        if not hindrance and [_numbers(line) for line in replaced] == [(count.books, count.cases, int(count.none))]:
            same += 1
            continue
        found = OfferedCount(
            line=one.row.line,
            unit=one.row.unit,
            office_id=office_id,
            register_type=one.register_type,
            words=count_words(count),
            count=count,
            replaced=replaced,
            volumes=0,
            form_now="",
            form_then="",
            doubts=(*_doubts(one, count, findings), *_counted_above(units.district_of_all(office_id), one, lines)),
            hindrance=hindrance or _in_the_way(one, alike),
        )
        offered.append(found if hindrance else told.beside(found))
    unlisted = tuple(district.name for district in units.without_communes())
    return TakeOver(offered=tuple(offered), same=same, unlisted=unlisted)


def _numbers(line: KeptPaperCount) -> tuple[int | None, int | None, int]:
    return line.books, line.cases, line.no_register


def _with_what_is_known(count: PaperCount, replaced: Sequence[KeptPaperCount]) -> PaperCount:
    """What a print leaves open stays as it is kept: Phụ lục 01 has no column of books."""
    if count.none or len(replaced) != 1:
        return count
    kept = replaced[0]
    return replace(
        count,
        books=kept.books if count.books is None else count.books,
        cases=kept.cases if count.cases is None else count.cases,
    )


def _doubts(one: AnnexCount, count: PaperCount, findings: Iterable[AnnexFinding]) -> tuple[str, ...]:
    about = [
        finding.message
        for finding in findings
        if finding.unit == one.row.unit
        and (finding.cell is None or finding.cell[0] in (one.register_type, ALL))
        and not (finding.cell and finding.cell[1].of_a_unit)
    ]
    wrong = more_books_than_cases(count.books, count.cases)
    return tuple(dict.fromkeys([*about, *([wrong] if wrong and not about else [])]))


def _counted_above(district: Office | None, one: AnnexCount, lines: Iterable[KeptPaperCount]) -> tuple[str, ...]:
    """Lines of a district itself, beside a count of all its communes: the same print may stand there already."""
    own = [line.words for line in lines if district and line.office_id == district.id and not line.elsewhere
           and line.register_type is one.register_type]  # fmt: skip
    return (f"Chính huyện cũng có dòng «{'; '.join(own)}»: hãy xem có đếm trùng không.",) if own else ()


def _in_the_way(one: AnnexCount, alike: Iterable[KeptPaperCount]) -> str:
    """Lines of the unit beside which the count would be added a second time."""
    for line in alike:
        if (line.register_type is None) != (one.register_type is None):
            whole = "chung cho mọi loại sổ" if line.register_type is None else "riêng từng loại sổ"
            return f"Đã có dòng đếm {whole} («{line.words}»). Hãy bỏ dòng ấy trước, nếu lấy số của bản in."
        if line.register_type is one.register_type and (years := years_words(line)):
            return f"Đã đếm theo năm («{line.words}», {years}). Hãy bỏ các dòng theo năm trước, nếu lấy số của bản in."
    return ""


class _Told:
    """What the forms tell of a unit and type, with the lines that are kept and with others in their place."""

    def __init__(self, volumes: OwnFigures, lines: Sequence[KeptPaperCount]) -> None:
        self._volumes, self._lines = volumes, lines

    def beside(self, offered: OfferedCount) -> OfferedCount:
        """The count with what it would change."""
        unit = {key: parts for key, parts in self._volumes.items() if key[0] == offered.office_id}
        mine = [line for line in self._lines if line.office_id == offered.office_id]
        then = [line for line in mine if line not in offered.replaced]
        return replace(
            offered,
            volumes=_of_type(unit, offered.register_type).books,
            form_now=_words(_figures(unit, mine, offered.register_type)),
            form_then=_words(_figures(unit, [*then, _line(offered, "")], offered.register_type)),
        )


def _figures(unit: OwnFigures, lines: Sequence[KeptPaperCount], kind: RegisterType | None) -> Figures:
    own = {key: dict(parts) for key, parts in unit.items()}
    put_paper_counts(own, lines)
    return _of_type(own, kind)


def _of_type(own: OwnFigures, kind: RegisterType | None) -> Figures:
    parts = (f for row in own.values() for (of, _), f in row.items() if kind in (None, of))
    return sum(parts, start=Figures())


def _words(figures: Figures) -> str:
    if not figures.books and not figures.total.known and not figures.total.unknown:
        return "chưa có"
    return f"{dotted(figures.books)} quyển, {figures.total.label} hồ sơ"
