"""Data to learn from: writers kept apart, letters found, texts written in real and drawn hands."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from layouts.columns import FieldKind
from ocr.handwriting.benchmark import BenchmarkLine, measure_lines, plain_text
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import PACKAGED_MODEL
from ocr.handwriting.preparation import prepare_line
from ocr.handwriting.training.augment import make_empty_crop, retake
from ocr.handwriting.training.drawing import Ink, write_text
from ocr.handwriting.training.figure_hand import FigureHand
from ocr.handwriting.training.figure_pictures import FigurePictures
from ocr.handwriting.training.line_figures import figures_of_lines
from ocr.handwriting.training.real_hands import read_hands
from ocr.handwriting.training.real_lines import RealLines, held_out_writers, read_labels
from ocr.handwriting.training.segments import align_lines, read_alignment
from ocr.handwriting.types import LineReading

pytestmark = pytest.mark.slow

FONTS = Path(__file__).parents[3] / "benchmark" / "fonts"
TEXTS = ("Thôn 3 xã Tân Lập", "Hoà Bình 1278", "Phường 9 Nam Hà", "12/5 đường Lê Lợi", "Yên Thành 4060")


def _written(text: str) -> np.ndarray:
    """A line as a telephone sees it: grey paper in uneven light, blue ink, the rules of a cell round it."""
    face = ImageFont.truetype(str(FONTS / "patrick-hand-400.ttf"), 34, layout_engine=ImageFont.Layout.BASIC)
    page = Image.new("RGB", (560, 64), (205, 208, 212))
    pen = ImageDraw.Draw(page)
    pen.text((24, 8), text, fill=(40, 50, 130), font=face)
    pen.rectangle((-4, 1, 530, 61), outline=(30, 30, 30), width=2)
    light = np.linspace(0.75, 1.1, 560)[None, :, None]
    return np.clip(np.asarray(page)[:, :, ::-1] * light, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five writers with five lines each, labelled in title case, and ten lines of nobody."""
    root = tmp_path_factory.mktemp("lines")
    rows = ["path\ttext\twriter"]
    for writer in range(5):
        for number, text in enumerate(TEXTS):
            name = f"w{writer}-{number}.png"
            cv2.imwrite(str(root / name), _written(text))
            rows.append(f"{name}\t{text.title()}\tw{writer}")
    rows += [f"address-{n}.png\tHà Nội, số {n}\t" for n in range(10)]
    (root / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def alignment(folder: Path) -> Path:
    target = folder / "letters.json"
    for n in range(10):
        cv2.imwrite(str(folder / f"address-{n}.png"), _written(f"Hà Nội, số {n}"))
    assert align_lines(PACKAGED_MODEL, folder, target) > 20
    return target


def test_whole_writers_are_held_out(folder: Path) -> None:
    parts = {part: RealLines(folder, part).rows for part in ("trained", "calibrated", "reported")}
    names = [row.name for rows in parts.values() for row in rows]
    assert len(names) == len(set(names)) == len(read_labels(folder))
    writers = {part: {row.writer for row in rows if row.writer} for part, rows in parts.items()}
    assert not writers["trained"] & (writers["calibrated"] | writers["reported"])
    assert held_out_writers(read_labels(folder)) == ["w4"] and writers["calibrated"] == {"w4"}


def test_rules_of_the_form_and_the_paper_are_no_ink(folder: Path) -> None:
    lines = RealLines(folder)
    number = next(n for n, row in enumerate(lines.rows) if row.writer)
    mask = lines.mask(number)
    assert mask[:, 500:].max() == 0.0 and mask[:4].max() == 0.0
    assert 0.02 < float((mask > 0.5).mean()) < 0.3


def test_letters_are_found_in_the_case_that_was_written(alignment: Path) -> None:
    words = read_alignment(alignment)["w0-0.png"]
    assert [word.text for word in words] == ["Thôn", "3", "xã", "Tân", "Lập"]
    for word in words:
        assert len(word.edges) == len(word.text) + 1
        assert list(word.edges) == sorted(word.edges)


def test_a_text_never_written_is_put_together_in_a_real_hand(folder: Path, alignment: Path) -> None:
    hand = read_hands(folder, alignment)[0]
    reader = HandwritingRecogniser(PACKAGED_MODEL)
    rng = random.Random(4)
    read = []
    for text in ("Lê Hoà", "15/12/1967", "Nam Thành", "Bình Yên 82"):
        ink = hand.write(text, rng)
        assert ink is not None and len(ink.words) == len(text.split())
        page = 255 - np.pad(200 * ink.mask, 12)
        read.append(reader.read_lines([page.astype(np.uint8)])[0].text)
    assert sum(plain_text(a) == plain_text(b) for a, b in zip(read, ("Lê Hoà", "15/12/1967", "Nam Thành",
                                                                     "Bình Yên 82"), strict=True)) >= 3  # fmt: skip


def test_a_letter_the_writer_never_wrote_cannot_be_written(folder: Path, alignment: Path) -> None:
    hand = read_hands(folder, alignment)[0]
    assert not hand.can_write("Quyền") and hand.write("Quyền", random.Random(1)) is None
    assert hand.can_write("Tân Hoà")


def test_figures_are_drawn_in_many_shapes_and_can_be_read() -> None:
    reader = HandwritingRecogniser(PACKAGED_MODEL)
    rng = random.Random(8)
    right, pictures = 0, set()
    for _ in range(30):
        ink = FigureHand.invented(rng).write("27/4/1986", rng)
        page = 255 - np.pad(210 * ink.mask, 10)
        pictures.add(page.shape)
        right += reader.read_lines([page.astype(np.uint8)], [FieldKind.DATE])[0].decoded == "27/4/1986"
    assert len(pictures) > 20
    assert right >= 15
    with pytest.raises(KeyError):
        FigureHand.invented(rng).write("ba", rng)


def _single_figures(folder: Path, part: str) -> None:
    """Figures in one pen font, one a picture, in the two files that MNIST has for a part."""
    face = ImageFont.truetype(str(FONTS / "patrick-hand-400.ttf"), 26, layout_engine=ImageFont.Layout.BASIC)
    pictures = []
    for figure in range(10):
        picture = Image.new("L", (28, 28))
        ImageDraw.Draw(picture).text((14, 14), str(figure), fill=255, font=face, anchor="mm")
        pictures.append(np.asarray(picture))
    images = struct.pack(">4i", 2051, 10, 28, 28) + np.stack(pictures).tobytes()
    (folder / f"{part}-images-idx3-ubyte").write_bytes(images)
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, 10) + bytes(range(10)))


