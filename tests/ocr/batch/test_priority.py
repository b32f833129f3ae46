"""Reading that nobody waits for lets the people at their screens go first."""

from pathlib import Path

import psutil
import pytest

from ocr.batch import local_engine
from ocr.batch.page_reader import read_task_quietly
from ocr.readings import PageFailure, PageTask


def _own_priority(task: PageTask) -> PageFailure:
    """Reads quietly, then tells the priority of the process that did."""
    assert isinstance(read_task_quietly(task), PageFailure)
    return PageFailure(source=task.source, page=task.page, code="priority", message=str(int(psutil.Process().nice())))


@pytest.mark.slow
def test_workers_step_back(tmp_path: Path) -> None:
    missing = PageTask(source=str(tmp_path / "không có.png"), page=0)
    ((_, outcome),) = local_engine.run_pages([(1, missing)], reader=_own_priority, workers=1)
    assert isinstance(outcome, PageFailure) and outcome.code == "priority"
    here = int(psutil.Process().nice())
    # on Windows priorities are classes, not steps: below normal (0x4000) instead of normal (0x20)
    assert int(outcome.message) == (max(here, 10) if psutil.POSIX else 0x4000)
