"""Counts of a printed annex taken over into the inventory on paper: what would change is shown first.

Single volumes are never touched, and no line that is kept is replaced unless a person has chosen it in the preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from corrections.campaign.annex_checks import AnnexFinding, check_annex
from corrections.campaign.annex_counts import AnnexCount, counts_of, section_of
from corrections.campaign.annex_units import office_named
from corrections.campaign.annexes import ALL, Annex, AnnexRow
from corrections.campaign.counts import PaperCount, count_words, more_books_than_cases
from corrections.campaign.figures import Figures, FiguresKey, form_data
from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.campaign.totals import dotted
from corrections.entries import Role
from layouts.register_types import RegisterType
from storage import campaign as store
from storage.campaign import KeptAnnex, KeptPaperCount
from storage.clock import now, stamp
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.work_counts import OfficeKey, figures_by_office
from vietnamese.addresses import AUTHORITY, place_key
from workbench.services.campaign_sources import paper_keeper, put_paper_counts
from workbench.services.context import Context, requires
from workbench.services.days import today_kept
from workbench.services.errors import InvalidInput
from workbench.services.kept_annexes import annex_of_text
from workbench.services.paper_doubts import years_words
from workbench.services.settings import office_values

__all__ = ["OfferedCount", "TakeOver", "offered_counts", "take_over_counts"]

_OwnFigures = Mapping[OfficeKey, Mapping[FiguresKey, Figures]]


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
    units = _Units(ctx, connection, annex, tree, figures)
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
            doubts=_doubts(one, count, findings),
            hindrance=hindrance or _in_the_way(one, alike),
        )
        offered.append(found if hindrance else told.beside(found))
    return TakeOver(offered=tuple(offered), same=same)


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


def _in_the_way(one: AnnexCount, alike: Iterable[KeptPaperCount]) -> str:
    """Lines of the unit beside which the count would be added a second time."""
    for line in alike:
        if (line.register_type is None) != (one.register_type is None):
            whole = "chung cho mọi loại sổ" if line.register_type is None else "riêng từng loại sổ"
            return f"Đã có dòng đếm {whole} («{line.words}»). Hãy bỏ dòng ấy trước, nếu lấy số của bản in."
        if line.register_type is one.register_type and (years := years_words(line)):
            return f"Đã đếm theo năm («{line.words}», {years}). Hãy bỏ các dòng theo năm trước, nếu lấy số của bản in."
    return ""


class _Units:
    """Whose line of an annex is whose, and why a line is nobody's that may be counted here."""

    def __init__(
        self, ctx: Context, connection: Connection, annex: Annex, tree: OfficeTree, figures: _OwnFigures
    ) -> None:
        self._annex, self._tree, self._mine, self._today = annex, tree, ctx.office_ids(), today_kept()
        volumes = form_data()["volumes"].get(annex.number)
        self._level = OfficeLevel(volumes["level"]) if volumes else None
        own = str(office_values(connection).get("unit_name", "")) or paper_keeper(figures, None)[1]
        self._alone = place_key(AUTHORITY.sub("", own)) if not len(tree) else ""
        self._own = own

    def of(self, row: AnnexRow) -> tuple[int | None, str]:
        """The unit of a row, and why its counts cannot be taken over; empty: they can."""
        if not len(self._tree):
            mine = bool(self._alone) and place_key(AUTHORITY.sub("", row.unit)) == self._alone
            return None, "" if mine else f"Không phải dòng của {self._own or 'đơn vị mình'}."
        level, name = office_named(row.unit)
        unit = self._named(row, name) if name else self._only(level)
        if unit is None:
            return None, "Không có đúng một đơn vị tên như vậy. Hãy sửa tên ở màn hình «Đơn vị» cho giống bản in."
        if self._mine is not None and unit.id not in self._mine:
            return unit.id, "Không phải đơn vị của bạn."
        if self._level is not None and unit.level is not self._level:
            return unit.id, (
                f"Phụ lục này là số của {self._level.label.lower()}; dòng này là số cộng của các đơn vị bên dưới. Hãy "
                "nạp phụ lục có từng đơn vị."
            )
        if self._level is None and any(one.in_force(self._today) for one in self._tree.children(unit.id)):
            return unit.id, "Dòng này là số cộng của các đơn vị bên dưới. Hãy nạp phụ lục có từng đơn vị."
        return unit.id, ""

    def _named(self, row: AnnexRow, name: str) -> Office | None:
        find = partial(self._tree.of_words, day=self._today)
        if (found := find(name)) is not None:
            return found
        around = find(section_of(self._annex, row))
        return find(name, within=self._tree.subtree(around.id)) if around is not None else None

    def _only(self, level: OfficeLevel | None) -> Office | None:
        alone = [office for office in self._tree.in_force(self._today) if office.level is level]
        return alone[0] if len(alone) == 1 else None


class _Told:
    """What the forms tell of a unit and type, with the lines that are kept and with others in their place."""

    def __init__(self, volumes: _OwnFigures, lines: Sequence[KeptPaperCount]) -> None:
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


def _figures(unit: _OwnFigures, lines: Sequence[KeptPaperCount], kind: RegisterType | None) -> Figures:
    own = {key: dict(parts) for key, parts in unit.items()}
    put_paper_counts(own, lines)
    return _of_type(own, kind)


def _of_type(own: _OwnFigures, kind: RegisterType | None) -> Figures:
    parts = (f for row in own.values() for (of, _), f in row.items() if kind in (None, of))
    return sum(parts, start=Figures())


def _words(figures: Figures) -> str:
    if not figures.books and not figures.total.known and not figures.total.unknown:
        return "chưa có"
    return f"{dotted(figures.books)} quyển, {figures.total.label} hồ sơ"
