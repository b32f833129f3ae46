"""Exact ends of printed labels: Tesseract's boxes are loose, so each label is measured by its text and the ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layouts.forms import FormTemplate
from ocr.cleaning.clean import CleanPage
from ocr.cleaning.printed_lines import DottedLine
from ocr.forms.match_form import FormMatch, FoundLabel
from vietnamese.letters import decomposed, is_mark

__all__ = ["letters_width", "refine_labels"]

_NARROW = dict.fromkeys("iIljtf.,:;!'()/ ", 0.29) | {" ": 0.25, "r": 0.34, "s": 0.39, "-": 0.33, "t": 0.29, "f": 0.33}
_WIDE = {"m": 0.78, "w": 0.72, "M": 0.89, "W": 0.94}
"""Widths in ems of Times New Roman and its like, as those above and below."""
_ROUND = dict.fromkeys("acez", 0.44)
_CAPITAL, _USUAL, _HORN = 0.69, 0.5, 0.06
"""Width of letters in em; the horn is that of ơ and ư."""
_WRAP = (1.55, 2.3)
"""Usual and largest distance between the two lines of a label that wraps, in em."""
_NARROW_BY = 0.6
"""So much shorter than its text, in em, a label is only in a narrow type: an unread colon is less."""
_HIGHEST_FOOT, _LOWEST_FOOT = 1.3, 0.4
"""How far above and below its measured baseline the feet of a label's letters are looked for, in em."""
_SUDDEN, _STANDING = 0.08, 0.15
"""Within so many em the ink under standing letters ends, over this share of their width at least."""
_AS_SUDDEN = 0.7
"""Of places where ink ends about as suddenly as at the most sudden one the nearest counts: another row stands above."""
_LOOSE = 0.3
"""So far, in em, boxes are loose anyway."""
_REACH = 0.75
"""How far from the measured end the gap after a label is looked for, in letter heights (em)."""
# In em, or shares; set by eye on drawn pages in several types, none measured by itself.
_NEXT_ROW, _OVER_ROW, _LONG_DOTS = 0.9, 0.3, 5
"""The next row of a label is so far below its first; a dotted line over a row is so far over it, and so long."""
_OVER_DOTS = 0.1
"""Labels stand so far over their dots."""
_UNREAD_BOX, _BOX, _LETTERS = (0.8, 0.25), (0.85, 0.3), (0.75, 0.12)
"""Above and below the baseline: the box of a row that was not read, that of a label, and its letters without tails."""
_CLEARLY_READ, _TELLS_SIZE, _READ_WHOLE = 0.9, 5, 0.95
"""Likeness of a label, and its letters at least, that tell the size of type; likeness of one that lacks nothing."""
_SAME_TYPE = 0.12
"""Sizes that differ less are of one type, set narrower or wider."""
_NO_ROOM = 4
"""Pixels: a narrower space has no gap in it."""
_GAP, _WIDE_GAP, _SURER = 0.1, 0.3, 0.5
"""A gap is so wide at least; a wider one may lie farther off by this share of its width, up to so much."""


def letters_width(text: str) -> float:
    """Width of a text in a serif type, in em: what printers' types agree on to a few percent."""
    total = 0.0
    for letter in decomposed(text.replace("đ", "d").replace("Đ", "D")):
        if is_mark(letter):
            total += _HORN if letter == "\u031b" else 0.0  # the horn of ơ and ư
            continue
        usual = _CAPITAL if letter.isupper() else _USUAL
        total += _NARROW.get(letter) or _WIDE.get(letter) or _ROUND.get(letter) or usual
    return total


def refine_labels(match: FormMatch, page: CleanPage) -> FormMatch:
    """The match with each label's ends moved to the gaps in the ink where its text must begin and end."""
    em = _em(match)
    if em is None:
        return match
    labels = {}
    for key, found in match.labels.items():
        text = match.template.items[key[1]].label[key[2]]
        label = found if found.rest else _on_its_feet(found, em, page.ink)
        if label.rest or (label.below and _ends_too_low(label, em, page.dotted_lines)):
            label, text = _wrapped_to_dots(label, text, em, page.dotted_lines)
        elif label.below:
            text = text[len(text) - max(2, round(len(text) * _share_below(label))) :]
        labels[key] = _refined(label, text, em, page.ink)
    return replace(match, labels=labels)


def _on_its_feet(label: FoundLabel, em: float, ink: NDArray[np.uint8]) -> FoundLabel:
    """The label with the baseline its letters stand on, where boxes as tall as the writing beside them hid it."""
    boxes = label.boxes[-label.below :]
    left, right = max(round(boxes[0][0]), 0), max(round(boxes[-1][2]), 0)
    top = max(round(label.baseline - _HIGHEST_FOOT * em), 0)
    rows = ink[top : round(label.baseline + _LOWEST_FOOT * em), left:right].sum(axis=1, dtype=np.float64)
    step = max(round(_SUDDEN * em), 2)
    drops = rows[:-step] - rows[step:]
    if drops.max(initial=0.0) < _STANDING * (right - left):
        return label
    sudden = top + np.flatnonzero(drops >= _AS_SUDDEN * drops.max()) + step / 2
    foot = float(sudden[np.abs(sudden - label.baseline).argmin()])
    if abs(foot - label.baseline) < _LOOSE * em:
        return label
    wraps = label.top_baseline != label.baseline
    return replace(label, baseline=foot, top_baseline=label.top_baseline if wraps else foot)


