"""Scans of several books by the command line: parted by their names, refused where a book named says otherwise."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from workbench.config import Settings, load_settings
from workbench.exit_codes import ExitCode
from workbench.services import books
from workbench.services.context import system_context

OFFICE = "UBND xã Tân Lập, huyện Mộc Châu, tỉnh Sơn La"


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of two books, a page in each of three sub-folders' worth of names."""
    for shade, name in enumerate(("KS.2008.01/trang 1.png", "KS.2008.01/trang 2.png", "KH.2009.02/trang 1.png")):
        path = tmp_path / "quet" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (60, 80), 40 * shade + 10).save(path)
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "data"))
    load_settings.cache_clear()
    yield tmp_path / "quet"
    load_settings.cache_clear()


def volumes(scans: Path) -> dict[str, int]:
    """Pages of each book, by kind and volume."""
    listed = books.list_books(system_context(Settings(data_dir=scans.parent / "data")))
    return {f"{one.book.register_type.value} {one.book.volume_number}": one.pages for one in listed}


def test_a_folder_of_two_books_becomes_two(
    scans: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", scans, "--office", OFFICE, "--json") == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert sorted(book["pages_added"] for book in told["books"]) == [1, 2]
    assert volumes(scans) == {"birth 01/2008": 2, "marriage 02/2009": 1}
    assert run("import", scans, "--office", OFFICE) == ExitCode.DONE
    assert "thêm 0 trang" in capsys.readouterr().err and sum(volumes(scans).values()) == 3


def test_a_book_named_is_not_filled_with_another_ones_pages(
    scans: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    one = ("import", scans, "--office", OFFICE, "--register-type", "birth", "--volume", "1/2008")
    assert run(*one) == ExitCode.USAGE
    assert "Kết hôn 02/2009 (1 tệp)" in capsys.readouterr().err and volumes(scans) == {}
    assert run(*one, "--one-book") == ExitCode.DONE
    assert volumes(scans) == {"birth 01/2008": 3}


def test_a_place_without_its_levels_is_pointed_out(
    scans: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", scans, "--office", "xã Tân Lập") == ExitCode.DONE
    assert capsys.readouterr().err.count("chưa có tên huyện và tên tỉnh") == 1
