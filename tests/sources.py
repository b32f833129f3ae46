"""Source files of the program, for the tests that look at code: each is parsed once in a test process.

Only what is asked for is kept: the trees of all files together are larger than everything else a test process holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench")
"""In the order in which they import: each only from those before it."""
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where a statement has others inside it."""


def sources(*rooms: str) -> Iterator[Path]:
    """Python files of some folders of the repository, in order; of all rooms, and the server's, when none is named."""
    for room in rooms or ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))
    if not rooms:
        yield ROOT / "streamlit_app.py"


@cache
def told_by(
    path: Path,
) -> tuple[ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assert, ...]:
    """Imports, functions (without their bodies) and assertions of a file, at its head or inside functions."""
    found = []
    for node in _statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assert):
            found.append(node)
    return tuple(found)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Statements with those inside them, not the expressions they are made of."""
    for node in nodes:
        inner = [part for name in _BLOCKS for part in getattr(node, name, ())]
        yield node
        yield from _statements(inner)
