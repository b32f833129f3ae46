"""JSON from a browser, refused as a whole when any of it is beyond what the program could store or compute with."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

__all__ = ["LARGEST_WHOLE", "BadBody", "amount", "flag", "items", "parse_object", "text", "whole"]

LARGEST_WHOLE = 2**31 - 1
"""What both databases keep in a column of whole numbers."""
_MOST_DIGITS = 12
"""Of a number in an address; longer ones are refused before they are worked out."""


class BadBody(ValueError):
    """The body is no JSON object of ours."""


def parse_object(content: bytes) -> dict[str, Any]:
    """The object in a request's body.

    Raises:
        BadBody: no UTF-8, no JSON, no object; a name said twice; nested too deep; a number that is infinite, none, or
            too large for the database; text with a NUL or half a character.
    """
    try:
        body = json.loads(
            content, parse_int=_whole, parse_float=_finite, parse_constant=_refuse, object_pairs_hook=_named_once
        )
        for part in _texts(body):
            part.encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise BadBody from error
    if not isinstance(body, dict) or any("\0" in part for part in _texts(body)):
        raise BadBody
    return body


def text(value: object) -> str:
    """A text of a body.

    Raises:
        BadBody: anything else; a number or `null` written out as text would stand in the register.
    """
    if not isinstance(value, str):
        raise BadBody
    return value


def flag(value: object) -> bool:
    """A yes or no of a body.

    Raises:
        BadBody: anything else.
    """
    if not isinstance(value, bool):
        raise BadBody
    return value


def items(value: object) -> list[Any]:
    """A list of a body.

    Raises:
        BadBody: anything else; a text and an object could be gone through as well.
    """
    if not isinstance(value, list):
        raise BadBody
    return value


def whole(value: object) -> int:
    """A whole number of a body.

    Raises:
        BadBody: anything else; in Python a bool is an int, and a text "1" is no number of ours.
    """
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_WHOLE:
        raise BadBody
    return value


def amount(value: object) -> int:
    """A measured amount of a body, rounded.

    Raises:
        BadBody: no number, or less than none.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= LARGEST_WHOLE:
        raise BadBody
    return round(value)


def _texts(body: object) -> Iterator[str]:
    """Every text in a parsed body, names included; without recursion."""
    left = [body]
    while left:
        item = left.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            left += item


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # of a name said twice every reader takes another one: what was checked might not be what is saved
    named = dict(pairs)
    if len(named) != len(pairs):
        raise BadBody
    return named


def _whole(text: str) -> int:
    # the length first: turning a million digits into a number is work in itself
    if len(text) > _MOST_DIGITS or abs(number := int(text)) > LARGEST_WHOLE:
        raise BadBody
    return number


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise BadBody
    return number


def _refuse(_name: str) -> NoReturn:
    raise BadBody
