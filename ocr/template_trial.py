"""Trying a form on a page: what it finds and reads there, and whether the page is taken for it among all forms."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ocr.explain import step_pictures
from ocr.forms.form_choice import labels_seen, sureness
from ocr.images import BgrImage
from ocr.page.records import Cut, Judged, Searched, Unknown
from ocr.page.result import compose
from ocr.page.scan_pages import cut_page
from ocr.page.steps import read
from ocr.reading.readers import Readers
from ocr.readings import PageReading, PageTask

__all__ = ["Trial", "try_form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of a form on one page."""

    reading: PageReading | None
    """As that form; None when the page does not fit it."""
    message: str
    """Why it does not, in Vietnamese; empty when it fits."""
    found: tuple[str, ...]
    """Printed labels of the form that are on the page."""
    missing: tuple[str, ...]
    picture: BgrImage
    """The straightened page with the fields placed, or with the labels found when they could not be."""
    taken_as: str | None
    """The form the page is read as when all forms of its register may be meant; None when it fits none."""
    sure: float
    """How sure that is, 0..1."""
    rival: str | None
    """The form that comes nearest to the one taken."""


def try_form(task: PageTask, form: str, readers: Readers) -> Trial:
    """Read a page as one form, and say as which form it would be read.

    Args:
        task: the page as it is read with its book, the form among its templates.
        form: name of the form tried.
        readers: who reads its lines.

    Raises:
        OcrError: the page cannot be opened.
        TemplateError: one of the templates is not valid.
    """
    among_all = cut_page(replace(task, forms=()))
    matches = _search(among_all).matches
    best = matches[0].template.form if isinstance(among_all, Cut) else None
    tried = among_all if best == form else cut_page(replace(task, forms=(form,)))
    match = next((m for m in _search(tried).matches if m.template.form == form), None)
    found, missing = labels_seen(match) if match else ((), ())
    pictures = dict(step_pictures(tried))
    return Trial(
        reading=compose(read(tried, readers), readers) if isinstance(tried, Cut) else None,
        message=_why_not(tried),
        found=found,
        missing=missing,
        picture=pictures.get("fields", pictures["labels"]),
        taken_as=best,
        sure=sureness(matches, task.book_form) if best else 0.0,
        rival=matches[1].template.form if len(matches) > 1 else None,
    )


_NO_ENTRIES = (
    "Trang này là bìa, trang khóa sổ hoặc trang trắng nên không đọc theo mẫu. Hãy thử trên trang có trường hợp đăng ký."
)


def _search(page: Cut | Judged | Unknown) -> Searched:
    return page.placed.found.search if isinstance(page, Cut) else page.search


def _why_not(page: Cut | Judged | Unknown) -> str:
    """Why a page is not read as a form; empty when it is."""
    if isinstance(page, Unknown):
        return page.message
    return _NO_ENTRIES if isinstance(page, Judged) else ""
