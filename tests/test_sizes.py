"""No file over 400 lines, no function over 60: beyond that, what a part does is no longer seen at one glance."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench", "scripts", "tests",
)  # fmt: skip
MOST_LINES, MOST_OF_A_FUNCTION = 400, 60


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))
    yield ROOT / "streamlit_app.py"


def too_large(path: Path, most_lines: int = MOST_LINES, most_of_a_function: int = MOST_OF_A_FUNCTION) -> list[str]:
    """What of a module is larger than it may be."""
    text = path.read_text(encoding="utf-8")
    found = [f"{path}: {count} lines"] if (count := len(text.splitlines())) > most_lines else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > most_of_a_function:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return found


def test_files_and_functions_are_seen_at_a_glance() -> None:
    found = [line for path in _sources() for line in too_large(path)]
    assert not found, "\n".join(found)


def test_ocr_has_few_modules_beside_its_rooms() -> None:
    modules = [path.name for path in (ROOT / "ocr").glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= 8, modules


@pytest.mark.parametrize(("lines", "function", "expected"), [(9, 9, 0), (2, 9, 1), (9, 2, 1), (2, 2, 2)])
def test_the_check_counts(tmp_path: Path, lines: int, function: int, expected: int) -> None:
    module = tmp_path / "module.py"
    module.write_text("def read():\n    a = 1\n    return a\n", encoding="utf-8")
    assert len(too_large(module, lines, function)) == expected
