"""Counting first: lines of paper inventories beside the single volumes, and printed annexes beside what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corrections.campaign.annex_agreement import compare_annexes, volumes_told
from corrections.campaign.annex_checks import AnnexFinding, check_annex
from corrections.campaign.annexes import Annex, Measure
from corrections.campaign.counts import paper_count
from corrections.campaign.figures import UnitFigures, add_up, year_of_volume
from corrections.entries import Book, Role
from exports.annex_files import read_annex_file
from layouts.register_types import RegisterType
from storage import campaign as store
from storage.books import list_books
from storage.campaign import KeptAnnex, KeptPaperCount
from storage.offices import office_tree
from storage.settings_store import get_setting
from vietnamese.legacy_charsets import Charset
from workbench.services.annex_comparison import ComparedCell, compared_cells, counted_rows, uncompared_words
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.kept_annexes import annex_of_text, annex_text
from workbench.services.paper_doubts import doubts_of, listed_among, within_years, years_words
from workbench.services.settings import OFFICE

__all__ = [
    "DATE_LIMIT",
    "AnnexView",
    "PaperLine",
    "add_paper_line",
    "annexes",
    "books_after_limit",
    "import_annex",
    "paper_lines",
    "remove_annex",
    "remove_paper_line",
]

DATE_LIMIT = "book_date_limit"
"""Setting: last day (`2018-12-31`) of registers that the plan asks for; without it no book is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line of a paper inventory beside the volumes listed for the same unit and type."""

    id: int
    unit: str
    register_type: RegisterType | None
    years: str
    books: int | None
    cases: int | None
    nothing: bool
    elsewhere: bool
    words: str
    listed_books: int
    """Single volumes in the inventory of the same unit, type and years."""
    listed_cases: int | None
    """Cases counted in them; None when no volume has been counted."""
    warning: str
    """Why its numbers are likely wrong; empty when nothing speaks against them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexView:
    """A kept annex with what is wrong in it and how it stands to the record."""

    id: int
    number: str
    file_name: str
    annex: Annex
    findings: tuple[AnnexFinding, ...]
    compared: tuple[ComparedCell, ...]
    uncompared: tuple[str, ...]
    """What could not be compared, with what to do, Vietnamese."""


# --- lines on paper ---------------------------------------------------------------------------------------------------


@requires(Role.SUPERVISOR)
def add_paper_line(
    ctx: Context,
    *,
    words: str,
    register_type: RegisterType | None,
    office_id: int | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    elsewhere: bool = False,
    note: str = "",
) -> str:
    """Keep a line as the plan writes it: `29 quyển = 4252 hồ sơ`, `29 quyển`, a dash.

    Returns:
        Why its numbers are likely wrong, Vietnamese; empty when nothing speaks against them. It is kept as it was
        written all the same: plans do print such lines.

    Raises:
        InvalidInput: it says neither books nor cases, the years are turned round, or the unit is none of the caller's.
    """
    mine = ctx.office_ids()
    if office_id is None and ctx.account is not None:
        office_id = ctx.account.office_id
    if mine is not None and office_id not in mine:
        raise InvalidInput("Bạn chỉ ghi được số đếm của đơn vị mình.")
    if year_from is not None and year_to is not None and year_to < year_from:
        raise InvalidInput("Năm cuối không thể trước năm đầu. Hãy sửa lại.")
    try:
        count = paper_count(words)
    except ValueError as error:
        raise InvalidInput(f"Dòng đếm {error}.") from error
    kept = KeptPaperCount(
        office_id=office_id,
        register_type=register_type,
        year_from=year_from,
        year_to=year_to if year_to is not None else year_from,
        books=count.books,
        cases=count.cases,
        no_register=int(count.none),
        elsewhere=int(elsewhere),
        words=" ".join(words.split()),
        note=note.strip(),
    )
    with ctx.write() as work:
        listed = listed_among(list_books(work.connection))
        added = store.add_paper_count(work.connection, kept)
        work.note("paper_count", column=register_type or "", new=f"{office_id or ''} {kept.words}")
        doubts = doubts_of(store.list_paper_counts(work.connection), listed)
    return " ".join(doubts.get(added.id, ()))


@requires(Role.SUPERVISOR)
def remove_paper_line(ctx: Context, line_id: int) -> None:
    """Take a line away.

    Raises:
        InvalidInput: there is none of that number.
    """
    with ctx.write() as work:
        if not store.drop_paper_count(work.connection, line_id):
            raise InvalidInput("Không có dòng đếm này. Hãy tải lại danh sách.")
        work.note("paper_count", old=str(line_id))


@requires(Role.CLERK, Role.INSPECTOR)
def paper_lines(ctx: Context) -> tuple[PaperLine, ...]:
    """The lines, each beside the single volumes of its unit, type and years."""
    with ctx.read() as connection:
        tree = office_tree(connection)
        kept = store.list_paper_counts(connection)
        books = list_books(connection)
    doubts = doubts_of(kept, listed_among(books))
    found = []
    for line in kept:
        listed = _listed_of(line, books)
        counted = [book.expected_entries for book in listed if book.expected_entries is not None]
        office = tree.get(line.office_id)
        found.append(
            PaperLine(
                id=line.id,
                unit=office.name if office else "",
                register_type=line.register_type,
                years=years_words(line),
                books=line.books,
                cases=line.cases,
                nothing=bool(line.no_register),
                elsewhere=bool(line.elsewhere),
                words=line.words,
                listed_books=len(listed),
                listed_cases=sum(counted) if counted else None,
                warning=" ".join(doubts.get(line.id, ())),
            )
        )
    return tuple(found)


