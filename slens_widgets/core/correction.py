"""Mend a classifier: refit or reweight its head, fine-tune it against components, retrain on clean images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn

from slens_widgets.core.fine_tuning import fine_tune, tainted
from slens_widgets.core.logits import USUAL, Logits
from slens_widgets.core.pruned import pruned_copy
from slens_widgets.core.training_images import TrainingImages
from slens_widgets.errors import InputError
from slens_widgets.process import importing
from slens_widgets.types import CorrectionSettings, Progress


def corrected(
    model: nn.Module,
    method: str,
    indices: Mapping[str, Sequence[int]],
    values: Mapping[str, np.ndarray] | None,
    data: TrainingImages | None,
    settings: CorrectionSettings,
    device: torch.device,
    reading: Logits = USUAL,
    progress: Progress | None = None,
) -> tuple[nn.Module, dict[str, Any]]:
    """Return a mended copy of `model`, in evaluation mode, and what was done; `model` is not changed.

    Parameters
    ----------
    method
        "prune", "head", "dfr", "finetune" or "clean"; see `Audit.correct`.
    values
        What ablated components give, by layer; None: zero.
    """
    if method == "prune":
        return pruned_copy(model, indices, values), {}
    if data is None:
        raise InputError(f"method={method!r} without training images", expected="training=sw.Evaluation(…)")
    if method == "finetune":
        copy = pruned_copy(model, {}, None)
        return copy.eval(), fine_tune(
            copy, data, indices, settings, device, reading=reading, progress=progress
        )
    copy = pruned_copy(model, indices, values)
    if method == "clean":
        taint = tainted(model, data, indices, device, reading, progress)
        rows = clean_rows(taint, data.labels, settings.keep)
        said = fine_tune(
            copy, data, indices, settings, device,
            rows=rows, penalise=False, reading=reading, progress=progress,
        )  # fmt: skip
        removed = np.setdiff1d(np.arange(len(data.ids)), rows)
        return copy.eval(), said | {"removed": [data.images.name(data.ids[row]) for row in removed]}
    # scikit-learn takes a second to import, and nothing else that runs a model needs it.
    with importing():
        from slens_widgets.core.head import refit_head

    by_group = method == "dfr"
    return copy.eval(), refit_head(
        copy, data, settings, device, by_group=by_group, reading=reading, progress=progress
    )


def clean_rows(
    taint: Float[np.ndarray, " image"], labels: Int[np.ndarray, " image *label"], keep: float
) -> Int[np.ndarray, " image"]:
    """Return the places of the share `keep` of each class that is least tainted; of all with many labels."""
    rows = []
    if labels.ndim == 2:
        labels = np.zeros(len(labels), int)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        rows.append(
            of_class[np.argsort(taint[of_class], kind="stable")[: max(1, round(keep * len(of_class)))]]
        )
    return np.sort(np.concatenate(rows))
