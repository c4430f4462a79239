"""What each selected component would change, told to the page as it becomes known."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slens_widgets.errors import Cancelled
from slens_widgets.process import new_lock
from slens_widgets.types import Component, Progress, SinglePrunings
from slens_widgets.widgets.messages import Answer
from slens_widgets.widgets.worker import Job, Worker

if TYPE_CHECKING:
    from slens_widgets.widgets.base import AuditWidget

PATIENCE = 4.0
"""Seconds that are spent without being asked for."""
AT_ONCE = 32
LOOK_AGAIN = 0.02
"""Seconds between two looks at whether the evaluation has ended."""
MOST_KNOWN = 100_000
"""Effects that are remembered, of all components, modes and target classes."""
COLUMNS = ("accuracy", "worst_group", "target")
ENDS = ("low", "high", "worst_group_low", "worst_group_high", "target_low", "target_high")
"""Of the columns' 95 % intervals, two each."""


class _Interrupted(Cancelled):
    """An evaluation is wanted: what was begun is begun again after it."""


class SingleEffects:
    """Computes effects on a thread of its own while nothing is evaluated: what is on display comes first.

    Parameters
    ----------
    evaluating
        Whether an evaluation runs or waits.
    """

    def __init__(self, widget: AuditWidget, evaluating: Callable[[], bool]) -> None:
        self._widget, self._worker = widget, Worker(f"{type(widget).__name__}-effects")
        self._evaluating = evaluating
        self._lock = new_lock()
        self._known: dict[tuple[Component, str, str | None], tuple[float, ...]] = {}
        self._revision: Any = None

    def ask(self, components: Sequence[Component], anyway: bool) -> Answer:
        """Return what is known, and have the rest told by the event "effects".

        Without `anyway` it ends where that would take long, and says how long.
        """
        if components and self._widget.audit.live is not None:
            self._worker.submit(
                Job(lambda progress: self._run(tuple(components), anyway, progress), lane="effects")
            )
        return self._answer(components, None)

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to do; False where that takes longer."""
        return self._worker.wait(timeout)

    def close(self) -> None:
        """Cancel everything."""
        self._worker.close()

    def _keys(self, components: Sequence[Component]) -> list[tuple[Component, str, str | None]]:
        session = self._widget.audit.session
        return [(component, session.mode, session.target) for component in components]

    def _answer(self, components: Sequence[Component], seconds: float | None) -> Answer:
        nothing = (math.nan,) * len(COLUMNS + ENDS)
        with self._lock:
            values = [self._known.get(key, nothing) for key in self._keys(components)]
        ids = np.asarray([self._widget.position(each) for each in components], np.uint32)
        body = {"seconds": seconds, "columns": list(COLUMNS)}
        rows = np.asarray(values, np.float32).reshape(len(ids), -1)
        parts = np.split(rows, [len(COLUMNS)], axis=1)
        return Answer(body, [ids.tobytes(), *(part.tobytes() for part in parts)])

    def _tell(self, components: Sequence[Component], seconds: float | None) -> None:
        self._widget.tell("effects", lambda: self._answer(components, seconds))

    def _run(self, components: tuple[Component, ...], anyway: bool, progress: Progress) -> None:
        audit = self._widget.audit
        revision = getattr(audit.live, "revision", None)
        with self._lock:
            if revision != self._revision or len(self._known) > MOST_KNOWN:
                self._known.clear()
                self._revision = revision
            missing = [key[0] for key in self._keys(components) if key not in self._known]
        mode = audit.session.mode
        spent = told = 0.0

        def interrupted(done: int, total: int, stage: str) -> None:
            progress(done, total, stage)
            if self._evaluating():
                raise _Interrupted("An evaluation is wanted")

        try:
            place = 0
            while place < len(missing):
                progress(place, len(missing), "Effects")
                if self._evaluating():
                    time.sleep(LOOK_AGAIN)
                    continue
                start = time.perf_counter()
                try:
                    part = self._part(missing[place:], interrupted)
                    table = audit.effects(components=part, mode=mode, seconds=math.inf, progress=interrupted)
                except _Interrupted:
                    continue
                with self._lock:
                    rows = table[list(COLUMNS + ENDS)].to_numpy(float)
                    for component, row in zip(part, rows, strict=True):
                        self._known[component, mode, audit.session.target] = tuple(row)
                place += len(part)
                spent += time.perf_counter() - start
                left = spent / place * (len(missing) - place)
                if not anyway and spent > 0.5 and spent + left > PATIENCE:
                    self._tell(components, left)
                    return
                if spent - told > 0.3:
                    told = spent
                    self._tell(components, None)
            self._tell(components, None)
        except Cancelled:
            return
        except BaseException as error:
            # Also a SystemExit or CancelledError of the user's own code: the page waits for an end.
            self._widget.notify("failed", {"message": self._widget.explain(error)})

    def _part(self, missing: Sequence[Component], progress: Progress) -> list[Component]:
        """Return the components that are computed in one go, so that nothing else waits for long."""
        live, layer = self._widget.audit.live, missing[0].layer
        quick = (
            isinstance(live, SinglePrunings) and live.engine(layer, progress=progress).kind == "closed form"
        )
        return [each for each in missing[: AT_ONCE if quick else 1] if each.layer == layer]
