"""Trying a form on a page: what it finds and reads there, and whether the page is taken for it among all forms."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from ocr.errors import FormNotFoundError
from ocr.explain import step_pictures
from ocr.forms.form_choice import labels_seen, sureness
from ocr.images import BgrImage
from ocr.page.result import reading_of
from ocr.pipeline import PageWork, work_on_page
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
    picture: BgrImage | None
    """The straightened page with the fields placed, or with the labels found when they could not be."""
    taken_as: str | None
    """The form the page is read as when all forms of its register may be meant; None when it fits none."""
    sure: float
    """How sure that is, 0..1."""
    rival: str | None
    """The form that comes nearest to the one taken."""


def try_form(task: PageTask, form: str) -> Trial:
    """Read a page as one form, and say as which form it would be read.

    Args:
        task: the page as it is read with its book, the form among its templates.
        form: name of the form tried.

    Raises:
        OcrError: the page cannot be opened.
        TemplateError: one of the templates is not valid.
    """
    among_all = PageWork(task=replace(task, forms=()))
    _worked(among_all)
    best = among_all.matches[0].template.form if among_all.matches and among_all.placed else None
    rivals = [match.template.form for match in among_all.matches[1:2]]
    work = among_all
    message = ""
    start = time.perf_counter()
    if best != form:
        work = PageWork(task=replace(task, forms=(form,)))
        message = _worked(work)
    match = next((m for m in work.matches if m.template.form == form), None)
    found, missing = labels_seen(match) if match else ((), ())
    pictures = dict(step_pictures(work))
    read = not message and work.judged is None
    return Trial(
        reading=reading_of(work, time.perf_counter() - start) if read else None,
        message=message or ("" if read else _NO_ENTRIES),
        found=found,
        missing=missing,
        picture=pictures.get("fields", pictures.get("labels")),
        taken_as=best,
        sure=sureness(among_all.matches, task.book_form) if best else 0.0,
        rival=rivals[0] if rivals else None,
    )


_NO_ENTRIES = (
    "Trang này là bìa, trang khóa sổ hoặc trang trắng nên không đọc theo mẫu. Hãy thử trên trang có trường hợp đăng ký."
)


def _worked(work: PageWork) -> str:
    """Runs every step; why the page fits no form, or nothing."""
    try:
        work_on_page(work)
    except FormNotFoundError as error:
        return error.message
    return ""
