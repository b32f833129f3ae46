"""Work in the background of the screens: a thread of its own, how far it is, breaking off, and how it ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from exports.errors import ExportError
from layouts.errors import LayoutError
from ocr.errors import OcrError
from storage.errors import StorageError
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, ServiceError

__all__ = ["BackgroundJob", "JobPhase", "JobRegistry", "JobState", "Moved"]

log = logging.getLogger(__name__)

_R = TypeVar("_R")
_REMEMBERED = 20
"""Jobs that have ended, of each kind: their results lie in memory."""
_SURE_STEPS = 3
"""Steps after which their pace is told: the first waits for processes that start, and takes three times as long."""
Moved = Callable[[int, int], None]
"""Called with what is done and what there is in all; raises when somebody has broken the job off."""


class JobPhase(StrEnum):
    """Whether a job is under way, and how it ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState(Generic[_R]):
    """Where a job stands."""

    phase: JobPhase = JobPhase.RUNNING
    done: int = 0
    total: int = 0
    result: _R | None = None
    message: str = ""
    """Why it failed, in Vietnamese."""

    @property
    def running(self) -> bool:
        """Whether the job has not ended."""
        return self.phase is JobPhase.RUNNING


class _CancelledError(Exception):
    """Somebody broke the job off."""


class BackgroundJob(Generic[_R]):
    """One piece of work in a thread of its own."""

    def __init__(self, ctx: Context, work: Callable[[Moved], _R], *, name: str, fault: str) -> None:
        """Prepare it.

        Args:
            ctx: who starts it.
            work: what is done; it calls what it is given after each step.
            name: of the thread, for the log.
            fault: what people are told when the program itself fails.
        """
        self.started_by = ctx.who.full_name or ctx.who.name
        self.state: JobState[_R] = JobState()
        self._work, self._fault = work, fault
        self._began = self._steps_began = self._last_step = time.monotonic()
        self._begun_with = 0
        """Steps that were done before the first of this job."""
        self._took: float | None = None
        self.ended_at: datetime | None = None
        self._cancelled = threading.Event()
        self._ended: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self, ended: Callable[[], None]) -> None:
        """Begin; `ended` is called when it has, however it did."""
        self._ended = ended
        self._began = time.monotonic()
        self._thread.start()

    def cancel(self) -> None:
        """Break off before the next step."""
        self._cancelled.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody has broken the job off and its last step is still under way."""
        return self.state.running and self._cancelled.is_set()

    @property
    def seconds(self) -> float:
        """How long the job has been under way, or took."""
        return time.monotonic() - self._began if self._took is None else self._took

    @property
    def seconds_left(self) -> float | None:
        """How long its steps will still take, at the pace so far; None before a few are done and after the last."""
        state, taken = self.state, self.state.done - self._begun_with
        if taken < _SURE_STEPS or state.done >= state.total:
            return None
        pace = (self._last_step - self._steps_began) / taken
        return pace * (state.total - state.done) - min(pace, time.monotonic() - self._last_step)

    def wait(self, seconds: float) -> None:
        """Until the job has ended, but not longer than that."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            result = self._work(self._moved)
            self.state = replace(self.state, phase=JobPhase.DONE, result=result)
        except _CancelledError:
            self.state = replace(self.state, phase=JobPhase.CANCELLED)
        except (ServiceError, StorageError, ExportError, OcrError, LayoutError) as error:
            self.state = replace(self.state, phase=JobPhase.FAILED, message=str(error))
        except Exception:  # a thread's last line of defence: without it the screen would show a job that never ends
            log.exception("%s failed", self._thread.name)
            self.state = replace(self.state, phase=JobPhase.FAILED, message=self._fault)
        finally:
            self._took, self.ended_at = self.seconds, datetime.now().astimezone()
            self._ended()

    def _moved(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        self._last_step = time.monotonic()
        if not self.state.total:
            self._steps_began, self._begun_with = self._last_step, done
        self.state = replace(self.state, done=done, total=total)


class JobRegistry(Generic[_R]):
    """The jobs of one kind in this process, one for each thing that is worked on: it runs, or ended last."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, BackgroundJob[_R]] = {}
        self._ended: dict[Hashable, BackgroundJob[_R]] = {}
        self._lock = threading.Lock()

    def start(self, key: Hashable, job: BackgroundJob[_R], busy: str) -> None:
        """Start a job.

        Args:
            key: what it works on.
            job: the job.
            busy: what people are told when somebody else's job works on it; `{who}` stands for the name.

        Raises:
            InvalidInput: one works on it already.
        """
        with self._lock:
            if other := self._jobs.get(key):
                raise InvalidInput(busy.format(who=other.started_by))
            self._jobs[key] = job
            self._ended.pop(key, None)
        job.start(lambda: self._leave(key))

    def last(self, key: Hashable) -> BackgroundJob[_R] | None:
        """The job that works on it now or did last, for whoever left the screen meanwhile and comes back."""
        with self._lock:
            return self._jobs.get(key) or self._ended.get(key)

    def _leave(self, key: Hashable) -> None:
        with self._lock:
            if job := self._jobs.pop(key, None):
                self._ended[key] = job
            while len(self._ended) > _REMEMBERED:
                del self._ended[next(iter(self._ended))]
