"""The steps of reading a page as pictures, for the command line and the debug screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2

from layouts.register_types import RegisterType
from ocr.explain import explain_page
from ocr.readings import PageTask

__all__ = ["write_steps"]


def write_steps(
    scan: Path, page: int, register_type: RegisterType | None, out: Path, templates: Sequence[str] = ()
) -> Iterator[Path]:
    """Writes each step as a numbered PNG.

    Args:
        scan: the scan file.
        page: index of the page in its file, from 0.
        register_type: the known type, or None.
        out: folder for the pictures, made when missing.
        templates: YAML of an office's own templates.

    Yields:
        The files written, in order.

    Raises:
        ocr.errors.OcrError: the page cannot be opened or fits no form.
        OSError: the folder refuses.
    """
    out.mkdir(parents=True, exist_ok=True)
    task = PageTask(source=str(scan), page=page, register_type=register_type, template_texts=tuple(templates))
    for number, (step, picture) in enumerate(explain_page(task), start=1):
        name = re.sub(r"[^0-9A-Za-z_-]+", "-", step).strip("-").lower()
        path = out / f"{number:02d}-{name}.png"
        encoded = cv2.imencode(".png", picture)[1]
        path.write_bytes(encoded.tobytes())  # imwrite cannot write to paths with Vietnamese letters on Windows
        yield path
