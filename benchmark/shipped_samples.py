"""The drawn pages that ship with the program; this command draws them again.

`python -m benchmark.shipped_samples` writes the sample books (`sample_books/<book>/`: pages, `truth.jsonl`,
`book.json`) and, beside each form template, a sample page (`<form>.sample.jpg`, `<form>.truth.json`).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from benchmark.drawing.book import Ink, draw_page, open_book
from benchmark.drawing.faults import Faults, ScanMode
from benchmark.drawing.fonts import bundled_fonts
from benchmark.drawing.printing import Printing
from benchmark.drawing.saved_book import draw_book, save_page
from layouts.loader import shipped_template, shipped_templates
from vietnamese.letters import first_small

__all__ = ["SAMPLE_BOOKS", "SampleBook", "draw_sample_book", "draw_template_sample", "main"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBook:
    """One book that ships with the program."""

    name: str
    form: str
    ink: Ink
    pages: int
    seed: int


SAMPLE_BOOKS = (
    SampleBook(name="khai-sinh-danh-may", form="birth-2015", ink="typed", pages=5, seed=20),
    SampleBook(name="ket-hon-viet-tay", form="marriage-2006", ink="hand", pages=5, seed=21),
)


def draw_sample_book(book: SampleBook, folder: Path) -> Path:
    """Draw a sample book into its folder, in place of what was there; the folder."""
    target = folder / book.name
    if target.exists():
        shutil.rmtree(target)
    faults = Faults.small(random.Random(book.seed))
    draw_book(book.form, ink=book.ink, pages=book.pages, seed=book.seed, faults=faults, out=target)
    plan = open_book(book.form, book.ink, book.seed, None, faults, bundled_fonts()).plan
    commune = plan.office.commune
    record = {
        "register_type": plan.template.register_type.value,
        "form": book.form,
        "volume": f"{plan.volume:02d}/{plan.year}",
        "office": f"UBND {first_small(commune)}",
        "district": plan.office.district,
        "province": plan.office.province,
        "year": plan.year,
        "invented": True,
    }
    (target / "book.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def draw_template_sample(form: str, folder: Path) -> tuple[Path, Path]:
    """Draw the sample page beside a template; the picture and its truth."""
    printing = Printing.plain(bundled_fonts())
    faults = replace(
        Faults.small(random.Random(form)),
        dpi=110 if shipped_template(form).page_mm.width > 300 else 150,
        mode=ScanMode.GREY,
        jpeg_quality=36,
        seal_share=0.0,
    )
    page = draw_page(form, ink="hand", seed=1, printing=printing, faults=faults)
    picture, truth = folder / f"{form}.sample.jpg", folder / f"{form}.truth.json"
    save_page(page, picture)
    text = json.dumps({"file": picture.name} | page.truth, ensure_ascii=False, separators=(",", ":"))
    truth.write_text(text + "\n", encoding="utf-8", newline="\n")
    return picture, truth


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(
        prog="python -m benchmark.shipped_samples", description="Vẽ lại sổ mẫu và trang mẫu đi kèm chương trình."
    )
    parser.add_argument("--root", type=Path, default=root, help="thư mục gốc của chương trình")
    args = parser.parse_args(arguments)
    for book in SAMPLE_BOOKS:
        print(draw_sample_book(book, args.root / "sample_books"))
    for form, template in shipped_templates().items():
        folder = args.root / "layouts" / "templates" / template.register_type.value
        folder.mkdir(parents=True, exist_ok=True)
        print(draw_template_sample(form, folder)[0])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
