"""No file over 400 lines, no function over 60: beyond that, what a part does is no longer seen at one glance.

And nothing is asserted that a type could say.
"""

import ast
from pathlib import Path

import pytest

from tests.sources import ROOT, sources, told_by

MOST_LINES, MOST_OF_A_FUNCTION = 400, 60


def too_large(path: Path, most_lines: int = MOST_LINES, most_of_a_function: int = MOST_OF_A_FUNCTION) -> list[str]:
    """What of a module is larger than it may be."""
    text = path.read_text(encoding="utf-8")
    found = [f"{path}: {count} lines"] if (count := len(text.splitlines())) > most_lines else []
    for node in told_by(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > most_of_a_function:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return found


def test_files_and_functions_are_seen_at_a_glance() -> None:
    found = [line for path in (*sources(), *sources("scripts", "tests")) for line in too_large(path)]
    assert not found, "\n".join(found)


def test_ocr_has_few_modules_beside_its_rooms() -> None:
    modules = [path.name for path in (ROOT / "ocr").glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= 8, modules


@pytest.mark.parametrize(("lines", "function", "expected"), [(9, 9, 0), (2, 9, 1), (9, 2, 1), (2, 2, 2)])
def test_the_check_counts(tmp_path: Path, lines: int, function: int, expected: int) -> None:
    module = tmp_path / "module.py"
    module.write_text("def read():\n    a = 1\n    return a\n", encoding="utf-8")
    assert len(too_large(module, lines, function)) == expected


def _narrows(node: ast.Assert) -> bool:
    """Whether an assertion says of what kind a value is, or that it is there at all."""
    return any(
        isinstance(part, ast.IsNot)
        or (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "isinstance")
        for part in ast.walk(node.test)
    )


def test_no_assertion_narrows_a_value() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in (*sources(), *sources("scripts"))
        for node in told_by(path)
        if isinstance(node, ast.Assert) and _narrows(node)
    ]
    assert not found, "let the type say it, or raise what a caller can meet:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("test", "narrows"),
    [("key is not None", True), ("isinstance(day, date)", True), ("not unlisted", False), ("all(known)", False)],
)
def test_the_check_sees_narrowing(tmp_path: Path, test: str, narrows: bool) -> None:
    module = tmp_path / "module.py"
    module.write_text(f"def read():\n    if True:\n        assert {test}, 'why'\n", encoding="utf-8")
    assert [_narrows(node) for node in told_by(module) if isinstance(node, ast.Assert)] == [narrows]
