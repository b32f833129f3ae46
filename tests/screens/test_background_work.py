"""Work in the background tells how long it has been under way and how long it still takes."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from corrections.entries import Role
from tests.screens.office import Office
from workbench.screens.reading_line import told_pace
from workbench.services import background_jobs
from workbench.services.background_jobs import BackgroundJob, JobPhase, Moved


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
        moved(3, 10)
        told.append((job.seconds, job.seconds_left))
        clock[0] += 20
        moved(10, 10)
        told.append((job.seconds, job.seconds_left))
        return "done"

    job = BackgroundJob(office.context(Role.SUPERVISOR), work, name="trial", fault="")
    job.start(lambda: None)
    job.wait(10)
    assert told == [(5.0, None), (5.0, None), (11.0, 14.0), (31.0, None)]
    clock[0] += 500
    assert job.seconds == 31.0, "it has ended"


def screen() -> None:
    import streamlit as st

    from workbench.screens.job_line import show_job

    show_job(st.session_state["job"], doing="Đang làm PDF 1/9", does="xuất", stop="Dừng xuất")


def test_breaking_off_is_told_at_once_and_cannot_be_pressed_twice(office: Office) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def work(moved: Moved) -> None:
        moved(1, 9)
        begun.set()
        goes_on.wait(30)
        moved(2, 9)

    job = BackgroundJob(office.context(Role.SUPERVISOR), work, name="trial", fault="")
    job.start(lambda: None)
    assert begun.wait(10)
    app = AppTest.from_function(screen)
    app.session_state["job"] = job
    app.run()
    assert not app.button[0].disabled
    app.button[0].click().run()
    assert app.button[0].disabled and "đang dừng" in app.main.get("progress")[0].proto.text
    goes_on.set()
    job.wait(10)
    assert job.state.phase is JobPhase.CANCELLED and job.state.done == 1 and not job.stopping


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
