"""Numbers in comparisons of `ocr/` and `corrections/` have names: constants with unit and reason or measurement."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("ocr", "corrections")
PLAIN = frozenset({0, 1, 2})
"""Nothing, one, a pair: their name would say no more."""
TRAINING = "ocr/handwriting/training/"
"""Here a drawn number may be compared with a bare share (`rng.random() < 0.3`): how often a fault is drawn stands where
it is drawn."""


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def bare_numbers(source: str, *, shares: bool = False) -> list[tuple[int, float]]:
    """Line and value of every number without a name in a comparison of some source text.

    Args:
        source: of a module.
        shares: leave out comparisons of numbers that a source of chance drew.
    """
    tree = ast.parse(source)
    drawn = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_draw(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and not (shares and _is_drawn(node.left, drawn)):
            found |= {(number.lineno, number.value) for number in _numbers(node) if number.value not in PLAIN}
    return sorted(found)


def _is_draw(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "random"


def _is_drawn(node: ast.expr, names: set[str]) -> bool:
    return _is_draw(node) or (isinstance(node, ast.Name) and node.id in names)


def _numbers(node: ast.AST) -> Iterator[ast.Constant]:
    """Numbers under a node; places in a sequence are no measures and left out."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from _numbers(child)


def test_numbers_in_comparisons_have_names() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{line}: {value}"
        for path in _sources()
        for line, value in bare_numbers(
            path.read_text(encoding="utf-8"), shares=path.relative_to(ROOT).as_posix().startswith(TRAINING)
        )
    ]
    assert not bare, "give these a named constant with unit and reason:\n" + "\n".join(bare)


def test_the_check_sees_bare_numbers_and_nothing_else() -> None:
    assert bare_numbers("ok = width > 12") == [(1, 12)]
    assert bare_numbers("ok = width < 0.5 * max(height, 30)") == [(1, 0.5), (1, 30)]
    assert bare_numbers("ok = stats[:, 4] > LEAST and len(found) >= 2 and last == -1") == []
    drawn = "roll = rng.random()\nok = roll < 0.3 or rng.random() < 0.2 or width > 7"
    assert bare_numbers(drawn, shares=True) == [(2, 7)]
    assert [value for _, value in bare_numbers(drawn)] == [0.2, 0.3, 7]
