from exports.comparison import compare_rows
from exports.profile import ExportProfile
from exports.rows import CaseRow, shape_values
from layouts.register_types import RegisterType
from tests.exports.books import birth_values

BIRTH = RegisterType.BIRTH


def rows(numbers: list[int], profile: ExportProfile, **change: str) -> list[CaseRow]:
    made = []
    for row, number in enumerate(numbers, start=2):
        values = shape_values(BIRTH, {**birth_values(number), **change}, profile)
        made.append(CaseRow(row=row, values=values, entry_id=100 + number))
    return made


def test_two_teams_with_other_profiles_agree() -> None:
    plain = ExportProfile(number_with_year=False, birth_province_code=True)
    found = compare_rows(BIRTH, rows([1, 2, 3], ExportProfile()), rows([3, 2, 1], plain))
    assert found.same == 3 and not found.differences and not found.only_ours and not found.only_theirs


def test_differences_and_missing_cases_are_named() -> None:
    ours = rows([1, 2], ExportProfile())
    theirs = [*rows([2], ExportProfile(), meHoTen="Trần Thị Sai"), *rows([9], ExportProfile())]
    found = compare_rows(BIRTH, ours, theirs)
    (difference,) = found.differences
    assert (difference.entry_id, difference.column, difference.theirs) == (102, "meHoTen", "Trần Thị Sai")
    assert (difference.our_row, difference.their_row) == (3, 2)
    assert [r.entry_id for r in found.only_ours] == [101] and [r.entry_id for r in found.only_theirs] == [109]


def test_repeated_numbers_are_left_to_a_person() -> None:
    found = compare_rows(BIRTH, rows([1, 1], ExportProfile()), rows([1], ExportProfile()))
    assert found.same == 0 and len(found.ambiguous) == 3 and not found.differences
