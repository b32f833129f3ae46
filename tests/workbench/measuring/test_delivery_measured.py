"""The benchmark of an office's delivery runs on a small office; what it delivers is whole after a kill."""

from pathlib import Path

import pytest

from workbench.measuring.delivery import OfficeSize, delivery_table, measure_delivery


@pytest.mark.slow
def test_a_small_office_is_delivered_killed_gone_on_with_and_checked(tmp_path: Path) -> None:
    steps: list[int] = []
    figures = measure_delivery(tmp_path, OfficeSize(books=3, entries=7), lambda: steps.append(1))
    assert len(steps) == 3 + 3
    assert figures.sound and figures.kept_after_kill in (1, 2, 3)
    assert [run.name for run in figures.runs] == [
        "Ghi cả gói",
        "Ghi lại, không có gì mới",
        "Ghi tiếp sau khi bị dừng",
        "Tệp kiểm tra trong gói",
    ]
    assert all(run.seconds > 0 and run.cpu > 0 and run.megabytes > 1 for run in figures.runs)
    assert "3 quyển, 7 trường hợp" in delivery_table(figures) and "nguyên vẹn" in delivery_table(figures)
