"""Opening scans: every kind of file, and every kind of bad file, each with its own words."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import cv2
import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.errors import ScanError
from ocr.scans import documents, pictures
from ocr.scans import poppler as poppler_home
from ocr.scans.opening import list_pages, open_page


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A small page that is not symmetric, A4 at 100 dpi."""
    pixels = np.full((1169, 827, 3), 240, np.uint8)
    pixels[100:200, 80:500] = (20, 40, 160)
    pixels[900:950, 300:340] = 0
    return Image.fromarray(pixels)


def save(page: Image.Image, path: Path, **options: object) -> Path:
    page.save(path, **options)  # type: ignore[arg-type]
    return path


def pdf_of(path: Path, *pages: Image.Image) -> Path:
    files = []
    for page in pages:
        buffer = io.BytesIO()
        page.save(buffer, "PNG", dpi=(100, 100))
        files.append(buffer.getvalue())
    path.write_bytes(img2pdf.convert(files))
    return path


def difference(one: np.ndarray, two: Image.Image) -> float:
    """Mean difference in grey levels, sizes made equal."""
    grey = cv2.cvtColor(one, cv2.COLOR_BGR2GRAY)
    other = np.asarray(two.convert("L").resize((grey.shape[1], grey.shape[0])))
    return float(cv2.absdiff(grey, other).mean())


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("grey.jpg", "L", {}),
        ("colour.jpg", "RGB", {"quality": 90}),
        ("cmyk.jpg", "CMYK", {"quality": 90}),
        ("colour.png", "RGB", {}),
        ("palette.png", "P", {}),
        ("glass.png", "RGBA", {}),
        ("bilevel.tif", "1", {"compression": "group4"}),
        ("scan.bmp", "RGB", {}),
        ("scan.webp", "RGB", {}),
    ],
)
def test_every_kind_of_image_opens(
    tmp_path: Path, page: Image.Image, name: str, mode: str, options: dict[str, object]
) -> None:
    path = save(page.convert(mode), tmp_path / name, **options)
    (ref,) = list_pages(path)
    opened = open_page(ref.source, ref.page)
    assert opened.image.shape == (1169, 827, 3) and opened.image.dtype == np.uint8
    assert opened.delivered_size == (827, 1169)
    assert difference(opened.image, page.convert(mode).convert("RGB")) < 4


def test_sixteen_bits_keep_their_greys(tmp_path: Path, page: Image.Image) -> None:
    deep = Image.fromarray(np.asarray(page.convert("L")).astype(np.uint16) * 257)
    assert difference(open_page(save(deep, tmp_path / "deep.png")).image, page) < 1


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    path = save(Image.new("RGBA", (400, 600), (0, 0, 0, 0)), tmp_path / "clear.png")
    assert open_page(path).image.min() == 255


@pytest.mark.parametrize("turn", range(1, 9))
def test_exif_rotation_is_applied_as_opencv_applies_it(tmp_path: Path, page: Image.Image, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = save(page, tmp_path / "turned.jpg", exif=exif, quality=95)
    opened = open_page(path)
    expected = cv2.imread(str(path))
    assert opened.delivered_size == (expected.shape[1], expected.shape[0])
    assert cv2.absdiff(opened.image, expected).mean() < 2


def test_tiff_of_several_pages(tmp_path: Path, page: Image.Image) -> None:
    others = [page.convert("L").rotate(180), page.convert("1")]
    path = save(page, tmp_path / "book.tif", save_all=True, append_images=others)
    refs = list_pages(path)
    assert [ref.page for ref in refs] == [0, 1, 2]
    assert difference(open_page(path, 1).image, others[0]) < 2
    with pytest.raises(ScanError) as caught:
        open_page(path, 3)
    assert caught.value.code == "no_such_page"


@pytest.mark.slow
def test_fine_scans_are_shrunk_and_quads_still_fit(tmp_path: Path, page: Image.Image) -> None:
    path = save(page.resize((4961, 7016)), tmp_path / "fine.jpg", dpi=(600, 600), quality=60)
    opened = open_page(path)
    assert opened.image.shape[:2] == (3508, 2480)
    assert opened.delivered_size == (4961, 7016)
    assert opened.dpi == pytest.approx(300, abs=1)
    assert difference(opened.image, page) < 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["large.jpg", "large.png"])
