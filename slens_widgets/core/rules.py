"""zennit's LRP rules, without the work that is thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from zennit.canonizers import Canonizer
from zennit.composites import SpecialFirstLayerMapComposite
from zennit.core import Hook, RemovableHandle, RemovableHandleList, mod_params, stabilize
from zennit.layer import Sum
from zennit.rules import Epsilon, Flat, Norm, Pass, ZPlus
from zennit.types import Activation, AvgPool, Convolution, Linear


class _Propagate(torch.autograd.Function):
    """A module's output, whose gradient is by definition what a rule makes of the relevance."""

    @staticmethod
    def forward(
        ctx: Any, source: Tensor, rule: Hook, module: nn.Module, seen: Tensor, output: list[Tensor]
    ) -> Tensor:
        ctx.rule, ctx.module, ctx.seen = rule, module, seen
        return output[0].detach()

    @staticmethod
    def backward(ctx: Any, *relevance: Tensor) -> tuple[Any, ...]:
        rule, seen = ctx.rule, ctx.seen
        rule.stored_tensors["input"] = (seen,)
        try:
            (below,) = rule.backward(ctx.module, (seen,), relevance)
        finally:
            rule.stored_tensors.clear()
        return below, None, None, None, None


class Direct(Hook):
    """A zennit rule in place of a module's own gradient.

    zennit computes both and replaces one by the other; here only the rule's is computed. The values are the
    rule's own.
    """

    def __init__(self, rule: Hook) -> None:
        super().__init__()
        self.rule = rule
        self._source: Tensor | None = None
        self._seen: Tensor | None = None

    def copy(self) -> Direct:
        return Direct(self.rule.copy())

    def register(self, module: nn.Module) -> RemovableHandleList:
        return RemovableHandleList(
            [
                RemovableHandle(self),
                module.register_forward_pre_hook(self._before),
                module.register_forward_hook(self._after),
            ]
        )

    def remove(self) -> None:
        self.rule.remove()
        self._source = self._seen = None

    def _before(self, module: nn.Module, args: tuple[Any, ...]) -> Any:
        if len(args) != 1 or not isinstance(args[0], Tensor) or not args[0].requires_grad:
            self._source = None
            return None
        self._source = args[0]
        # A copy, because an in-place operation here or later would change what the rule needs.
        self._seen = args[0].detach().clone()
        return (self._seen.clone() if getattr(module, "inplace", False) else self._seen,)

    def _after(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> Any:
        source, seen = self._source, self._seen
        self._source = self._seen = None
        if source is None or not isinstance(output, Tensor):
            return None
        return _Propagate.apply(source, self.rule, module, seen, [output])


class PositiveZPlus(ZPlus):
    """The z⁺ rule; where no input is negative, its half for negative inputs, zero, is left out."""

    def copy(self) -> PositiveZPlus:
        return PositiveZPlus()

    def backward(self, module: nn.Module, grad_input: Any, grad_output: Any) -> Any:
        inputs = self.stored_tensors["input"][0].detach()
        if (inputs < 0).any():
            return super().backward(module, grad_input, grad_output)
        inputs = inputs.requires_grad_()
        with mod_params(module, lambda parameter, _: parameter.clamp(min=0)) as positive, torch.enable_grad():
            output = positive.forward(inputs)
        relevance = grad_output[0] / stabilize(output)
        (gradient,) = torch.autograd.grad(output, inputs, relevance)
        return (inputs.detach() * gradient,)


class EpsilonPlusFlat(SpecialFirstLayerMapComposite):
    """zennit's EpsilonPlusFlat: flat for the first layer, z⁺ for convolutions, ε for linear layers."""

    def __init__(self, canonizers: Sequence[Canonizer] | None = None) -> None:
        layer_map = [
            (Activation, Direct(Pass())),
            (Sum, Direct(Norm())),
            (AvgPool, Direct(Norm())),
            (Convolution, Direct(PositiveZPlus())),
            (nn.Linear, Direct(Epsilon())),
        ]
        super().__init__(layer_map, [(Linear, Direct(Flat()))], canonizers=list(canonizers or []))
