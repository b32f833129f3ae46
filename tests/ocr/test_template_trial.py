"""A form tried on a page: what fits, what is missing, and what the page would be read as with its book."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.batch.page_reader import installed_readers
from ocr.readings import PageTask
from ocr.template_trial import Trial, try_form
from tests.layouts.office_forms import NOWHERE, copied, of_labels
from tests.ocr.forms.test_office_forms import task

pytestmark = pytest.mark.slow


def tried(page: PageTask, form: str) -> Trial:
    return try_form(page, form, installed_readers())


def test_a_trial_tells_what_the_book_would_be_read_as(tmp_path: Path) -> None:
    same = tried(task(tmp_path, copied("birth-2006-xa-a")), "birth-2006-xa-a")
    assert same.reading is not None and same.reading.layout == "birth-2006-xa-a" and same.picture is not None
    assert (same.taken_as, same.rival) == ("birth-2006-xa-a", "birth-2006") and same.sure < 0.98
    few = tried(task(tmp_path, of_labels("it-nhan", "Họ và tên:", "Nơi sinh:")), "it-nhan")
    assert few.reading is not None and few.reading.layout == "it-nhan", "as the person who tries it wants"
    assert few.taken_as == "birth-2006" and few.sure > 0.98
    nowhere = tried(task(tmp_path, of_labels("la-lam", *NOWHERE)), "la-lam")
    assert nowhere.reading is None and set(nowhere.missing) == set(NOWHERE) and not nowhere.found
    assert "không khớp mẫu «la-lam»" in nowhere.message and nowhere.picture is not None
    cover = tried(task(tmp_path, copied("birth-2006-xa-a"), sort="cover"), "birth-2006-xa-a")
    assert cover.reading is None and "bìa" in cover.message and cover.taken_as is None
