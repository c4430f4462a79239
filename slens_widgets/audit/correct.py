"""What mends the model?"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from slens_widgets.arguments import given
from slens_widgets.audit.evaluation import Evaluation
from slens_widgets.audit.live import need
from slens_widgets.audit.pruning import PruningResult
from slens_widgets.class_labels import class_names_of, distinct
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import AblationMode, CorrectableModel, CorrectionSettings, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

Method = Literal["prune", "head", "dfr", "finetune", "clean"]
_SETTINGS: Final = tuple(each.name for each in fields(CorrectionSettings))


@dataclass(frozen=True)
class Correction(PruningResult):
    """A mended model, and what the mending did on the evaluation images; see `Audit.correct`."""

    method: Method
    """How it was mended."""
    model: Any = field(repr=False)
    """The mended copy, in evaluation mode; the audited model is as it was."""
    details: dict[str, Any] = field(repr=False)
    """What the method says: images learned from, those removed, the relevance held before and after."""

    def __repr__(self) -> str:
        return super().__repr__().replace("PruningResult(", f"Correction({self.method!r}, ", 1)


def correct(
    audit: Audit,
    components: Any,
    method: Method = "prune",
    training: Evaluation | None = None,
    *,
    mode: AblationMode = "mean",
    progress: Progress | None = None,
    **settings: Any,
) -> Correction:
    """Mend the model against components, and compare it with the model as it is.

    Parameters
    ----------
    components
        What the model should not rest on: (layer, index) pairs, one pair, or a table.
    method
        "prune": ablate them. "head": ablate them and refit the last linear layer. "dfr": the same on as
        many images of every group (deep feature reweighting). "finetune": train what follows them, with a
        penalty on the share of relevance that they hold. "clean": ablate them and train what follows them
        on the images of each class that rest on them least.
    training
        Labelled images to learn from, apart from the evaluation images; all but "prune" need them, "dfr"
        with groups. Where there are groups, "finetune" and "clean" draw them equally often.
    mode
        What replaces ablated components.
    progress
        Called as progress(done, total, stage).
    **settings
        Fields of `types.CorrectionSettings`: epochs, learning_rate, penalty, keep, c, seed.

    Returns
    -------
    `Correction`: the new model, and the same before → after table as `prune` gives.

    Raises
    ------
    InputError
        No live model or one that can't be copied; training images lack, or lack groups.
    ModelError
        The model has no linear head, or nothing to train after the components.
    """
    judge = need(audit._judge, "A correction")
    if method not in get_args(Method):
        raise UnknownNameError.of("method", method, get_args(Method))
    if mode not in get_args(AblationMode):
        raise UnknownNameError.of("ablation mode", mode, get_args(AblationMode))
    unknown = [name for name in settings if name not in _SETTINGS]
    if unknown:
        raise UnknownNameError.of("setting", unknown[0], _SETTINGS)
    chosen = audit.resolve(components)
    if not chosen and method != "dfr":
        raise InputError("No component is given", expected="what the model should not rest on")
    live = judge.live
    if not isinstance(live, CorrectableModel):
        raise InputError(
            f"The live model, a {type(live).__name__}, can't make mended copies of itself",
            next_step="Open the audit with the torch model itself, its transform and an sw.Evaluation",
        )
    images = None
    if method != "prune":
        if training is None:
            raise InputError(
                f"method={method!r} learns from images, and none are given",
                expected="training=sw.Evaluation(images, labels), apart from the evaluation images",
                next_step=f'audit.correct(audit.session.pruned, "{method}", '
                "sw.Evaluation(images, labels, groups)); for the pruning panel "
                "sw.PruningPanel(audit, training=…) or sw.Dashboard(audit, training=…)",
            )
        names = class_names_of(training.class_names)
        if names is not None and distinct(names) != list(judge.class_names):
            raise InputError(
                f"The training images' classes are {given(names)}, the model's {given(judge.class_names)}",
                expected="the same in the same order, or no class_names for the training images",
            )
        images = live.training_images(training.images, training.labels, training.groups)
    model, details = live.corrected(
        method, chosen, images, replace(CorrectionSettings(), **settings), mode, progress=progress
    )
    after = np.asarray(live.logits_of(model, progress=progress))
    found = judge.compared(after, chosen, mode, progress)
    return Correction(
        found.before,
        found.after,
        found.flips,
        chosen,
        mode,
        found.intervals,
        found.border,
        method=method,
        model=model,
        details=details,
    )