def _ends_too_low(label: FoundLabel, em: float, lines: Sequence[DottedLine]) -> bool:
    """Whether a wrapped label was followed to a row too far down: a dotted line begins above that row."""
    above = [
        line
        for line in lines
        if label.top_baseline + _NEXT_ROW * em < line.y_at(label.left) < label.baseline - _OVER_ROW * em
        and line.right - line.left > _LONG_DOTS * em
    ]
    return bool(above) or label.baseline - label.top_baseline > _WRAP[1] * em * (label.rows - 1)


def _wrapped_to_dots(label: FoundLabel, text: str, em: float, lines: Sequence[DottedLine]) -> tuple[FoundLabel, str]:
    """A label whose second line was not read: it stands on the dotted line one step below, or a step below."""
    first = label.boxes[: -label.below] if label.below else label.boxes
    rest = label.rest or " ".join(text.split()[len(first) :]) or ":"
    usual = label.top_baseline + _WRAP[0] * em
    heights = [line.y_at(label.left) for line in lines]
    near = [y for y in heights if label.top_baseline + _NEXT_ROW * em < y < label.top_baseline + _WRAP[1] * em]
    baseline = min(near, key=lambda y: abs(y - usual)) - _OVER_DOTS * em if near else usual
    right = label.left + em * letters_width(rest)
    box = (label.left, baseline - _UNREAD_BOX[0] * em, right, baseline + _UNREAD_BOX[1] * em)
    return replace(label, right=right, baseline=baseline, boxes=(*first, box), below=1, rest=""), rest


def _em(match: FormMatch) -> float | None:
    """Size of the printed type in pixels, from all labels on one row."""
    sizes = [_size(label, match.template, number, piece) for (_, number, piece), label in match.labels.items()]
    usable = [size for size in sizes if size is not None]
    return float(np.median(usable)) if usable else None


def _size(label: FoundLabel, template: FormTemplate, number: int, piece: int) -> float | None:
    text = template.items[number].label[piece]
    if label.similarity < _CLEARLY_READ or label.below or len(text) < _TELLS_SIZE:
        return None
    return (label.right - label.left) / letters_width(text)


def _refined(label: FoundLabel, text: str, em: float, ink: NDArray[np.uint8]) -> FoundLabel:
    if label.starts_inside:
        return _begun_by_its_end(label, text, em, ink)
    start = label.boxes[-label.below][0] if label.below else label.left
    width = letters_width(text)
    own = (label.right - start) / width
    # a label that was read whole and is much shorter than its text was set in a narrow type to fit its line
    narrow = label.similarity > _READ_WHOLE and start + em * width - label.right > _NARROW_BY * em
    size = own if abs(own / em - 1) < _SAME_TYPE or narrow else em
    expected = start + size * width
    right = _gap_near(ink, expected, label.baseline, em)
    boxes = label.boxes[: -label.below] if label.below else ()
    whole = (start - 1, label.baseline - _BOX[0] * em, right, label.baseline + _BOX[1] * em)
    return replace(label, right=right, boxes=(*boxes, whole))


def _begun_by_its_end(label: FoundLabel, text: str, em: float, ink: NDArray[np.uint8]) -> FoundLabel:
    """A label read in one word with the value before it: it begins a text's width before its end."""
    left = _gap_near(ink, label.right - em * letters_width(text), label.baseline, em)
    box = (left, label.baseline - _BOX[0] * em, label.right + 1, label.baseline + _BOX[1] * em)
    return replace(label, left=left, boxes=(box,))


def _share_below(label: FoundLabel) -> float:
    """Share of a wrapped label's letters that stand on its last row, by width."""
    above = sum(box[2] - box[0] for box in label.boxes[: -label.below])
    below = sum(box[2] - box[0] for box in label.boxes[-label.below :])
    return below / max(above + below, 1.0)


def _gap_near(ink: NDArray[np.uint8], expected: float, baseline: float, em: float) -> float:
    """Where the ink pauses closest to the expected end of a label."""
    height, width = ink.shape
    left, right = max(int(expected - _REACH * em), 0), min(int(expected + _REACH * em), width)
    top, bottom = max(int(baseline - _LETTERS[0] * em), 0), min(int(baseline + _LETTERS[1] * em), height)
    if right - left < _NO_ROOM or bottom <= top:
        return expected
    blank = ink[top:bottom, left:right].max(axis=0) == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], blank.astype(np.int8), [0]])))
    gaps = [(left + int(a), left + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= _GAP * em]
    if not gaps:
        return expected
    # a wide gap is surer than the space between two letters
    nearest = min(gaps, key=lambda gap: abs(gap[0] - expected) - min(_WIDE_GAP * em, _SURER * (gap[1] - gap[0])))
    return float(nearest[0]) + 1.0
