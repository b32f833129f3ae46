"""Time, memory, precision and recall of reconciling 10,000 persons of books with extracts up to a million rows.

Not a test (it takes minutes): `python -m tests.exports.reconciliation_figures`.
"""

import csv
import multiprocessing
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from openpyxl import Workbook

from corrections.reconciliation import reconcile
from corrections.same_person import Person
from exports.reconciliation_book import ExtractProfile, read_extract
from tests.corrections.planted_persons import SLIPS, Planted
from tests.figures_out import write_figures

COUNT = 10_000
HEADS = ("Họ và tên", "Ngày sinh", "Giới tính", "Họ tên mẹ", "Họ tên cha", "Tên gọi khác")
FIELDS = ("name", "born", "sex", "mother", "father", "former_names")
PROFILE = ExtractProfile(columns=dict(zip(FIELDS, HEADS, strict=True)))


def _row(person: Person) -> list[str]:
    sex = "Nam" if person.sex == "1" else "Nữ"
    return [person.name, person.born, sex, person.mother, person.father, ", ".join(person.former_names)]


def _write(people: list[Person], path: Path) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([HEADS, *map(_row, people)])
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("DuLieu")
    sheet.append(HEADS)
    for person in people:
        sheet.append(_row(person))
    book.save(path)


def _measure(path: Path, book: list[Person], truth: dict[str, str | None], slips: dict[str, str]) -> dict[str, object]:
    """Runs in a process of its own, so that its memory is its own."""
    started, started_cpu = time.perf_counter(), time.process_time()
    results = reconcile(book, read_extract(path, PROFILE))
    wall, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    rows = {r.key: r.matched.removeprefix("dòng ") for r in results if r.matched}
    hits = sum(1 for key, row in rows.items() if truth[key] == row)
    missed = Counter(slips[key] for key, right in truth.items() if right and rows.get(key) != right)
    return {
        "extract": path.suffix[1:],
        "wall s": round(wall),
        "processor s": round(cpu, 1),
        "memory MiB": round(psutil.Process().memory_info().rss / 1024**2),
        "precision": round(hits / len(rows), 4),
        "recall": round(hits / sum(1 for right in truth.values() if right), 4),
        "missed by slip": ", ".join(f"{slip} {missed[slip]}" for slip in SLIPS if missed[slip]) or "none",
    }


def main() -> None:
    """Measure and write `docs/figures/reconciliation`."""
    rows = []
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="reconciliation-") as folder:
        for people in (50_000, 1_000_000):
            planted = Planted(COUNT, people)
            row_of = {person.key: str(number) for number, person in enumerate(planted.extract, start=2)}
            truth = {key: row_of[right] if right else None for key, right in planted.truth.items()}
            for suffix in (".csv", ".xlsx"):
                path = Path(folder) / f"{people}{suffix}"
                _write(planted.extract, path)
                with context.Pool(1) as pool:
                    found = pool.apply(_measure, (path, planted.book, truth, planted.slips))
                rows.append({"persons of books": COUNT, "rows": len(planted.extract), **found})
                print(rows[-1], flush=True)
                path.unlink()
    note = (
        "Planted slips in turn: " + ", ".join(SLIPS) + ". A missing person counts against precision when somebody is"
        " found for it. Memory is that of the process at its end, the books' persons included."
    )
    write_figures("reconciliation", "Reconciliation with a population extract", note, rows)


if __name__ == "__main__":
    main()
