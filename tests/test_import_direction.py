"""Rooms import only from those to their left, floors of `ocr/` and `workbench/` only downwards, nothing in a circle;
outside programs have one home each."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.sources import ROOMS, ROOT, sources, told_by

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

WORKBENCH_FLOORS = [
    (
        "certificates", "config", "console", "exit_codes", "explaining", "leftovers", "letters", "one_time_codes",
        "page_pictures", "prefill", "private_files", "processes", "sheet_pictures", "signing", "template_drafts",
        "template_words", "version", "wording",
    ),
    ("services",),
    ("errors", "doctor", "sample_books", "warming", "routes"),
    ("measuring", "lookups", "serving"),
    ("commands", "screens"),
    ("cli",),
]  # fmt: skip
"""The same for `workbench/`."""
FLOORS = {"ocr": OCR_FLOORS, "workbench": WORKBENCH_FLOORS}

HOMES = {
    "streamlit": ("workbench/screens/", "streamlit_app.py"),
    "openpyxl": ("exports/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "pytesseract": ("ocr/tesseract.py",),
    "pdf2image": ("ocr/scans/poppler.py",),
    "pypdfium2": ("ocr/scans/documents.py",),
    "pi_heif": ("ocr/scans/heif_process.py",),
    "onnxruntime": ("ocr/handwriting/network_file.py",),
    "asterocr": ("ocr/handwriting/",),
    "torch": ("ocr/handwriting/training/",),
    "distributed": ("ocr/batch/dask_engine.py",),
    "img2pdf": ("exports/",),
    "docxtpl": ("exports/documents.py",),
    "docx": ("exports/document_drafts.py",),
    "cryptography": ("workbench/certificates.py", "workbench/one_time_codes.py", "workbench/signing.py"),
    "pyrage": ("workbench/services/backup_encryption.py",),
    "argon2": ("workbench/services/",),
    "pyotp": ("workbench/one_time_codes.py",),
    "segno": ("workbench/one_time_codes.py",),
    "zxcvbn": ("workbench/services/passwords.py",),
}


@cache
def _imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in told_by(path):
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
        for path in sources(room)
        for name in _imports(path)
        if name.split(".")[0] in [*ROOMS, "streamlit_app", "tests"] and name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_each_outside_program_has_one_home() -> None:
    wrong = [
        f"{path.relative_to(ROOT).as_posix()} imports {name}"
        for path in sources()
        for name in _imports(path)
        if (homes := HOMES.get(name.split(".")[0])) and not path.relative_to(ROOT).as_posix().startswith(homes)
    ]
    assert wrong == []


@cache
def _modules() -> dict[str, Path]:
    found = {}
    for path in sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def _arrows(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Module -> modules of ours that it imports, lazily, for types or not."""
    arrows: dict[str, set[str]] = {name: set() for name in modules}
    for name, path in modules.items():
        for node in told_by(path):
            if isinstance(node, ast.Import):
                arrows[name] |= {alias.name for alias in node.names if alias.name in modules}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(modules)
                arrows[name] |= inner or ({node.module} & set(modules))
    return arrows


@cache
def _all_arrows() -> dict[str, set[str]]:
    return _arrows(_modules())


def test_no_module_stands_in_a_circle() -> None:
    arrows = {name: used - {name} for name, used in _all_arrows().items()}
    assert len(arrows) > 300
    assert sorted(_circles(arrows)) == [], "these import each other in a circle"


def _inside(room: str, arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """Parts of a room -> parts of it that they import: its rooms whole, its own modules as one (named as the room) or,
    where the room has floors, each by its name."""
    packages = {f"{path.parent.relative_to(ROOT).as_posix().replace('/', '.')}." for path in _modules().values()}

    def part(name: str) -> str | None:
        if not name.startswith(f"{room}."):
            return None
        first = ".".join(name.split(".")[: room.count(".") + 2])
        return first if f"{first}." in packages or room in FLOORS else room

    found: dict[str, set[str]] = {}
    for name, all_used in arrows.items():
        if here := part(name):
            found.setdefault(here, set()).update(there for used in all_used if (there := part(used)) and there != here)
    return found


def _circles(arrows: dict[str, set[str]]) -> set[str]:
    """What imports itself over others; tops and bottoms are taken away until nothing else is left."""
    left = dict(arrows)
    while left:
        wanted = {used for all_used in left.values() for used in all_used}
        between = {name for name in left if name in wanted and not left[name].isdisjoint(left)}
        if len(between) == len(left):
            break
        left = {name: left[name] for name in between}
    return set(left)


def test_no_room_stands_in_a_circle() -> None:
    arrows = _all_arrows()
    rooms = {".".join(path.parent.relative_to(ROOT).parts) for path in _modules().values()} - {""}
    assert len(rooms) > 25
    circles = {room: sorted(found) for room in sorted(rooms) if (found := _circles(_inside(room, arrows)))}
    assert circles == {}, "parts of these rooms import each other in a circle"


def test_circles_are_seen() -> None:
    assert _circles({"top": {"a"}, "a": {"b"}, "b": {"a", "ground"}, "ground": set()}) == {"a", "b"}
    assert _inside("storage", {"storage.a": {"storage.trail.b"}, "storage.trail.b": {"storage.c", "ocr.d"}}) == {
        "storage": {"storage.trail"},
        "storage.trail": {"storage"},
    }


def _floor(name: str) -> int:
    """Floor of a module of a room with floors, by the room inside that it lies in, or by its own name."""
    room, part = name.split(".")[:2]
    return next(i for i, parts in enumerate(FLOORS[room]) if part in parts)


@pytest.mark.parametrize("room", FLOORS)
def test_floors_import_only_downwards(room: str) -> None:
    modules = {n: p for n, p in _modules().items() if n.startswith(f"{room}.") and not n.endswith("__main__")}
    wrong = [
        f"{name} imports {used}"
        for name, all_used in _arrows(modules).items()
        for used in all_used
        if _floor(used) > _floor(name)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", FLOORS)
def test_every_part_has_its_floor(room: str) -> None:
    here = {path.name.removesuffix(".py") for path in (ROOT / room).iterdir() if not path.name.startswith("__")}
    assert here - {"tessdata"} == {part for floor in FLOORS[room] for part in floor}


def test_ocr_shows_few_modules_beside_its_rooms() -> None:
    assert len([path for path in (ROOT / "ocr").glob("*.py") if not path.name.startswith("__")]) <= 8


def test_the_picture_of_the_rooms_is_true() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert " -> ".join(ROOMS) in drawn.replace("\n", " ")
    for room, floors in FLOORS.items():
        picture = drawn.split(f"The floors of `{room}/`")[1].split("\n## ")[0]
        rows = re.findall(r"(?m)^ *\d+  (.+?)  +", picture)
        assert [tuple(row.split(", ")) for row in rows] == list(reversed(floors))


@pytest.mark.parametrize("room", ["ocr", "corrections"])
def test_each_room_has_a_room_of_tests(room: str) -> None:
    rooms = {path.parent.name for path in (ROOT / room).glob("*/*.py")}
    assert len(rooms) >= 2
    assert rooms - {path.parent.name for path in (ROOT / "tests" / room).glob("*/test_*.py")} == set()
