"""Readings kept in a folder, so that a long measure goes on where it stopped, or is counted anew without reading."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ocr.batch.local_engine import PageOutcome
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.readings import PageReading, PageTask
from storage.codec import outcome_from_bytes, outcome_to_bytes

__all__ = ["KeptReadings"]


class KeptReadings:
    """Readings of pages kept in a folder, by recogniser and hand.

    Args:
        folder: where; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._version = HandwritingRecogniser().version if folder is not None else ""

    def of(self, task: PageTask) -> PageOutcome | None:
        """The reading of a page with the recogniser and the hand in use; None when it was not kept."""
        file = self._file(task)
        if file is None or not file.is_file():
            return None
        return outcome_from_bytes(file.read_bytes(), failed=False)

    def keep(self, task: PageTask, outcome: PageOutcome) -> None:
        """Keep a reading; a page that failed is tried again."""
        file = self._file(task)
        if file is not None and isinstance(outcome, PageReading):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(outcome_to_bytes(outcome))

    def _file(self, task: PageTask) -> Path | None:
        if self._folder is None:
            return None
        source = Path(task.source)
        hand = f"-{hashlib.sha256(task.book_hand).hexdigest()[:12]}" if task.book_hand else ""
        return self._folder / source.parent.name / f"{source.stem}-{self._version}{hand}.reading"
