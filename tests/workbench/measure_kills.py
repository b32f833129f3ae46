"""A day with kills in it: pages come in, are confirmed, exported, backed up, restored; what is at work is killed.

    python -m tests.workbench.measure_kills --kills 100

Each stage runs in a forked process that is killed at a random moment. What it says is written down only after the
service has answered. In the end every confirmed entry must stand as confirmed, once; every scan must be there; the
trail must be whole; each backup that bears a backup's name must be whole, and a restored one must hold everything that
had been confirmed when it was begun; a delivery's folder must hold the whole delivery, as the first export made it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from corrections.entries import Book, DecisionKind, EntryState, Role
from layouts.register_types import RegisterType
from ocr.readings import PageTask
from storage.digests import sha256_of
from tests.databases import every_entry
from tests.fakes.readers import birth_reading
from tests.workbench.services.conftest import VERSIONS
from workbench.config import Settings
from workbench.services import audit, backup, books, exporting, importing, review
from workbench.services import context as contexts
from workbench.services.accounts import create_account, list_accounts
from workbench.services.context import Context, system_context
from workbench.services.errors import ServiceError
from workbench.services.saving_readings import save_outcome

_LONGEST = 2.5
"""Seconds after which a stage is killed at the latest; an export is given its own length."""
_PAST_THE_END = 1.3
"""So many times its length an export may run: some end by themselves, the others are killed anywhere in it."""


class Day:
    """The data of an office, and what its people have been told.

    Args:
        folder: for data, backups and what was restored.
        seed: of the order of stages and the moments of the kills.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.settings = Settings(data_dir=folder / "data", database_url="")
        self.told = folder / "told"
        self.told.touch()
        self.export_takes = _LONGEST
        """Seconds of an export whose PDFs are all made anew."""

    def context(self) -> Context:
        """As a new process opens it: a forked one shares no connection with its parent."""
        contexts._opened.clear()
        return system_context(self.settings)

    def tell(self, line: str) -> None:
        """Note an answer that came back from a service."""
        with self.told.open("a", encoding="ascii") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self, kind: str) -> list[str]:
        """Whole lines of that kind that were noted."""
        whole = self.told.read_text(encoding="ascii").rpartition("\n")[0].splitlines()
        return [line.split(" ", 1)[1] for line in whole if line.startswith(f"{kind} ")]

    def bring_in(self) -> None:
        """Import new pages and keep their readings."""
        ctx = self.context()
        book = self.growing_book(ctx)
        for _ in range(5):
            shade = random.SystemRandom().getrandbits(48).to_bytes(6, "big")
            page = self.folder / f"trang-{shade.hex()}.png"
            Image.frombytes("L", (3, 2), shade).resize((60, 80), Image.Resampling.NEAREST).save(page)
            importing.import_scans(ctx, book.id, [page])
            self.tell(f"scan {page.name}")
            for row in books.book_pages(ctx, book.id):
                if row.reading_id is None:
                    task = PageTask(source="scan.png", page=row.position)
                    save_outcome(ctx, row, birth_reading(task, entries=3), VERSIONS)

    def confirm(self) -> None:
        """Confirm entry after entry, as a clerk."""
        ctx = self.context()
        clerk = ctx.as_account(next(a for a in list_accounts(ctx) if a.role is Role.CLERK))
        while batch := review.next_entries(clerk, 2):
            for one in (item.entry for item in batch):
                token = f"token-{one.id}-{one.revision}-{self.chance.random()}"
                review.save_entry(
                    clerk, entry_id=one.id, revision=one.revision, token=token, decision=DecisionKind.CONFIRM
                )
                self.tell(f"confirmed {one.id}")

    def back_up(self) -> None:
        """Write backups, three generations of one name."""
        ctx = self.context()
        for _ in range(3):
            confirmed = len(self.lines("confirmed"))
            made = backup.write_backup(ctx, self.folder / "backups" / "sao-luu.zip", keep=3)
            self.tell(f"backup {confirmed} {made.sha256}")

    def restore(self) -> None:
        """Bring the newest backup back elsewhere, again where the one before was killed."""
        for _ in range(3):
            settings = Settings(data_dir=self.folder / "restored", database_url="")
            unfinished = (settings.data_dir / contexts.RESTORING).exists()
            if settings.data_dir.exists() and not unfinished:
                shutil.rmtree(settings.data_dir)
            backup.restore_backup(settings, self.folder / "backups" / "sao-luu.zip")

    def open_delivery(self) -> None:
        """A book of two entries to be exported over and over, and its first delivery, which takes its time."""
        ctx = self.context()
        clerk = ctx.as_account(next(a for a in list_accounts(ctx) if a.role is Role.CLERK))
        book = books.create_book(
            ctx, register_type=RegisterType.BIRTH, volume_number="02/1998", office="UBND xã Tân Lập, huyện A, tỉnh B"
        )
        page = self.folder / "giao.png"
        Image.new("L", (600, 800), 230).save(page)
        importing.import_scans(ctx, book.id, [page])
        (row,) = books.book_pages(ctx, book.id)
        save_outcome(ctx, row, birth_reading(PageTask(source="giao.png", page=0), entries=2), VERSIONS)
        for item in review.next_entries(clerk, 2):
            review.save_entry(
                clerk,
                entry_id=item.entry.id,
                revision=0,
                token=f"token-giao-{item.entry.id}",
                decision=DecisionKind.CONFIRM,
            )
        began = time.monotonic()
        self._deliver(ctx, self.folder / "ra")
        self.export_takes = time.monotonic() - began
        ctx.database.close()

    def export(self) -> None:
        """Deliver with PDFs of an earlier delivery, then with every PDF made anew: what could be taken over is gone."""
        ctx = self.context()
        self._deliver(ctx, self.folder / "ra")
        for gone in (self.folder / "ra", self.folder / "ra-moi", self.settings.data_dir / "proofs"):
            shutil.rmtree(gone, ignore_errors=True)
        self._deliver(ctx, self.folder / "ra-moi")

    def _deliver(self, ctx: Context, folder: Path) -> None:
        made = exporting.export_book(ctx, self.delivered_book(ctx).id, folder, include_unapproved=True)
        self.tell(f"export {made.manifest.workbook_sha256} {made.manifest.zip_sha256}")

    def delivered_book(self, ctx: Context) -> Book:
        """The book that is exported; the other one grows all day."""
        return next(b.book for b in books.list_books(ctx) if b.book.volume_number == "02/1998")

    def growing_book(self, ctx: Context) -> Book:
        """The book that pages come into."""
        return next(b.book for b in books.list_books(ctx) if b.book.volume_number == "01/1998")


