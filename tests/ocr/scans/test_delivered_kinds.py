"""What scanners, phones and other programs deliver: each kind opens as every viewer shows it, or is named."""

from __future__ import annotations

import base64
import io
import zlib
from pathlib import Path

import cv2
import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image, TiffImagePlugin

from ocr.errors import ScanError
from ocr.scans.negatives import is_negative
from ocr.scans.opening import list_pages, open_page
from ocr.scans.sources import expand_sources


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A small page that is not symmetric, A4 at 100 dpi."""
    pixels = np.full((1169, 827), 240, np.uint8)
    pixels[100:200, 80:500] = 60
    pixels[900:950, 300:340] = 0
    return Image.fromarray(pixels)


def _difference(one: np.ndarray, two: Image.Image) -> float:
    grey = cv2.cvtColor(one, cv2.COLOR_BGR2GRAY)
    assert abs(grey.shape[1] / grey.shape[0] - two.width / two.height) < 0.01
    return float(cv2.absdiff(grey, np.asarray(two.convert("L").resize((grey.shape[1], grey.shape[0])))).mean())


def _code(path: Path) -> str:
    with pytest.raises(ScanError) as caught:
        for ref in list_pages(path):
            open_page(ref.source, ref.page)
    assert path.name in caught.value.message and "Hãy" in caught.value.message
    return caught.value.code


# --- TIFF -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["L", "1", "RGB", "I;16"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation_of_a_tiff_is_applied_once(tmp_path: Path, page: Image.Image, turn: int, mode: str) -> None:
    stored = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90",
              7: "TRANSVERSE", 8: "ROTATE_270"}  # fmt: skip
    upright = page.point(lambda level: 255 * (level > 128)).convert("1") if mode == "1" else page
    picture = upright.transpose(Image.Transpose[stored[turn]]) if turn in stored else upright
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    elif mode == "RGB":
        picture = picture.convert(mode)
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[274] = turn
    path = tmp_path / "trang.tif"
    picture.save(path, tiffinfo=info, compression="group4" if mode == "1" else None)
    opened = open_page(path)
    assert opened.delivered_size == (827, 1169)
    assert _difference(opened.image, upright) < 3


@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_sixteen_bits_of_either_byte_order(tmp_path: Path, page: Image.Image, order: str) -> None:
    deep = (np.asarray(page).astype(np.uint16) * 257).astype(order)
    mode = "I;16" if order == "<u2" else "I;16B"
    path = tmp_path / "trang.tif"
    Image.frombytes(mode, page.size, deep.tobytes()).save(path)
    assert path.read_bytes()[:2] == (b"II" if order == "<u2" else b"MM")
    assert _difference(open_page(path).image, page) < 1


def _reduced(size: tuple[int, int]) -> tuple[Image.Image, TiffImagePlugin.ImageFileDirectory_v2]:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[254] = 1
    return Image.new("L", size, 255), info


@pytest.mark.parametrize("order", ["last", "first", "untagged"])
def test_previews_and_overviews_are_no_pages(tmp_path: Path, page: Image.Image, order: str) -> None:
    small = page.resize((124, 175))
    if order != "untagged":
        small.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    turned = page.rotate(180)
    frames = [small, page, turned] if order == "first" else [page, small, turned]
    path = tmp_path / "quyen.tif"
    if order == "first":
        frames[0].save(path, save_all=True, append_images=frames[1:], tiffinfo={254: 1})
        for frame in frames[1:]:
            frame.encoderinfo = {"tiffinfo": {254: 0}}  # type: ignore[attr-defined]
        frames[0].save(path, save_all=True, append_images=frames[1:], tiffinfo={254: 1})
    else:
        frames[0].save(path, save_all=True, append_images=frames[1:])
    assert [ref.page for ref in list_pages(path)] == [0, 1]
    assert _difference(open_page(path, 0).image, page) < 2
    assert _difference(open_page(path, 1).image, turned) < 2


def test_a_tiff_without_dimensions_is_named_and_its_neighbour_taken(tmp_path: Path, page: Image.Image) -> None:
    path = tmp_path / "trang 1.tif"
    page.save(path)
    data = bytearray(path.read_bytes())
    where = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[where : where + 2], "little")
    for entry in range(count):  # the tags of width and height become private ones
        at = where + 2 + 12 * entry
        if int.from_bytes(data[at : at + 2], "little") in (256, 257):
            data[at : at + 2] = (65000 + entry).to_bytes(2, "little")
    path.write_bytes(data)
    page.save(tmp_path / "trang 2.jpg")
    assert _code(path) == "broken_image"
    found = expand_sources([tmp_path])
    assert [p.name for p in found] == ["trang 1.tif", "trang 2.jpg"]
    assert len(list_pages(found[1])) == 1


# --- PDF --------------------------------------------------------------------------------------------------------------


def _pdf(path: Path, page: Image.Image) -> Path:
    buffer = io.BytesIO()
    page.save(buffer, "PNG", dpi=(100, 100))
    path.write_bytes(img2pdf.convert(buffer.getvalue()))
    return path


def _image(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    stream = pdf.make_stream(zlib.compress(picture.tobytes()))
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = picture.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    stream.Filter = pikepdf.Name.FlateDecode
    return stream


@pytest.mark.parametrize("strips", [1, 7])
def test_only_the_crop_box_of_a_page_is_its_scan(tmp_path: Path, page: Image.Image, strips: int) -> None:
    """An open book scanned as one picture, or in strips; two pages that each show a half."""
    both = Image.new("L", (1654, 1169), 240)
    both.paste(page, (0, 0))
    both.paste(page.rotate(180), (827, 0))
    pdf = pikepdf.new()
    for left in (0, 595):
        sheet = pdf.add_blank_page(page_size=(1190, 842))
        height = 1169 // strips
        names, content = {}, b""
        for number in range(strips):
            part = both.crop((0, number * height, 1654, (number + 1) * height if number < strips - 1 else 1169))
            names[f"/Im{number}"] = _image(pdf, part)
            drawn = 842 * part.height / 1169
            bottom = 842 - 842 * number * height / 1169 - drawn
            content += f"q 1190 0 0 {drawn:.3f} 0 {bottom:.3f} cm /Im{number} Do Q\n".encode()
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(names))
        sheet.Contents = pdf.make_stream(content)
        sheet.CropBox = pikepdf.Array([left, 0, left + 595, 842])
    path = tmp_path / "mo.pdf"
    pdf.save(path)
    assert len(list_pages(path)) == 2
    for index, expected in ((0, page), (1, page.rotate(180))):
        opened = open_page(path, index)
        assert opened.delivered_size == (pytest.approx(827, abs=2), pytest.approx(1169, abs=2))
        assert _difference(opened.image, expected) < 4


@pytest.mark.slow
def test_a_written_page_is_cropped_by_poppler_too(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=(1190, 842))
    sheet.Contents = pdf.make_stream(b"0 0 0 rg 100 700 300 40 re f 700 100 300 40 re f")
    sheet.CropBox = pikepdf.Array([595, 0, 1190, 842])
    pdf.save(tmp_path / "viet.pdf")
    opened = open_page(tmp_path / "viet.pdf")
    rows, columns = np.nonzero(opened.image[..., 0] < 128)
    assert columns.min() / opened.image.shape[1] == pytest.approx(105 / 595, abs=0.005)
    assert rows.min() / opened.image.shape[0] == pytest.approx(702 / 842, abs=0.005)


@pytest.mark.parametrize("turn", [0, 90])
def test_a_small_scan_on_a_huge_page_is_taken_at_its_own_size(tmp_path: Path, page: Image.Image, turn: int) -> None:
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=(14400, 14400))
    sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=_image(pdf, page)))
    sheet.Contents = pdf.make_stream(b"595 0 0 842 9000 13000 cm /Im0 Do")
    if turn:
        sheet.Rotate = turn
    pdf.save(tmp_path / "khung.pdf")
    opened = open_page(tmp_path / "khung.pdf")
    assert _difference(opened.image, page.rotate(-turn, expand=True)) < 4
    assert opened.remarks and "khổ rất lớn" in opened.remarks[0]


def test_what_a_pdf_holds_besides_its_pages_is_named(tmp_path: Path, page: Image.Image) -> None:
    """Of a portfolio the pages are a cover; of a form in XFA they may be a notice to open it elsewhere."""
    path = _pdf(tmp_path / "a.pdf", page)
    assert open_page(path).remarks == ()
    inside = path.read_bytes()
    with pikepdf.open(path) as pdf:
        for number in range(4):
            name = f"trang-{number}.pdf"
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, inside, filename=name)
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        pdf.save(tmp_path / "portfolio.pdf")
    (remark,) = open_page(tmp_path / "portfolio.pdf").remarks
    assert "4 tệp đính kèm" in remark and "«trang-0.pdf»" in remark
    with pikepdf.open(path) as pdf:
        template = b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>'
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(template))
        pdf.Root.NeedsRendering = True
        pdf.save(tmp_path / "xfa.pdf")
    assert "XFA" in open_page(tmp_path / "xfa.pdf").remarks[0]


def test_a_line_of_pixels_is_no_fault_of_the_program() -> None:
    assert not is_negative(np.zeros((3700, 1, 3), np.uint8)) and not is_negative(np.zeros((1, 9000, 3), np.uint8))


def test_a_page_without_size_is_named_and_the_others_open(tmp_path: Path, page: Image.Image) -> None:
    path = _pdf(tmp_path / "a.pdf", page)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page(page_size=(100, 100)).MediaBox = pikepdf.Array([0, 0, 0, 0])
        pdf.add_blank_page(page_size=(595, 842)).CropBox = pikepdf.Array([10, 10, 10, 10])
        pdf.save(path)
    assert _difference(open_page(path, 0).image, page) < 2
    for index in range(1, len(list_pages(path))):
        try:
            opened = open_page(path, index)
            assert min(opened.image.shape[:2]) > 1
        except ScanError as error:
            assert error.code == "broken_pdf"


# --- phones, negatives, other programs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [("IMG_02.jfif", "JPEG"), ("IMG_04.jp2", "JPEG2000"), ("IMG_05.avif", "AVIF"), ("IMG_06.webp", "WEBP"),
     ("IMG_07.gif", "GIF"), ("IMG_08.pgm", "PPM"), ("IMG_09.JPE", "JPEG")],
)  # fmt: skip
def test_formats_of_phones_and_scanners_are_taken_from_folders(
    tmp_path: Path, page: Image.Image, name: str, kind: str
) -> None:
    page.save(tmp_path / name, kind)
    (found,) = expand_sources([tmp_path])
    assert _difference(open_page(found).image, page) < 5


_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABegABAAAAAAAAAGcAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAA"
    "AAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBhZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAA"
    "YAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAG9tZGF0AAAAYygBrwngi4euBXf/8LsfunrJ/6mvjqEYMSdEu4fni7"
    "ekBRZM0AaFFxvwmWP0BXmwEmaK2uDxVU4B4zGmXgouWGiPJzIjjg2gbFsHqr3U1kdmav7+IMLBHgVShL/DSz51rUhS0A=="
)
"""A grey page of 64 x 96 pixels, dark at the top left, as a phone stores it (an invented picture)."""


@pytest.mark.parametrize("name", ["IMG_03.heic", "IMG_03.HEIF", "IMG_03.jpg"])
def test_heic_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(_HEIC)
    (found,) = expand_sources([tmp_path])
    opened = open_page(found)
    assert opened.delivered_size == (64, 96)
    assert opened.image[:40, :28].mean() < 60 < 200 < opened.image[56:, 36:].mean()


def test_heic_is_named_where_the_library_has_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pi_heif.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "IMG_03.heic").write_bytes(_HEIC)
    assert _code(tmp_path / "IMG_03.heic") == "unsupported"


def test_a_heic_that_kills_its_library_is_named_and_nothing_else_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pi_heif.py").write_text("import os; os.abort()", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "IMG_03.heic").write_bytes(_HEIC)
    assert _code(tmp_path / "IMG_03.heic") == "broken_image"


def test_a_motion_photo_is_its_picture(tmp_path: Path, page: Image.Image) -> None:
    path = tmp_path / "PXL_1.MP.jpg"
    page.save(path, quality=95)
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18ftypmp42" + bytes(500))
    assert _difference(open_page(path).image, page) < 2


def test_a_jpeg_with_a_second_picture_is_one_page(tmp_path: Path, page: Image.Image) -> None:
    path = tmp_path / "depth.jpg"
    page.save(path, "MPO", save_all=True, append_images=[page.resize((200, 300))])
    assert len(list_pages(path)) == 1
    assert _difference(open_page(path).image, page) < 3


def _written(size: tuple[int, int] = (827, 1169)) -> np.ndarray:
    """Light paper with lines of strokes."""
    pixels = np.full(size[::-1], 235, np.uint8)
    for row in range(100, size[1] - 100, 40):
        for column in range(80, size[0] - 80, 14):
            cv2.line(pixels, (column, row), (column + 6, row + 14), 30, 2)
    return pixels


def test_a_negative_is_opened_as_a_positive_and_said(tmp_path: Path) -> None:
    written = _written()
    Image.fromarray(255 - written).save(tmp_path / "am.png")
    opened = open_page(tmp_path / "am.png")
    assert np.abs(opened.image[..., 0].astype(int) - written).mean() < 2
    assert "âm bản" in opened.remarks[0]
    Image.fromarray(written).save(tmp_path / "duong.png")
    assert open_page(tmp_path / "duong.png").remarks == ()


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_paper_on_a_dark_table_is_no_negative(share: float) -> None:
    table = np.full((1400, 1000, 3), 20, np.uint8)
    width, height = round(1000 * share), round(1400 * share)
    paper = cv2.cvtColor(cv2.resize(_written(), (width, height)), cv2.COLOR_GRAY2BGR)
    top, left = (1400 - height) // 2, (1000 - width) // 2
    table[top : top + height, left : left + width] = paper
    assert not is_negative(table)


def test_dark_sheets_without_writing_are_no_negatives() -> None:
    assert not is_negative(np.zeros((1400, 1000, 3), np.uint8))
    assert not is_negative(np.random.default_rng(1).integers(0, 60, (1400, 1000, 3), np.uint8))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("so.rar", b"Rar!\x1a\x07\x01\0" + bytes(100), "giải nén"),
        ("so.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "giải nén"),
        ("so.tar", bytes(257) + b"ustar" + bytes(300), "giải nén"),
        ("so.tgz", b"\x1f\x8b\x08" + bytes(100), "giải nén"),
        ("so.zip", b"Rar!\x1a\x07\x01\0" + bytes(100), "giải nén"),
        ("so.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "PDF"),
        ("trang.jxl", b"\xff\x0a" + bytes(100), "JPEG"),
        ("trang.djvu", b"AT&TFORM" + bytes(100), "JPEG"),
        ("trang.jpg", b"AT&TFORM" + bytes(100), "DjVu"),
        ("trang.mp4", b"\0\0\0\x18ftypmp42" + bytes(100), "chụp"),
        ("trang.jpg", b"\0\0\0\x18ftypqt  " + bytes(100), "video"),
        ("trang.cr3", b"\0\0\0\x18ftypcrx " + bytes(100), "RAW"),
        ("trang.ps", b"%!PS-Adobe-3.0\n" + bytes(100), "PDF"),
    ],
)
def test_what_is_not_supported_is_not_called_damaged(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert expand_sources([tmp_path]) == [tmp_path / name]
    with pytest.raises(ScanError) as caught:
        list_pages(tmp_path / name)
    assert caught.value.code == "unsupported"
    assert words in caught.value.message and "bị hỏng" not in caught.value.message


def test_a_tiff_packed_in_a_way_we_do_not_read_is_not_called_damaged(tmp_path: Path, page: Image.Image) -> None:
    path = tmp_path / "trang.tif"
    page.save(path)
    data = bytearray(path.read_bytes())
    where = int.from_bytes(data[4:8], "little")
    for entry in range(int.from_bytes(data[where : where + 2], "little")):
        at = where + 2 + 12 * entry
        if int.from_bytes(data[at : at + 2], "little") == 259:
            data[at + 8 : at + 10] = (50001).to_bytes(2, "little")
    path.write_bytes(data)
    assert _code(path) == "unsupported"


def test_office_documents_and_zips_under_other_names(tmp_path: Path) -> None:
    import zipfile

    for name, member in (("don.docx", "word/document.xml"), ("bang.xlsx", "xl/workbook.xml"), ("so.jpg", "trang.jpg")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, b"x")
        with pytest.raises(ScanError) as caught:
            list_pages(tmp_path / name)
        assert caught.value.code == "unsupported"


def test_damage_is_still_called_damage(tmp_path: Path, page: Image.Image) -> None:
    page.save(tmp_path / "a.heic.jpg")
    (tmp_path / "b.heic").write_bytes(_HEIC[:300])
    (tmp_path / "c.jp2").write_bytes(bytes(range(1, 200)))
    assert _code(tmp_path / "b.heic") == "broken_image"
    assert _code(tmp_path / "c.jp2") == "broken_image"
