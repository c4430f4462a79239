"""The pruning panel: components taken out of the model, and what that does to its accuracy, live."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from slens_widgets.arguments import given
from slens_widgets.audit import Audit, Correction, Evaluation, PruningResult
from slens_widgets.errors import InputError
from slens_widgets.process import new_lock
from slens_widgets.session import Change
from slens_widgets.types import Component, Progress
from slens_widgets.widgets import pruning_answers, pruning_picture
from slens_widgets.widgets.base import AuditWidget, check_audit
from slens_widgets.widgets.explained import explained
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.operations import Later, operation
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.pruning_effects import SingleEffects
from slens_widgets.widgets.pruning_evaluation import Evaluations
from slens_widgets.widgets.pruning_sets import PrunedSets
from slens_widgets.widgets.recording import Ask

if TYPE_CHECKING:
    import plotly.graph_objects as go


class PruningPanel(AuditWidget):
    """List of pruned components with a toggle each, and accuracies before and after.

    Every change of `audit.session.pruned` or `.mode` evaluates the live model; the newest state wins. Two
    pruned sets, A and B, are kept to be compared: the session holds one of them, at first B; A is then empty.

    Parameters
    ----------
    training
        Labelled images, apart from the evaluation images, that "Mend …" learns from; see `Audit.correct`.

    Raises
    ------
    InputError
        `audit` is no `Audit`, or `training` no `Evaluation`.
    """

    _widget = traitlets.Unicode("pruning").tag(sync=True)
    _title = "Pruning"

    def recorded(self) -> Iterable[Ask]:
        """Return the figures of the pruned set and of the whole model, and what changed."""
        session = self.audit.session
        for pruned in dict.fromkeys([session.pruned, ()]):
            when = {"pruned": pruned, "mode": session.mode}
            yield Ask("panel", when=when, event=True)
            if self.audit.live is not None:
                yield Ask("confusion", when=when)
                yield Ask("flips", {"change": "all", "start": 0}, when=when)
        yield Ask("quadrants", when={"valid": session.valid, "spurious": session.spurious})
        yield Ask("effects", args=None)

    corrected: Correction | None = None
    """The model as it was mended last from this panel; the audited one is as it was."""

    def __init__(self, audit: Audit, *, training: Evaluation | None = None, **kwargs: Any) -> None:
        if not isinstance(training, Evaluation | None):
            raise InputError(f"training={given(training)}", expected="sw.Evaluation(images, labels), or None")
        self.training = training
        self._lock = new_lock()
        self._listed: dict[Component, None] = {}
        check_audit(audit)
        self._sets = PrunedSets(audit.session)
        self._evaluations = Evaluations(self, self._sets, self._lock, self._tell)
        super().__init__(audit, **kwargs)
        self._effects = SingleEffects(self, lambda: self._evaluations.running)
        self._listed.update(dict.fromkeys(audit.session.pruned))
        if self.audit.live is not None:
            self._evaluations.start()

    @property
    def result(self) -> PruningResult | None:
        """The newest evaluation."""
        return self._evaluations.result

    def close(self) -> None:
        """Take the widget off the page; it follows the session no longer."""
        # Also called where the widget was never finished.
        for name in ("_effects", "_evaluations"):
            if name in self.__dict__:
                getattr(self, name).close()
        super().close()

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the widget has nothing left to do; False where that takes longer."""
        return all(each(timeout) for each in (super().wait, self._evaluations.wait, self._effects.wait))

    def drawing(self) -> Drawing:
        """Return what draws the accuracies before and after."""
        return functools.partial(pruning_picture.draw, result=self._evaluations.shown())

    def preview(self) -> Drawing | None:
        """Return the same where an evaluation is there already."""
        return None if self.result is None else self.drawing()

    def to_plotly(self) -> go.Figure:
        """Return the accuracies before and after as a plotly figure."""
        return pruning_picture.to_plotly(self._evaluations.shown())

    def to_json(self, path: str | os.PathLike[str]) -> Path:
        """Write the pruned set as JSON, as `audit.save_pruned` does."""
        return self.audit.save_pruned(path)

    def _on_change(self, change: Change) -> None:
        super()._on_change(change)
        if change.field not in ("pruned", "mode"):
            return
        session = self.audit.session
        with self._lock:
            if change.field == "pruned":
                self._listed.update(dict.fromkeys(change.new))
            self._sets.follow(session)
        if self.audit.live is not None:
            self._evaluations.start()
        else:
            self._tell()

    def _snapshot(self) -> Answer:
        with self._lock:
            listed = self.audit.db.positions(tuple(self._listed))
            session = self.audit.session
            body = {
                "undo": session.can_undo,
                "redo": session.can_redo,
                "evaluating": self._evaluations.running,
                "engine": pruning_answers.engine(self.audit),
                "active": self._sets.active,
                "kept": self._sets.told(),
                "result": None if self.result is None else pruning_answers.summary(self.result),
                "corrected": None if self.corrected is None else pruning_answers.mended(self.corrected),
                "current": self.result is not None
                and (self.result.components, self.result.mode) == (session.pruned, session.mode),
            }
        return Answer(body, [listed.astype(np.uint32).tobytes()])

    def _tell(self) -> None:
        self.tell("panel", self._snapshot)

    @operation("panel")
    def _panel(self, request: Request, progress: Progress) -> Later:
        return self._snapshot

    @operation("undo")
    def _undo(self, request: Request, progress: Progress) -> Later:
        return self._back(self.audit.session.undo)

    @operation("redo")
    def _redo(self, request: Request, progress: Progress) -> Later:
        return self._back(self.audit.session.redo)

    def _back(self, step: Any) -> Later:
        before = self._sets.state()
        step()
        self._sets.came_back(before)
        self._tell()
        return self._snapshot

    @operation("clear")
    def _clear(self, request: Request, progress: Progress) -> Later:
        with self._lock:
            self._listed.clear()
        if self.audit.session.pruned:
            self.audit.session.pruned = ()
        self._tell()
        return self._snapshot

    @operation("flip")
    def _flip(self, request: Request, progress: Progress) -> Later:
        kept = self._sets.flip()
        self.audit.session.update(pruned=kept.pruned, mode=kept.mode)
        self._tell()
        return self._snapshot

    @operation("copy")
    def _copy(self, request: Request, progress: Progress) -> Later:
        self._sets.copy()
        self._tell()
        return self._snapshot

    @operation("stop")
    def _stop(self, request: Request, progress: Progress) -> Later:
        """Stop evaluating and go back to the set that the figures are for, if there are any."""
        result = self._evaluations.stop()
        if result is not None:
            self.audit.session.update(pruned=result.components, mode=result.mode)
        return self._snapshot

    @operation("evaluate")
    def _again(self, request: Request, progress: Progress) -> Later:
        if self.audit.live is not None:
            self._evaluations.start()
        return self._snapshot

    @operation("quadrants", slow=True)
    def _quadrants(self, request: Request, progress: Progress) -> Answer:
        return Answer({"counts": pruning_answers.quadrant_counts(self.audit, progress)})

    @operation("prune_quadrant", slow=True)
    def _prune_quadrant(self, request: Request, progress: Progress) -> Answer:
        found = pruning_answers.in_quadrant(self.audit, request.text("name"), progress)
        session = self.audit.session
        session.pruned = tuple(dict.fromkeys([*session.pruned, *found]))
        return Answer({"found": len(found)})

    @operation("correct", slow=True)
    def _correct(self, request: Request, progress: Progress) -> Answer:
        session = self.audit.session
        method: Any = request.text("method")
        progress(0, 0, "Mending")
        found = self.audit.correct(
            session.pruned, method, self.training, mode=session.mode, progress=progress
        )
        with self._lock:
            self.corrected = found
        self._tell()
        return Answer()

    @operation("effects")
    def _single_effects(self, request: Request, progress: Progress) -> Answer:
        ids = request.numbers("ids", self._total, pruning_answers.MOST_EFFECTS)
        allowed = request.value("anyway") is True
        return self._effects.ask([self.component(i) for i in ids], allowed)

    @operation("confusion")
    def _confusion(self, request: Request, progress: Progress) -> Answer:
        return pruning_answers.confusion(self.audit, self._evaluations.shown())

    @operation("flips")
    def _flips(self, request: Request, progress: Progress) -> Answer:
        start = request.number("start", 2**31)
        return pruning_answers.flips(self.audit, self._evaluations.shown(), request.text("change"), start)

    @operation("image")
    def _image(self, request: Request, progress: Progress) -> Answer:
        shown = self._evaluations.shown()
        position = request.number("image", shown.before.n)
        return pruning_answers.image(self.audit, shown, position)

    @operation("explain", slow=True)
    def _explain(self, request: Request, progress: Progress) -> Answer:
        shown = self._evaluations.shown()
        position = request.number("image", shown.before.n)
        progress(0, 0, "Explaining")
        found = self.audit.explain(position, request.text("target"))
        return explained(found, self.position)

    @operation("export")
    def _export(self, request: Request, progress: Progress) -> Answer:
        return Answer({"value": self.audit.pruned_set()})

    @operation("import")
    def _import(self, request: Request, progress: Progress) -> Answer:
        value = request.value("value")
        if not isinstance(value, dict):
            raise InputError("The file holds no pruned set", expected="a file saved by this panel")
        return Answer({"found": len(self.audit.load_pruned(value))})
