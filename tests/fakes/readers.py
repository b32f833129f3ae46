"""Readers for tests: quick, slow, crashing, hanging, hungry; importable by spawned processes."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from layouts.register_types import RegisterType
from ocr.batch.local_engine import PageOutcome
from ocr.readings import (
    Alternative,
    Engine,
    EntryReading,
    FacingPage,
    FieldReading,
    PageFailure,
    PageKind,
    PageReading,
    PageTask,
    Script,
)

BIRTH_TEXTS = {
    "so": "{number}",
    "ngayDangKy": "05/03/1998",
    "nksHoTen": "Nguyễn Văn Minh",
    "nksGioiTinh": "Nam",
    "nksNgaySinh": "01/03/1998",
    "nksNoiSinh": "Trạm y tế xã Tân Lập",
    "nksDanToc": "Kinh",
    "nksQuocTich": "Việt Nam",
    "meHoTen": "Trần Thị Thử",
    "chaHoTen": "Nguyễn Văn Thử",
    "nguoiKy": "Lê Văn Ký",
}


def run_here(
    tasks: Iterator[tuple[int, PageTask]], *, reader: Callable[[PageTask], PageOutcome], **_: object
) -> Iterator[tuple[int, PageOutcome]]:
    """An engine without processes, where the record is tried and not the engine."""
    return ((key, reader(task)) for key, task in tasks)


def birth_reading(task: PageTask, *, entries: int = 2, confidence: float = 0.9) -> PageReading:
    """A page of a birth register with invented entries, numbered by page."""
    return PageReading(
        source=task.source,
        page=task.page,
        half=task.half,
        register_type=RegisterType.BIRTH,
        layout="birth-2006",
        layout_version="birth-2006/1",
        form_score=0.95,
        script=Script.TYPED,
        entries=tuple(_entry(task, region, entries, confidence) for region in range(entries)),
        engine="fake 1",
        labels=(("Họ và tên", 0.1, 0.2),),
        page_size=(1000, 1400),
    )


def _entry(task: PageTask, region: int, entries: int, confidence: float) -> EntryReading:
    number = task.page * entries + region + 1
    top = region / entries
    return EntryReading(
        region=region,
        box=(0.05, top + 0.01, 0.95, top + 1 / entries - 0.01),
        fields={
            name: FieldReading(
                column=name,
                text=text.format(number=number),
                confidence=confidence,
                engine=Engine.TESSERACT,
                script=Script.TYPED,
                box=(0.2, top + 0.02 * (i + 1), 0.8, top + 0.02 * (i + 1) + 0.015),
                alternatives=(Alternative(text=text.format(number=number) + "h", probability=0.1),),
            )
            for i, (name, text) in enumerate(BIRTH_TEXTS.items())
        },
    )


def read_births(task: PageTask) -> PageReading | PageFailure:
    return birth_reading(task)


def misread_a_number(task: PageTask) -> PageReading | PageFailure:
    """On page one the machine takes the number 3 for 8, and is sure of it."""
    read = birth_reading(task, confidence=0.999)
    if task.page != 1:
        return read
    first = read.entries[0]
    wrong = replace(first, fields={**first.fields, "so": replace(first.fields["so"], text="8")})
    return replace(read, entries=(wrong, *read.entries[1:]))


def read_slowly(task: PageTask) -> PageReading | PageFailure:
    time.sleep(0.3)
    return birth_reading(task)


def crash_on_page_one(task: PageTask) -> PageReading | PageFailure:
    if task.page == 1:
        os._exit(13)
    return birth_reading(task)


def hang_on_page_one(task: PageTask) -> PageReading | PageFailure:
    if task.page == 1:
        time.sleep(600)
    return birth_reading(task)


def spin_on_page_one(task: PageTask) -> PageReading | PageFailure:
    while task.page == 1:
        pass
    return birth_reading(task)


def starve_on_page_one(task: PageTask) -> PageReading | PageFailure:
    """As beside many other programs: a tenth of a processor, for longer than a page has seconds."""
    until = time.monotonic() + 9
    while task.page == 1 and time.monotonic() < until:
        spin = time.monotonic() + 0.02
        while time.monotonic() < spin:
            pass
        time.sleep(0.18)
    return birth_reading(task)


def raise_on_page_one(task: PageTask) -> PageReading | PageFailure:
    if task.page == 1:
        raise RuntimeError("broken engine")
    return birth_reading(task)


def fail_on_page_one(task: PageTask) -> PageReading | PageFailure:
    if task.page == 1:
        return PageFailure(source=task.source, page=task.page, code="no_form", message="Không khớp mẫu sổ nào.")
    return birth_reading(task)


_hoard: list[bytes] = []


def hoard_memory(task: PageTask) -> PageReading | PageFailure:
    """Keep 60 MB more with every page, and tell the process by its id."""
    _hoard.append(os.urandom(1) * 60_000_000)
    return PageReading(source=str(os.getpid()), page=task.page, register_type=None, layout=None)


def note_start_then_hang(task: PageTask) -> PageReading | PageFailure:
    """Read pages 0 to 2; then wait to be killed."""
    if task.page < 3:
        return birth_reading(task)
    Path(task.source).with_suffix(".hanging").touch()
    time.sleep(600)
    return birth_reading(task)


RIGHT_TEXTS = {"meHoTen": "Trần Thị Thử", "chaHoTen": "Nguyễn Văn Thử", "nguoiKy": "Lê Văn Ký"}
HALF_WARNING = "Đây là một nửa của bảng ghi trên hai trang."


def read_half_tables(task: PageTask) -> PageReading | PageFailure:
    """Each scan is half a table: the first the left page, the one after it the right page."""
    read = birth_reading(task)
    if task.page_before is not None:
        return replace(read, kind=PageKind.CONTINUED, entries=())
    if task.page_after is None:
        return replace(read, entries=tuple(map(_without_right, read.entries)), warnings=(HALF_WARNING,))
    source, page = task.page_after
    facing = FacingPage(source=source, page=page, seam=0.5, homography=(1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0))
    return replace(read, entries=tuple(map(_with_right, read.entries)), facing=facing)


def _without_right(entry: EntryReading) -> EntryReading:
    missing = {
        name: FieldReading(column=name, text="", confidence=0.0, engine=Engine.NONE, flags=("page_missing",))
        for name in RIGHT_TEXTS
    }
    return replace(entry, fields=entry.fields | missing)


def _with_right(entry: EntryReading) -> EntryReading:
    right = {name: replace(entry.fields[name], text=text, facing=True) for name, text in RIGHT_TEXTS.items()}
    return replace(entry, fields=entry.fields | right)
