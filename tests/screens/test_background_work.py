"""Work in the background tells how long it has been under way and how long it still takes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from corrections.entries import Role
from tests.screens.office import Office
from workbench.screens.reading_line import told_pace
from workbench.services import background_jobs
from workbench.services.background_jobs import BackgroundJob, Moved


def test_a_job_tells_its_time_and_what_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(background_jobs, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    told: list[tuple[float, float | None]] = []

    def work(moved: Moved) -> str:
        clock[0] += 5  # the rules are rehearsed: nothing in all is known yet
        told.append((job.seconds, job.seconds_left))
        moved(0, 10)
        told.append((job.seconds, job.seconds_left))
        clock[0] += 6
        moved(2, 10)
        told.append((job.seconds, job.seconds_left))
        clock[0] += 20
        moved(10, 10)
        told.append((job.seconds, job.seconds_left))
        return "done"

    job = BackgroundJob(office.context(Role.SUPERVISOR), work, name="trial", fault="")
    job.start(lambda: None)
    job.wait(10)
    assert told == [(5.0, None), (5.0, None), (11.0, 24.0), (31.0, None)]
    clock[0] += 500
    assert job.seconds == 31.0, "it has ended"


@pytest.mark.parametrize(
    ("seconds", "left", "told"),
    [
        (3.2, None, "đã 3 giây"),
        (11.0, 24.0, "đã 11 giây, còn khoảng 25 giây"),
        (130.0, 150.0, "đã 2 phút, còn khoảng 2 phút"),
        (30.0, 7300.0, "đã 30 giây, còn khoảng 2,0 giờ"),
    ],
)
def test_times_are_told_in_words(seconds: float, left: float | None, told: str) -> None:
    assert told_pace(seconds, left) == told
