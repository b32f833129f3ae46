"""`prefill`: the JSON contract, exit codes, and bad input among good."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from layouts.loader import shipped_template
from tests.layouts.office_forms import NOWHERE, copied, of_labels

pytestmark = pytest.mark.acceptance

PAGE_KEYS = {"source", "page", "register_type", "layout", "skew_degrees", "seconds", "script", "error", "entries"}
FIELD_KEYS = {"text", "normalized", "confidence", "needs_review", "engine", "quad"}


def test_a_typed_page_keeps_the_contract(workbench, read_json, typed_pages, truth, tmp_path: Path) -> None:
    out = tmp_path / "kết quả.json"
    done = workbench("prefill", typed_pages[0], "--out", out)
    assert done.returncode == 0, done.stderr

    result = read_json(out)
    assert result["schema"] == 1
    assert "tesseract" in result["engine"]
    (page,) = result["pages"]
    assert set(page) >= PAGE_KEYS
    assert (page["register_type"], page["layout"], page["script"]) == ("birth", "birth-2015", "typed")
    assert page["error"] is None
    (entry,) = page["entries"]
    assert len(entry["box"]) == 4
    # every column the form carries is there, whether or not the clerk filled it
    assert set(entry["fields"]) >= set(shipped_template("birth-2015").column_names)
    for field in entry["fields"].values():
        assert set(field) >= FIELD_KEYS
        assert 0 <= field["confidence"] <= 1
    right = [
        entry["fields"][name]["normalized"].casefold() == value["standard"].casefold()
        for name, value in truth[typed_pages[0].name].items()
        if name in entry["fields"]
    ]
    assert sum(right) / len(right) >= 0.9


def test_one_bad_file_among_good_ones(workbench, read_json, typed_pages, tmp_path: Path) -> None:
    folder = tmp_path / "quyển 1"
    folder.mkdir()
    shutil.copy(typed_pages[0], folder / "trang 1.jpg")
    (folder / "trang 2.jpg").write_bytes(typed_pages[1].read_bytes()[:20_000])
    out = tmp_path / "out.json"
    done = workbench("prefill", folder, "--out", out, "--json")
    assert done.returncode == 3
    pages = read_json(out)["pages"]
    assert [bool(page["entries"]) for page in sorted(pages, key=lambda p: p["source"])] == [True, False]
    assert "trang 2.jpg" in done.stderr


def _bad_files() -> dict[str, bytes]:
    blank = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(blank, "JPEG")
    noise = io.BytesIO()
    Image.effect_noise((1240, 1754), 90).save(noise, "PNG")
    return {
        "rỗng.jpg": b"",
        "cụt.pdf": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "không phải.pdf": "chỉ là văn bản".encode(),
        "trắng.jpg": blank.getvalue(),
        "nhiễu.png": noise.getvalue(),
    }


def test_each_bad_file_gets_a_message_of_its_own(workbench, read_json, tmp_path: Path) -> None:
    folder = tmp_path / "xấu"
    folder.mkdir()
    for name, content in _bad_files().items():
        (folder / name).write_bytes(content)
    out = tmp_path / "out.json"
    done = workbench("prefill", folder, "--out", out)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    pages = {Path(page["source"]).name: page for page in read_json(out)["pages"]}
    assert set(pages) == set(_bad_files())
    for name, page in pages.items():
        assert page["entries"] == [], name
        if name != "trắng.jpg":  # a blank sheet is a page without entries, not a fault
            assert page["error"], name
    assert len({pages[n]["error"] for n in ("rỗng.jpg", "cụt.pdf", "không phải.pdf")}) == 3


def test_a_zip_is_read_and_a_hostile_one_is_not(workbench, read_json, typed_pages, tmp_path: Path) -> None:
    good, bad = tmp_path / "sổ.zip", tmp_path / "độc.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.write(typed_pages[0], "quyển/trang 1.jpg")
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../../thoát.jpg", b"x")
    out = tmp_path / "out.json"
    done = workbench("prefill", good, bad, "--out", out)
    assert done.returncode == 3
    assert sum(bool(page["entries"]) for page in read_json(out)["pages"]) == 1
    assert not (tmp_path.parent / "thoát.jpg").exists()


def test_an_offices_own_form_that_also_fits_is_named_with_the_other(
    workbench, read_json, typed_pages, tmp_path: Path
) -> None:
    own, out = tmp_path / "mau-xa-a.yaml", tmp_path / "out.json"
    own.write_text(copied("birth-2015-xa-a", "birth-2015"), encoding="utf-8")
    nowhere = tmp_path / "la-lam.yaml"
    nowhere.write_text(of_labels("la-lam", *NOWHERE), encoding="utf-8")
    done = workbench("prefill", typed_pages[0], "--template", own, "--template", nowhere, "--out", out)
    assert done.returncode == 0, done.stderr
    (page,) = read_json(out)["pages"]
    (warning,) = page["warnings"]
    assert "birth-2015-xa-a" in warning and "birth-2015;" in warning
    assert warning in [finding["message"] for finding in page["entries"][0]["findings"]]


def test_mistakes_of_template_files_are_told_all_at_once(workbench, typed_pages, tmp_path: Path) -> None:
    broken, taken = tmp_path / "hong.yaml", tmp_path / "trung.yaml"
    broken.write_text(copied("birth-2015-xa-a", "birth-2015", layout="la"), encoding="utf-8")
    taken.write_text(copied("birth-2015", "birth-2015"), encoding="utf-8")
    done = workbench("prefill", typed_pages[0], "--template", broken, "--template", taken, "--out", tmp_path / "o.json")
    assert done.returncode == 4
    assert "hong.yaml: layout: chỉ nhận" in done.stderr and "trung.yaml: form: đã có mẫu tên" in done.stderr
    assert not (tmp_path / "o.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("prefill", "khong-co.pdf", "--out", "{out}"), 3, "Không tìm thấy"),
        (("prefill", "README.md", "--register-type", "brith", "--out", "{out}"), 2, "birth"),
        (("prefill",), 2, "Thiếu"),
        (("prefil",), 2, "Không có lệnh"),
    ],
)
def test_usage_mistakes_say_what_to_do(workbench, tmp_path: Path, arguments, code: int, words: str) -> None:
    done = workbench(*(a.format(out=tmp_path / "o.json") for a in arguments))
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/shm").exists(), reason="needs a folder of Linux's own to refuse a write")
def test_a_disk_that_refuses_is_told_in_one_line(workbench, typed_pages) -> None:
    done = workbench("prefill", typed_pages[0], "--out", "/proc/out.json")
    assert done.returncode == 6
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
