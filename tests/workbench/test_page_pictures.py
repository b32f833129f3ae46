"""Pictures of straightened pages: the right way up, the right part, made once, and without them nothing breaks."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.errors import OcrError
from ocr.readings import PageReading
from workbench.page_pictures import PagePictures, sheet_size


def scan(folder: Path) -> Path:
    """A scan whose top left quarter is black."""
    picture = np.full((1200, 800), 255, np.uint8)
    picture[:600, :400] = 0
    path = folder / "scan.png"
    Image.fromarray(picture).save(path)
    return path


def reading(homography: tuple[float, ...], size: tuple[int, int] = (800, 1200)) -> PageReading:
    return PageReading(
        source="scan.png", page=0, register_type=None, layout=None, page_size=size, homography=homography
    )


def decoded(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


UPRIGHT = (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0)
TURNED = (0, 1.0, 0, -1.0, 0, 1.0, 0, 0, 1.0)
"""A quarter turn: the straightened page's top left is the scan's bottom left."""


def test_size_follows_the_page_as_it_lies_on_the_scan() -> None:
    width, height = sheet_size(reading(UPRIGHT))
    assert height / width == pytest.approx(1.5, abs=0.01)
    turned = sheet_size(reading(TURNED))
    assert turned[0] / turned[1] == pytest.approx(1.5, abs=0.01)


def test_a_turned_page_stands_upright(tmp_path: Path) -> None:
    picture = decoded(PagePictures(tmp_path / "cache").page("1-1", scan(tmp_path), 0, reading(TURNED)))
    height, width = picture.shape
    dark = picture[: height // 3, width * 2 // 3 :].mean(), picture[height * 2 // 3 :, : width // 3].mean()
    assert dark[0] < 40 and dark[1] > 215


def test_made_once_then_taken_from_the_cache(tmp_path: Path) -> None:
    pictures, path = PagePictures(tmp_path / "cache"), scan(tmp_path)
    first = pictures.page("7-3", path, 0, reading(UPRIGHT))
    path.unlink()
    assert pictures.page("7-3", path, 0, reading(UPRIGHT)) == first
    with pytest.raises(OcrError):
        pictures.page("7-4", path, 0, reading(UPRIGHT))


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert decoded(PagePictures(tmp_path / "cache" / "pages").page("1-1", scan(tmp_path), 0, None)).shape == (1200, 800)


def test_a_crop_holds_its_box(tmp_path: Path) -> None:
    pictures = PagePictures(tmp_path / "cache")
    page = pictures.page("1-1", scan(tmp_path), 0, reading(UPRIGHT))
    dark, light = (decoded(pictures.crop(page, box)) for box in ((0.1, 0.1, 0.4, 0.15), (0.6, 0.7, 0.9, 0.75)))
    assert dark.mean() < 20 and light.mean() > 235
    assert cv2.imdecode(np.frombuffer(pictures.crop(page, (0.5, 0.5, 0.5, 0.5)), np.uint8), 0) is not None
