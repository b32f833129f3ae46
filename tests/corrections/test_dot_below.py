"""Names whose dot below may belong to the printed line are shown to a person, and never changed."""

import pytest

from corrections.dot_below import dot_below_doubtful


@pytest.mark.parametrize("name", ["Lê Văn Thinh", "TRỊNH KHÁNH DỤNG", "Nguyễn Thị Hanh", "Trần Ngoc Lan"])
def test_the_twin_is_the_more_usual_name(name: str) -> None:
    assert dot_below_doubtful(name)


@pytest.mark.parametrize(
    "name", ["Lê Văn Thịnh", "TRỊNH KHÁNH DUNG", "Nguyễn Thị Hạnh", "Điểu K' Giàng", "Lù A Dê", "Y Hruế Niê", ""]
)
def test_usual_and_rare_names_pass(name: str) -> None:
    assert not dot_below_doubtful(name)


def test_of_type_only_a_far_more_usual_twin_is_a_doubt() -> None:
    assert dot_below_doubtful("Nguyễn Minh Dự") and not dot_below_doubtful("Nguyễn Minh Dự", typed=True)
    assert dot_below_doubtful("Ngô Thụ Pha") and dot_below_doubtful("Ngô Thụ Pha", typed=True)
