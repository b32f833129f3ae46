"""Tests share Tesseract's answers: the same picture with the same options is read once, also between runs.

The answers lie in pytest's cache (`.pytest_cache/d/tesseract/`), by digest of the picture's bytes, the options, the
program, its version and its language data; so whatever changes a picture by one pixel is read anew. `--cache-clear`
forgets them all, and `WORKBENCH_TEST_FRESH=1` reads everything afresh. Failures are never kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytesseract

from ocr import tesseract

Rows = list[dict[str, str]]


def pictures_of(path: str) -> list[Path]:
    """The picture itself, or those that a listing names."""
    file = Path(path)
    if file.suffix == ".txt":
        return [Path(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    return [file]


def sharing(run: Callable[[str, str], Rows], folder: Path) -> Callable[[str, str], Rows]:
    """`run`, but asked only for what no file of the folder answers."""
    data = Path(os.environ["TESSDATA_PREFIX"]) / f"{tesseract.LANGUAGE}.traineddata"
    language = hashlib.sha256(data.read_bytes()).hexdigest()

    def shared(path: str, options: str) -> Rows:
        key = hashlib.sha256()
        program = (pytesseract.pytesseract.tesseract_cmd, os.environ.get("PATH"), os.environ.get("TESSDATA_PREFIX"))
        key.update(repr((options, program, tesseract.tesseract_version(), language)).encode())
        for picture in pictures_of(path):
            key.update(hashlib.sha256(picture.read_bytes()).digest())
        kept = folder / f"{key.hexdigest()}.json"
        if kept.is_file():
            return json.loads(kept.read_text(encoding="utf-8"))
        rows = run(path, options)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        part.replace(kept)
        return rows

    return shared
