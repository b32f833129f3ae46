"""What one entry tells twice is surer, and a place misread beside a like one is put right."""

from __future__ import annotations

from corrections.entries import FieldValue
from corrections.said_twice import weigh_repeated
from tests.corrections.readings import entry_reading, read, value

HOME = "Yên Thọ, Ý Yên, Nam Định"


def _weighed(*told: tuple[str, str, float], one_ink: bool = False) -> dict[str, FieldValue]:
    values = {name: value(name, text, sure) for name, text, sure in told}
    fields = (read(name, text, sure, place=0 if one_ink else i) for i, (name, text, sure) in enumerate(told))
    weigh_repeated(values, entry_reading(*fields))
    return values


def test_a_place_that_another_field_tells_too_is_surer() -> None:
    alone = _weighed(("nksNoiSinh", HOME, 0.85))
    twice = _weighed(("nksNoiSinh", HOME, 0.85), ("meNoiCuTru", HOME.replace("Yên Thọ", "xã Yên Thọ"), 0.85))
    assert alone["nksNoiSinh"].confidence == 0.85
    assert all(found.confidence > 0.97 for found in twice.values())


def test_the_end_of_a_longer_address_bears_out_a_shorter_one_and_not_the_other_way() -> None:
    found = _weighed(("nksNoiSinh", f"Thôn 6, {HOME}", 0.85), ("nksQueQuan", HOME, 0.85))
    assert found["nksQueQuan"].confidence > 0.97
    assert found["nksNoiSinh"].confidence == 0.85


def test_figures_and_unknown_units_told_twice_say_less() -> None:
    numbered = _weighed(("nksNoiSinh", f"Thôn 6, {HOME}", 0.85), ("meNoiCuTru", f"Thôn 6, {HOME}", 0.85))
    unknown = _weighed(("nksNoiSinh", "Yên Thu, Ý An, Nam Định", 0.85), ("meNoiCuTru", "Yên Thu, Ý An, Nam Định", 0.85))
    assert 0.85 < numbered["nksNoiSinh"].confidence < 0.95
    assert 0.85 < unknown["nksNoiSinh"].confidence < 0.95


def test_one_ink_that_feeds_two_columns_is_no_second_source() -> None:
    found = _weighed(("nksNoiSinh", HOME, 0.85), ("nksQueQuan", HOME, 0.85), one_ink=True)
    assert found["nksNoiSinh"].confidence == 0.85


def test_an_ethnic_group_told_of_parent_and_child_is_surer_and_names_are_not() -> None:
    found = _weighed(
        ("nksDanToc", "Kinh", 0.85),
        ("meDanToc", "Kinh", 0.85),
        ("chaHoTen", "Lê An", 0.85),
        ("nycHoTen", "Lê An", 0.85),
    )
    assert found["nksDanToc"].confidence > 0.92
    assert found["chaHoTen"].confidence == 0.85


def test_a_place_misread_beside_a_like_one_is_put_right_for_a_person_to_look_at() -> None:
    found = _weighed(("nksNoiSinh", HOME, 0.95), ("meNoiCuTru", "Yên Tho Ý Yê, Nam Định", 0.1))
    assert found["meNoiCuTru"].normalized == HOME
    assert found["meNoiCuTru"].needs_review
    assert found["meNoiCuTru"].confidence < 0.6


def test_units_misread_behind_another_hamlet_are_put_right_and_the_hamlet_stays() -> None:
    found = _weighed(("nksNoiSinh", f"Thôn 6, {HOME}", 0.95), ("meNoiCuTru", "Ấp 12, Yê T, Ý Yên, Nam Định", 0.1))
    assert found["meNoiCuTru"].normalized == f"Ấp 12, {HOME}"


def test_neighbouring_hamlets_and_sure_places_stay_apart() -> None:
    found = _weighed(("nksNoiSinh", HOME, 0.95), ("meNoiCuTru", "Thôn 3, Yên Thu, Ý An, Ninh Bình", 0.1))
    assert found["meNoiCuTru"].normalized == "Thôn 3, Yên Thu, Ý An, Ninh Bình"
    sure = _weighed(("nksNoiSinh", HOME, 0.95), ("meNoiCuTru", "Yên Thu, Ý An, Nam Định", 0.9))
    assert sure["meNoiCuTru"].normalized == "Yên Thu, Ý An, Nam Định"
