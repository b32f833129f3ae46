"""Numbers in `ocr/` and `corrections/` have names, and names in every room a word: unit, reason or measurement."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.sources import ROOT, sources

NAMED = ("ocr/", "corrections/")
"""Where numbers need names; elsewhere only names need words."""
PLAIN = frozenset({0, 1, 2})
"""Nothing, one, a pair: their name would say no more."""
TRAINING = "ocr/handwriting/training/"
"""Here a drawn number may be compared with a bare share (`rng.random() < 0.3`): how often a fault is drawn stands where
it is drawn."""
SAYS_ITSELF = frozenset({0, 1, 2, 0.5, 100, 255, 90, 180, 270, 360, 1000})
"""In arithmetic and as arguments also: half, per cent, white of 8 bits, turns in degrees, thousandths."""
LARGEST_SHAPE = 4
SHAPED = frozenset({"ones", "zeros", "reshape", "eye", "repeat", "blur", "GaussianBlur", "distanceTransform"})
"""Calls in which a small whole number is the shape of a table, or a pixel and those around it."""
CODED = frozenset({"connectivity"})
"""Arguments that take a code of OpenCV's: neighbours by their sides (4), or also by their corners (8)."""
LEVELS = frozenset({"percentile", "quantile"})
"""Calls in which 90 is no angle."""


def bare_numbers(tree: ast.Module, *, shares: bool = False) -> list[tuple[int, float]]:
    """Line and value of every number without a name in a comparison of a module.

    Args:
        tree: the module.
        shares: leave out comparisons of numbers that a source of chance drew.
    """
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


def bare_factors(tree: ast.Module) -> list[tuple[int, float]]:
    """Line and value of every number without a name in the functions of a module.

    Not counted: what says itself, places in a sequence and groups of a pattern, digits that are kept by `round`, whole
    powers, shapes and codes.
    """
    found: list[tuple[int, float]] = []

    def look(node: ast.AST, excused: Callable[[float], bool]) -> None:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            if node.value not in SAYS_ITSELF and not excused(node.value):
                found.append((node.lineno, node.value))
            return
        for child, child_excused in _parts(node):
            look(child, child_excused or excused)

    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in function.body:
                if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    look(statement, _never)
    return sorted(set(found))


def _never(_: float) -> bool:
    return False


def _whole(value: float) -> bool:
    return isinstance(value, int)


def _small(value: float) -> bool:
    return isinstance(value, int) and value <= LARGEST_SHAPE


def _parts(node: ast.AST) -> Iterator[tuple[ast.AST, Callable[[float], bool] | None]]:
    """Parts of a piece of code, each with what else is excused in it."""
    if isinstance(node, ast.Subscript):
        yield from ((node.value, None), (node.slice, _whole))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield from ((node.left, None), (node.right, _whole))
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        yield node.func, None
        for place, argument in enumerate(node.args):
            digits = name == "round" and place == 1
            yield argument, _whole if digits or name == "group" else _small if name in SHAPED else None
        yield from ((k.value, _whole if k.arg in CODED else None) for k in node.keywords)
    else:
        yield from ((child, None) for child in ast.iter_child_nodes(node))