def killed(day: Day, stage: Callable[[], None]) -> str:
    """Run a stage and kill it; what became of it."""
    longest = _PAST_THE_END * day.export_takes if stage == day.export else _LONGEST
    process = os.fork()
    if process == 0:
        code = 1
        try:
            stage()
            code = 0
        except ServiceError as error:
            print("refused:", error)
        finally:
            os._exit(code)
    deadline = time.monotonic() + day.chance.uniform(0.005, longest)
    while time.monotonic() < deadline:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return "ended by itself" if os.WEXITSTATUS(status) == 0 else "refused or failed"
        time.sleep(0.002)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return "killed"


def count(day: Day) -> list[str]:
    """What is wrong in the end; nothing should be."""
    wrong = []
    ctx = day.context()
    with ctx.read() as connection:
        stands = {entry.id: entry for entry in every_entry(connection)}
    done = (EntryState.CONFIRMED, EntryState.ESCALATED, EntryState.APPROVED)
    confirmed = [int(line) for line in day.lines("confirmed")]
    wrong += [f"confirmed twice: {i}" for i, times in Counter(confirmed).items() if times > 1]
    wrong += [f"lost: entry {i}" for i in confirmed if i not in stands or stands[i].state not in done]
    wrong += [f"saved more than once: entry {i}" for i in confirmed if i in stands and stands[i].revision != 1]
    regions = Counter((entry.page_id, entry.region) for entry in stands.values())
    wrong += [f"doubled: {key}" for key, times in regions.items() if times > 1]
    pages = books.book_pages(ctx, day.growing_book(ctx).id)
    wrong += _bent_deliveries(day)
    day.export()  # to its end: the same files once more
    wrong += _bent_deliveries(day)
    if len(pages) < len(day.lines("scan")):
        wrong.append(f"lost: {len(day.lines('scan')) - len(pages)} pages")
    wrong += audit.verify(ctx).problems
    ctx.database.close()
    for made in sorted((day.folder / "backups").glob("*.zip")):
        wrong += [f"{made.name}: {problem}" for problem in backup.verify_backup(made)]
    newest = day.folder / "backups" / "sao-luu.zip"
    shutil.rmtree(day.folder / "restored", ignore_errors=True)
    settings = Settings(data_dir=day.folder / "restored", database_url="")
    backup.restore_backup(settings, newest)
    contexts._opened.clear()
    back = system_context(settings)
    with back.read() as connection:
        kept = {entry.id for entry in every_entry(connection) if entry.state in done}
    known = [line.split() for line in day.lines("backup")]
    digest = sha256_of(newest)
    least = max((int(before) for before, sha in known if sha == digest), default=0)
    wrong += [f"not in the backup: entry {i}" for i in confirmed[:least] if i not in kept]
    wrong += [f"restored: {problem}" for problem in audit.verify(back).problems]
    back.database.close()
    return wrong


def _bent_deliveries(day: Day) -> list[str]:
    """Files under the names of a delivery that are not those of the delivery; its data has not changed all day."""
    told = set(day.lines("export"))
    wrong = [f"deliveries differ: {len(told)}"] if len(told) != 1 else []
    workbook, archive = next(iter(told)).split()
    for folder in (day.folder / "ra", day.folder / "ra-moi"):
        for pattern, digest in (("*.xlsx", workbook), ("*.zip", archive)):
            files = list(folder.glob(pattern)) if folder.is_dir() else []
            wrong += [f"half a delivery: {file}" for file in files if sha256_of(file) != digest]
    return wrong


def main() -> int:
    """Make the day, kill, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        day = Day(Path(name), options.seed)
        ctx = day.context()
        books.create_book(
            ctx, register_type=RegisterType.BIRTH, volume_number="01/1998", office="UBND xã Tân Lập, huyện A, tỉnh B"
        )
        create_account(ctx, name="nhaplieu", password="con-vit-boi-qua-song", role=Role.CLERK, own_password=True)
        backup.write_backup(ctx, day.folder / "backups" / "sao-luu.zip")
        ctx.database.close()
        day.open_delivery()
        stages = [day.bring_in, day.bring_in, day.confirm, day.confirm, day.back_up, day.restore, day.export]
        ends: Counter[tuple[str, str]] = Counter()
        while sum(number for (_, end), number in ends.items() if end == "killed") < options.kills:
            stage = day.chance.choice(stages)
            ends[stage.__name__, killed(day, stage)] += 1
        wrong = count(day)
        for (stage_name, end), number in sorted(ends.items()):
            print(f"{stage_name}: {end} {number}")
        print(
            f"{len(day.lines('confirmed'))} confirmed, {len(day.lines('scan'))} pages, "
            f"{len(day.lines('export'))} exports, {len(wrong)} wrong"
        )
        print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
