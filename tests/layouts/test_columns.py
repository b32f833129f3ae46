"""The table of standard columns agrees with the counts that two complete lists give."""

import pytest

from layouts.codes import code_list, label_of
from layouts.columns import ColumnProfile, FieldKind, column, columns, later_birth_columns
from layouts.register_types import RegisterType


@pytest.mark.parametrize(
    ("register_type", "count"),
    [
        (RegisterType.BIRTH, 60),
        (RegisterType.DEATH, 47),
        (RegisterType.MARRIAGE, 44),
        (RegisterType.PARENT_CHILD_RECOGNITION, 50),
        (RegisterType.MARITAL_STATUS, 35),
    ],
)
def test_core_columns_are_complete_and_in_order(register_type: RegisterType, count: int) -> None:
    core = columns(register_type, ColumnProfile.CORE)
    assert len(core) == count
    positions = [c.position for c in core]
    if register_type is RegisterType.DEATH:  # the date of death in words is an option, standing 25th
        positions.insert(24, column(RegisterType.DEATH, "nktNgayChetGhiBangChu").position)
    assert positions == list(range(1, len(positions) + 1))
    assert len({c.name for c in core}) == count


def test_later_birth_template_knows_only_columns_of_the_table() -> None:
    names = [name for name, _, _ in later_birth_columns()]
    assert len(names) == 70
    assert names[:2] == ["STT", "so"]
    assert set(names) <= {c.name for c in columns(RegisterType.BIRTH)}


def test_registers_without_a_sheet_have_only_own_columns() -> None:
    for register_type in RegisterType:
        profiles = {c.profile for c in columns(register_type)}
        assert ("core" in profiles) is register_type.has_standard_sheet


def test_every_code_list_named_by_a_column_exists() -> None:
    for register_type in RegisterType:
        for c in columns(register_type):
            if c.code_list:
                assert code_list(c.code_list)


def test_lookup() -> None:
    assert column(RegisterType.BIRTH, "nksNgaySinh").kind is FieldKind.DATE
    assert label_of("sex", "2") == "Nữ"
    assert label_of("sex", "9") is None
    with pytest.raises(KeyError):
        column(RegisterType.BIRTH, "nkshoten")
