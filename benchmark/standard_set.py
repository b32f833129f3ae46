"""The set of drawn pages that figures are quoted on: every form, typed and written, scanned and photographed.

`python -m benchmark.standard_set --out DIR` draws it; the same seed draws the same pages anywhere.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmark.drawing.book import PAGE_SORTS, Ink
from benchmark.drawing.faults import Faults
from benchmark.drawing.fonts import FontSet, bundled_fonts, fonts_of_folder
from benchmark.drawing.saved_book import draw_book
from layouts.forms import PageLayout
from layouts.loader import shipped_templates
from ocr.readings import PageKind

__all__ = ["Batch", "draw_standard_set", "main", "standard_batches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pages of one book of the set."""

    folder: str
    form: str
    ink: Ink
    pages: int
    seed: int
    photo: bool = False
    sort: PageKind = PageKind.ENTRIES
    a3: bool = False


def standard_batches(pages: int, seed: int, printers: int = 2) -> Iterator[Batch]:
    """The books of the set.

    Args:
        pages: pages of each form, ink and printer.
        seed: of the whole set.
        printers: how many printings of each form.
    """
    for number, (form, template) in enumerate(shipped_templates().items()):
        start = seed * 1000 + number * 20
        inks: tuple[Ink, ...] = ("typed", "hand")
        for ink in inks:
            for printer in range(printers):
                yield Batch(folder=f"{form}-{ink}", form=form, ink=ink, pages=pages, seed=start + printer)
            yield Batch(folder=f"{form}-photo", form=form, ink=ink, pages=1, seed=start + 10, photo=True)
        if template.layout is PageLayout.FORM:
            yield Batch(folder=f"{form}-a3", form=form, ink="typed", pages=1, seed=start + 11, a3=True)
        for sort in PAGE_SORTS[1:]:
            if template.layout is PageLayout.SPREAD_ROWS and sort is PageKind.CANCELLED:
                continue  # nobody cancels a whole spread; single rows are struck out
            yield Batch(folder="other-pages", form=form, ink="hand", pages=1, seed=start + 12, sort=sort)


def draw_standard_set(
    out: Path, *, pages: int = 2, seed: int = 1, fonts: FontSet | None = None, forms: tuple[str, ...] = ()
) -> int:
    """Draw the set into a folder, a folder a book; how many scans were drawn.

    Args:
        out: an empty or new folder.
        pages: pages of each form, ink and printer.
        seed: of the whole set.
        fonts: fonts to choose from; the bundled ones by default.
        forms: only these forms.
    """
    drawn = 0
    for batch in standard_batches(pages, seed):
        if forms and batch.form not in forms:
            continue
        faults = Faults.photographed(random.Random(batch.seed)) if batch.photo else None
        draw_book(
            batch.form, ink=batch.ink, pages=batch.pages, seed=batch.seed, faults=faults, sort=batch.sort, a3=batch.a3,
            fonts=fonts, out=out / batch.folder,
        )  # fmt: skip
        drawn += batch.pages
    return drawn


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmark.standard_set", description="Vẽ bộ trang chuẩn để đo chương trình."
    )
    parser.add_argument("--out", type=Path, required=True, help="thư mục mới để ghi ảnh và lời giải")
    parser.add_argument("--pages", type=int, default=2, help="số trang mỗi mẫu, kiểu chữ và nhà in")
    parser.add_argument("--seed", type=int, default=1, help="cùng số này thì vẽ ra cùng bộ trang")
    parser.add_argument("--form", action="append", default=[], help="chỉ mẫu sổ này; lặp lại được")
    parser.add_argument("--fonts", type=Path, help="thư mục phông chữ thêm")
    args = parser.parse_args(arguments)
    fonts = bundled_fonts().merged(fonts_of_folder(args.fonts)) if args.fonts else None
    drawn = draw_standard_set(args.out, pages=args.pages, seed=args.seed, fonts=fonts, forms=tuple(args.form))
    print(f"Đã vẽ {drawn} bản quét vào {args.out}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
