"""Arguments drawn from the types of a function: every text as asked for, all else something usual."""

import dataclasses
import datetime as dt
import enum
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_NOTHING = object()
_ITEMS = 2
_USUAL: Mapping[type, object] = {
    bool: True,
    int: 7,
    float: 1.5,
    dt.date: dt.date(2026, 11, 30),
}


def drawn_arguments(call: Callable[..., object], text: str, known: Mapping[str, object]) -> dict[str, Any]:
    """Arguments by name.

    Args:
        call: a function with types for every argument.
        text: what every text is.
        known: by name, arguments and fields of what is drawn that are something else, where it is of their type.
    """
    hints = typing.get_type_hints(call)
    names = inspect.signature(call).parameters
    return {
        name: known[name] if _fits(known.get(name, _NOTHING), hints[name]) else drawn(hints[name], text, known)
        for name in names
    }


def _fits(value: object, kind: Any) -> bool:
    return value is not _NOTHING and (not isinstance(kind, type) or isinstance(value, kind))


def drawn(kind: Any, text: str, known: Mapping[str, object]) -> Any:
    """Something of a type."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return drawn(next(one for one in inside if one is not types.NoneType), text, known)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {drawn(inside[0], text, known): drawn(inside[1], text, known)}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return tuple(drawn(inside[0], text, known) for _ in range(_ITEMS))
    if kind is str:
        return text
    if kind in _USUAL:
        return _USUAL[kind]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        make = typing.cast("Callable[..., object]", kind)
        return make(**drawn_arguments(make, text, known))
    raise TypeError(f"nobody has said what a {kind} looks like")