def test_very_large_scans_keep_their_detail(tmp_path: Path, name: str) -> None:
    """A comb of lines 3 pixels wide at work resolution is still a comb after shrinking."""
    comb = np.full((9000, 6400), 255, np.uint8)
    comb[4000:4400, ::14] = comb[4000:4400, 1::14] = comb[4000:4400, 2::14] = 0
    comb[4000:4400, 3::14] = comb[4000:4400, 4::14] = comb[4000:4400, 5::14] = comb[4000:4400, 6::14] = 0
    opened = open_page(save(Image.fromarray(comb), tmp_path / name))
    assert opened.delivered_size == (6400, 9000)
    assert max(opened.image.shape) == 3700
    row = opened.image[round(4200 / 9000 * opened.image.shape[0]), :, 0]
    assert row.max() > 200 and row.min() < 55


def test_resolution_is_guessed_from_a4_when_the_file_tells_nonsense(tmp_path: Path, page: Image.Image) -> None:
    path = save(page.resize((2480, 3508)), tmp_path / "screen.jpg", dpi=(72, 72), quality=60)
    opened = open_page(path)
    assert opened.dpi == pytest.approx(300, abs=1)
    assert opened.image.shape[:2] == (3508, 2480)


def test_pdf_of_scans_is_read_at_its_own_resolution(tmp_path: Path, page: Image.Image) -> None:
    path = pdf_of(tmp_path / "book.pdf", page, page.rotate(180))
    assert len(list_pages(path)) == 2
    first, second = open_page(path, 0), open_page(path, 1)
    assert first.image.shape[:2] == (1169, 827)
    assert first.dpi == pytest.approx(100, abs=1)
    assert difference(first.image, page) < 1
    assert difference(second.image, page.rotate(180)) < 1


