"""Why the numbers of a paper inventory's line are likely wrong, or are counted twice with others; each says what to do.

Nothing is taken away for it: plans do print such lines, and only people know whether two lines mean the same books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corrections.campaign.counts import more_books_than_cases
from corrections.campaign.figures import Figures, FiguresKey, year_of_volume
from corrections.entries import Book
from layouts.register_types import RegisterType
from storage.campaign import KeptPaperCount
from storage.work_counts import OfficeKey

__all__ = ["ListedVolumes", "doubts_of", "listed_among", "listed_in_figures", "within_years", "years_words"]

_EARLIEST, _LATEST = 0, 9999
"""Years, where a line does not say its first or last one."""
_SAME_BOOKS = "Nếu là cùng sổ"


@dataclass(frozen=True, slots=True)
class _Listed:
    """Single volumes of a unit, register type and year."""

    to_enter: int = 0
    elsewhere: int = 0
    """Marked as entered elsewhere in an earlier phase."""


ListedVolumes = Mapping[tuple[int | None, RegisterType], Mapping[int, _Listed]]
"""By unit and register type, then by year."""


def listed_among(books: Iterable[Book]) -> ListedVolumes:
    """The single volumes of an inventory."""
    found: dict[tuple[int | None, RegisterType], dict[int, _Listed]] = defaultdict(dict)
    for book in books:
        years, year = found[book.office_id, book.register_type], year_of_volume(book.volume_number)
        before, away = years.get(year, _Listed()), int(book.entered_elsewhere)
        years[year] = _Listed(before.to_enter + 1 - away, before.elsewhere + away)
    return found


def listed_in_figures(own: Mapping[OfficeKey, Mapping[FiguresKey, Figures]]) -> ListedVolumes:
    """The same from figures that hold no counts on paper yet; without units, the volumes of every authority."""
    found: dict[tuple[int | None, RegisterType], dict[int, _Listed]] = defaultdict(dict)
    for (office_id, _), parts in own.items():
        for (kind, year), figures in parts.items():
            years = found[office_id, kind]
            before = years.get(year, _Listed())
            years[year] = _Listed(before.to_enter + figures.books, before.elsewhere + figures.elsewhere_books)
    return found


def doubts_of(lines: Sequence[KeptPaperCount], listed: ListedVolumes) -> dict[int, tuple[str, ...]]:
    """What is doubtful about each line, Vietnamese, by its id; lines without doubts are missing."""
    alike: dict[tuple[int | None, RegisterType | None], list[KeptPaperCount]] = defaultdict(list)
    for line in lines:
        alike[line.office_id, line.register_type].append(line)
    return {line.id: told for line in lines if (told := tuple(_doubts(line, alike, listed)))}


def _doubts(
    line: KeptPaperCount,
    alike: Mapping[tuple[int | None, RegisterType | None], Sequence[KeptPaperCount]],
    listed: ListedVolumes,
) -> Iterator[str]:
    if wrong := more_books_than_cases(line.books, line.cases):
        yield wrong
    kinds = (line.register_type,) if line.register_type else tuple(RegisterType)
    volumes = [
        one
        for kind in kinds
        for year, one in listed.get((line.office_id, kind), {}).items()
        if within_years(year, line)
    ]
    to_enter, away = sum(one.to_enter for one in volumes), sum(one.elsewhere for one in volumes)
    if line.no_register and to_enter + away:
        yield f"Ghi là không có sổ nhưng danh mục đã có {to_enter + away} quyển; trong biểu vẫn tính các quyển ấy."
    others = [one for one in alike[line.office_id, line.register_type] if one.id != line.id and _meet(one, line)]
    yield from _elsewhere(line, to_enter, away, others) if line.elsewhere else _overlaps(line, others)


def _overlaps(line: KeptPaperCount, others: Sequence[KeptPaperCount]) -> Iterator[str]:
    """Other lines of books to enter that tell of the same years: their numbers are added."""
    same = [one for one in others if not one.elsewhere and not one.no_register and not line.no_register]
    if any(_told(one) == _told(line) for one in same):
        yield "Đã có dòng giống hệt của đơn vị này, nên được cộng hai lần. Hãy bỏ một dòng nếu ghi trùng."
    if named := [_named(one) for one in same if _told(one) != _told(line)]:
        yield (
            f"Trùng năm với dòng {', '.join(named)}: các dòng được cộng lại. {_SAME_BOOKS}, hãy bỏ một dòng hoặc sửa "
            "năm; nếu là sổ khác thì để nguyên."
        )


def _elsewhere(line: KeptPaperCount, to_enter: int, away: int, others: Sequence[KeptPaperCount]) -> Iterator[str]:
    """What stands beside a line of an earlier phase: single volumes, lines of books to enter, further such lines."""
    if to_enter:
        yield (
            f"Danh mục có {to_enter} quyển cùng loại, cùng năm còn phải nhập, được tính thêm bên dòng này. "
            f"{_SAME_BOOKS}, hãy đánh dấu quyển «Đã nhập ở nơi khác» ở thẻ «Thông tin sổ»; nếu là sổ khác thì để "
            "nguyên."
        )
    if away:
        yield (
            f"Danh mục có {away} quyển cùng năm đã đánh dấu «Đã nhập ở nơi khác», được cộng thêm vào dòng này. "
            f"{_SAME_BOOKS}, hãy bỏ dòng này."
        )
    if named := [_named(one) for one in others if one.elsewhere]:
        yield f"Trùng năm với dòng giai đoạn trước {', '.join(named)}: được cộng lại. Hãy bỏ một dòng nếu ghi trùng."
    if named := [_named(one) for one in others if not one.elsewhere and not one.no_register]:
        yield (
            f"Cùng năm với dòng phải nhập {', '.join(named)}: phần mềm coi các quyển đã nhập ở giai đoạn trước nằm "
            "ngoài dòng ấy. Nếu dòng ấy đã gồm cả chúng, hãy ghi lại dòng ấy bằng phần còn phải nhập."
        )


def _named(line: KeptPaperCount) -> str:
    years = years_words(line)
    return f"«{line.words}» ({years})" if years else f"«{line.words}» (mọi năm)"


def _meet(one: KeptPaperCount, other: KeptPaperCount) -> bool:
    """Whether two lines tell of a year in common."""
    (first, last), (begin, end) = _span(one), _span(other)
    return first <= end and begin <= last


def _span(line: KeptPaperCount) -> tuple[int, int]:
    return line.year_from or _EARLIEST, line.year_to or _LATEST


def _told(line: KeptPaperCount) -> tuple[object, ...]:
    """What two lines share that count the same registers with the same numbers."""
    return line.year_from, line.year_to, line.books, line.cases, line.no_register, line.elsewhere


def within_years(year: int, line: KeptPaperCount) -> bool:
    """Whether a volume of that year is among those a line tells of."""
    first, last = _span(line)
    return first <= year <= last


def years_words(line: KeptPaperCount) -> str:
    """Years of a line as people read them; empty for every year."""
    if line.year_from is None and line.year_to is None:
        return ""
    if line.year_from == line.year_to:
        return str(line.year_from)
    return f"{line.year_from or '...'}-{line.year_to or '...'}"
