"""Drawn pages: the same seed draws the same page, the truth lies on the ink, every form can be drawn."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmark.draw import main
from benchmark.drawing.book import draw_page, draw_pages
from benchmark.drawing.faults import Faults, ScanMode
from benchmark.drawing.fonts import bundled_fonts, fonts_of_folder
from benchmark.drawing.printing import Printing
from benchmark.invented.entries import invent_entry, plan_book
from layouts.loader import shipped_template, shipped_templates
from ocr.readings import PageKind

pytestmark = pytest.mark.slow

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ0123456789.,-/:'()"


@pytest.mark.parametrize("form", sorted(shipped_templates()))
def test_every_form_is_drawn_with_its_columns(form: str) -> None:
    page = draw_page(form, ink="hand", seed=2, faults=Faults.clean())
    template = shipped_template(form)
    assert page.truth["form"] == form
    assert 1 <= len(page.truth["entries"]) <= template.entries_per_page
    for entry in page.truth["entries"]:
        assert set(entry) <= set(template.column_names)
        assert len(entry) >= len(template.column_names) * 0.7
        assert sum(bool(value["ink"]) for value in entry.values()) >= 8
        assert all(value["written"] for value in entry.values() if value["ink"])


def test_the_same_seed_draws_the_same_page_and_another_seed_another() -> None:
    first, again, other = (draw_page("marriage-2006", ink="hand", seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.image, again.image)
    assert first.truth == again.truth
    assert first.truth["entries"] != other.truth["entries"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quads_lie_on_the_ink_also_on_photographs(seed: int) -> None:
    """Inside each quad stands ink: much darker spots than the paper around it."""
    faults = Faults.photographed(random.Random(seed))
    page = draw_page("birth-2006", ink="typed", seed=seed, faults=faults)
    grey = cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    size = np.array(grey.shape[::-1])
    checked = 0
    for value in page.truth["entries"][0].values():
        for quad in value["ink"]:
            points = (np.array(quad) * size).astype(int)
            (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
            inside = grey[top:bottom, left:right]
            around = grey[max(top - 40, 0) : bottom + 40, max(left - 40, 0) : right + 40]
            assert inside.min() < np.median(around) - 25
            checked += 1
    assert checked >= 12


def test_values_of_one_entry_agree() -> None:
    """Parents are older than the child, registration follows birth, numbers run, page is number plus a constant."""
    plan = plan_book(shipped_template("birth-2015"), random.Random(4))
    offsets = set()
    for index in range(12):
        entry = invent_entry(plan, index, random.Random(index))
        born, registered = _date(entry["nksNgaySinh"].standard), _date(entry["ngayDangKy"].standard)
        assert born <= registered
        for parent in ("me", "cha"):
            assert born.year - int(entry[f"{parent}NgaySinh"].standard[-4:]) >= 10
        offsets.add(int(entry["trangSo"].standard) - int(entry["so"].standard))
    assert len(offsets) == 1


def _date(text: str) -> date:
    day, month, year = (int(part) for part in text.split("."))
    return date(year, month, day)


def test_printers_move_labels_but_never_values_off_the_page() -> None:
    pages = list(draw_pages("death-2006", pages=1, seed=5, faults=Faults.clean()))
    pages += [draw_page("death-2006", seed=seed, faults=Faults.clean()) for seed in (6, 9)]
    tops = {round(page.truth["entries"][0]["nktHoTen"]["ink"][0][0][1], 3) for page in pages}
    assert len(tops) == 3
    for page in pages:
        for value in page.truth["entries"][0].values():
            assert all(0 <= x <= 1 and 0 <= y <= 1 for quad in value["ink"] for x, y in quad)


def test_two_pages_on_one_scan_carry_both_entries_in_order() -> None:
    page = draw_page("marriage-2006", seed=3, faults=Faults.clean(), a3=True)
    assert page.image.shape[1] > page.image.shape[0]
    left, right = page.truth["entries"]
    assert max(x for quad in left["chongHoTen"]["ink"] for x, _ in quad) < 0.5
    assert min(x for quad in right["chongHoTen"]["ink"] for x, _ in quad) > 0.5


@pytest.mark.parametrize("sort", ["cover", "closing", "blank", "cancelled"])
def test_pages_without_entries_say_what_they_are(sort: str) -> None:
    page = draw_page("death-2006", ink="hand", seed=1, sort=PageKind(sort), faults=Faults.clean())
    assert page.truth["page_kind"] == sort
    assert page.truth["entries"] == []
    assert (page.image < 120).any()


def test_resolution_and_colour_are_as_asked() -> None:
    faults = Faults(dpi=150, mode=ScanMode.BILEVEL, noise=0.0)
    page = draw_page("birth-2006", seed=1, faults=faults)
    assert abs(page.image.shape[0] - 297 / 25.4 * 150) < 3
    assert set(np.unique(page.image)) <= {0, 255}


def test_bundled_fonts_have_every_vietnamese_letter() -> None:
    from PIL import ImageFont

    fonts = bundled_fonts()
    for path in fonts.print_fonts + fonts.typewriters + fonts.pens:
        face = ImageFont.truetype(str(path), 40)
        missing = bytes(face.getmask("\U0010ffff"))
        lacking = [letter for letter in LETTERS + LETTERS.upper() if bytes(face.getmask(letter)) == missing]
        assert not lacking, (path.name, lacking)
    assert sum(f.stat().st_size for f in fonts.print_fonts + fonts.typewriters + fonts.pens) < 1_600_000


def test_a_folder_of_fonts_is_sorted_by_its_table(tmp_path: Path) -> None:
    for name in ("a.ttf", "b.ttf", "c.ttf"):
        (tmp_path / name).write_bytes(bundled_fonts().pens[0].read_bytes())
    (tmp_path / "fonts.tsv").write_text("file\tclass\na.ttf\tserif-print\nb.ttf\ttypewriter\n", encoding="utf-8")
    found = fonts_of_folder(tmp_path)
    assert [len(f) for f in (found.print_fonts, found.typewriters, found.pens)] == [1, 1, 1]


def test_command_writes_pages_and_their_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # drawn again, a page takes the place of the first one
        assert main(["--form", "birth-2015", "--pages", "1", "--faults", "clean", "--out", str(tmp_path)]) == 0
    row = json.loads((tmp_path / "truth.jsonl").read_text(encoding="utf-8"))
    assert cv2.imread(str(tmp_path / row["file"])).shape[0] == 3508
    assert main(["--form", "birth-2051", "--out", str(tmp_path)]) == 2
    assert "birth-2015" in capsys.readouterr().err


def test_plain_printing_keeps_the_template_where_it_is() -> None:
    page = draw_page("birth-2006", seed=1, printing=Printing.plain(bundled_fonts()), faults=Faults.clean())
    template = shipped_template("birth-2006")
    item = next(i for i in template.items if "nksHoTen" in i.columns)
    quad = page.truth["entries"][0]["nksHoTen"]["ink"][0]
    bottom = quad[2][1] * 297 - template.frame_mm.top
    assert abs(bottom - item.y_mm) < 2.5


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_is_the_same_page_turned(turns: int) -> None:
    upright = draw_page("marital-status-2015", seed=4, faults=Faults.clean())
    turned = draw_page("marital-status-2015", seed=4, faults=Faults(blur=0.4, noise=1.0, seal_share=0.0, turns=turns))
    assert np.array_equal(np.rot90(upright.image, turns), turned.image)
    x, y = upright.truth["entries"][0]["nxnHoTen"]["ink"][0][0]
    expected = {1: (y, 1 - x), 2: (1 - x, 1 - y), 3: (1 - y, x)}[turns]
    assert turned.truth["entries"][0]["nxnHoTen"]["ink"][0][0] == pytest.approx(expected, abs=1e-4)


def test_a_cropped_page_keeps_its_truth_inside_the_scan() -> None:
    page = draw_page("birth-2006", seed=2, faults=Faults(border=(-8.0, 0.0, -4.0, 0.0), skew_degrees=2.0))
    assert page.image.shape[1] == pytest.approx((210 - 12) / 25.4 * 300, abs=60)
    for value in page.truth["entries"][0].values():
        assert all(0 <= x <= 1 for quad in value["ink"] for x, _ in quad)
