import cv2
import numpy as np
import pypdfium2
import pytest

from exports.entry_pdf import PdfLimits, Picture, flatten_paper, make_entry_pdf
from exports.errors import PdfError
from tests.exports.books import drawn_page

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
    assert pdf.quality.colour
    image = rendered(pdf.data).astype(int)
    blue, green, red = image[..., 0], image[..., 1], image[..., 2]
    assert (red - np.maximum(blue, green) > 60).mean() > 0.002
    assert not make_entry_pdf([scan(seal=True)], PdfLimits(keep_colour=False)).quality.colour
    assert not make_entry_pdf([scan()]).quality.colour


def test_what_cannot_be_made_readable_is_reported() -> None:
    with pytest.raises(PdfError) as error:
        make_entry_pdf([scan(noise=25)], PdfLimits(largest_bytes=4_500))
    assert error.value.code == "unreadable_in_limit" and "Hãy quét lại" in str(error.value)
    pdf = make_entry_pdf([scan(noise=25)], PdfLimits(largest_bytes=4_500), accept_oversize=True)
    assert len(pdf.data) > 4_500 and not pdf.fits(PdfLimits(largest_bytes=4_500))
    with pytest.raises(PdfError):
        make_entry_pdf([])


def test_words_read_again_decide() -> None:
    sizes: list[int] = []

    def reader(image: np.ndarray) -> list[tuple[str, float]]:
        sizes.append(image.shape[0])
        return [(f"chữ{i}", 0.95) for i in range(20)] + [("mờ", 0.3)]

    assert make_entry_pdf([scan()], read_words=reader).quality.words_kept == 1.0
    assert abs(sizes[0] - sizes[1]) <= 3  # both read at the same resolution

    first = True

    def forgetful(image: np.ndarray) -> list[tuple[str, float]]:
        nonlocal first
        count, first = (20 if first else 17), False
        return [(f"chữ{i}", 0.95) for i in range(count)]

    with pytest.raises(PdfError):
        make_entry_pdf([scan()], read_words=forgetful)


def test_the_way_that_keeps_most_words_wins_where_none_keeps_enough() -> None:
    kept = iter((20, 18, 18, 19, 18, 18, 18, 18, 18))  # in the original, then by each way
    shares: list[int] = []

    def reader(image: np.ndarray) -> list[tuple[str, float]]:
        shares.append(next(kept))
        return [(f"chữ{i}", 0.95) for i in range(shares[-1])]

    assert make_entry_pdf([scan()], read_words=reader).quality.words_kept == 0.95
    assert shares == [20, 18, 18, 19]
    kept = iter((40, 36, 37, 36, 36, 36, 36, 36, 36))
    assert make_entry_pdf([scan()], read_words=reader).quality.words_kept == 0.925


def test_paper_becomes_white_under_uneven_light() -> None:
    page = scan().image
    flat = cv2.cvtColor(flatten_paper(page), cv2.COLOR_BGR2GRAY)
    paper = cv2.cvtColor(drawn_page(1, size=HALF), cv2.COLOR_BGR2GRAY)
    paper = cv2.erode(cv2.resize(paper, flat.shape[::-1]), np.ones((9, 9))) > 190
    assert np.percentile(flat[paper], 5) > 225
