"""A worker does a widget's work in turn, on a thread lent to it; within a lane only the newest job counts."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from queue import SimpleQueue

from slens_widgets.errors import Cancelled
from slens_widgets.process import new_lock
from slens_widgets.types import Progress
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

REPORT_SECONDS = 0.1
EXIT_SECONDS = 30
"""How long the end of the process waits for cancelled work."""


class Threads:
    """Threads that are lent and never end: as many as there ever was work for at once.

    What torch's libraries allocate for a thread is not given back when it ends: threads that came and went
    with the work took hundreds of MiB in half an hour. The one that came back last is lent first, so that few
    of them ever run a model.
    """

    def __init__(self) -> None:
        self._lock = new_lock()
        self._idle: list[SimpleQueue[Callable[[], None]]] = []

    def run(self, work: Callable[[], None]) -> None:
        """Do some work on a thread that has none."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name="slens-worker", daemon=True).start()
        inbox.put(work)

    def _serve(self, inbox: SimpleQueue[Callable[[], None]]) -> None:
        while True:
            work = inbox.get()
            try:
                work()
            except BaseException:
                logger.exception("some work of a widget failed")
            # An idle thread holds on to nothing of the widget that it worked for.
            del work
            with self._lock:
                self._idle.append(inbox)

    def forget(self) -> None:
        """Begin with no threads."""
        self._lock = new_lock()
        self._idle = []


THREADS = Threads()


class Job:
    """Something to do, and what to call when it is dropped before it began."""

    def __init__(
        self,
        run: Callable[[Progress], None],
        *,
        lane: str | None = None,
        key: int | None = None,
        dropped: Callable[[], None] = lambda: None,
        report: Progress = lambda done, total, stage: None,
    ) -> None:
        self.run, self.lane, self.key, self.dropped = run, lane, key, dropped
        self._report = report
        self._reported = 0.0
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Make the job's next progress call raise `Cancelled`."""
        self._cancelled.set()

    def progress(self, done: int, total: int, stage: str) -> None:
        """Report progress, ten times a second at most; raise where the job is cancelled."""
        if self._cancelled.is_set():
            raise Cancelled("A newer request replaced this one")
        now = time.monotonic()
        if now - self._reported >= REPORT_SECONDS:
            self._reported = now
            self._report(done, total, stage)


class Worker:
    """Runs jobs, each after the one before; it has one of `THREADS` only while there is work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._condition = threading.Condition(new_lock())
        # By order of arrival, by lane (of which one at most waits) and by key: no request looks through all.
        self._waiting: OrderedDict[int, Job] = OrderedDict()
        self._lanes: dict[str, int] = {}
        self._keys: dict[int, list[int]] = {}
        self._arrived = 0
        self._running: Job | None = None
        self._at_work = False
        self._closed = False
        WORKERS.add(self)

    def submit(self, job: Job) -> None:
        """Queue a job; those of its lane that wait are dropped, one that runs is cancelled."""
        with self._condition:
            replaced = None
            if job.lane is not None:
                if job.lane in self._lanes:
                    replaced = self._remove(self._lanes[job.lane])
                if self._running is not None and self._running.lane == job.lane:
                    self._running.cancel()
            closed = self._closed
            if not closed:
                self._add(job)
                self._begin()
            self._condition.notify_all()
        for other in (replaced, job if closed else None):
            if other is not None:
                other.dropped()

    def cancel(self, key: int) -> None:
        """Drop or cancel the job with this key, if it is still here."""
        with self._condition:
            dropped = [self._remove(number) for number in list(self._keys.get(key, ()))]
            if self._running is not None and self._running.key == key:
                self._running.cancel()
        for job in dropped:
            job.dropped()

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to do; False where that takes longer than `timeout` seconds."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._waiting and self._running is None, timeout)

    def close(self) -> None:
        """Cancel everything and accept nothing more."""
        with self._condition:
            self._closed = True
            self._waiting.clear()
            self._lanes.clear()
            self._keys.clear()
            if self._running is not None:
                self._running.cancel()
            self._condition.notify_all()

    def forget(self) -> None:
        """Begin with no work."""
        self._condition = threading.Condition(new_lock())
        self._waiting.clear()
        self._lanes.clear()
        self._keys.clear()
        self._running, self._at_work = None, False

    def _add(self, job: Job) -> None:
        number = self._arrived = self._arrived + 1
        self._waiting[number] = job
        if job.lane is not None:
            self._lanes[job.lane] = number
        if job.key is not None:
            self._keys.setdefault(job.key, []).append(number)

    def _remove(self, number: int) -> Job:
        job = self._waiting.pop(number)
        if job.lane is not None:
            self._lanes.pop(job.lane, None)
        if job.key is not None:
            same = self._keys[job.key]
            same.remove(number)
            if not same:
                del self._keys[job.key]
        return job

    def _begin(self) -> None:
        """Have a thread do what waits, under the condition's lock."""
        if self._at_work:
            return
        self._at_work = True
        try:
            THREADS.run(self._work)
        except BaseException:
            self._at_work = False
            raise

    def _work(self) -> None:
        while True:
            with self._condition:
                if self._closed or not self._waiting:
                    self._at_work = False
                    return
                job = self._running = self._remove(next(iter(self._waiting)))
            try:
                job.run(job.progress)
            except BaseException:
                # SystemExit or KeyboardInterrupt raised in a job is no stop of the kernel: it fails that job.
                logger.exception("a job of %s failed", self._name)
            finally:
                with self._condition:
                    self._running = None
                    self._condition.notify_all()


WORKERS: weakref.WeakSet[Worker] = weakref.WeakSet()
"""All there are."""


def _at_exit() -> None:
    """End all work: a thread that the interpreter's end meets inside torch aborts the process."""
    workers = list(WORKERS)
    for worker in workers:
        worker.close()
    deadline = time.monotonic() + EXIT_SECONDS
    for worker in workers:
        worker.wait(max(0.0, deadline - time.monotonic()))


def _forget() -> None:
    """Begin with no threads and no work, as a forked process has to."""
    THREADS.forget()
    for worker in list(WORKERS):
        worker.forget()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
