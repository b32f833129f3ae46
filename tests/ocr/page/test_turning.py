"""A page that tells nothing as it stands is turned on: upside down, and sideways where its lines do not tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ocr.page import steps
from ocr.page.records import Unknown
from ocr.straightening.orientation import direction_is_doubtful


def _lines(shape: tuple[int, int] = (1170, 827)) -> np.ndarray:
    """Lines of words on a page of 100 dpi."""
    page = np.full(shape, 255, np.uint8)
    for top in range(60, shape[0] - 60, 36):
        for left in range(60, shape[1] - 80, 60):
            page[top : top + 12, left : left + 46 : 4] = 0
    return page


def test_lines_tell_and_specks_do_not() -> None:
    specks = np.full((1170, 827), 255, np.uint8)
    specks[np.random.default_rng(7).random(specks.shape) < 0.03] = 0
    assert not direction_is_doubtful(_lines())
    assert not direction_is_doubtful(np.ascontiguousarray(_lines().T))
    assert direction_is_doubtful(specks)


@pytest.mark.parametrize(
    ("doubtful", "tells", "tried"),
    [(False, 270, [None, 180]), (True, 270, [None, 180, 90, 270]), (True, 90, [None, 180, 90]), (True, 0, [None])],
)
def test_a_page_is_turned_until_it_tells_something(
    doubtful: bool, tells: int, tried: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int | None] = []

    def straighten(picture: Any, *, rotation: int | None = None) -> Any:
        turns.append(rotation)
        return SimpleNamespace(straight=SimpleNamespace(rotation=rotation or 0), noise=False)

    def find_form(cleaned: Any, forms: Any) -> Any:
        if cleaned.straight.rotation == tells:
            return "a form"
        search: Any = SimpleNamespace(cleaned=cleaned, steps=(), matches=())
        return Unknown(search=search, message="")

    monkeypatch.setattr(steps, "straighten", straighten)
    monkeypatch.setattr(steps, "clean", lambda upright: upright)
    monkeypatch.setattr(steps, "find_form", find_form)
    monkeypatch.setattr(steps, "direction_is_doubtful", lambda grey: doubtful)
    monkeypatch.setattr(steps, "replace", lambda picture, **changes: picture)
    picture: Any = SimpleNamespace(image=_lines())

    found = steps.recognise(picture, [])

    assert turns == tried
    assert (found == "a form") is (tried[-1] in (tells, None))
