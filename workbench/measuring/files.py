"""Every file of a folder opened and compared with poppler (PDF) or Pillow (images): what `benchmark --files` measures.

For the test corpora of public projects, which whoever measures fetches: nothing of them is kept here. Each file is
opened in a process of its own kind that may die or hang without stopping the others.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, ImageSequence

from ocr.errors import ScanError
from ocr.scans.formats import Taken, taken_as
from ocr.scans.opening import list_pages, open_page

__all__ = ["FileOutcome", "FileVerdict", "files_report", "measure_files", "write_files_report"]

_SECONDS = 120.0
"""After which a file is told as never opened."""
_MOST_PAGES = 12
"""Pages compared of one file; the number of pages is always compared."""
_SIDE = 96
"""Pixels of the higher side of two pictures that are compared."""
_DPI = 72
"""At which both programs draw a page: more than the comparison needs."""
_ALIKE = 14.0
"""Mean difference in grey levels of two pictures 96 pixels high; another page differs by 30 and more."""
_PROPORTIONS = 0.04
"""Share of the width by which two drawings of a page may differ besides two pixels."""

_Small = npt.NDArray[np.float32]


class FileVerdict(StrEnum):
    """What came of one file."""

    SAME = "same"
    """Opened, with the same number of pages and the same pictures."""
    NEGATIVE = "negative"
    """The same after a negative was turned positive, which is said."""
    CUT = "cut"
    """Only the part of a huge page that holds pictures was taken, which is said."""
    BOTH_REFUSE = "both_refuse"
    WE_REFUSE = "we_refuse"
    """The other program opens it; ours names the file and says why."""
    THEY_REFUSE = "they_refuse"
    DIFFERS = "differs"
    CRASH = "crash"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """One file."""

    name: str
    kind: str
    """Suffix without the dot, small letters."""
    verdict: FileVerdict
    pages: int = 0
    said: str = ""
    """What our program said of a file it refused, or what differs."""


def measure_files(folder: Path, advance: Callable[[int], None] | None = None) -> list[FileOutcome]:
    """Open and compare every scan file of a folder and those below it, in order of name."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and taken_as(p.name) == Taken.SCAN]
    outcomes: list[FileOutcome] = []
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context)
    for path in files:
        try:
            outcomes.append(pool.submit(_look, path, folder).result(timeout=_SECONDS))
        except (TooSlow, BrokenProcessPool) as error:
            verdict = FileVerdict.TOO_SLOW if isinstance(error, TooSlow) else FileVerdict.CRASH
            outcomes.append(_outcome(path, folder, verdict, said=type(error).__name__))
            for process in list(getattr(pool, "_processes", {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)
            pool = ProcessPoolExecutor(1, mp_context=context)
        if advance:
            advance(len(files))
    pool.shutdown()
    return outcomes


def _outcome(path: Path, folder: Path, verdict: FileVerdict, *, pages: int = 0, said: str = "") -> FileOutcome:
    name, kind = path.relative_to(folder).as_posix(), path.suffix.lower().lstrip(".")
    return FileOutcome(name=name, kind=kind, verdict=verdict, pages=pages, said=said)


def _look(path: Path, folder: Path) -> FileOutcome:
    theirs = _theirs(path)
    try:
        ours, remarks, said = _ours(path)
    except ScanError as error:
        verdict = FileVerdict.BOTH_REFUSE if theirs is None else FileVerdict.WE_REFUSE
        return _outcome(path, folder, verdict, said=f"{error.code}: {error.message}")
    except Exception as error:
        return _outcome(path, folder, FileVerdict.CRASH, said=repr(error)[:200])
    if theirs is None and all(page is None for page in ours):
        return _outcome(path, folder, FileVerdict.BOTH_REFUSE, pages=len(ours), said=said)
    if theirs is None:
        return _outcome(path, folder, FileVerdict.THEY_REFUSE, pages=len(ours), said=said)
    if any("khổ rất lớn" in remark for remark in remarks):
        return _outcome(path, folder, FileVerdict.CUT, pages=len(ours))
    difference = _difference(ours, theirs)
    if not difference:
        turned = any("âm bản" in remark for remark in remarks)
        return _outcome(path, folder, FileVerdict.NEGATIVE if turned else FileVerdict.SAME, pages=len(ours), said=said)
    refused = any(page is None for page in ours)
    return _outcome(
        path,
        folder,
        FileVerdict.WE_REFUSE if refused else FileVerdict.DIFFERS,
        pages=len(ours),
        said=said or difference,
    )


def _ours(path: Path) -> tuple[list[_Small | None], list[str], str]:
    """Small pictures of the pages (None for one that is refused), what was remarked, and the first refusal."""
    pages: list[_Small | None] = []
    remarks: list[str] = []
    said = ""
    for number, ref in enumerate(list_pages(path)):
        if number >= _MOST_PAGES:
            pages.append(None)
            continue
        try:
            opened = open_page(ref.source, ref.page)
        except ScanError as error:
            pages.append(None)
            said = said or f"trang {number + 1}: {error.code}: {error.message}"
            continue
        turned = any("âm bản" in remark for remark in opened.remarks)
        remarks += opened.remarks
        pages.append(_small(cv2.cvtColor(np.bitwise_not(opened.image) if turned else opened.image, cv2.COLOR_BGR2GRAY)))
    return pages, remarks, said


def _small(grey: npt.NDArray[Any]) -> _Small:
    height, width = grey.shape[:2]
    size = (max(1, round(_SIDE * width / height)), _SIDE) if height else (1, 1)
    return np.asarray(cv2.resize(grey.astype(np.float32), (min(size[0], 4000), size[1]), interpolation=cv2.INTER_AREA))


def _difference(ours: Sequence[_Small | None], theirs: Sequence[_Small | None]) -> str:
    """What differs, "" when nothing does."""
    if len(ours) != len(theirs):
        return f"{len(ours)} trang, chương trình kia {len(theirs)}"
    for number, (one, other) in enumerate(zip(ours[:_MOST_PAGES], theirs[:_MOST_PAGES], strict=True), start=1):
        if one is None and other is None:
            continue
        if one is None or other is None:
            return f"trang {number} chỉ một bên mở được"
        if abs(one.shape[1] - other.shape[1]) > 2 + _PROPORTIONS * other.shape[1]:
            return f"trang {number} khác khổ: {one.shape[1]} và {other.shape[1]} trên {_SIDE}"
        sized = cv2.resize(one, (other.shape[1], other.shape[0]), interpolation=cv2.INTER_AREA)
        apart = float(np.abs(sized - other).mean())
        if apart > _ALIKE:
            return f"trang {number} khác hình: {apart:.0f} mức xám"
    return ""


# --- the other programs -----------------------------------------------------------------------------------------------


def _theirs(path: Path) -> list[_Small | None] | None:
    """Small pictures of the pages as the other program shows them; None when it opens nothing."""
    with path.open("rb") as file:
        pdf = b"%PDF-" in file.read(1024)
    try:
        return list(_pages_of_poppler(path) if pdf else _pages_of_pillow(path)) or None
    except Exception:  # whatever the other program says, it does not open the file
        return None


def _pages_of_poppler(path: Path) -> Iterator[_Small | None]:
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, timeout=60, check=True).stdout.decode("latin-1")
    count = int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))
    for number in range(1, count + 1):
        if number > _MOST_PAGES:
            yield None
            continue
        command = ["pdftoppm", "-r", str(_DPI), "-cropbox", "-gray", "-f", str(number), "-l", str(number), str(path)]
        drawn = subprocess.run(command, capture_output=True, timeout=60, check=False).stdout
        picture = cv2.imdecode(np.frombuffer(drawn, np.uint8), cv2.IMREAD_GRAYSCALE) if drawn else None
        yield None if picture is None else _small(picture)


