"""From named files, folders and archives to scan files."""

from __future__ import annotations

import io
import os
import struct
import time
import unicodedata
import warnings
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from ocr.errors import ScanError
from ocr.scans import sources
from ocr.scans.opening import list_pages
from ocr.scans.sources import expand_sources, member_name


def a_page(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (80, 110), 255).save(path)
    return path


def codes(paths: list[Path]) -> dict[str, str]:
    """What opening each of them says."""
    said = {}
    for path in paths:
        try:
            list_pages(path)
            said[path.name] = "ok"
        except ScanError as error:
            said[path.name] = error.code
    return said


def test_folders_are_read_in_the_order_people_number_files(tmp_path: Path) -> None:
    for name in ("trang10.png", "trang2.png", "trang1.png", "phu/trang3.PNG"):
        a_page(tmp_path / name)
    (tmp_path / "ghi chu.txt").write_text("không phải bản quét", encoding="utf-8")
    a_page(tmp_path / ".cache" / "thumb.png")
    assert [p.name for p in expand_sources([tmp_path])] == ["trang3.PNG", "trang1.png", "trang2.png", "trang10.png"]


def test_a_folder_without_scans_says_so(tmp_path: Path) -> None:
    (tmp_path / "thư mục trống").mkdir()
    assert codes(expand_sources([tmp_path / "thư mục trống"])) == {"thư mục trống": "no_scans"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_what_is_no_file_is_named_and_nobody_waits_for_it(tmp_path: Path) -> None:
    """A pipe, and a link to a share that is not there."""
    os.mkfifo(tmp_path / "ống.jpg")
    (tmp_path / "mất.jpg").symlink_to(tmp_path / "không-có" / "a.jpg")
    codes = {}
    for path in expand_sources([tmp_path]):
        with pytest.raises(ScanError) as told:
            list_pages(path)
        codes[path.name] = told.value.code
    assert codes == {"ống.jpg": "not_a_scan", "mất.jpg": "not_found"}


def test_a_file_named_twice_is_taken_once(tmp_path: Path) -> None:
    page = a_page(tmp_path / "a.png")
    assert expand_sources([page, tmp_path, page]) == [page]


def test_one_bad_file_among_ten_does_not_stop_the_others(tmp_path: Path) -> None:
    for number in range(10):
        a_page(tmp_path / f"{number}.png")
    (tmp_path / "5b.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (tmp_path / "7b.zip").write_bytes(b"PK\3\4 rubbish")
    said = codes(expand_sources([tmp_path, tmp_path / "missing.jpg"]))
    assert [name for name, code in said.items() if code == "ok"] == [f"{number}.png" for number in range(10)]
    assert (said["5b.pdf"], said["7b.zip"], said["missing.jpg"]) == ("broken_pdf", "broken_zip", "not_found")


def test_archives_are_unpacked_with_their_folders(tmp_path: Path) -> None:
    page = a_page(tmp_path / "page.png").read_bytes()
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        for name in ("Sổ 2/trang 2.png", "Sổ 2/trang 10.png", "__MACOSX/x.png", "readme.txt"):
            archive.writestr(name, page)
    found = expand_sources([tmp_path / "book.zip"], unpack_to=tmp_path / "out")
    assert [p.name for p in found] == ["trang 2.png", "trang 10.png"]
    assert all((tmp_path / "out") in p.parents for p in found)
    assert set(codes(found).values()) == {"ok"}


@pytest.mark.parametrize(
    "name", ["../../evil.png", "/etc/evil.png", "C:\\evil.png", "a/../../evil.png", "..\\evil.png"]
)
def test_no_member_leaves_its_folder(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr(name, b"x")
    (found,) = expand_sources([tmp_path / "slip.zip"], unpack_to=tmp_path / "out")
    assert (tmp_path / "out").resolve() in found.resolve().parents


def test_bombs_are_stopped_by_declared_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ZIP_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.png", bytes(5000))
    found = expand_sources([tmp_path / "bomb.zip"], unpack_to=tmp_path / "out")
    assert codes(found) == {"bomb.zip": "too_large"}


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ZIP_MEMBERS", 3)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.png", b"x")
    assert codes(expand_sources([tmp_path / "many.zip"])) == {"many.zip": "too_large"}


def many_names(path: Path, members: int, *, far: bool) -> None:
    """An archive of nothing but names of one empty file; `far`: its length told in the record for large ones."""
    name = b"trang-000001.jpg"
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    line = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    length = len(line) * members
    ends = b""
    if far:
        ends += struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, members, members, length, len(head))
        ends += struct.pack("<4sIQI", b"PK\6\7", 0, len(head) + length, 1)
    told = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) if far else (members & 0xFFFF, members & 0xFFFF, length, len(head))
    path.write_bytes(head + line * members + ends + struct.pack("<4s2H2H2IH", b"PK\5\6", 0, 0, *told, 0))


