"""Rooms import only from those to their left, rooms of `ocr/` only downwards, no module in a circle; outside programs
have one home each."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench"]

OCR_FLOORS = [
    ("errors", "readings", "images", "tesseract"),
    ("scans", "straightening"),
    ("cleaning",),
    ("forms",),
    ("placing",),
    ("cutting",),
    ("marks", "handwriting"),
    ("reading",),
    ("page",),
    ("spreads",),
    ("pipeline",),
    ("explain", "batch"),
    ("template_trial",),
]
"""Rooms and modules of `ocr/`, from the ground up: each may use those of its own floor and below.
`docs/architecture.md` draws the same floors."""

HOMES = {
    "streamlit": ("workbench/screens/", "streamlit_app.py"),
    "openpyxl": ("exports/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "pytesseract": ("ocr/tesseract.py",),
    "pdf2image": ("ocr/scans/poppler.py",),
    "pypdfium2": ("ocr/scans/documents.py",),
    "pi_heif": ("ocr/scans/heif_process.py",),
    "onnxruntime": ("ocr/handwriting/engine.py",),
    "asterocr": ("ocr/handwriting/",),
    "torch": ("ocr/handwriting/training/",),
    "distributed": ("ocr/batch/dask_engine.py",),
    "img2pdf": ("exports/",),
    "docxtpl": ("exports/documents.py",),
    "docx": ("exports/document_drafts.py",),
    "cryptography": ("workbench/certificates.py", "workbench/signing.py"),
    "pyrage": ("workbench/services/backup_encryption.py",),
    "argon2": ("workbench/services/",),
    "zxcvbn": ("workbench/services/passwords.py",),
}


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")
    yield ROOT / "streamlit_app.py"


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append(node.module or "")
    return tuple(found)


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


def _modules() -> dict[str, Path]:
    found = {}
    for path in _sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def _arrows(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Module -> modules of ours that it imports, lazily, for types or not."""
    arrows: dict[str, set[str]] = {name: set() for name in modules}
    for name, path in modules.items():
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.Import):
                arrows[name] |= {alias.name for alias in node.names if alias.name in modules}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(modules)
                arrows[name] |= inner or ({node.module} & set(modules))
    return arrows


def test_no_module_stands_in_a_circle() -> None:
    arrows = _arrows(_modules())
    assert len(arrows) > 300
    while leaves := [name for name, used in arrows.items() if not used & set(arrows) - {name}]:
        for name in leaves:
            del arrows[name]
    while tops := set(arrows) - {used for all_used in arrows.values() for used in all_used}:
        for name in tops:
            del arrows[name]
    assert sorted(arrows) == [], "these import each other in a circle"


def _floor(name: str) -> int:
    """Floor of a module of `ocr/`, by its room or its own name."""
    return next(i for i, rooms in enumerate(OCR_FLOORS) if name.split(".")[1] in rooms)


def test_rooms_of_ocr_import_only_downwards() -> None:
    arrows = _arrows({n: p for n, p in _modules().items() if n.startswith("ocr.")})
    wrong = [
        f"{name} imports {used}"
        for name, all_used in arrows.items()
        for used in all_used
        if _floor(used) > _floor(name)
    ]
    assert wrong == []


def test_ocr_shows_few_modules_beside_its_rooms() -> None:
    here = [p.name for p in (ROOT / "ocr").iterdir() if not p.name.startswith("__")]
    assert len([name for name in here if name.endswith(".py")]) <= 8
    named = {room for floor in OCR_FLOORS for room in floor}
    assert {name.removesuffix(".py") for name in here} - {"tessdata"} == named


def test_the_picture_of_the_rooms_is_true() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert " -> ".join(ROOMS) in drawn.replace("\n", " ")
    rows = re.findall(r"(?m)^ *\d+  (.+?)  +", drawn.split("The floors of `ocr/`")[1])
    assert [tuple(row.split(", ")) for row in rows] == list(reversed(OCR_FLOORS))


@pytest.mark.parametrize("room", ["ocr", "corrections"])
def test_each_room_has_a_room_of_tests(room: str) -> None:
    rooms = {path.parent.name for path in (ROOT / room).glob("*/*.py")}
    assert len(rooms) >= 2
    assert rooms - {path.parent.name for path in (ROOT / "tests" / room).glob("*/test_*.py")} == set()