def _pages_of_pillow(path: Path) -> Iterator[_Small | None]:
    # from the opened file: named ones are mapped into memory, and a TIFF stored on its side is then shown wrongly
    with path.open("rb") as file, Image.open(file) as image:
        frames = ImageSequence.Iterator(image) if image.format == "TIFF" else [image]
        for frame in frames:
            tags = getattr(frame, "tag_v2", {})
            if image.format == "TIFF" and int(tags.get(254, 0)) & 5:
                continue
            upright = ImageOps.exif_transpose(frame)
            if upright.mode.startswith(("I", "F")):
                values = np.nan_to_num(np.asarray(upright).astype(np.float64))
                top = values.max(initial=1.0)
                yield _small(values / next((t for t in (1.0, 255.0, 4095.0, 65535.0) if top <= t), top) * 255)
                continue
            layered = upright.convert("RGBA")
            paper = Image.new("RGBA", layered.size, "white")
            yield _small(np.asarray(Image.alpha_composite(paper, layered).convert("L")))


# --- reports ----------------------------------------------------------------------------------------------------------


def files_report(outcomes: Sequence[FileOutcome]) -> str:
    """Markdown: by kind of file how many came to which end, and every file that did not open the same way."""
    verdicts = [v for v in FileVerdict if any(o.verdict is v for o in outcomes)]
    counts: Counter[tuple[str, FileVerdict]] = Counter((o.kind, o.verdict) for o in outcomes)
    lines = ["| kind | files | " + " | ".join(v.value for v in verdicts) + " |", "| --- " * (len(verdicts) + 2) + "|"]
    for kind in [*sorted({o.kind for o in outcomes}), "all"]:
        cells = [sum(n for (k, v), n in counts.items() if v is verdict and kind in (k, "all")) for verdict in verdicts]
        lines.append(f"| {kind} | {sum(cells)} | " + " | ".join(map(str, cells)) + " |")
    told = [o for o in outcomes if o.verdict not in (FileVerdict.SAME, FileVerdict.BOTH_REFUSE)]
    lines += ["", *(f"- `{o.name}`: {o.verdict.value}. {o.said}".rstrip(". ") for o in told)]
    return "\n".join(lines) + "\n"


def write_files_report(outcomes: Sequence[FileOutcome], out: Path) -> list[Path]:
    """The report as JSON and Markdown; returns what was written."""
    out.mkdir(parents=True, exist_ok=True)
    data = [asdict(outcome) for outcome in outcomes]
    (out / "files.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / "files.md").write_text(files_report(outcomes), encoding="utf-8")
    return [out / "files.json", out / "files.md"]
