"""Drawn pages as files: pictures as a scanner delivers them, and one `truth.jsonl` a folder."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
from PIL import Image

from benchmark.drawing.book import DrawnPage, Ink, draw_pages
from benchmark.drawing.faults import Faults, ScanMode
from benchmark.drawing.fonts import FontSet
from benchmark.drawing.printing import Printing
from benchmark.drawing.real_pen import RealPen
from layouts.forms import FormTemplate
from ocr.readings import PageKind

__all__ = ["draw_book", "save_page"]


def save_page(page: DrawnPage, path: Path) -> None:
    """Write a page with its resolution; JPEG quality as the page's faults say."""
    array = page.image if page.image.ndim == 2 else cv2.cvtColor(page.image, cv2.COLOR_BGR2RGB)
    dpi = (page.faults.dpi, page.faults.dpi)
    image = Image.fromarray(array)
    if path.suffix.lower() in (".jpg", ".jpeg"):
        image.save(path, quality=page.faults.jpeg_quality, dpi=dpi)
    elif page.faults.mode is ScanMode.BILEVEL and path.suffix.lower() in (".tif", ".tiff"):
        image.convert("1").save(path, compression="group4", dpi=dpi)
    else:
        image.save(path, dpi=dpi)


def draw_book(
    form: str | FormTemplate,
    *,
    ink: Ink = "typed",
    pages: int = 4,
    seed: int = 0,
    printing: Printing | None = None,
    faults: Faults | None = None,
    out: Path,
    sort: PageKind = PageKind.ENTRIES,
    fonts: FontSet | None = None,
    a3: bool = False,
    suffix: str = ".jpg",
    pen: RealPen | None = None,
) -> Path:
    """Draw pages of a book into a folder and put them into its `truth.jsonl`; the path of that file.

    Pages drawn again take the place of those of the same name.
    """
    out.mkdir(parents=True, exist_ok=True)
    name = form if isinstance(form, str) else form.form
    marks = ("" if sort is PageKind.ENTRIES else f"-{sort}") + ("-a3" if a3 else "")
    rows: dict[str, str] = {}
    drawn = draw_pages(form, ink=ink, pages=pages, seed=seed, printing=printing, faults=faults, sort=sort,
                       fonts=fonts, a3=a3, pen=pen)  # fmt: skip
    written_by = ink if pen is None else pen.writer
    for number, page in enumerate(drawn):
        photo = "-photo" if page.faults.photo else ""
        path = out / f"{name}-{written_by}{marks}{photo}-{seed}-{number:02d}{suffix}"
        save_page(page, path)
        rows[path.name] = json.dumps({"file": path.name} | page.truth, ensure_ascii=False)
    return _add_truth(out / "truth.jsonl", rows)


def _add_truth(file: Path, rows: dict[str, str]) -> Path:
    """Put the rows of some pages into a truth file."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    kept = [line for line in lines if json.loads(line)["file"] not in rows]
    file.write_text("\n".join([*kept, *rows.values()]) + "\n", encoding="utf-8", newline="\n")
    return file
