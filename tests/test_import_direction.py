"""Rooms import only from those to their left, and each outside program has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench"]

HOMES = {
    "streamlit": ("workbench/screens/", "streamlit_app.py"),
    "openpyxl": ("exports/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "pytesseract": ("ocr/tesseract.py",),
    "pdf2image": ("ocr/scans/documents.py",),
    "pypdfium2": ("ocr/scans/documents.py",),
    "pi_heif": ("ocr/scans/pictures.py",),
    "onnxruntime": ("ocr/handwriting/engine.py",),
    "asterocr": ("ocr/handwriting/",),
    "torch": ("ocr/handwriting/training/",),
    "distributed": ("ocr/batch/dask_engine.py",),
    "img2pdf": ("exports/",),
    "argon2": ("workbench/services/",),
    "zxcvbn": ("workbench/services/passwords.py",),
}


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")
    yield ROOT / "streamlit_app.py"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_its_left(room: str) -> None:
    allowed = ROOMS[: ROOMS.index(room) + 1]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / room).rglob("*.py")
        for name in _imports(path)
        if name.split(".")[0] in [*ROOMS, "streamlit_app", "tests"] and name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_each_outside_program_has_one_home() -> None:
    wrong = [
        f"{path.relative_to(ROOT).as_posix()} imports {name}"
        for path in _sources()
        for name in _imports(path)
        if (homes := HOMES.get(name.split(".")[0])) and not path.relative_to(ROOT).as_posix().startswith(homes)
    ]
    assert wrong == []
