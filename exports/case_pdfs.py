"""PDFs of the cases of one export: made from the pages' pictures in several processes, or taken over from an earlier
export or from what was made in the background before."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeAlias

import cv2

from corrections.entries import Entry
from exports.entry_pdf import RECIPE, EntryPdf, PdfLimits, make_entry_pdf
from exports.errors import ExportError, LeftOutCode, PdfError
from exports.manifest import CaseFile, LeftOut, load_manifest
from exports.pdf_shelf import PdfRefusal, PdfShelf
from exports.pictures import Picture
from exports.profile import ExportProfile, OversizePdf
from exports.readability import WordReader
from layouts.geometry import RelativeBox
from ocr.batch.priority import step_back
from ocr.errors import MissingProgramError, OcrError
from storage.digests import sha256_hex

__all__ = ["CasePage", "Cook", "ExportEntry", "MadeCase", "PdfKitchen", "cooks", "cut_out"]

_MARGIN = 0.008
"""Added around an entry's region, fraction of the page, so that writing over the frame is not cut."""
_LASTING = LeftOutCode.UNREADABLE_IN_LIMIT
"""The refusal that the same pictures always get; others may be mended."""
_FEW = 3
"""Starting processes costs a second or two each: so many PDFs are made sooner without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A page, or a region of one, on which a case stands."""

    scan_digest: str
    """SHA-256 of the scan file."""
    page: int
    """Index of the page in its file, from 0."""
    load: Callable[[], Picture]
    """Gives the straightened page; called only when its PDF has to be made, perhaps in another process."""
    box: RelativeBox | None = None
    """The case's region on the straightened page; None for the whole page."""
    geometry: str = ""
    """What else decides the picture (half of a double page, rotation, straightening), for the reuse of PDFs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEntry:
    """An entry with the pages its picture is cut from, in order."""

    entry: Entry
    pages: tuple[CasePage, ...]
    scanned: bool = True
    """False for a case that stands in the paper book only: there is nothing to make a PDF from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCase:
    """A case whose PDF is ready in the temporary folder."""

    item: ExportEntry
    file: CaseFile
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A PDF to make; crosses process boundaries."""

    pages: tuple[CasePage, ...]
    limits: PdfLimits
    accept_oversize: bool
    read_words: WordReader | None


Cook: TypeAlias = Callable[[Sequence[_Order]], Iterator[EntryPdf | PdfRefusal]]


class PdfKitchen:
    """Makes PDFs into the temporary folder, or takes them over from the .zip of an earlier export or from the shelf."""

    def __init__(
        self,
        folder: Path,
        profile: ExportProfile,
        *,
        earlier: Iterable[Path] = (),
        shelf: PdfShelf | None = None,
        read_words: WordReader | None = None,
        processes: int = 1,
    ) -> None:
        """Open the kitchen.

        Args:
            folder: where PDFs are put, under `pdf/`.
            profile: limits of the office.
            earlier: manifests of earlier exports, whose .zip stands beside them; a damaged one only costs time.
            shelf: PDFs made before; what is made now goes there too, so that an export broken off loses none.
            read_words: a recogniser that proves what is still readable; a function other processes can import.
            processes: how many make PDFs at once.
        """
        self.folder = folder
        self.profile = profile
        self.read_words = read_words
        self.processes = processes
        self.limits = PdfLimits(
            largest_bytes=profile.largest_pdf_bytes, dpi=profile.pdf_dpi, keep_colour=profile.keep_colour
        )
        self.made = self.reused = self.ready = 0
        self._manifests = tuple(earlier)
        self._shelf = shelf

    def make(
        self, items: Sequence[ExportEntry], moved: Callable[[int], None] = lambda _: None
    ) -> Generator[MadeCase | LeftOut, None, None]:
        """The PDF of each case in order, as a file named by its entry; or why it stays out.

        Args:
            items: the cases.
            moved: called with how many are at hand: those taken over first, then after each that is made.

        Raises:
            ExportError: a process ended by itself.
            MissingProgramError: the recogniser is not installed.
        """
        with _Earlier(self._manifests) as earlier:
            ready = [self._taken_over(item, earlier) for item in items]
        orders = [self._order(item.pages) for item, found in zip(items, ready, strict=True) if found is None]
        done = len(items) - len(orders)
        moved(done)
        several = self.processes > 1 and len(orders) > _FEW
        with cooks(min(self.processes, len(orders)) if several else 0) as cook_all:
            fresh = cook_all(orders)
            for item, found in zip(items, ready, strict=True):
                if found is None:
                    found = self._fresh(item, next(fresh))
                    done += 1
                    moved(done)
                yield found

    def make_cover(self, page: CasePage) -> bytes:
        """The PDF of a cover.

        Raises:
            PdfError: it cannot be made readable within the limit.
        """
        pdf = self._from_shelf(self.key((page,))) or self._kept((page,), _cook(self._order((page,))))
        if isinstance(pdf, PdfRefusal):
            raise PdfError(pdf.code, pdf.reason)
        return pdf.data

    def missing(self, wanted: Iterable[tuple[CasePage, ...]]) -> Iterator[tuple[CasePage, ...]]:
        """Those of which no PDF is at hand."""
        earlier = _Earlier(self._manifests)
        for pages in wanted:
            key = self.key(pages)
            if not (earlier.knows(key) or (self._shelf and self._shelf.has(key))):
                yield pages

    def stock(self, pages: tuple[CasePage, ...], cook: Cook) -> None:
        """Make a PDF for the shelf.

        Raises:
            OSError: no room.
            ExportError: the process that makes it ended by itself.
        """
        (made,) = cook([self._order(pages)])
        self._kept(pages, made)

    def keep_only(self, wanted: Iterable[tuple[CasePage, ...]]) -> None:
        """Throw away what the shelf has of other pictures."""
        if self._shelf:
            self._shelf.keep_only({self.key(pages) for pages in wanted})

    def _from_shelf(self, key: str) -> EntryPdf | PdfRefusal | None:
        return self._shelf.get(key) if self._shelf else None

    def _kept(self, pages: tuple[CasePage, ...], made: EntryPdf | PdfRefusal) -> EntryPdf | PdfRefusal:
        """What was made, on the shelf too when the same pictures would give the same again."""
        lasting = isinstance(made, EntryPdf) or made.code is _LASTING
        if self._shelf and lasting:
            self._shelf.put(self.key(pages), made)
        return made

    def _order(self, pages: tuple[CasePage, ...]) -> _Order:
        oversize = self.profile.oversize_pdf is OversizePdf.SHIP_WITH_WARNING
        return _Order(pages=pages, limits=self.limits, accept_oversize=oversize, read_words=self.read_words)

    def key(self, pages: Sequence[CasePage]) -> str:
        """Digest of all that decides the PDF of these pages."""
        where = [(p.scan_digest, p.page, p.box.as_tuple() if p.box else None, p.geometry) for p in pages]
        recipe = [RECIPE, asdict(self.limits), self.profile.oversize_pdf.value, self.read_words is not None]
        return sha256_hex(json.dumps([where, recipe], sort_keys=True).encode())

    def _taken_over(self, item: ExportEntry, earlier: _Earlier) -> MadeCase | LeftOut | None:
        """What an earlier export made of the same pictures; None when they are new."""
        key = self.key(item.pages)
        refused = earlier.refusal(key)
        if refused:
            return self._left_out(item, refused)
        found = earlier.take(key)
        if found is not None:
            case, data = found
            self.reused += 1
            return self._stored(item, replace(case, entry_id=item.entry.id), data)
        waiting = self._from_shelf(key)
        if waiting is None:
            return None
        self.ready += isinstance(waiting, EntryPdf)
        return self._served(item, waiting)

    def _fresh(self, item: ExportEntry, pdf: EntryPdf | PdfRefusal) -> MadeCase | LeftOut:
        self.made += isinstance(pdf, EntryPdf)
        return self._served(item, self._kept(item.pages, pdf))

    def _served(self, item: ExportEntry, pdf: EntryPdf | PdfRefusal) -> MadeCase | LeftOut:
        if isinstance(pdf, PdfRefusal):
            return self._left_out(item, pdf)
        return self._stored(item, _case_file(item, self.key(item.pages), pdf), pdf.data)

    def _left_out(self, item: ExportEntry, refused: PdfRefusal) -> LeftOut:
        key = self.key(item.pages)
        return LeftOut(entry_id=item.entry.id, code=refused.code, reason=refused.reason, picture_key=key)

    def _stored(self, item: ExportEntry, file: CaseFile, data: bytes) -> MadeCase:
        path = self.folder / "pdf" / f"{item.entry.id}.pdf"
        path.write_bytes(data)
        return MadeCase(item=item, file=file, path=path)


class _Earlier:
    """What earlier exports made of which pictures; their archives stay open until the block ends."""

    def __init__(self, manifests: Iterable[Path]) -> None:
        self._open: dict[Path, zipfile.ZipFile | None] = {}
        self._cases: dict[str, tuple[CaseFile, Path]] = {}
        self._refused: dict[str, PdfRefusal] = {}
        for path in manifests:
            manifest = load_manifest(path)
            if manifest is None:
                continue
            for case in manifest.cases:
                self._cases.setdefault(case.picture_key, (case, path.parent / manifest.zip))
            for left in manifest.left_out:
                if left.code is _LASTING and left.picture_key:
                    self._refused[left.picture_key] = PdfRefusal(code=left.code, reason=left.reason)

    def __enter__(self) -> _Earlier:
        return self

    def __exit__(self, *_: object) -> None:
        for archive in self._open.values():
            if archive is not None:
                archive.close()

    def refusal(self, key: str) -> PdfRefusal | None:
        """Why the same pictures could not be made readable."""
        return self._refused.get(key)

    def knows(self, key: str) -> bool:
        """Whether an earlier export says that it has the same pictures, or could not make them."""
        return key in self._refused or (key in self._cases and self._cases[key][1].exists())

    def take(self, key: str) -> tuple[CaseFile, bytes] | None:
        """The PDF of the same pictures; None when they are new, or the .zip no longer has it."""
        if key not in self._cases:
            return None
        case, path = self._cases[key]
        archive = self._archive(path)
        if archive is None:
            return None
        try:
            data = archive.read(case.name)
        except (OSError, KeyError, zipfile.BadZipFile):
            return None
        return (case, data) if sha256_hex(data) == case.sha256 else None

    def _archive(self, path: Path) -> zipfile.ZipFile | None:
        if path not in self._open:
            try:
                self._open[path] = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile):
                self._open[path] = None
        return self._open[path]


@contextmanager
def cooks(processes: int) -> Iterator[Cook]:
    """A function that makes PDFs in order: in this process (0), or in others that step back and end with the block."""
    if not processes:
        yield lambda orders: map(_cook, orders)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_calm)
    try:
        yield lambda orders: pool.map(_cook, orders)
    except BrokenProcessPool as error:
        raise ExportError(
            "worker_crashed",
            "Một tiến trình làm PDF bị dừng đột ngột, có thể do thiếu bộ nhớ. Hãy giảm số tiến trình "
            "(WORKBENCH_WORKERS) rồi xuất lại; bản xuất trước (nếu có) vẫn còn nguyên.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _calm() -> None:
    """One thread a process: together they already take every core; whoever waits at a screen goes first."""
    step_back()
    _end_with_parent()
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    cv2.setNumThreads(1)


def _cook(order: _Order) -> EntryPdf | PdfRefusal:
    """A new PDF from the pages' pictures."""
    try:
        pictures = [cut_out(page.load(), page.box) for page in order.pages]
        return make_entry_pdf(
            pictures, order.limits, read_words=order.read_words, accept_oversize=order.accept_oversize
        )
    except PdfError as error:
        return PdfRefusal(code=error.left_out, reason=str(error))
    except MissingProgramError:
        raise
    except OcrError as error:
        return PdfRefusal(code=LeftOutCode.NO_PICTURE, reason=error.message)
    except (OSError, ValueError):
        return PdfRefusal(
            code=LeftOutCode.NO_PICTURE,
            reason="Không mở được ảnh quét của trường hợp này. Hãy nhập lại bản quét rồi xuất lại.",
        )


def _case_file(item: ExportEntry, key: str, pdf: EntryPdf) -> CaseFile:
    return CaseFile(
        entry_id=item.entry.id,
        row=0,
        name="",
        sha256=sha256_hex(pdf.data),
        size=len(pdf.data),
        pages=pdf.pages,
        scans=tuple(dict.fromkeys(p.scan_digest for p in item.pages)),
        picture_key=key,
        quality=asdict(pdf.quality),
    )


def cut_out(picture: Picture, box: RelativeBox | None) -> Picture:
    """The part of a page a case stands on, with a little margin; all of it without a box."""
    if box is None:
        return picture
    height, width = picture.image.shape[:2]
    left, top = max(0.0, box.left - _MARGIN), max(0.0, box.top - _MARGIN)
    right, bottom = min(1.0, box.right + _MARGIN), min(1.0, box.bottom + _MARGIN)
    part = picture.image[int(top * height) : round(bottom * height), int(left * width) : round(right * width)]
    return replace(picture, image=part)


def _end_with_parent() -> None:
    """A killed program leaves nothing behind: its pool's processes would wait for orders for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent,), daemon=True).start()


def _leave_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)
