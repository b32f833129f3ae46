"""Checks of a delivery on disk: columns and cells of the workbook, names and contents of the .zip."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from exports.errors import NameRuleError
from exports.names import case_pdf_name, package_stem, parse_case_name, unique_names
from exports.profile import ExportProfile
from exports.rows import CaseRow, header_columns
from exports.rule_hits import RuleHit
from exports.standard_workbook import StandardWorkbook, data_sheet_name

__all__ = ["check_delivery"]

_COVER_IN_ZIP = "zip_cover"
"""The rule that holds only where the office's profile keeps covers out of the .zip."""


def check_delivery(
    read: StandardWorkbook, workbook: Path, archive: Path | None, profile: ExportProfile
) -> Iterator[RuleHit]:
    """Hits of the rules about files."""
    yield from _columns(read, profile)
    if not read.rows:
        yield RuleHit(rule="workbook_empty", row=None)
    yield from (RuleHit(rule="other_data_sheets", row=None, value=name) for name in read.other_sheets)
    yield from (RuleHit(rule="cell_not_text", row=None, value=cell) for cell in read.cells_not_text)
    yield from _package_name(read, workbook)
    expected = _expected_names(read, profile)
    yield from _file_paths(read, expected)
    if archive is not None:
        if archive.stem != workbook.stem:
            yield RuleHit(rule="package_names_differ", row=None, value=workbook.name, other=archive.name)
        yield from _archive(archive, expected, profile)


def _columns(read: StandardWorkbook, profile: ExportProfile) -> Iterator[RuleHit]:
    wanted = [c.name for c in header_columns(read.register_type, profile)]
    for name in wanted:
        if name not in read.columns:
            yield RuleHit(rule="column_missing", row=None, columns=(name,), value=name)
    for name in read.columns:
        if name not in wanted:
            yield RuleHit(rule="column_extra", row=None, columns=(name,), value=name)
    found = [n for n in read.columns if n in wanted]
    for name, expected in zip(found, [n for n in wanted if n in read.columns], strict=True):
        if name != expected:
            yield RuleHit(rule="column_order", row=None, columns=(name,), value=name, expected=expected)
            return  # one slip shifts all that follow; the first says where
    if read.sheet_name != data_sheet_name(read.register_type, profile):
        expected_sheet = data_sheet_name(read.register_type, profile)
        yield RuleHit(rule="sheet_name", row=None, value=read.sheet_name, expected=expected_sheet)


def _package_name(read: StandardWorkbook, workbook: Path) -> Iterator[RuleHit]:
    try:
        core = package_stem(read.register_type, next((r.values.get("quyenSo", "") for r in read.rows), ""))
    except NameRuleError:
        return  # the volume itself is reported row by row
    if not workbook.stem.endswith(core):
        yield RuleHit(rule="package_name_form", row=None, value=workbook.name, expected=f"{core}.xlsx")


def _expected_names(read: StandardWorkbook, profile: ExportProfile) -> list[tuple[CaseRow, str]]:
    """Rows with the name their PDF must have; rows without usable number or volume are reported elsewhere."""
    named = []
    for row in read.rows:
        value = row.values
        try:
            name = case_pdf_name(
                read.register_type,
                value.get("quyenSo", ""),
                value.get("ngayDangKy", ""),
                value.get("so", ""),
                width=profile.file_number_width,
            )
        except NameRuleError:
            continue
        named.append((row, name))
    names = unique_names([name for _, name in named])
    return [(row, name) for (row, _), name in zip(named, names, strict=True)]


def _file_paths(read: StandardWorkbook, expected: list[tuple[CaseRow, str]]) -> Iterator[RuleHit]:
    if "dataFilePath" not in read.columns:
        return
    for row, name in expected:
        found = row.values.get("dataFilePath", "")
        if PurePosixPath(found.replace("\\", "/")).name != name:
            yield RuleHit(rule="file_path_differs", row=row, columns=("dataFilePath",), value=found, expected=name)


def _archive(path: Path, expected: list[tuple[CaseRow, str]], profile: ExportProfile) -> Iterator[RuleHit]:
    try:
        with zipfile.ZipFile(path) as archive:
            files = [i for i in archive.infolist() if not i.is_dir()]
            heads = {i.filename: _head(archive, i) for i in files}
    except (OSError, zipfile.BadZipFile):
        yield RuleHit(rule="zip_unreadable", row=None, value=path.name)
        return
    cases = []
    for info in files:
        broken = _rule_broken_by(info.filename)
        if broken is None:
            cases.append(info.filename)
            yield from _pdf(info, heads[info.filename], profile)
        elif broken != _COVER_IN_ZIP or not profile.cover_in_zip:
            yield RuleHit(rule=broken, row=None, value=info.filename)
    yield from _one_to_one(cases, expected)


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 1:  # encrypted
        return b""
    with archive.open(info) as member:
        return member.read(5)


def _rule_broken_by(name: str) -> str | None:
    """The rule that a file of the .zip breaks by its name; None for the PDF of a case."""
    if "/" in name or "\\" in name:
        return "zip_not_flat"
    if name.lower().startswith("cover") and name.lower().endswith(".pdf"):
        return _COVER_IN_ZIP
    if not name.lower().endswith(".pdf"):
        return "zip_foreign_file"
    return None if parse_case_name(name) else "pdf_name_form"


def _pdf(info: zipfile.ZipInfo, head: bytes, profile: ExportProfile) -> Iterator[RuleHit]:
    if not head.startswith(b"%PDF"):
        yield RuleHit(rule="pdf_broken", row=None, value=info.filename)
    if info.file_size > profile.largest_pdf_bytes:
        size = f"{info.file_size / 1000:.0f}"
        yield RuleHit(
            rule="pdf_too_large", row=None, value=info.filename, other=size, expected=str(profile.largest_pdf_kb)
        )


def _one_to_one(cases: list[str], expected: list[tuple[CaseRow, str]]) -> Iterator[RuleHit]:
    counts = Counter(cases)
    yield from (RuleHit(rule="pdf_repeated", row=None, value=name) for name, n in counts.items() if n > 1)
    wanted = {name for _, name in expected}
    yield from (RuleHit(rule="pdf_missing", row=row, value=name) for row, name in expected if name not in counts)
    yield from (RuleHit(rule="pdf_without_row", row=None, value=name) for name in counts if name not in wanted)