def bare_levels(tree: ast.Module) -> list[tuple[int, float]]:
    """Percentiles without a name, the median apart."""
    return [
        (argument.lineno, argument.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def test_the_check_sees_bare_factors_and_nothing_else() -> None:
    def within(*lines: str) -> list[float]:
        return [value for _, value in bare_factors(ast.parse("def f(page, least=7):\n    " + "\n    ".join(lines)))]

    assert within("x = 0.93 * page.width", "return max(x - 12, page.rows[round(0.02 * x) :])") == [0.93, 0.02, 12]
    assert within("return near(page, cutoff=70) or 1.5") == [1.5, 70]
    assert within("return page[3:-5] ** 3, round(x, 5), np.ones((3, 3)), match.group(4), x / 2 * 100, 255 - x") == []
    assert within("return np.ones((15, 15)), parts(page, connectivity=8)") == [15]
    assert bare_factors(ast.parse("LEAST = 7.5\nclass Page:\n    height = 30\n")) == []
    assert bare_levels(ast.parse("level = np.percentile(dark, 90) + np.percentile(dark, _LEVEL)")) == [(1, 90)]


def test_the_check_sees_bare_numbers_and_nothing_else() -> None:
    def within(source: str, *, shares: bool = False) -> list[tuple[int, float]]:
        return bare_numbers(ast.parse(source), shares=shares)

    assert within("ok = width > 12") == [(1, 12)]
    assert within("ok = width < 0.5 * max(height, 30)") == [(1, 0.5), (1, 30)]
    assert within("ok = stats[:, 4] > LEAST and len(found) >= 2 and last == -1") == []
    drawn = "roll = rng.random()\nok = roll < 0.3 or rng.random() < 0.2 or width > 7"
    assert within(drawn, shares=True) == [(2, 7)]
    assert [value for _, value in within(drawn)] == [0.2, 0.3, 7]


def wordless(source: str, tree: ast.Module) -> list[tuple[int, str]]:
    """Line and name of every constant of numbers without a word: no text below, no comment beside or right above."""
    lines = source.splitlines()
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    return sorted(
        (statement.lineno, ast.unparse(target))
        for body in bodies
        for statement, below in zip(body, [*body[1:], None], strict=True)
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value and _only_numbers(statement.value)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if _is_constant(target) and not (_is_text(below) or _has_comment(lines, statement))
    )


def _only_numbers(value: ast.expr) -> bool:
    parts = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", None)
    if parts is not None:
        return bool(parts) and all(_only_numbers(part) for part in parts)
    if isinstance(value, ast.BinOp):
        return _only_numbers(value.left) and _only_numbers(value.right)
    number = value.operand if isinstance(value, ast.UnaryOp) else value
    return isinstance(number, ast.Constant) and type(number.value) in (int, float)


def _is_constant(target: ast.expr) -> bool:
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    return bool(names) and all(name.isupper() for name in names)


def _is_text(statement: ast.stmt | None) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _has_comment(lines: list[str], statement: ast.stmt) -> bool:
    own = lines[statement.lineno - 1 : statement.end_lineno]
    return any("#" in line for line in own) or lines[max(0, statement.lineno - 2)].lstrip().startswith("#")


@dataclass
class Found:
    """What has no name or no word, each as a file, a line and a number or name."""

    compared: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


@cache
def found() -> Found:
    """All of it; each module is parsed once for the three tests."""
    all_found = Found()
    for path in sources():
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        tree, training = ast.parse(source), name.startswith(TRAINING)
        all_found.silent += [f"{name}:{line}: {constant}" for line, constant in wordless(source, tree)]
        if not name.startswith(NAMED):
            continue
        factors = [] if training else [*bare_factors(tree), *bare_levels(tree)]
        all_found.compared += [f"{name}:{line}: {value}" for line, value in bare_numbers(tree, shares=training)]
        all_found.factors += [f"{name}:{line}: {value}" for line, value in factors]
    return all_found


def test_numbers_in_comparisons_have_names() -> None:
    assert not found().compared, "give these a named constant with unit and reason:\n" + "\n".join(found().compared)


def test_factors_have_names() -> None:
    assert not found().factors, "give these a named constant with unit and reason:\n" + "\n".join(found().factors)


def test_constants_have_a_word() -> None:
    assert not found().silent, "say unit, and reason or measurement, of these:\n" + "\n".join(found().silent)


def test_the_check_sees_constants_without_a_word_and_nothing_else() -> None:
    def within(source: str) -> list[tuple[int, str]]:
        return wordless(source, ast.parse(source))

    assert within("LEAST = 7.5\n_A, _B = 1, -2 * 3\nNAMES = ('a', 'b')\nstep = 4\n") == [(1, "LEAST"), (2, "(_A, _B)")]
    assert within("class Page:\n    HIGH: int = 3\n\n    def f(self) -> None: ...\n") == [(2, "HIGH")]
    worded = 'LEAST = 7.5\n"""Pixels."""\n# Nats.\n_A = 2\n_LADDER = (  # from the top\n    0.9,\n    0.5,\n)\n'
    assert within(worded) == []