def test_numbers_are_put_together_from_pictures_of_figures(tmp_path: Path) -> None:
    _single_figures(tmp_path, "t10k")
    pictures = FigurePictures(tmp_path, held_out=True)
    reader = HandwritingRecogniser(PACKAGED_MODEL)
    rng = random.Random(9)
    texts = [f"{rng.randint(10, 31)}/{rng.randint(1, 12)}/{rng.randint(1940, 2019)}" for _ in range(20)]
    crops = [(255 - np.pad(210 * pictures.write(text, rng).mask, 10)).astype(np.uint8) for text in texts]
    read = reader.read_lines(crops, [FieldKind.DATE] * len(crops))
    assert len({crop.shape for crop in crops}) > 15
    assert sum(line.decoded == text for line, text in zip(read, texts, strict=True)) >= 12
    with pytest.raises(KeyError):
        pictures.write("ba", rng)


def test_figures_are_cut_out_of_real_lines_one_by_one(folder: Path, alignment: Path, tmp_path: Path) -> None:
    found = figures_of_lines(folder, alignment)
    assert set(found) >= set("123459")
    figures = [figure for signs in found.values() for figure in signs]
    assert {figure.writer for figure in figures} > {"w0"}
    assert all(16 <= figure.mask.shape[0] > 0.8 * figure.mask.shape[1] for figure in figures)
    crops = [np.pad(255 - 210 * found[sign][0].mask, 12, constant_values=255).astype(np.uint8) for sign in "2478"]
    read = HandwritingRecogniser(PACKAGED_MODEL).read_lines(crops, [FieldKind.NUMBER] * len(crops))
    assert sum(line.text == sign for line, sign in zip(read, "2478", strict=True)) >= 3


