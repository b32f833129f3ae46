"""Extracts of the population database in, as a stream: a million rows too, checked as they are read.

What cannot be read surely never passes for agreement: a file that is not Unicode is refused with the name of its
charset, a column whose dates, sexes or numbers are mostly not understood is refused by name, single values go to the
comparison as unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

from corrections.extract_values import month_first
from corrections.reconciliation import profile_columns
from corrections.same_person import Person
from corrections.search_keys import search_key
from exports.bounded import bounded, bounded_rows
from exports.csv_files import CSV_SUFFIXES, csv_rows
from exports.errors import LegacyCharsetError, WorkbookError
from exports.extract_profile import PERSON_FIELDS, ExtractProfile
from exports.spreadsheets import Sheet, SheetFile, open_sheets
from vietnamese.legacy_charsets import Charset, charset_of_text, charset_of_texts, to_unicode

__all__ = ["extract_heads", "read_extract"]

_MOST_ROWS = 1_048_576
"""Rows a sheet of Excel can have."""
_LAST_TITLE_ROW = 20
"""Row up to which heads are looked for, below letterheads and notes. By judgement."""
_SAMPLE = 400
"""Rows whose words tell how a file is typed."""
_Rows = Iterator[tuple[int, tuple[str, ...]]]


def extract_heads(path: Path, charset: Charset | None = None) -> tuple[str, ...]:
    """Column heads of an extract, for the mapping on screen: the first row in which most cells are filled.

    Args:
        path: .xlsx or .csv.
        charset: how it is typed; None refuses one that is not Unicode.

    Raises:
        LegacyCharsetError: it is not typed in Unicode.
        WorkbookError: the file cannot be read or has no such row.
    """
    profile = ExtractProfile(columns={"name": "?"}, charset=charset)
    if path.suffix.lower() in CSV_SUFFIXES:
        first = list(islice(csv_rows(path, profile.charset, profile.delimiter), _SAMPLE))
    else:
        first = bounded(path, _first_rows)
    best: tuple[str, ...] = ()
    below = 0
    for place, (number, texts) in enumerate(first):
        filled = tuple(_head(t.strip(), charset) for t in texts)
        if number <= _LAST_TITLE_ROW and sum(map(bool, filled)) > sum(map(bool, best)):
            best, below = filled, place + 1
    _refuse_legacy(path, profile, (texts for _, texts in first[below:]))
    if sum(map(bool, best)) < 2:
        raise WorkbookError("no_header", f"Tệp {path.name} không có dòng tên cột. Hãy thêm tên cột ở dòng đầu.")
    return best


def _first_rows(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    with open_sheets(path) as file:
        return list(islice(file.sheets[0].rows(most_rows=_MOST_ROWS), _SAMPLE)) if file.sheets else []


def read_extract(path: Path, profile: ExtractProfile) -> Iterator[Person]:
    """Every person of an extract, as a stream; `reconcile` takes it whole before it decides anything.

    Args:
        path: .xlsx (every sheet that has the columns) or .csv (UTF-8, or UTF-16 as Excel's «Unicode Text» saves it).
        profile: which column holds what, and how the file is typed.

    Yields:
        Persons with the row as key (`dòng 5`); rows without a name are left out.

    Raises:
        LegacyCharsetError: the file is not typed in Unicode and the profile does not say how.
        WorkbookError: wrong columns, a column that is mostly not understood, merged cells, formulas, dates of the 1904
            system, a password, damage. It may come in the middle of the stream: throw away what came before.
    """
    if path.suffix.lower() in CSV_SUFFIXES:
        rows = _rows_of_csv(path, profile)
    else:
        rows = bounded_rows(path, _rows_of_workbook, profile)
    first = list(islice(rows, _SAMPLE))
    _refuse_legacy(path, profile, (tuple(row.values()) for _, row in first))
    judge = _Judge(path, profile)
    for key, row in chain(first, rows):
        person = profile_columns(row, profile.columns, key)
        judge.look(row, person)
        yield person
    judge.refuse_what_is_not_understood()


def _refuse_legacy(path: Path, profile: ExtractProfile, rows: Iterable[Sequence[str]]) -> None:
    if profile.charset is not None:
        return
    texts = [text for row in rows for text in row if not text.isascii()]
    found = charset_of_texts(texts)
    if found:
        raise LegacyCharsetError(path.name, found, texts[0])


def _converted(text: str, charset: Charset | None) -> str:
    return text if charset is None else to_unicode(text, charset)


def _head(text: str, charset: Charset | None) -> str:
    """A column head: often in Unicode although the cells below are not."""
    return text if charset is None or charset_of_text(text) is None else to_unicode(text, charset)


class _Judge:
    """Counts, column by column, what could not be understood."""

    def __init__(self, path: Path, profile: ExtractProfile) -> None:
        self._path = path
        self._columns = profile.columns
        self._filled: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._orders: Counter[bool | None] = Counter()

    def look(self, row: Mapping[str, str], person: Person) -> None:
        """Take one row into account."""
        for name in ("born", "sex", "id_number"):
            if row.get(self._columns.get(name, "")):
                self._filled[name] += 1
        for name, text in person.unread:
            self._unread[name] += 1
            self._examples.setdefault(name, text)
        self._orders[month_first(row.get(self._columns.get("born", ""), ""))] += 1

    def refuse_what_is_not_understood(self) -> None:
        """Refuse an extract of which a column is mostly no dates, sexes or numbers as anybody reads them.

        Raises:
            WorkbookError: the column and an example are named.
        """
        if self._orders[True] and not self._orders[False]:
            self._refuse("born", "viết tháng trước ngày", "dd/mm/yyyy")
        for name, form in (("born", "dd/mm/yyyy"), ("sex", "Nam, Nữ"), ("id_number", "văn bản 9 hoặc 12 chữ số")):
            if self._unread[name] > self._filled[name] / 2:
                self._refuse(name, "phần lớn không đọc chắc được", form)

    def _refuse(self, name: str, what: str, form: str) -> None:
        example = self._examples.get(name, "")
        raise WorkbookError(
            "column_not_understood",
            f"Cột «{self._columns[name]}» ({PERSON_FIELDS[name]}) của tệp {self._path.name} {what}, ví dụ «{example}». "
            f"Hãy xuất lại tệp với cột này dạng {form}, hoặc bỏ chọn cột này. Chưa có dòng nào được đối soát.",
        )


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows_of_workbook(path: Path, profile: ExtractProfile) -> Iterator[tuple[str, dict[str, str]]]:
    with open_sheets(path) as file:
        chosen = [s for s in file.sheets if not profile.sheet or s.name == profile.sheet]
        if not chosen:
            raise WorkbookError(
                "no_sheet", f"Tệp {path.name} không có trang «{profile.sheet}». Hãy chọn lại trang tính."
            )
        missing = tuple(dict.fromkeys(profile.columns.values()))
        taken: list[Sheet] = []
        for sheet in chosen:
            head, here = _head_row(sheet, profile)
            missing = min(missing, here, key=len)
            if head:
                yield from _rows_of_sheet(file, sheet, profile, first=not taken)
                taken.append(sheet)
        if not taken:
            raise _wrong_columns(path, missing)


def _head_row(sheet: Sheet, profile: ExtractProfile) -> tuple[int, tuple[str, ...]]:
    """Row of the column heads, 0 when the sheet has none; and the heads it lacks."""
    missing = tuple(dict.fromkeys(profile.columns.values()))
    try:
        for number, texts in sheet.rows(most_rows=_MOST_ROWS, formulas_empty=True):
            if number > _LAST_TITLE_ROW:
                break
            here = _missing([_head(t, profile.charset) for t in texts], profile)
            if not here:
                return number, ()
            missing = min(missing, here, key=len)
    except WorkbookError:  # another sheet's faults are none of the extract's; its own are met when it is read
        return 0, missing
    return 0, missing


def _rows_of_sheet(
    file: SheetFile, sheet: Sheet, profile: ExtractProfile, *, first: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    file.refuse_merged_cells(sheet)
    where = "" if first else f"trang «{sheet.name}» "
    for number, row in _named_rows(sheet.rows(most_rows=_MOST_ROWS), profile):
        yield f"{where}dòng {number}", row


def _rows_of_csv(path: Path, profile: ExtractProfile) -> Iterator[tuple[str, dict[str, str]]]:
    missing: list[tuple[str, ...]] = []
    for number, row in _named_rows(csv_rows(path, profile.charset, profile.delimiter), profile, missing):
        yield f"dòng {number}", row
    if missing:
        raise _wrong_columns(path, min(missing, key=len))


def _named_rows(
    rows: _Rows, profile: ExtractProfile, missing: list[tuple[str, ...]] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Cells by column head, below the row of heads; `missing` takes what each row before it lacked, emptied there."""
    lacking = [] if missing is None else missing
    lacking.append(tuple(dict.fromkeys(profile.columns.values())))
    places: dict[str, int] = {}
    name = profile.columns["name"]
    for number, raw in rows:
        if not places:
            heads = [_head(text, profile.charset) for text in raw]
            here = _missing(heads, profile)
            lacking.append(here)
            if not here:
                lacking.clear()
                keys = [search_key(t) for t in heads]
                places = {head: keys.index(search_key(head)) for head in profile.columns.values()}
            elif number > _LAST_TITLE_ROW:
                return
            continue
        row = {h: _converted(raw[i].strip(), profile.charset) if i < len(raw) else "" for h, i in places.items()}
        if row[name]:
            yield number, row


def _missing(texts: Sequence[str], profile: ExtractProfile) -> tuple[str, ...]:
    keys = {search_key(t) for t in texts}
    return tuple(head for head in dict.fromkeys(profile.columns.values()) if search_key(head) not in keys)


def _wrong_columns(path: Path, missing: Sequence[str]) -> WorkbookError:
    return WorkbookError(
        "wrong_columns",
        f"Tệp {path.name} không có cột {', '.join(f'«{head}»' for head in missing)}. Hãy chọn lại cột. "
        "Chưa có dòng nào được nhập.",
    )
