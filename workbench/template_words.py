"""What the template maker offers by itself: printed words of a page that may be labels, and a name for the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layouts.forms import FormTemplate
from layouts.register_types import RegisterType
from ocr.tesseract import Word
from vietnamese.letters import fold_tones
from vietnamese.syllables import is_syllable

__all__ = ["PrintedRun", "form_key", "printed_runs", "suggested_name"]

_SURE = 0.6
"""Confidence below which a word is more likely pen or paper than print."""
_LEAST_SYLLABLES = 0.6
"""Of a label's letters, those that stand in Vietnamese syllables; pen strokes read as print seldom reach a third."""
_FEWEST_LETTERS = 2
"""Of a word that is taken for print; single ones are mostly specks."""
_LEADERS = re.compile(r"[.…·_]{2,}.*")
"""A dotted line read on behind a label, and what was read on it."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_NAME = 60
"""Characters of a form's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRun:
    """Words of one line that may be a label."""

    text: str
    box: tuple[float, float, float, float]
    """Fractions of the page."""


def printed_runs(words: Sequence[Word], size: tuple[int, int]) -> list[PrintedRun]:
    """Runs of printed words, cut after colons and where a dotted line begins; what is no Vietnamese is left out.

    Args:
        words: as read on the straightened page.
        size: its width and height in pixels.
    """
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    runs = (run for line in lines.values() for run in _cut(sorted(line, key=lambda w: w.left)))
    return [_placed(run, size) for run in runs if _is_label(run)]


def _cut(line: Sequence[Word]) -> Iterator[list[tuple[str, Word]]]:
    run: list[tuple[str, Word]] = []
    for word in line:
        text = _LEADERS.sub("", word.text)
        if text and word.confidence >= _SURE:
            run.append((text, word))
        if run and (text != word.text or text.endswith(":") or word.confidence < _SURE):
            yield run
            run = []
    if run:
        yield run


def _is_label(run: Sequence[tuple[str, Word]]) -> bool:
    letters = [["".join(filter(str.isalpha, part)) for part in re.split(r"\W", text)] for text, _ in run]
    parts = [part for found in letters for part in found if part]
    count = sum(map(len, parts))
    return count >= _FEWEST_LETTERS and sum(len(p) for p in parts if is_syllable(p)) >= _LEAST_SYLLABLES * count


def _placed(run: Sequence[tuple[str, Word]], size: tuple[int, int]) -> PrintedRun:
    width, height = size
    words = [word for _, word in run]
    edges = (
        min(w.left for w in words) / width,
        min(w.top for w in words) / height,
        max(w.right for w in words) / width,
        max(w.bottom for w in words) / height,
    )
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in edges)
    return PrintedRun(text=" ".join(text for text, _ in run), box=(left, top, right, bottom))


def suggested_name(kind: RegisterType, base: FormTemplate | None, *, own: bool) -> str:
    """A name for the form being drawn: register, year and whose it is; one of the office's own keeps its name.

    Args:
        kind: the register.
        base: the form it began from.
        own: whether that is one of the office's.
    """
    if base is not None and own:
        return base.form
    year = _YEAR.search(base.form) if base else None
    return form_key(" ".join((kind.label, *([year.group()] if year else []), "đơn vị")))


def form_key(name: str) -> str:
    """The name as files and pages keep it («Kết hôn, xã Mẫu»: `ket-hon-xa-mau`); "" where nothing of it can be kept."""
    return re.sub(r"[^a-z0-9]+", "-", fold_tones(name)).strip("-")[:_LONGEST_NAME].strip("-")
