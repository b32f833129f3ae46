"""Held-out lines for calibration and the published figures: unseen fonts, and real lines never trained on."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from ocr.handwriting.benchmark import BenchmarkLine, plain_text
from ocr.handwriting.calibration import fit_calibration
from ocr.handwriting.decoding import Decoding
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.training.augment import make_crop
from ocr.handwriting.training.drawing import FontShelf, write_text
from ocr.handwriting.training.lines import RegisterTexts
from ocr.handwriting.training.other_hands import bend_ink
from ocr.handwriting.training.real_lines import RealLines
from ocr.handwriting.training.samples import LineSource, Sample
from vietnamese.letters import nfc

__all__ = ["calibrate", "figure_lines", "other_writers"]


def _photographed(crop: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """The scan taken again with a telephone: perspective, falling light, blur, fewer pixels."""
    height, width = crop.shape[:2]
    edge = cv2.copyMakeBorder(crop, 14, 14, 14, 14, cv2.BORDER_REPLICATE)
    corners = np.array([[0, 0], [width + 28, 0], [width + 28, height + 28], [0, height + 28]], np.float32)
    moved = corners + np.array([[rng.gauss(0, 4), rng.gauss(0, 6)] for _ in range(4)], np.float32)
    size = (width + 28, height + 28)
    bent = cv2.warpPerspective(edge, cv2.getPerspectiveTransform(corners, moved), size, borderMode=cv2.BORDER_REPLICATE)
    light = np.linspace(rng.uniform(0.5, 0.9), rng.uniform(0.8, 1.1), size[0])[None, :, None]
    dimmed = np.clip(bent * light, 0, 255).astype(np.uint8)
    small = cv2.resize(dimmed, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.5, 1.1)).astype(np.float32)
    noisy = soft + np.random.default_rng(rng.getrandbits(32)).normal(0, 5, soft.shape)
    _, data = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, 60))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _real(folder: Path, size: int) -> list[BenchmarkLine]:
    lines = RealLines(folder, "reported")
    rng = random.Random(21)
    scanned, photographed, writers = [], [], []
    unnamed = [number for number, row in enumerate(lines.rows) if not row.writer]
    for number in unnamed[:: max(1, len(unnamed) // size)]:
        text, crop = lines.rows[number].text, lines.picture(number)
        scanned.append(BenchmarkLine(group="addresses, scanned", crop=crop, text=text, kind=FieldKind.PLACE))
        shot = _photographed(crop, rng)
        photographed.append(BenchmarkLine(group="addresses, photographed", crop=shot, text=text, kind=FieldKind.PLACE))
    for number, row in enumerate(lines.rows):
        if row.writer:
            crop = lines.picture(number)
            writers.append(
                BenchmarkLine(
                    group="other writers, photographed", crop=crop, text=row.text, kind=FieldKind.PLACE, loose=row.loose
                )
            )
    return [*scanned, *photographed, *writers]


def _drawn(
    fonts: Path, group: str, size: int, text: Callable[[], tuple[FieldKind, str]], rng: random.Random
) -> list[BenchmarkLine]:
    shelf = FontShelf(fonts, held_out=True)
    lines = []
    for _ in range(size):
        kind, words = text()
        ink = bend_ink(write_text(words, shelf.pick(rng), rng, 20), rng, 0.6)
        lines.append(BenchmarkLine(group=group, crop=make_crop(ink, [], rng, 0.1).picture, text=words, kind=kind))
    return lines


def _printed(fonts: Path, size: int, texts: RegisterTexts, rng: random.Random) -> list[BenchmarkLine]:
    files = [
        fonts / f"{stem}.ttf" for stem in ("tinos-400", "LiberationSerif-Regular", "cousine-400", "noto-serif-400")
    ]
    lines = []
    for _ in range(size):
        kind, words = texts.draw()
        ink = write_text(words, rng.choice(files), rng, 18)
        page = 240.0 - 200.0 * np.pad(ink.mask, ((10, 10), (18, 18)))
        crop = np.clip(page, 0, 255).astype(np.uint8)
        lines.append(BenchmarkLine(group="printed lines", crop=crop, text=words, kind=kind))
    return lines


def figure_lines(fonts: Path, real: Path | None, size: int = 120) -> list[BenchmarkLine]:
    """The sets of the published figures, always the same lines.

    Args:
        fonts: folder of fonts with `fonts.tsv`; only the validation fonts are drawn with, but for print.
        real: folder of real lines, of which the held-out part is used, or None.
        size: lines a set, about.
    """
    rng = random.Random(22)
    texts = RegisterTexts(rng)

    def rare_name() -> tuple[FieldKind, str]:
        # syllables in no name list: a lexicon must not bend them to common names
        known = {word.lower() for table in (lexicons.given_names(), lexicons.middle_names()) for word in table}
        first = rng.choice(lexicons.minority_surnames())
        syllables = {s for p in rng.choices(lexicons.places(), k=60) for s in p.commune.split()[1:]}
        return (
            FieldKind.NAME,
            f"{first} {rng.choice(sorted(s for s in syllables if s.lower() not in known and s.isalpha()))}",
        )

    source = LineSource(fonts, None, 23, held_out=True)
    hard = [source.crop() for _ in range(2 * size)]
    return [
        *(_real(real, size) if real else ()),
        *(BenchmarkLine(group="unseen pen fonts, hard crops", crop=s.picture, text=s.text, kind=s.kind) for s in hard),
        *_drawn(fonts, "unseen pen fonts, common faults", size, texts.draw, rng),
        *_drawn(fonts, "rare names, unseen pen fonts", size, rare_name, rng),
        *_printed(fonts, size // 2, texts, rng),
    ]


def other_writers(folder: Path, size: int) -> list[BenchmarkLine]:
    """Pen lines of writers and of a kind of text that no training saw; only measured on, never trained on.

    Args:
        folder: holds `labels.tsv` (columns path, text, writer) and the pictures.
        size: lines, spread evenly over the writers.
    """
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    random.Random(24).shuffle(rows)
    taken: Counter[str] = Counter()
    turns: list[tuple[int, int, dict[str, str]]] = []
    for row in rows:
        turns.append((taken[row["writer"]], len(turns), row))
        taken[row["writer"]] += 1
    chosen = [row for _, _, row in sorted(turns, key=lambda turn: turn[:2])[:size]]
    lines = []
    for row in chosen:
        data = np.frombuffer((folder / row["path"]).read_bytes(), np.uint8)
        crop = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
        text = nfc(row["text"])
        lines.append(BenchmarkLine(group="other writers, newspaper sentences (pen on tablet)", crop=crop, text=text))
    return lines


def calibrate(
    model: Path,
    fonts: Path,
    real: Path | None,
    size: int = 900,
    letters: Path | None = None,
    figures: Path | None = None,
) -> int:
    """Fit the confidence of a model on held-out lines and write it into the model's folder.

    Args:
        model: the model's folder.
        fonts: folder of fonts; the validation fonts are drawn with.
        real: folder of real lines; those of half of the held-out writers are used, or None.
        size: drawn lines.
        letters: where the letters of those writers' lines stand (`segments.align_lines` with their part), so that
            fields of every kind in their hands are fitted on too.
        figures: pictures of single figures, of which those of other people than training saw are used, or None.

    Returns:
        Number of lines fitted on.
    """
    reader = HandwritingRecogniser(model)
    source = LineSource(fonts, None, 31, held_out=True, figures=figures)
    samples = [source.crop() for _ in range(size)]
    if real is not None:
        lines = RealLines(real, "calibrated")
        samples += [Sample(lines.picture(i), row.text, FieldKind.PLACE, row.loose) for i, row in enumerate(lines.rows)]
        drawn = LineSource(fonts, real, 32, held_out=True, real_share=1.0, letters=letters)
        samples += [drawn.crop() for _ in range(size // 2 if letters else size // 6)]
    decodings: list[Decoding] = []
    right: list[bool] = []
    kinds: list[FieldKind | None] = []
    for sample in samples:
        decoding = reader.decode(sample.picture, sample.kind)
        if decoding is not None and decoding.decoded:
            decodings.append(decoding)
            right.append(_same(decoding.decoded, sample.text, sample.loose))
            kinds.append(sample.kind)
    fit_calibration(decodings, right, kinds).save(model / "calibration.json")
    return len(decodings)


def _same(read: str, text: str, loose: bool) -> bool:
    """Whether a reading is exactly right, as far as its text tells."""
    if loose:
        return plain_text(read) == plain_text(text)
    return " ".join(read.split()).casefold().strip(" .,-/:") == " ".join(text.split()).casefold().strip(" .,-/:")
