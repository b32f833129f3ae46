import cv2
import numpy as np
import pypdfium2
import pytest

from exports.entry_pdf import PdfLimits, make_entry_pdf
from exports.errors import PdfError
from exports.pictures import Picture, flatten_paper
from exports.readability import WordReader, read_words
from tests.exports.books import drawn_page

pytestmark = pytest.mark.slow

HALF = (585, 827)
"""A5 across at 100 dpi: as large as the tests need."""


def scan(number: int = 1, *, noise: float = 6.0, seal: bool = False) -> Picture:
    """The drawn page as a 200 dpi scan with uneven light and noise."""
    page = cv2.resize(drawn_page(number, seal=seal, size=HALF), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC).astype(
        np.float32
    )
    light = np.linspace(0.7, 1.0, page.shape[1], dtype=np.float32)[None, :, None]
    random = np.random.default_rng(5)
    return Picture(image=np.clip(page * light + random.normal(0, noise, page.shape), 0, 255).astype(np.uint8), dpi=200)


def rendered(data: bytes, page: int = 0) -> np.ndarray:
    return pypdfium2.PdfDocument(data)[page].render(scale=100 / 72).to_numpy()


def test_a_page_fits_and_stays_readable() -> None:
    pdf = make_entry_pdf([scan()])
    assert len(pdf.data) <= 100_000 and pdf.pages == 1
    assert pdf.quality.readable and pdf.quality.contrast > 0.5 and pdf.quality.ink_kept > 0.97
    again = cv2.cvtColor(rendered(pdf.data), cv2.COLOR_RGB2GRAY)
    drawn = cv2.cvtColor(drawn_page(1, size=HALF), cv2.COLOR_BGR2GRAY)
    assert abs(again.shape[0] - drawn.shape[0]) <= 2
    again = cv2.resize(again, drawn.shape[::-1])
    assert again[drawn < 90].mean() < 120 and again[drawn > 190].mean() > 235


def test_same_picture_same_bytes() -> None:
    assert make_entry_pdf([scan()]).data == make_entry_pdf([scan()]).data


def test_a_case_that_runs_over_gets_several_pages_within_the_same_limit() -> None:
    pdf = make_entry_pdf([scan(1), scan(2), scan(3)])
    assert len(pypdfium2.PdfDocument(pdf.data)) == pdf.pages == 3
    assert len(pdf.data) <= 100_000 and pdf.quality.readable


def test_pages_are_as_large_as_what_was_scanned() -> None:
    fine = scan().image
    coarse = Picture(image=drawn_page(1, size=HALF), dpi=100)
    pages = pypdfium2.PdfDocument(make_entry_pdf([Picture(image=fine, dpi=200), coarse]).data)
    for page in pages:
        width, height = page.get_size()
        assert abs(width - 827 * 0.72) < 1 and abs(height - 585 * 0.72) < 1


def test_red_seals_stay_red_where_the_size_allows() -> None:
    pdf = make_entry_pdf([scan(seal=True)])
    assert pdf.quality.way == "colour"
    image = rendered(pdf.data).astype(int)
    blue, green, red = image[..., 0], image[..., 1], image[..., 2]
    assert (red - np.maximum(blue, green) > 60).mean() > 0.002
    assert make_entry_pdf([scan(seal=True)], PdfLimits(keep_colour=False)).quality.way == "grey"
    assert make_entry_pdf([scan()]).quality.way == "grey"


def test_what_cannot_be_made_readable_is_reported() -> None:
    with pytest.raises(PdfError) as error:
        make_entry_pdf([scan(noise=25)], PdfLimits(largest_bytes=4_500))
    assert error.value.code == "unreadable_in_limit" and "Hãy quét lại" in str(error.value)
    pdf = make_entry_pdf([scan(noise=25)], PdfLimits(largest_bytes=4_500), accept_oversize=True)
    assert len(pdf.data) > 4_500 and pdf.quality.readable
    with pytest.raises(PdfError):
        make_entry_pdf([])


def words(count: int, *, start: int = 0) -> list[tuple[str, float]]:
    return [(f"chữ{i}:....", 0.95) for i in range(start, start + count)]


def looks_like_the_scan(image: np.ndarray) -> bool:
    """The original or a copy no eye can tell from it; flattened paper is brighter."""
    grey = cv2.cvtColor(scan().image, cv2.COLOR_BGR2GRAY)
    return image.shape == grey.shape and float(cv2.absdiff(image, grey).mean()) < 15