@pytest.mark.parametrize("far", [False, True])
def test_an_archive_of_nothing_but_names_is_not_even_listed(tmp_path: Path, far: bool) -> None:
    few, many = tmp_path / "few.zip", tmp_path / "many.zip"
    many_names(few, 3, far=far)
    assert len(expand_sources([few], unpack_to=tmp_path / "out")) == 3, "the archives made here are archives"
    many_names(many, 100_000, far=far)
    began = time.process_time()
    assert codes(expand_sources([many], unpack_to=tmp_path / "out")) == {"many.zip": "too_large"}
    assert time.process_time() - began < 0.3, "a tenth of a second a hundred thousand, and fifty megabytes"


def test_archive_without_scans_and_archive_in_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("letter.txt", b"x")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", (tmp_path / "inner.zip").read_bytes())
        archive.writestr("page.png", a_page(tmp_path / "page.png").read_bytes())
    assert codes(expand_sources([tmp_path / "inner.zip"])) == {"inner.zip": "no_scans"}
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("page.png", b"x")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", (tmp_path / "inner.zip").read_bytes())
    assert codes(expand_sources([tmp_path / "outer.zip"])) == {"inner.zip": "nested_zip"}


def test_a_damaged_member_is_reported_and_its_neighbours_are_read(tmp_path: Path) -> None:
    page = a_page(tmp_path / "page.png").read_bytes()
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.png", page)
        archive.writestr("2.png", page)
    data = bytearray(path.read_bytes())
    second = data.find(page, data.find(page) + 1)
    data[second : second + len(page) - 10] = bytes(len(page) - 10)
    path.write_bytes(bytes(data))
    said = codes(expand_sources([path]))
    assert said["1.png"] == "ok"
    assert said["2.png"] in ("broken_image", "empty_file")


def test_full_disk_while_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("1.png", b"x")

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sources.tempfile, "mkdtemp", full)
    with pytest.raises(ScanError) as caught:
        expand_sources([tmp_path / "book.zip"])
    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("trang 1.png", "trang 1.png"),
        ("../../etc/cron.d/x.png", "x.png"),
        (r"C:\so\con?.png", "con_.png"),
        ("..", "khong-ten"),
        ("", "khong-ten"),
        ("a\0b.png", "a_b.png"),
        ("nửa \ud800.png", "nửa _.png"),
    ],
)
def test_a_sent_name_becomes_one_that_every_system_takes(tmp_path: Path, name: str, kept: str) -> None:
    assert sources.safe_name(name) == kept
    (tmp_path / kept).write_bytes(b"x")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_long_vietnamese_name_is_no_obstacle(tmp_path: Path, form: str) -> None:
    """255 letters are a name on Windows and up to 900 bytes here, where 255 bytes are the most."""
    name = unicodedata.normalize(form, "Quyển sổ hộ tịch " * 15)[:250] + ".png"
    kept = sources.safe_name(name)
    assert kept.endswith(".png") and a_page(tmp_path / kept).exists()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(a_page(tmp_path / "b.png"), name)
    assert list(codes(expand_sources([tmp_path / "a.zip"])).values()) == ["ok"]


def test_pages_of_one_name_in_an_archive_are_all_kept(tmp_path: Path) -> None:
    """The second `a.png` was given a number that another page had already, and took its place without a word."""
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for shade, name in enumerate(("a-2.png", "a.png", "a.png", "a-2.png", "a.png", "x/../a.png")):
            picture = io.BytesIO()
            Image.new("L", (80, 110), shade).save(picture, "PNG")
            archive.writestr(name, picture.getvalue())
    found = expand_sources([tmp_path / "book.zip"], unpack_to=tmp_path / "out")
    assert len(set(found)) == 6
    shades = set()
    for path in found:
        with Image.open(path) as picture_read:
            shades.add(picture_read.getpixel((0, 0)))
    assert shades == set(range(6))


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("Quyển 01-1998/Trần.png".encode(), "Quyển 01-1998/Trần.png"),
        (unicodedata.normalize("NFD", "Sổ/Trang 1.png").encode(), unicodedata.normalize("NFD", "Sổ/Trang 1.png")),
        (b"Qu\xea\xd2n 1.png", "Quển 1.png"),
        (b"\x81\xd2.png", "ü╥.png"),
        (b"trang 1.png", "trang 1.png"),
    ],
)
def test_names_of_an_archive_in_other_letters_are_read(tmp_path: Path, letters: bytes, name: str) -> None:
    """Without the mark for Unicode they were read as those of the first IBM PC: no volume or year was seen in them."""
    stand_in = b"N" * len(letters)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(stand_in.decode(), b"x")
    (tmp_path / "a.zip").write_bytes(packed.getvalue().replace(stand_in, letters))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (member,) = archive.infolist()
        assert member_name(member) == name
