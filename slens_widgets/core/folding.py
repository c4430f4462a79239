"""BatchNorms folded into the layers before them: the same numbers in float32, a fifth of the time less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from slens_widgets.core.composites import batch_norm_pairs
from slens_widgets.core.hooks import capture
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

LINEAR = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)

_TOLERANCE = 1e-4
"""Of the largest value: the outputs with and without folding are compared once."""


def fold_batch_norms(model: nn.Module, example: Tensor, layers: Sequence[str]) -> int:
    """Fold what can be folded of a model in evaluation mode, and return how many BatchNorms that are.

    A layer whose own output is asked for is left alone, and so is one with hooks. If the outputs of `layers`
    on `example` change by more than rounding, everything is undone. The model is the twin that
    `hooks.evaluating` gives, so that the user's is not touched.
    """
    modules = dict(model.named_modules())
    with torch.no_grad():
        try:
            found = batch_norm_pairs(model, example)
            before = _outputs(model, example, layers)
        except Exception:  # whoever runs the model next says what is wrong with it
            return 0
        pairs = [(modules[linear], modules[norm]) for (linear,), norm in found if linear not in layers]
        pairs = [pair for pair in pairs if _foldable(*pair)]
        # A subclass may only pad its inputs, or do to its weights what folding would spoil.
        plain = [pair for pair in pairs if type(pair[0]) in LINEAR]
        for some in (pairs, plain) if len(plain) < len(pairs) else (pairs,):
            undo = [_fold(*pair) for pair in some]
            if not undo:
                return 0
            after = _outputs(model, example, layers)
            apart = max(
                float((a - b).abs().max() / b.abs().max().clamp(min=1e-30))
                for a, b in zip(after, before, strict=True)
            )
            if apart <= _TOLERANCE:
                return len(some)
            for each, (linear, norm) in zip(undo, some, strict=True):
                linear.weight.data, linear.bias = each
                del norm.forward
            logger.info("%d BatchNorms are not folded: outputs would change by %.1g", len(some), apart)
    return 0


def _foldable(linear: nn.Module, norm: nn.Module) -> bool:
    hooked = any(module._forward_hooks or module._forward_pre_hooks for module in (linear, norm))
    known = isinstance(linear, LINEAR)
    plain = type(norm) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    return known and plain and not hooked and "forward" not in vars(norm)


def _fold(linear: Any, norm: Any) -> tuple[Tensor, nn.Parameter | None]:
    """Fold a pair, and return the weight and the bias before."""
    weight, bias = linear.weight, linear.bias
    old = weight.data, bias
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    if bias is not None:
        shift = shift + bias * scale
    weight.data = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
    linear.bias = nn.Parameter(shift, requires_grad=False)
    norm.forward = lambda inputs: inputs
    return old


def _outputs(model: nn.Module, example: Tensor, layers: Sequence[str]) -> list[Tensor]:
    with capture(model, layers, lambda layer, output: output.clone()) as outputs:
        model(example)
    return [outputs[layer] for layer in layers]
