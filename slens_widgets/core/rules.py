"""zennit's LRP rules, without the work that is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from zennit.canonizers import Canonizer
from zennit.composites import SpecialFirstLayerMapComposite
from zennit.core import BasicHook, Hook, RemovableHandle, RemovableHandleList, mod_params, stabilize
from zennit.layer import Sum
from zennit.rules import Epsilon, Flat, Norm, Pass, ZPlus
from zennit.types import Activation, AvgPool, BatchNorm, Convolution, Linear


class _Propagate(torch.autograd.Function):
    """A module's output, whose gradient is by definition what a rule makes of the relevance."""

    @staticmethod
    def forward(
        ctx: Any, source: Tensor, rule: Hook, module: nn.Module, seen: Tensor, output: list[Tensor]
    ) -> Tensor:
        ctx.rule, ctx.module, ctx.seen, ctx.prepared = rule, module, seen, None
        return output[0].detach()

    @staticmethod
    def backward(ctx: Any, *relevance: Tensor) -> tuple[Any, ...]:
        if ctx.prepared is None:
            ctx.prepared = prepare(ctx.rule, ctx.module, ctx.seen)
        return ctx.prepared(relevance[0]), None, None, None, None


def prepare(rule: Hook, module: nn.Module, seen: Tensor) -> Callable[[Tensor], Tensor]:
    """Return what `rule` makes of relevance, with all that depends on the input alone computed already.

    The same relevance as zennit's `rule.backward`, which computes everything anew for each relevance.
    """
    if not isinstance(rule, BasicHook):
        return lambda relevance: rule.backward(module, (seen,), (relevance,))[0]
    inputs, outputs = halves(rule, module, seen)
    if isinstance(rule, ZPlus) and len(outputs) == 1:
        denominator, values = stabilize(outputs[0].detach()), inputs[0].detach()

        def positive(relevance: Tensor) -> Tensor:
            (gradient,) = torch.autograd.grad(outputs, inputs, relevance / denominator, retain_graph=True)
            return values * gradient

        return positive

    def propagate(relevance: Tensor) -> Tensor:
        scaled = rule.gradient_mapper(relevance, outputs)
        gradients = torch.autograd.grad(outputs, inputs, scaled, retain_graph=True)
        return rule.reducer(inputs, gradients).detach()

    return propagate


def halves(
    rule: BasicHook, module: nn.Module, seen: Tensor, cache: dict[Any, Tensor] | None = None
) -> tuple[list[Tensor], list[Tensor]]:
    """Return the inputs and outputs of the modified passes that `rule` makes, with their autograd graphs.

    Where no input is negative, the half of z⁺ for negative inputs is zero and is left out.

    Parameters
    ----------
    cache
        Keeps the modified parameters for as long as the model's own don't change.
    """
    modifiers = list(zip(rule.input_modifiers, rule.param_modifiers, rule.output_modifiers, strict=True))
    if isinstance(rule, ZPlus) and not bool((seen < 0).any()):
        modifiers = modifiers[:1]
    inputs, outputs = [], []
    for half, (change_input, change_parameter, change_output) in enumerate(modifiers):
        inputs.append(change_input(seen.detach()).requires_grad_())

        def change(parameter: Tensor, name: str, half: int = half, by: Any = change_parameter) -> Tensor:
            if cache is None:
                return by(parameter, name)
            key = (id(module), half, name)
            if key not in cache:
                cache[key] = by(parameter, name)
            return cache[key]

        changed = mod_params(module, change, param_keys=rule.param_keys, require_params=rule.require_params)
        with changed as copy, torch.enable_grad():
            outputs.append(change_output(copy.forward(inputs[-1])))
    return inputs, outputs


class Direct(Hook):
    """A zennit rule in place of a module's own gradient.

    zennit computes both and replaces one by the other; here only the rule's is computed, and what it needs
    of a forward pass is computed once, however many relevances are sent back through it.
    """

    def __init__(self, rule: Hook) -> None:
        super().__init__()
        self.rule = rule
        self._source: Tensor | None = None
        self._seen: Tensor | None = None

    def copy(self) -> Direct:
        return Direct(self.rule)  # of which nothing is kept between passes

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


class Merged(Hook):
    """What a canonizer leaves of a BatchNorm that it has merged: a factor, cheaper than the module itself."""

    def copy(self) -> Merged:
        return Merged()

    def register(self, module: nn.Module) -> RemovableHandleList:
        plain = type(module) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)  # no activation inside
        if not plain or not _is_merged(module):
            return RemovableHandleList([])
        factor = (1 + float(module.eps)) ** -0.5  # type: ignore[arg-type]
        return RemovableHandleList([module.register_forward_hook(lambda _, args, output: args[0] * factor)])


def _is_merged(norm: Any) -> bool:
    expected = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}
    given = {name: getattr(norm, name) for name in expected}
    return all(given[name] is not None and bool((given[name] == expected[name]).all()) for name in expected)


class EpsilonPlusFlat(SpecialFirstLayerMapComposite):
    """zennit's EpsilonPlusFlat: flat for the first layer, z⁺ for convolutions, ε for linear layers."""

    def __init__(self, canonizers: Sequence[Canonizer] | None = None) -> None:
        layer_map = [
            (Activation, Direct(Pass())),
            (BatchNorm, Merged()),
            (Sum, Direct(Norm())),
            (AvgPool, Direct(Norm())),
            (Convolution, Direct(ZPlus())),
            (nn.Linear, Direct(Epsilon())),
        ]
        super().__init__(layer_map, [(Linear, Direct(Flat()))], canonizers=list(canonizers or []))
