"""The linear layer before the logits: find it, and fit it anew on its own inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn

from slens_widgets.core.hooks import evaluating
from slens_widgets.core.logits import USUAL, Logits
from slens_widgets.core.training_images import TrainingImages
from slens_widgets.errors import InputError, ModelError
from slens_widgets.types import CorrectionSettings, Progress


def refit_head(
    model: nn.Module,
    data: TrainingImages,
    settings: CorrectionSettings,
    device: torch.device,
    *,
    by_group: bool,
    reading: Logits = USUAL,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Replace the weights of the last linear layer by a logistic regression on its own inputs.

    With `by_group`: the mean over ten regressions, each on as many images of every group as the smallest
    has. Otherwise on all images, the classes weighted equally.

    Source: deep feature reweighting, Kirichenko et al. (arXiv 2204.02937).
    """
    with evaluating(model, device) as twin:
        name = last_linear(twin, data, device, reading)
        features = _features(twin, name, data, device, progress)
    head: Any = model.get_submodule(name)
    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features)
    rng = np.random.default_rng(settings.seed)
    if by_group and data.groups is None:
        raise InputError(
            'method="dfr" needs the group of each training image', expected="sw.Evaluation(…, groups=…)"
        )
    if by_group:
        assert data.groups is not None
        kinds, counts = np.unique(data.groups, return_counts=True)
        draws = [
            np.concatenate(
                [rng.choice(np.flatnonzero(data.groups == g), counts.min(), replace=False) for g in kinds]
            )
            for _ in range(10)
        ]
    else:
        draws = [np.arange(len(scaled))]
    weights, biases = zip(
        *(_regressions(scaled[rows], data.labels[rows], head.out_features, settings) for rows in draws),
        strict=True,
    )
    weight = np.mean(weights, axis=0) / scaler.scale_
    bias = np.mean(biases, axis=0) - weight @ scaler.mean_
    with torch.no_grad():
        head.weight.copy_(torch.as_tensor(weight, dtype=head.weight.dtype))
        if head.bias is None:
            head.bias = nn.Parameter(torch.zeros(head.out_features, device=head.weight.device))
        head.bias.copy_(torch.as_tensor(bias, dtype=head.weight.dtype))
    return {"images": len(draws[0]), "regressions": len(draws)}


def last_linear(model: nn.Module, data: TrainingImages, device: torch.device, reading: Logits) -> str:
    """Return the name of the linear layer whose output the logits are.

    Raises
    ------
    ModelError
        There is none.
    """
    seen: list[tuple[str, Tensor]] = []

    def hook_of(name: str) -> Callable[..., None]:
        return lambda module, args, output: seen.append((name, output))

    handles = [
        each.register_forward_hook(hook_of(name))
        for name, each in model.named_modules()
        if isinstance(each, nn.Linear)
    ]
    try:
        with torch.no_grad():
            _, inputs = next(data.batches([0], device, 1))
            logits = reading.raw(model(inputs))
    finally:
        for handle in handles:
            handle.remove()
    for name, output in reversed(seen):
        if output.numel() == logits.numel() and torch.equal(output.reshape(logits.shape), logits):
            return name
    raise ModelError(
        "The model does not end in a linear layer, so there is no head to refit",
        expected="nn.Linear before the logits",
        next_step='Choose method="finetune"',
    )


def _features(
    model: nn.Module, head: str, data: TrainingImages, device: torch.device, progress: Progress | None
) -> Float[np.ndarray, "image feature"]:
    kept: list[np.ndarray] = []
    handle = model.get_submodule(head).register_forward_pre_hook(
        lambda _, args: kept.append(args[0].float().numpy(force=True))
    )
    try:
        with torch.no_grad():
            for places, inputs in data.batches(range(len(data.ids)), device):
                if progress is not None:
                    progress(int(places[0]), len(data.ids), "features")
                model(inputs)
    finally:
        handle.remove()
    return np.concatenate(kept).astype(np.float64)


def _regressions(
    features: np.ndarray, labels: np.ndarray, n_logits: int, settings: CorrectionSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and biases of every logit; one that stands for itself has a regression of its own."""
    if n_logits > 1 and labels.ndim == 1:
        return _regression(features, labels, n_logits, settings)
    columns = labels.reshape(len(labels), -1).T
    weights, biases = zip(*(_regression(features, each, 2, settings) for each in columns), strict=True)
    # Two logits −h and h, of which the single one is the difference.
    return np.stack([each[1] - each[0] for each in weights]), np.array([each[1] - each[0] for each in biases])


def _regression(
    features: np.ndarray, labels: np.ndarray, n_classes: int, settings: CorrectionSettings
) -> tuple[np.ndarray, np.ndarray]:
    present = np.unique(labels)
    if len(present) < 2:
        raise InputError("The training images are of one class only", expected="images of every class")
    fitted = LogisticRegression(C=settings.c, class_weight="balanced", max_iter=2000).fit(features, labels)
    weight, bias = np.zeros((n_classes, features.shape[1])), np.full(n_classes, -20.0)
    if len(present) == 2:  # one row stands for both classes
        half, offset = fitted.coef_[0] / 2, fitted.intercept_[0] / 2
        weight[present], bias[present] = np.stack([-half, half]), [-offset, offset]
    else:
        weight[present], bias[present] = fitted.coef_, fitted.intercept_
    return weight, bias
