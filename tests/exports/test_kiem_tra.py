"""The checker that goes with a delivered package, and runs where nothing of ours is installed."""

import runpy
from importlib import resources

import pytest

import vietnamese.lexicons as lexicons
from corrections.search_keys import search_key

_FOLDED = runpy.run_path(str(resources.files("exports").joinpath("data/kiem_tra.py")))["folded"]


def test_it_folds_names_as_the_register_does() -> None:
    names = [
        *lexicons.surnames(),
        *lexicons.ethnic_groups(),
        *(f"{p.commune}, {p.district}" for p in lexicons.places()),
    ]
    assert [name for name in names if _FOLDED(name) != search_key(name)] == []


@pytest.mark.parametrize(
    "name",
    ["Ðặng Văn Ấn", "Ɖặng Thị Hòa", "H’Mông Y-Blô", "K'Bông  Niê", "Nguyễn Văn An (Bé)", "Thị ﬁnh ẞ"],
    ids=ascii,
)
def test_letters_typed_in_place_of_others_are_folded_alike(name: str) -> None:
    assert _FOLDED(name) == search_key(name)