def written_pdf(path: Path) -> Path:
    """A page with text of its own and no picture."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].Contents = pdf.make_stream(b"0 0 0 rg 100 700 300 40 re f")
    pdf.save(path)
    return path


@pytest.mark.parametrize("poppler", [True, False])
def test_written_pdf_is_drawn_at_300_dpi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, poppler: bool) -> None:
    path = written_pdf(tmp_path / "written.pdf")
    if poppler and poppler_home.shutil.which("pdftoppm") is None:
        pytest.skip("poppler is not installed")
    if not poppler:
        monkeypatch.setattr(poppler_home.shutil, "which", lambda name: None)
    opened = open_page(path)
    assert opened.image.shape[:2] == (pytest.approx(3508, abs=2), pytest.approx(2479, abs=2))
    rows, columns = np.nonzero(opened.image[..., 0] < 128)
    assert columns.min() / opened.image.shape[1] == pytest.approx(100 / 595, abs=0.002)
    assert rows.min() / opened.image.shape[0] == pytest.approx(102 / 842, abs=0.002)


def test_what_pdfium_cannot_take_poppler_draws_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if poppler_home.shutil.which("pdftoppm") is None:
        pytest.skip("poppler is not installed")
    path = written_pdf(tmp_path / "written.pdf")

    def refused(*_: object) -> None:
        raise documents.pypdfium2.PdfiumError("Failed to load document")

    monkeypatch.setattr(documents.pypdfium2, "PdfDocument", refused)
    assert len(list_pages(path)) == 1
    opened = open_page(path)
    assert opened.image.shape[:2] == (pytest.approx(3508, abs=2), pytest.approx(2479, abs=2))
    assert "hỏng một phần" in opened.remarks[0]
    monkeypatch.setattr(poppler_home.shutil, "which", lambda name: None)
    assert code_of(path) == "broken_pdf"


def test_file_is_known_by_its_content_not_its_suffix(tmp_path: Path, page: Image.Image) -> None:
    pdf = pdf_of(tmp_path / "book.pdf", page)
    renamed = pdf.rename(tmp_path / "book.jpg")
    assert open_page(renamed).delivered_size == (827, 1169)


def code_of(path: Path) -> str:
    """Open a file as a batch does, and say what is wrong with it."""
    with pytest.raises(ScanError) as caught:
        for ref in list_pages(path):
            open_page(ref.source, ref.page)
    assert path.name in caught.value.message
    assert "Hãy" in caught.value.message
    return caught.value.code


def test_missing_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nowhere.pdf") == "not_found"


@pytest.mark.parametrize("name", ["empty.pdf", "empty.jpg"])
def test_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert code_of(tmp_path / name) == "empty_file"


@pytest.mark.parametrize("name", ["letter.pdf", "letter.jpg", "letter.txt"])
def test_text_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Kính gửi Ủy ban nhân dân xã", encoding="utf-8")
    assert code_of(tmp_path / name) == "not_a_scan"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_truncated_pdf(tmp_path: Path, page: Image.Image, kept: float) -> None:
    path = pdf_of(tmp_path / "cut.pdf", page, page)
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data))])
    assert code_of(path) == "broken_pdf"


def test_pdf_with_a_password(tmp_path: Path, page: Image.Image) -> None:
    path = pdf_of(tmp_path / "open.pdf", page)
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="chu", user="khach"))
    assert code_of(tmp_path / "locked.pdf") == "encrypted_pdf"


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "cut.tif"])
def test_truncated_image(tmp_path: Path, page: Image.Image, name: str) -> None:
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (600, 400), np.uint8))
    path = save(noisy, tmp_path / name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert code_of(path) == "broken_image"


def test_rubbish_with_an_image_suffix(tmp_path: Path) -> None:
    (tmp_path / "noise.jpg").write_bytes(bytes(range(256)) * 20)
    assert code_of(tmp_path / "noise.jpg") == "broken_image"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["huge.png", "huge.tif"])
def test_huge_image_is_refused_before_it_is_decoded(tmp_path: Path, name: str) -> None:
    path = save(Image.new("1", (20_000, 20_000), 1), tmp_path / name)
    assert code_of(path) == "too_large"


def test_huge_image_inside_a_pdf_is_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    picture = pdf.make_stream(b"\0")
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width = picture.Height = 20_000
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    pdf.pages[0].Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Im0 Do")
    pdf.save(tmp_path / "huge.pdf")
    assert code_of(tmp_path / "huge.pdf") == "too_large"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="every file is readable to this user")
def test_file_without_permission(tmp_path: Path, page: Image.Image) -> None:
    path = save(page, tmp_path / "secret.png")
    path.chmod(0)
    assert code_of(path) == "unreadable"


@pytest.mark.parametrize(("number", "code"), [(13, "unreadable"), (28, "disk_full"), (5, "unreadable")])
def test_what_the_system_says_becomes_a_code(
    tmp_path: Path, page: Image.Image, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    path = save(page, tmp_path / "page.png")

    def fails(*args: object, **options: object) -> None:
        raise OSError(number, "told by the system")

    monkeypatch.setattr(pictures.Image, "open", fails)
    assert code_of(path) == code


def test_errors_cross_process_boundaries() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(ScanError("empty_file", "Tệp rỗng. Hãy quét lại.")))
    assert (error.code, str(error)) == ("empty_file", "Tệp rỗng. Hãy quét lại.")


def test_a_pdf_without_pages_is_not_called_locked(tmp_path: Path) -> None:
    """«Hãy gỡ mật khẩu» was told for a file that has none: people looked for a password."""
    path = tmp_path / "trong.pdf"
    said = []
    for pages in (0, 1):
        with pikepdf.new() as document:
            if pages:
                document.add_blank_page()
                document.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
            else:
                document.save(path)
        with pytest.raises(ScanError) as caught:
            list_pages(path)
        said.append(caught.value.code)
    assert said == ["broken_pdf", "encrypted_pdf"]
