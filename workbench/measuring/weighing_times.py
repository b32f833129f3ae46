"""How long a large book takes to be weighed again after a confirmation, and the next entry to come meanwhile.

`python -m workbench.measuring.weighing_times [--entries 300] [--confirm 60]` puts a book of invented entries
into a database of its own, its readings misread by chance as a weak recogniser would, and confirms one after the other.
No page is drawn or read: only what follows a confirmation is measured.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmark.invented.clerks import Value
from benchmark.invented.entries import BookPlan, invent_entry, plan_book
from corrections.entries import BookState, DecisionKind, Role
from layouts.loader import shipped_template
from layouts.register_types import RegisterType
from ocr.readings import Candidate, Engine, EntryReading, FieldReading, PageReading, PageTask, Script
from storage.accounts import Account, add_account
from workbench.config import Settings
from workbench.services import books, importing, review
from workbench.services.context import Context, system_context
from workbench.services.reading_versions import ReadingVersions
from workbench.services.review_types import ValueInput
from workbench.services.reweighing import reweigh_book
from workbench.services.saving_readings import save_outcome

__all__ = ["Times", "measure_weighing"]

_FORM, _SEED = "birth-2006", 300
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_MISREAD = 0.3
"""Share of written fields in which one letter is misread: a hand that is hard to read."""
_VERSIONS = ReadingVersions(layouts="measured", recogniser="measured")
_BOX = (0.05, 0.05, 0.95, 0.95)
"""Where every field stands, as fractions of the page: nothing is looked at there."""
_MS = 1000.0
"""Milliseconds a second."""
_MOST = 0.95
"""Share of the confirmations that took no longer than is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of one core, one figure a confirmation."""

    entries: int
    weighed: Sequence[float]
    """Until the whole book is weighed and written again."""
    next_shown: Sequence[float]
    """Until the next entry is handed out."""
    written: Sequence[int]
    """Entries that each weighing wrote anew."""


def measure_weighing(folder: Path, entries: int, confirm: int) -> Times:
    """Confirm the first entries of an invented book and take the time of what follows.

    Args:
        folder: an empty one, for the database and the scans.
        entries: of the book.
        confirm: how many of them.
    """
    rng = random.Random(_SEED)
    plan = plan_book(shipped_template(_FORM), rng)
    truths = [invent_entry(plan, index, rng) for index in range(entries)]
    clerk, book_id = _office(folder, plan, truths, rng)
    reweigh_book(clerk, book_id)
    weighed, shown, written = [], [], []
    for index in range(confirm):
        entry = review.next_entries(clerk, 1, book_id=book_id, order=review.Order.PAGE)[0].entry
        said = {name: ValueInput(text=truths[index][name].written) for name in entry.fields if name in truths[index]}
        review.save_entry(
            clerk,
            entry_id=entry.id,
            revision=entry.revision,
            token=f"measured-{index:06d}",
            decision=DecisionKind.CONFIRM,
            values=said,
        )
        began = time.process_time()
        written.append(reweigh_book(clerk, book_id, after=entry.id))
        between = time.process_time()
        review.next_entries(clerk, 1, book_id=book_id, order=review.Order.PAGE, lease=False)
        weighed.append(_MS * (between - began))
        shown.append(_MS * (time.process_time() - between))
    return Times(entries=entries, weighed=weighed, next_shown=shown, written=written)


def _office(
    folder: Path, plan: BookPlan, truths: Sequence[Mapping[str, Value]], rng: random.Random
) -> tuple[Context, int]:
    """A clerk, and the book of these entries with its readings saved."""
    system = system_context(Settings(data_dir=folder / "data"))
    account = Account(id=0, name="do-luong", role=Role.SUPERVISOR)
    with system.database.write() as connection:
        number = add_account(connection, account, "no-password")
    clerk = system.as_account(Account(id=number, name=account.name, role=account.role))
    place = plan.office
    book = books.create_book(
        clerk,
        register_type=RegisterType.BIRTH,
        volume_number=f"{plan.volume:02d}/{plan.year}",
        office=f"UBND {place.commune}, {place.district}, {place.province}",
        state=BookState.SCANNED,
    )
    sheets = [Image.new("L", (60, 80), page % 256) for page in range(len(truths))]
    scan = folder / "quyen.tif"
    sheets[0].save(scan, save_all=True, append_images=sheets[1:])
    importing.import_scans(clerk, book.id, [scan])
    for page, truth in zip(books.book_pages(clerk, book.id), truths, strict=True):
        save_outcome(clerk, page, _read(PageTask(source=scan.name, page=page.scan_index), truth, rng), _VERSIONS)
    return clerk, book.id


def _read(task: PageTask, truth: Mapping[str, Value], rng: random.Random) -> PageReading:
    """A page as a weak recogniser would read it."""
    return PageReading(
        source=task.source,
        page=task.page,
        register_type=RegisterType.BIRTH,
        layout=_FORM,
        layout_version=f"{_FORM}/1",
        form_score=0.95,
        script=Script.HANDWRITTEN,
        entries=(
            EntryReading(region=0, box=_BOX, fields={name: _field(name, value, rng) for name, value in truth.items()}),
        ),
        engine="measured",
        page_size=(1000, 1400),
    )


def _field(name: str, value: Value, rng: random.Random) -> FieldReading:
    text = value.written
    wrong = bool(text) and rng.random() < _MISREAD
    others = [text, *(_misread(text, rng) for _ in range(3))] if text else []
    if wrong:
        others[0], others[1] = others[1], others[0]
    return FieldReading(
        column=name,
        text=others[0] if others else "",
        confidence=rng.uniform(0.3, 0.9) if wrong else rng.uniform(0.5, 0.99),
        engine=Engine.HANDWRITING,
        script=Script.HANDWRITTEN,
        box=_BOX,
        candidates=tuple(Candidate(text=o, log_likelihood=-1.0 * place) for place, o in enumerate(others)),
    )


def _misread(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    return text[:place] + rng.choice(_LETTERS) + text[place + 1 :]


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell; 0 done."""
    parser = argparse.ArgumentParser(prog="python -m workbench.measuring.weighing_times", description=main.__doc__)
    parser.add_argument("--entries", type=int, default=300)
    parser.add_argument("--confirm", type=int, default=60)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        times = measure_weighing(Path(folder), args.entries, args.confirm)
    for name, found in (("cân lại cả quyển", times.weighed), ("trường hợp tiếp theo", times.next_shown)):
        worst = sorted(found)
        most = worst[int(_MOST * (len(worst) - 1))]
        print(f"{name}: trung vị {statistics.median(found):.0f} ms, 95 % {most:.0f} ms, lâu nhất {worst[-1]:.0f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
