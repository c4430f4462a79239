"""The pruning panel: components taken out of the model, and what that does to its accuracy, live."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets

from slens_widgets.audit import Audit, PruningResult
from slens_widgets.errors import Cancelled
from slens_widgets.session import Change
from slens_widgets.types import Component, Progress
from slens_widgets.widgets.base import AuditWidget, operation
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.worker import Job


class PruningPanel(AuditWidget):
    """List of pruned components with a toggle each, and accuracies before and after.

    Every change of `audit.session.pruned` or `.mode` evaluates the live model; the newest state wins.
    """

    _widget = traitlets.Unicode("pruning").tag(sync=True)
    _title = "Pruning"

    def recorded(self) -> Iterable[Ask]:
        """Return the figures of the pruned set and of the whole model."""
        session = self.audit.session
        for pruned in dict.fromkeys([session.pruned, ()]):
            yield Ask("panel", when={"pruned": pruned, "mode": session.mode}, event=True)

    result: PruningResult | None = None
    """The newest evaluation."""

    def __init__(self, audit: Audit, **kwargs: Any) -> None:
        self._lock = threading.RLock()
        self._listed: dict[Component, None] = {}
        self._evaluating = False
        super().__init__(audit, **kwargs)
        self._listed.update(dict.fromkeys(audit.session.pruned))
        if self.audit.live is not None:
            self._evaluate()

    def _on_change(self, change: Change) -> None:
        super()._on_change(change)
        if change.field not in ("pruned", "mode"):
            return
        with self._lock:
            if change.field == "pruned":
                self._listed.update(dict.fromkeys(change.new))
        if self.audit.live is not None:
            self._evaluate()
        else:
            self._tell()

    def _evaluate(self) -> None:
        with self._lock:
            self._evaluating = True
        self._worker.submit(
            Job(
                self._run,
                lane="evaluate",
                report=lambda done, total, stage: self.notify(
                    "progress", {"done": done, "total": total, "stage": stage}
                ),
            )
        )
        self._tell()

    def _run(self, progress: Progress) -> None:
        session = self.audit.session
        pruned, mode = session.pruned, session.mode
        try:
            progress(0, 0, "Evaluating")
            result = self.audit.prune(pruned, mode, progress=progress)
        except Cancelled:
            return
        except Exception as error:
            with self._lock:
                self._evaluating = False
            self._tell()
            self.notify("failed", {"message": self.explain(error)})
            return
        with self._lock:
            self.result = result
            self._evaluating = (session.pruned, session.mode) != (pruned, mode)
        self._tell()

    def _snapshot(self) -> Answer:
        with self._lock:
            listed = [self.position(component) for component in self._listed]
            body = {
                "undo": self.audit.session.can_undo,
                "redo": self.audit.session.can_redo,
                "evaluating": self._evaluating,
                "result": None if self.result is None else _summary(self.result),
            }
        return Answer(body, [np.asarray(listed, np.uint32).tobytes()])

    def _tell(self) -> None:
        answer = self._snapshot()
        self.notify("panel", answer.body, [bytes(part) for part in answer.buffers])

    @operation("panel")
    def _panel(self, request: Request, progress: Progress) -> Answer:
        return self._snapshot()

    @operation("undo")
    def _undo(self, request: Request, progress: Progress) -> Answer:
        self.audit.session.undo()
        return self._snapshot()

    @operation("redo")
    def _redo(self, request: Request, progress: Progress) -> Answer:
        self.audit.session.redo()
        return self._snapshot()

    @operation("clear")
    def _clear(self, request: Request, progress: Progress) -> Answer:
        with self._lock:
            self._listed.clear()
        if self.audit.session.pruned:
            self.audit.session.pruned = ()
        self._tell()
        return self._snapshot()


def _summary(result: PruningResult) -> dict[str, Any]:
    changes = result.flips["change"].value_counts()
    return {
        "before": _metrics(result.before),
        "after": _metrics(result.after),
        "flips": {name: int(changes.get(name, 0)) for name in ("fixed", "broken", "other")},
        "pruned": len(result.components),
        "mode": result.mode,
    }


def _metrics(metrics: Any) -> dict[str, Any]:
    return {
        "accuracy": metrics.accuracy,
        "worst_group": metrics.worst_group,
        "per_class": metrics.per_class,
        "n": metrics.n,
    }
