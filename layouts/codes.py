"""Code lists of the standard workbook (sex, ethnic groups, nationalities, kinds of registration ...)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Code", "code_list", "label_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One value of a code list."""

    code: str
    label: str


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[Code, ...]]:
    text = resources.files("layouts").joinpath("data/code_lists.csv").read_text(encoding="utf-8")
    found: dict[str, list[Code]] = {}
    for row in csv.DictReader(text.splitlines()):
        item = Code(code=row["code"], label=row["label_vi"])
        found.setdefault(row["code_list"], []).append(item)
    return {name: tuple(items) for name, items in found.items()}


def code_list(name: str) -> tuple[Code, ...]:
    """The values of a list in order.

    Raises:
        KeyError: there is no list of that name.
    """
    return _lists()[name]


def label_of(name: str, code: str) -> str | None:
    """Vietnamese label of a code, or None when the list does not hold it."""
    return next((item.label for item in code_list(name) if item.code == code), None)
