"""Pages given to `prefill` as one book are weighed together, without a database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image

from layouts.register_types import RegisterType
from ocr.readings import Alternative, Engine, PageReading, PageTask, Script
from tests.fakes.readers import birth_reading
from workbench.prefill import DeclaredBook, book_json, page_json, page_tasks

OFFICE = "UBND xã Tân Lập, huyện Đồng Phú, tỉnh Bình Phước"


def _page(number: int, *, misread: str = "", date: str = "") -> PageReading:
    page = birth_reading(PageTask(source=f"{number}.jpg", page=number), entries=1, confidence=0.96)
    (entry,) = page.entries
    fields = dict(entry.fields)
    if misread:
        other = (Alternative(text=fields["so"].text, probability=0.2),)
        fields["so"] = replace(
            fields["so"],
            text=misread,
            confidence=0.6,
            script=Script.HANDWRITTEN,
            engine=Engine.HANDWRITING,
            alternatives=other,
        )
    if date:
        fields["ngayDangKy"] = replace(
            fields["ngayDangKy"], text=date, confidence=0.7, script=Script.HANDWRITTEN, engine=Engine.HANDWRITING
        )
    return replace(page, entries=(replace(entry, fields=fields),))


def test_a_book_settles_what_its_pages_alone_cannot() -> None:
    outcomes = [_page(n) for n in range(4)] + [_page(4, misread="6", date="05/03/1948")] + [_page(5)]
    alone = page_json(outcomes[4])["entries"][0]["fields"]
    assert (alone["so"]["normalized"], alone["ngayDangKy"]["normalized"]) == ("6", "05.03.1948")
    book = DeclaredBook(office=OFFICE, volume="01/1998")
    entry = book_json(outcomes, book)[4]["entries"][0]
    number, date = entry["fields"]["so"], entry["fields"]["ngayDangKy"]
    assert (number["text"], number["normalized"], number["needs_review"]) == ("5", "5", True)
    assert number["decided_by_book"].startswith("số trước 4")
    assert date["normalized"] == "05.03.1998"
    assert date["decided_by_book"].startswith("sổ năm 1998")
    assert {f["check"] for f in entry["findings"]} >= {"book_decided"}


def test_pages_of_another_type_are_pre_filled_by_themselves() -> None:
    book = DeclaredBook(office=OFFICE, volume="01/1998", register_type=RegisterType.DEATH)
    page = _page(0)
    assert book_json([page], book) == [page_json(page)]


def test_the_declared_place_and_year_reach_the_recogniser(tmp_path: Path) -> None:
    scan = tmp_path / "1.png"
    Image.new("L", (40, 40), 255).save(scan)
    (task,), _ = page_tasks([scan], None, (), DeclaredBook(office=OFFICE, volume="01/1998"))
    assert (task.book_place.commune, task.book_place.province, task.book_place.year) == ("Tân Lập", "Bình Phước", 1998)