def test_words_read_again_decide() -> None:
    sizes: list[tuple[int, ...]] = []

    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        assert image.ndim == 2 and dpi == 200
        sizes.append(image.shape)
        return [*words(60), ("mờ", 0.3 if len(sizes) == 1 else 0.9)]

    quality = make_entry_pdf([scan(seal=True)], read_words=reader).quality
    assert quality.words_kept == 1.0 and quality.words_read == 60
    assert sizes[0] == sizes[1]  # both read at the same resolution


def test_a_way_that_loses_words_gives_place_to_one_that_keeps_them() -> None:
    kept = iter((40, 37, 37, 38))  # in the original, then by each way

    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        return words(next(kept))

    assert make_entry_pdf([scan()], read_words=reader).quality.words_kept == 0.95


def test_what_loses_more_than_one_word_in_twenty_is_not_shipped() -> None:
    reads = 0

    def forgetful(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        nonlocal reads
        reads += 1
        return words(1000 if looks_like_the_scan(image) else 949)

    with pytest.raises(PdfError, match="nhiều nhất 94,9 % số chữ"):
        make_entry_pdf([scan()], read_words=forgetful)
    assert reads > 5  # every way was tried
    reads = 0
    with pytest.raises(PdfError, match="Hãy quét lại"):
        make_entry_pdf([scan()], read_words=forgetful, accept_oversize=True)


def test_a_shaded_original_is_measured_by_what_its_flattened_paper_shows() -> None:
    reads = 0

    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        nonlocal reads
        reads += 1
        return words(16, start=1000) if reads == 1 else words(60)

    quality = make_entry_pdf([scan()], read_words=reader).quality
    assert quality.words_read == 60 and quality.words_kept == 1.0 and reads == 3


def test_words_lost_in_a_copy_no_eye_can_tell_from_the_original_do_not_count() -> None:
    """Five scrawled words are read once and never again; of the rest every way keeps all but one."""
    reads = 0

    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        nonlocal reads
        reads += 1
        return words(60 if reads == 1 else 55 if looks_like_the_scan(image) else 54)

    quality = make_entry_pdf([scan()], read_words=reader).quality
    assert quality.words_kept == 0.9818 and (quality.words_read, quality.words_unsteady) == (60, 5)


def test_two_tones_only_where_words_prove_them() -> None:
    tried: list[set[int]] = []

    def reader(found: int) -> WordReader:
        def read(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
            tried.append(set(np.unique(image).tolist()))
            return words(found if looks_like_the_scan(image) or tried[-1] <= {0, 255} else 0)

        return read

    quality = make_entry_pdf([scan()], read_words=reader(50)).quality
    assert quality.way == "two-tone" and quality.jpeg_quality is None and quality.words_kept == 1.0
    tried.clear()
    with pytest.raises(PdfError):
        make_entry_pdf([scan()], read_words=reader(5))
    assert {0, 255} not in tried


def test_a_row_with_few_words_may_lose_one_of_them_and_its_share_is_recorded() -> None:
    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        return words(8 if looks_like_the_scan(image) else 7)

    quality = make_entry_pdf([scan()], read_words=reader).quality
    assert (quality.words_read, quality.words_kept) == (8, 0.875) and quality.passable and not quality.readable


def test_a_row_with_few_words_that_loses_two_is_not_shipped() -> None:
    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        return words(8 if looks_like_the_scan(image) else 6)

    with pytest.raises(PdfError, match="75,0 %"):
        make_entry_pdf([scan()], read_words=reader)


def test_a_page_without_words_is_judged_by_its_strokes() -> None:
    quality = make_entry_pdf([scan()], read_words=lambda image, dpi: []).quality
    assert quality.words_kept is None and quality.words_read == 0 and quality.readable


def test_real_print_is_read_again() -> None:
    quality = make_entry_pdf([scan()], read_words=read_words).quality
    assert quality.words_read >= 20 and quality.words_kept is not None and quality.words_kept >= 0.95


def test_paper_becomes_white_under_uneven_light() -> None:
    page = scan().image
    flat = cv2.cvtColor(flatten_paper(page), cv2.COLOR_BGR2GRAY)
    paper = cv2.cvtColor(drawn_page(1, size=HALF), cv2.COLOR_BGR2GRAY)
    paper = cv2.erode(cv2.resize(paper, flat.shape[::-1]), np.ones((9, 9))) > 190
    assert np.percentile(flat[paper], 5) > 225
