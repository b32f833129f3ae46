"""Files of any kind opened and compared with poppler and Pillow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from workbench.measuring.files import FileVerdict, files_report, measure_files, write_files_report


def _page() -> Image.Image:
    pixels = np.full((400, 300), 240, np.uint8)
    pixels[40:120, 30:200] = 30
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    _page().save(place / "a.png")
    _page().save(place / "b.tif", save_all=True, append_images=[_page().rotate(180)])
    Image.fromarray(255 - np.asarray(_page())).save(place / "am.png")
    (place / "hong.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    (place / "ghi-chu.txt").write_text("x", encoding="utf-8")
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=(300, 400))
    sheet.Contents = pdf.make_stream(b"0 0 0 rg 30 280 170 80 re f")
    sheet.CropBox = pikepdf.Array([0, 200, 300, 400])
    pdf.save(place / "cat.pdf")
    return place


@pytest.mark.slow
def test_every_file_gets_a_verdict(folder: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    outcomes = measure_files(folder, seen.append)
    verdicts = {o.name: o.verdict for o in outcomes}
    assert verdicts == {
        "a.png": FileVerdict.SAME,
        "am.png": verdicts["am.png"],
        "b.tif": FileVerdict.SAME,
        "cat.pdf": FileVerdict.SAME,
        "hong.jpg": FileVerdict.BOTH_REFUSE,
    }
    assert verdicts["am.png"] in (FileVerdict.SAME, FileVerdict.NEGATIVE)
    assert seen == [5] * 5
    report = files_report(outcomes)
    assert "| all | 5 |" in report
    written = write_files_report(outcomes, tmp_path / "out")
    assert len(json.loads(written[0].read_text(encoding="utf-8"))) == 5
