"""The evaluations behind the pruning panel: the newest state of the session wins, then the set beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from slens_widgets.audit import PruningResult
from slens_widgets.errors import Cancelled, InputError
from slens_widgets.types import Progress
from slens_widgets.widgets.pruning_sets import PrunedSets
from slens_widgets.widgets.worker import Job, Worker

if TYPE_CHECKING:
    from slens_widgets.widgets.base import AuditWidget

_KEY = 0
"""Key of the job that evaluates."""


class Evaluations:
    """Evaluates what the session holds on a thread of its own: labels and quadrants let no toggle wait.

    Parameters
    ----------
    widget
        Whose audit is asked, and whose page hears of progress and failures.
    sets
        Hears of every result, and names what is evaluated next.
    lock
        Guards what the panel shows.
    tell
        Sends the panel's newest state to the page.
    """

    result: PruningResult | None = None
    """The newest evaluation."""
    running = False
    """Whether one runs or waits."""

    def __init__(
        self,
        widget: AuditWidget,
        sets: PrunedSets,
        lock: threading.RLock,
        tell: Callable[[], None],
    ) -> None:
        self._widget, self._sets, self._lock, self._tell = widget, sets, lock, tell
        self._worker = Worker(f"{type(widget).__name__}-evaluate")

    def start(self) -> None:
        """Evaluate what the session holds now, instead of what is being evaluated."""
        with self._lock:
            self.running = True
        self._worker.submit(
            Job(
                self._run,
                lane="evaluate",
                key=_KEY,
                report=lambda done, total, stage: self._widget.notify(
                    "progress", {"done": done, "total": total, "stage": stage}
                ),
            )
        )
        self._tell()

    def stop(self) -> PruningResult | None:
        """End it, and return the newest result that there is."""
        self._worker.cancel(_KEY)
        with self._lock:
            result = self.result
        self._stopped()
        return result

    def shown(self) -> PruningResult:
        """Return the newest result, or say that there is none yet."""
        with self._lock:
            if self.result is None:
                raise InputError("Nothing was evaluated yet", next_step="wait for the first evaluation")
            return self.result

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to evaluate; False where that takes longer."""
        return self._worker.wait(timeout)

    def close(self) -> None:
        """Cancel everything."""
        self._worker.close()

    def _run(self, progress: Progress) -> None:
        audit = self._widget.audit
        session = audit.session
        pruned, mode = session.pruned, session.mode
        try:
            progress(0, 0, "Evaluating")
            result = audit.prune(pruned, mode, progress=progress)
        except Cancelled:
            return
        except BaseException as error:
            # Also a SystemExit or CancelledError of the user's own code: the page waits for an end.
            self._stopped()
            self._widget.notify("failed", {"message": self._widget.explain(error)})
            return
        with self._lock:
            self.result = result
            self.running = (session.pruned, session.mode) != (pruned, mode)
            others = self._sets.evaluated(result)
        self._tell()
        for kept in others if not self.running else ():
            try:
                kept.result = audit.prune(kept.pruned, kept.mode, progress=progress)
            except BaseException:
                return  # the figures that were asked for are there; the other column waits for its turn
            self._tell()

    def _stopped(self) -> None:
        with self._lock:
            self.running = False
        self._tell()
