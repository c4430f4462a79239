"""The LRP composite, and the canonizers that a model needs for it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck
from zennit.canonizers import Canonizer, CompositeCanonizer, MergeBatchNorm, NamedMergeBatchNorm
from zennit.core import Composite, RemovableHandleList
from zennit.torchvision import ResNetCanonizer
from zennit.types import BatchNorm, Linear

from slens_widgets.core.rules import EpsilonPlusFlat
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


def batch_norms(model: nn.Module) -> list[str]:
    """Return the names of the BatchNorms of `model`."""
    return [name for name, module in model.named_modules() if isinstance(module, BatchNorm)]


def batch_norm_pairs(model: nn.Module, example: Tensor) -> list[tuple[tuple[str], str]]:
    """Return the (linear layer, BatchNorm) pairs that follow each other directly in a forward pass.

    Found by the flow of the data, not by the order in which modules were declared: padding, a reused
    module or an activation in between is seen, and so is a BatchNorm that holds an activation of its own.
    """
    produced: list[tuple[Tensor, str]] = []
    pairs: list[tuple[str, str]] = []
    calls: dict[str, int] = {}
    handles = []

    def after(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, args: Any, output: Any) -> None:
            calls[name] = calls.get(name, 0) + 1
            if isinstance(output, Tensor):
                produced.append((output, name))

        return hook

    def before(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, args: Any) -> None:
            calls[name] = calls.get(name, 0) + 1
            pairs.extend((source, name) for tensor, source in produced if args and tensor is args[0])

        return hook

    for name, module in model.named_modules():
        if isinstance(module, Linear):
            handles.append(module.register_forward_hook(after(name)))
        elif isinstance(module, BatchNorm) and module.affine and module.running_mean is not None:
            handles.append(module.register_forward_pre_hook(before(name)))
    try:
        with torch.no_grad():
            model(example)
    finally:
        for handle in handles:
            handle.remove()
    return [((linear,), norm) for linear, norm in pairs if calls[linear] == calls[norm] == 1]


def choose_canonizers(model: nn.Module, example: Tensor) -> list[Canonizer]:
    """Return the canonizers for the architecture: zennit's for torchvision's ResNets, else by data flow."""
    if any(isinstance(module, (BasicBlock, Bottleneck)) for module in model.modules()):
        return [ResNetCanonizer()]
    if not batch_norms(model):
        return []
    pairs = batch_norm_pairs(model, example)
    return [NamedMergeBatchNorm(pairs)] if pairs else []


@dataclass(frozen=True)
class Crp:
    """Concept relevance propagation, with what may be chosen about it.

    Naming it explicitly also says that no other method shall step in where it fails.
    """

    composite: Composite | Callable[[list[Canonizer]], Composite] = EpsilonPlusFlat
    """A zennit composite, or what makes one from a list of canonizers."""
    canonizers: Sequence[Canonizer] | None = None
    """zennit canonizers; None: chosen for the architecture; empty: none."""


@dataclass(frozen=True)
class Registered:
    """What was registered on a model, and whether it fits."""

    composite: str
    canonizers: list[str]
    batch_norms: int
    merged: int
    deviation: float
    """Relative change of the model's output by the canonizers: 0, or they don't fit the architecture."""

    @property
    def warnings(self) -> list[str]:
        """What a person should know before trusting the heatmaps."""
        said = []
        if self.batch_norms and not self.merged:
            said.append(
                f"the canonizers ({', '.join(self.canonizers) or 'none'}) merge none of the "
                f"{self.batch_norms} BatchNorms, distorting relevance; give relevance=Crp(canonizers=[…])"
            )
        elif self.merged < self.batch_norms:
            said.append(f"only {self.merged} of {self.batch_norms} BatchNorms were merged")
        if self.deviation > 0.05:
            said.append(
                f"the canonizers change the model's output by {self.deviation:.0%}; they don't fit it"
            )
        return said


def register(model: nn.Module, crp: Crp, example: Tensor) -> tuple[Composite, Registered]:
    """Register composite and canonizers on `model`; the caller removes the composite.

    Parameters
    ----------
    example
        Inputs on which the canonizers are chosen, and checked to leave the model's output alone.
    """
    chosen = None if crp.canonizers is None else list(crp.canonizers)
    if isinstance(crp.composite, Composite):
        # One composite serves one model at a time, and this one may be asked for by two threads.
        composite = copy.copy(crp.composite)
        composite.handles = RemovableHandleList()
        if chosen is not None:
            composite.canonizers = chosen
        elif not composite.canonizers:
            composite.canonizers = choose_canonizers(model, example)
    else:
        composite = crp.composite(choose_canonizers(model, example) if chosen is None else chosen)
    with torch.no_grad():
        before = _first(model(example))
        try:
            composite.register(model)
            after = _first(model(example))
        except BaseException:
            composite.remove()
            raise
    merged = {id(each.batch_norm) for each in composite.handles if isinstance(each, MergeBatchNorm)}
    deviation = float((after - before).norm() / before.norm().clamp(min=1e-12))
    report = Registered(
        composite=type(composite).__name__,
        canonizers=[_canonizer_name(each) for each in composite.canonizers],
        batch_norms=len(batch_norms(model)),
        merged=len(merged),
        deviation=round(deviation, 3),
    )
    for warning in report.warnings:
        logger.warning("CRP: %s.", warning)
    return composite, report


def _canonizer_name(canonizer: Canonizer) -> str:
    if isinstance(canonizer, CompositeCanonizer) and type(canonizer) is CompositeCanonizer:
        return "+".join(_canonizer_name(each) for each in canonizer.canonizers)
    return type(canonizer).__name__


def _first(output: Any) -> Tensor:
    while not isinstance(output, Tensor):
        output = next(iter(output.values())) if isinstance(output, dict) else output[0]
    return output