def test_a_number_is_written_with_the_figures_of_one_writer(folder: Path, alignment: Path, tmp_path: Path) -> None:
    _single_figures(tmp_path, "train")
    pictures = FigurePictures(tmp_path, lines=figures_of_lines(folder, alignment))
    rng = random.Random(4)
    inks = [pictures.write("12", rng) for _ in range(30)]
    reader = HandwritingRecogniser(PACKAGED_MODEL)
    crops = [(255 - np.pad(210 * ink.mask, 10)).astype(np.uint8) for ink in inks]
    assert sum(line.text == "12" for line in reader.read_lines(crops, [FieldKind.NUMBER] * len(crops))) >= 20


def test_figures_of_another_format_are_refused(tmp_path: Path) -> None:
    _single_figures(tmp_path, "train")
    file = tmp_path / "train-labels-idx1-ubyte"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="MNIST"):
        FigurePictures(tmp_path)


def test_retaken_lines_keep_their_text(folder: Path) -> None:
    reader = HandwritingRecogniser(PACKAGED_MODEL)
    rng = random.Random(2)
    picture = _written("Hoà Bình")
    read = [reader.read_lines([retake(picture, rng)])[0].text for _ in range(12)]
    assert sum(plain_text(text) == "hoà bình" for text in read) >= 8


def test_empty_crops_hold_strokes_but_no_line() -> None:
    rng = random.Random(6)
    neighbour = Ink(np.pad(np.ones((30, 200), np.float32), 4), 34.0)
    crops = [make_empty_crop([neighbour], rng) for _ in range(20)]
    assert all(crop.dtype == np.uint8 and crop.ndim == 2 for crop in crops)
    assert sum(prepare_line(crop) is not None for crop in crops) >= 10


def test_a_loose_text_teaches_neither_case_nor_punctuation() -> None:
    torch = pytest.importorskip("torch", reason="training needs requirements-train.txt")
    from ocr.handwriting.training.train import Spelling, ctc_loss

    alphabet = ("", " ", "a", "A", "n", "N", ",")
    lattice = torch.randn(12, 1, len(alphabet), generator=torch.Generator().manual_seed(3)).log_softmax(2)
    spelling = Spelling(alphabet)
    loose = [float(ctc_loss(lattice, [text], spelling, [True])) for text in ("An, an", "aN AN", "an an,")]
    assert loose[0] == pytest.approx(loose[1]) == pytest.approx(loose[2])
    strict = [float(ctc_loss(lattice, [text], spelling)) for text in ("An an", "aN AN")]
    assert strict[0] != pytest.approx(strict[1])
    assert all(loose[0] < value * 6 for value in strict)


def test_capitals_set_apart_are_wider_and_know_their_words() -> None:
    font = FONTS / "patrick-hand-400.ttf"
    close, apart = (write_text("LÊ HOÀ", font, random.Random(3), 20, spread) for spread in (0.0, 0.6))
    assert apart.mask.shape[1] > close.mask.shape[1] + 40
    assert len(apart.words) == 2 and apart.words[0][1] < apart.words[1][0]


def test_lines_that_tell_neither_case_nor_commas_are_scored_without_them() -> None:
    crop = np.zeros((4, 4), np.uint8)
    lines = [BenchmarkLine(group=group, crop=crop, text="Hoà Bình Hà Nội", loose=group == "loose")
             for group in ("loose", "strict")]  # fmt: skip

    def read(crops: Sequence[np.ndarray], _kinds: Sequence[FieldKind | None]) -> list[LineReading]:
        return [LineReading(text="HOÀ bình, Hà Nội", decoded="Hoà Bình - Hà Nội", confidence=1.0) for _ in crops]

    loose, strict = measure_lines(lines, {"fixed": read})
    assert (loose.cer, loose.cer_decoded, loose.exact_decoded) == (0.0, 0.0, 1.0)
    assert strict.cer == pytest.approx(1 / 15) and strict.exact == 0.0
