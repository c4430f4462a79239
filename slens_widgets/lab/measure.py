"""Measurements of the lab against its ground truth: arrays in, numbers out."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from scipy.stats import rankdata
from torch import nn

from slens_widgets.core.hooks import capture
from slens_widgets.lab.classifier import to_batch
from slens_widgets.lab.factors import FACTORS, NAMES

REPRESENTED, HIT = 0.85, 0.80
"""AUROC from which on a factor counts as represented by a channel, and a found channel as a hit."""
_IS_VALID = np.array([factor.valid for factor in FACTORS])


def auroc(
    truth: Bool[np.ndarray, "image factor"], scores: Float[np.ndarray, "image component"]
) -> Float[np.ndarray, "component factor"]:
    """Return the area under the ROC curve of every score for every truth, ties counted half.

    NaN for a truth that no image has, or that all have: there is nothing to tell apart.
    """
    ranks = rankdata(scores, axis=0)
    positive = truth.sum(axis=0)
    area = ranks.T @ truth - positive * (positive + 1) / 2
    pairs = positive * (len(truth) - positive)
    return np.where(pairs > 0, area / np.maximum(pairs, 1), np.nan)


def activations(
    model: nn.Module, images: UInt8[np.ndarray, "image height width 3"], layer: str, batch_size: int = 250
) -> Float[np.ndarray, "image component"]:
    """Return the largest activation of every channel in every image."""
    parts = []
    with torch.no_grad(), capture(model, [layer], lambda _, output: output.amax((2, 3))) as outputs:
        for start in range(0, len(images), batch_size):
            model(to_batch(np.asarray(images[start : start + batch_size])))
            parts.append(outputs.pop(layer).numpy())
    return np.concatenate(parts)


def artefact_selective(area: Float[np.ndarray, "component factor"]) -> Bool[np.ndarray, " component"]:
    """Return which channels tell some artefact better than they tell any valid factor."""
    return area[:, ~_IS_VALID].max(axis=1) > area[:, _IS_VALID].max(axis=1)


def search_precision(
    scores: Float[np.ndarray, "factor component"], area: Float[np.ndarray, "component factor"], k: int
) -> float:
    """Return precision at `k`, averaged over the factors that some channel represents.

    A found channel is a hit if its own activation tells the factor with an AUROC of at least 0.80.
    """
    found = [
        (area[np.argsort(-scores[factor], kind="stable")[:k], factor] >= HIT).mean()
        for factor in range(len(NAMES))
        if area[:, factor].max() >= REPRESENTED
    ]
    return float(np.mean(found))