def _listed_of(line: KeptPaperCount, books: Iterable[Book]) -> list[Book]:
    """The single volumes of a line's unit, type and years."""
    return [
        book
        for book in books
        if book.office_id == line.office_id
        and line.register_type in (None, book.register_type)
        and within_years(year_of_volume(book.volume_number), line)
    ]


@requires(Role.CLERK, Role.INSPECTOR)
def books_after_limit(ctx: Context) -> tuple[str, ...]:
    """Volumes opened after the plan's date limit, in words; none when there is no limit."""
    with ctx.read() as connection:
        limit = get_setting(connection, OFFICE + DATE_LIMIT)
        if not limit:
            return ()
        last = date.fromisoformat(str(limit))
        books = list_books(connection)
    return tuple(
        f"{book.register_type.label} quyển {book.volume_number}, {book.office}"
        for book in books
        if _is_after(year_of_volume(book.volume_number), book.opened_on, last)
    )


_DAY_PARTS = 3
"""Day, month and year."""


def _is_after(year: int, opened_on: str, limit: date) -> bool:
    """Whether a book begins after the limit: by the day it was opened where that is known, else by its year."""
    parts = opened_on.split(".")
    if len(parts) == _DAY_PARTS and all(part.isdecimal() for part in parts):
        return (int(parts[2]), int(parts[1]), int(parts[0])) > (limit.year, limit.month, limit.day)
    return year > limit.year


# --- annexes ----------------------------------------------------------------------------------------------------------


@requires(Role.SUPERVISOR)
def import_annex(ctx: Context, path: Path, charset: Charset | None = None) -> tuple[str, ...]:
    """Keep the annexes of a file as they are printed; returns their numbers. One of the same number is replaced.

    Args:
        ctx: a supervisor's.
        path: .xlsx or .csv.
        charset: how it is typed; None refuses one that is not Unicode.

    Raises:
        LegacyCharsetError: it is not typed in Unicode.
        WorkbookError: no annex is in it, or cells are no counts; nothing was kept.
        InvalidInput: two of its tables have one number, or none; one would take the other's place.
    """
    found = read_annex_file(path, charset)
    numbers = Counter(annex.number for annex in found)
    if twice := [number for number, times in numbers.items() if times > 1]:
        named = f"cùng ghi là phụ lục {twice[0]}" if twice[0] else "không ghi là phụ lục số mấy"
        raise InvalidInput(
            f"Tệp có {numbers[twice[0]]} bảng {named}. Hãy ghi «PHỤ LỤC 02», «PHỤ LỤC 03» ... ở dòng đầu mỗi bảng rồi "
            "nạp lại. Chưa giữ bảng nào."
        )
    with ctx.write() as work:
        for annex in found:
            office_id, content = ctx.who.office_id, annex_text(annex)
            kept = KeptAnnex(
                office_id=office_id,
                number=annex.number,
                file_name=path.name,
                content=content,
                account_id=ctx.account_id,
            )
            store.add_annex(work.connection, kept)
            work.note("import_annex", column=annex.number, new=f"{path.name} {len(annex.rows)}")
    return tuple(annex.number or "?" for annex in found)


@requires(Role.SUPERVISOR)
def remove_annex(ctx: Context, annex_id: int) -> None:
    """Take an annex away.

    Raises:
        InvalidInput: there is none of that number.
    """
    with ctx.write() as work:
        if not store.drop_annex(work.connection, annex_id):
            raise InvalidInput("Không có phụ lục này. Hãy tải lại danh sách.")
        work.note("import_annex", old=str(annex_id))


@requires(Role.CLERK, Role.INSPECTOR)
def annexes(ctx: Context) -> tuple[AnnexView, ...]:
    """Kept annexes with their findings, each beside what is counted for its units."""
    with ctx.read() as connection:
        kept = store.list_annexes(connection)
        tree = office_tree(connection)
    if not kept:
        return ()
    read = [(one, annex_of_text(one.number, one.content)) for one in kept]
    counted = counted_rows(ctx, {annex.number for _, annex in read})
    volumes = [annex for _, annex in read if annex.has(Measure.BOOKS)]
    views = []
    for one, annex in read:
        findings = check_annex(annex)
        if annex.has(Measure.REMAINING):
            findings += compare_annexes(annex, volumes)
        told = _rows_told(annex, volumes, counted)
        views.append(
            AnnexView(
                id=one.id,
                number=one.number,
                file_name=one.file_name,
                annex=annex,
                findings=findings,
                compared=tuple(compared_cells(annex, told, tree)),
                uncompared=tuple(uncompared_words(annex, told, tree)),
            )
        )
    return tuple(views)


def _rows_told(
    annex: Annex, volumes: Sequence[Annex], counted: Mapping[str, Sequence[UnitFigures]]
) -> Sequence[UnitFigures]:
    """What is counted of the registers that an annex tells of: annex 01 of those of the annexes it agrees with."""
    told = [volume.number for volume in volumes_told(annex, volumes)] if annex.has(Measure.REMAINING) else []
    parts = [row for number in told for row in counted[number]]
    of_unit: dict[int | None, list[UnitFigures]] = {}
    for row in parts:
        if row.parts:
            of_unit.setdefault(row.office_id, []).append(row)
    return [
        add_up(row.unit, of_unit[row.office_id], row.office_id) if row.office_id in of_unit else row
        for row in counted[annex.number]
    ]
