"""Pictures of rare kinds: transparent ones, greys weighted by their layer, JPEGs that hardly any program decodes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from ocr.errors import ScanError
from ocr.scans.opening import list_pages, open_page


@pytest.fixture
def page() -> Image.Image:
    picture = Image.new("L", (620, 877), 235)
    for top in range(80, 800, 40):
        ImageDraw.Draw(picture).line((60, top, 500 - top // 4, top), fill=40, width=5)
    return picture


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_paper_shines_through_a_large_picture_too(tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large pictures are made smaller first; black where nothing is must not become ink."""
    monkeypatch.setattr("ocr.scans.pictures._LARGE", 1_000)
    picture = Image.new("P" if mode == "P" else "RGBA", (5000, 5000))
    ink: Any = 1 if mode == "P" else (20, 20, 20, 255)
    picture.paste(ink, (500, 500, 2000, 800))
    if mode == "P":
        picture.putpalette([0, 0, 0, 20, 20, 20])
        picture.save(tmp_path / "a.png", transparency=0, compress_level=1)
    else:
        picture.convert(mode).save(tmp_path / "a.png", compress_level=1)
    opened = open_page(tmp_path / "a.png", 0).image
    assert opened.shape[0] < 5000
    assert 0.015 < float((opened < 128).mean()) < 0.022


@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_a_colour_that_is_no_ink_is_paper(tmp_path: Path, mode: str) -> None:
    """PNG names one colour as transparent: black paper with grey writing on it is white paper with grey writing."""
    picture = Image.new("L", (600, 800), 0)
    picture.paste(90, (100, 100, 300, 150))
    colour: Any = (0, 0, 0) if mode == "RGB" else 0
    picture.convert(mode).save(tmp_path / "a.png", transparency=colour)
    opened = open_page(tmp_path / "a.png", 0).image
    assert opened[700, 500].tolist() == [255, 255, 255]
    if mode != "1":
        assert opened[120, 200].tolist() == [90, 90, 90]


def test_a_tiff_whose_greys_are_weighted_by_their_layer_is_read(tmp_path: Path, page: Image.Image) -> None:
    path = tmp_path / "a.tif"
    page.convert("LA").save(path)
    data = bytearray(path.read_bytes())
    where = int.from_bytes(data[4:8], "little")
    for entry in range(int.from_bytes(data[where : where + 2], "little")):
        at = where + 2 + 12 * entry
        if int.from_bytes(data[at : at + 2], "little") == 338:  # ExtraSamples: weighted
            data[at + 8] = 1
    path.write_bytes(data)
    with Image.open(path) as read:
        assert read.mode == "La"
    apart = ImageChops.difference(Image.fromarray(open_page(path, 0).image[..., 0]), page)
    assert ImageStat.Stat(apart).mean[0] < 2


@pytest.mark.parametrize(("place", "value"), [(4, 12), (1, 0xC3), (1, 0xCE)])
def test_a_jpeg_of_a_rare_kind_is_not_called_damaged(tmp_path: Path, page: Image.Image, place: int, value: int) -> None:
    """Twelve bits a colour, without loss, and levels of both: their head says so."""
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", dpi=(300, 300))
    data = bytearray(buffer.getvalue())
    data[data.index(b"\xff\xc0") + place] = value
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(ScanError) as told:
        for ref in list_pages(tmp_path / "a.jpg"):
            open_page(ref.source, ref.page)
    assert told.value.code == "unsupported"
