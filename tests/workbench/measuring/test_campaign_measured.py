"""The campaign's benchmark runs on a small province, and the drawn work is what the forms count."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections.campaign.figures import form_types
from storage.drawn_province import ProvinceSize, draw_province
from storage.opening.database import Database, sqlite_url
from storage.opening.migrate import upgrade
from storage.schema import entries
from storage.work_counts import figures_by_office
from workbench.measuring.campaign import campaign_table, measure_campaign

SMALL = ProvinceSize(communes=6, books=40, entries=300)


@pytest.mark.slow
def test_the_drawn_province_has_the_size_asked_for(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "tinh.sqlite3")
    upgrade(url)
    communes = draw_province(url, SMALL)
    database = Database(url, migrate=False)
    with database.read() as connection:
        found = figures_by_office(connection, "0", "9")
    assert {office for office, _ in found} == set(communes)
    parts = [figures for of in found.values() for figures in of.values()]
    assert sum(f.books for f in parts) == 40 and sum(f.total.unknown for f in parts) == 1
    assert 0 < sum(f.done for f in parts) < 300 and sum(f.sent_back for f in parts) > 0
    assert {kind for of in found.values() for kind, _ in of} == set(form_types())
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(entries)).scalar_one() == 300
    database.close()


@pytest.mark.slow
def test_the_benchmark_tells_each_figure_with_its_limit(tmp_path: Path) -> None:
    steps: list[int] = []
    figures = measure_campaign(tmp_path, SMALL, lambda: steps.append(1))
    assert len(figures.timed) == len(steps) == 8
    table = campaign_table(figures)
    assert "Nhận 6 gói và tổng hợp" in table and "| 60 |" in table
    assert figures.as_json()["entries"] == 300
