"""Relevance's way back to the input, worked out once per image and walked by many components at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional
from zennit.rules import Epsilon, Flat, Norm, Pass, ZPlus

from slens_widgets.core import backward_ops
from slens_widgets.core.autograd_graph import axis_of, consumers_first, shape_of
from slens_widgets.core.backward_program import BackwardProgram, Share, Unsupported
from slens_widgets.core.rules import halves

ROW_BYTES = 26 * 2**20
"""Largest tensor on a CPU: beyond 32 MB the allocator fetches fresh pages for each, at twice the cost."""
ROW_BYTES_ELSEWHERE = 1 << 30

_ELEMENTWISE = {
    "ReluBackward0", "HardtanhBackward0", "SigmoidBackward0", "SiluBackward0", "HardswishBackward0",
    "HardsigmoidBackward0", "LeakyReluBackward0", "EluBackward0", "GeluBackward0", "TanhBackward0",
    "ClampBackward1", "ClampMinBackward0", "NativeBatchNormBackward0",
}  # fmt: skip


class BackwardPass:
    """The rules' way back from a layer's output to the input (or to maps of a given size), compiled.

    It is read off autograd's graph of one forward pass over a model whose modules have rules
    (`rules.Direct`), so whatever the model's code does is followed as it was done. Factors that depend on the
    images alone (inputs, denominators) are multiplied together beforehand; what is left to be done for each
    component is one transposed convolution per layer and one multiplication between two of them.

    Parameters
    ----------
    output
        Of the layer, with its graph.
    inputs
        The leaf that relevance shall reach.
    cache
        Modified parameters, kept for as long as the model's own don't change.
    stop
        Height and width: relevance goes no further than to the first maps that are at least as large.

    Raises
    ------
    Unsupported
        If the graph holds something that isn't known here.
    """

    def __init__(
        self, output: Tensor, inputs: Tensor, cache: dict[Any, Any], stop: tuple[int, int] | None = None
    ) -> None:
        self._cache = cache
        self._stop = stop
        self._stopped: list[tuple[Share, tuple[int, int]]] = []
        self._program = BackwardProgram(len(inputs))
        self._largest = output[0].numel()
        self._output = output.detach()
        self.components = output.shape[1]
        if output.ndim == 3:
            raise Unsupported("a sequence of tokens")
        if output.grad_fn is None:
            raise Unsupported("a layer that relevance does not leave")
        with torch.no_grad():
            arrived = self._walk(output.grad_fn, [Share(0)], inputs)
        self._ends = self._stopped or [(share, (inputs.shape[-2], inputs.shape[-1])) for share in arrived]
        if not self._ends:
            raise Unsupported("a layer whose relevance reaches no input")
        if any(share.along is not None for share, _ in self._ends):
            raise Unsupported("a sum over an axis of its own")
        self._program.plan_memory([share.slot for share, _ in self._ends])
        budget = ROW_BYTES if inputs.device.type == "cpu" else ROW_BYTES_ELSEWHERE
        self.rows = max(1, min(64, budget // (self._largest * output.element_size())))
        """Components at a time."""

    def heatmaps(self, image: int, components: Sequence[int]) -> Float[Tensor, "row height width"]:
        """Return the heatmaps of some components on an image, where their relevance is their activation."""
        output = self._output[image]
        start = torch.zeros((len(components), *output.shape), dtype=output.dtype, device=output.device)
        if start.ndim == 4:
            start = start.contiguous(memory_format=torch.channels_last)
        chosen = torch.as_tensor(components, device=output.device)
        start[torch.arange(len(components), device=output.device), chosen] = output[chosen]
        return self.back(start, image)

    def back(self, start: Float[Tensor, "row ..."], image: int) -> Float[Tensor, "row height width"]:
        """Return relevance at the input, summed over its channels; `start` is overwritten."""
        height = min(size[0] for _, size in self._ends)
        width = min(size[1] for _, size in self._ends)
        total: Any = 0.0
        with torch.no_grad():
            arrived = self._program.run(start, image, [share for share, _ in self._ends])
            for relevance, (_, size) in zip(arrived, self._ends, strict=True):
                found = relevance.sum(1)
                if size != (height, width):
                    pooled = functional.adaptive_avg_pool2d(found[:, None], (height, width))[:, 0]
                    found = pooled * (size[0] * size[1] / (height * width))
                total = total + found
        return total

    # What follows works the way out.

    def _walk(self, root: Any, start: list[Share], leaf: Tensor) -> list[Share]:
        """Follow relevance from a node of autograd's graph to a leaf; return what arrives there."""
        incoming: dict[Any, list[Share]] = defaultdict(list)
        incoming[root] = start
        arrived: list[Share] = []
        for node in consumers_first(root):
            shares = incoming.pop(node, [])
            if not shares:
                continue
            if hasattr(node, "variable"):
                if node.variable is leaf:
                    arrived += shares
                continue
            for target, passed in self._through(node, shares):
                whole = shape_of(target)
                size = whole[2:]
                if self._stop and len(size) == 2 and size[0] >= self._stop[0] and size[1] >= self._stop[1]:
                    self._stopped += [(share, (size[0], size[1])) for share in passed]
                else:
                    incoming[target] += passed
                    self._largest = max(self._largest, math.prod(whole[1:4]))
        return arrived

    def _through(self, node: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        """Return what the inputs of an operation get of its output's shares."""
        name = node.name()
        if name == "_PropagateBackward":
            return [(node.next_functions[0][0], self._rule(node, shares))]
        edges = [edge for edge in node.next_functions if edge[0] is not None]
        if name in ("AddmmBackward0", "MmBackward0", "ConvolutionBackward0"):  # parameters have edges, too
            edges = [node.next_functions[1 if name == "AddmmBackward0" else 0]]
        targets = [target for target, _ in edges]
        if any(target is None or number for target, number in edges):
            raise Unsupported(name)
        if any(
            shape_of(each)[0] != self._program.images
            for each in (node, *targets)
            if not hasattr(each, "variable")
        ):
            raise Unsupported(f"{name}, which mixes images")
        if name in ("AddBackward0", "SubBackward0"):
            return self._addition(node, shares)
        if name == "MulBackward0":
            return self._product(node, shares)
        if name == "CatBackward0":
            return self._parts(node, shares)
        if name == "StackBackward0":
            return self._layers(node, shares)
        target = targets[0]
        # Adaptive pooling to one place ends with other strides for the same values.
        pooled = (
            name == "AsStridedBackward1"
            and shape_of(node) == shape_of(target)
            and shape_of(node)[2:] == (1, 1)
        )
        if pooled or name in ("CloneBackward0", "AliasBackward0"):
            return [(target, shares)]
        if name == "NativeBatchNormBackward0" and node._saved_training:
            raise Unsupported("a BatchNorm in training mode")
        if name in _ELEMENTWISE:
            ones = torch.ones(shape_of(node), dtype=self._output.dtype, device=self._output.device)
            slope = node(ones)
            slope = slope[0] if isinstance(slope, tuple) else slope
            return [(target, [share.times(slope) for share in shares])]
        alone = len(shares) == 1 and shares[0].along is None
        if name == "SumBackward1" and alone and len(node._saved_dim) == 1 and not node._saved_keepdim:
            axis = axis_of(node._saved_dim[0], target)
            factor = shares[0].factor
            widened = factor.unsqueeze(axis) if isinstance(factor, Tensor) else factor
            return [(target, [Share(shares[0].slot, widened, axis)])]
        if name == "ConvolutionBackward0":
            return self._convolution(node, target, shares)
        return [(target, [Share(self._program.apply(backward_ops.operation(name, node, target), shares))])]

    def _convolution(self, node: Any, target: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        padding = list(node._saved_padding)
        if target.name() == "ConstantPadNdBackward0" and len(padding) == 2:
            border = list(target._saved_pad)
            # Padding that is even and of the two sides only is the same as a convolution's own.
            if len(border) == 4 and border[0] == border[1] and border[2] == border[3]:
                padding = [padding[0] + border[2], padding[1] + border[0]]
                target = target.next_functions[0][0]
        operation = backward_ops.convolution(node, padding, shape_of(target)[1:], self._cache)
        return [(target, [Share(self._program.apply(backward_ops.of_any_image(operation), shares))])]

    def _addition(self, node: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        signs = [1.0, node._saved_alpha * (-1.0 if node.name() == "SubBackward0" else 1.0)]
        passed = []
        terms = [(each, sign) for (each, _), sign in zip(node.next_functions, signs, strict=True) if each]
        if len(terms) > 1 and len(shares) > 1:
            shares = [Share(self._program.combine(shares))]
        for target, sign in terms:
            if shape_of(target) != shape_of(node):
                raise Unsupported("an addition of different shapes")
            passed.append((target, shares if sign == 1 else [share.times(sign) for share in shares]))
        return passed

    def _product(self, node: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        others = [node._saved_other, node._saved_self]
        passed = []
        for (target, _), other in zip(node.next_functions, others, strict=True):
            if target is None:
                continue
            given = [share.times(self._factor(other.detach(), len(shape_of(node)))) for share in shares]
            size = shape_of(target)
            if size != shape_of(node):
                if len(size) != len(shape_of(node)):
                    raise Unsupported("a product of different ranks")
                axes = [axis for axis, length in enumerate(size) if length != shape_of(node)[axis]]
                given = [
                    Share(self._program.apply(lambda image, relevance, a=axes: relevance.sum(a, True), given))
                ]
            passed.append((target, given))
        return passed

    def _factor(self, values: Tensor, ndim: int) -> Tensor | float:
        if values.ndim == 0:
            return float(values)
        values = values[(None,) * (ndim - values.ndim)]
        if len(values) not in (1, self._program.images):
            raise Unsupported("a product across images")
        return values

    def _parts(self, node: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        axis = axis_of(node._saved_dim, node)
        if axis == 0 or any(each is None for each, _ in node.next_functions):
            raise Unsupported("a concatenation across images or with a constant")
        whole = self._program.single(shares)
        passed, start = [], 0
        for target, _ in node.next_functions:
            length = shape_of(target)[axis]
            cut = self._program.add_step(
                [whole], lambda image, relevance, s=start, n=length: relevance.narrow(axis, s, n), view=True
            )
            passed.append((target, [Share(cut)]))
            start += length
        return passed

    def _layers(self, node: Any, shares: list[Share]) -> list[tuple[Any, list[Share]]]:
        axis = axis_of(node._saved_dim, node)
        (share,) = shares if len(shares) == 1 else [Share(self._program.combine(shares))]
        if share.along != axis or not isinstance(share.factor, Tensor):
            raise Unsupported("a stack that is not summed")
        return [
            (target, [Share(share.slot, _laid_out(share.factor.select(axis, number)))])
            for number, (target, _) in enumerate(node.next_functions)
            if target is not None
        ]

    def _rule(self, node: Any, shares: list[Share]) -> list[Share]:
        rule, module, seen = node.rule, node.module, node.seen
        if type(rule) is Pass:
            return shares
        if type(rule) not in (ZPlus, Epsilon, Norm, Flat):
            raise Unsupported(f"the rule {type(rule).__name__}")
        inputs, outputs = halves(rule, module, seen, self._cache)
        ones = torch.ones_like(outputs[0])
        scales = rule.gradient_mapper(ones, [each.detach() for each in outputs])
        scales = scales if isinstance(scales, list) else [scales]
        if len(shares) > 1 and type(rule) is Norm:
            shares = [Share(self._program.combine(shares))]
        scale = _laid_out(scales[0])  # both halves of z⁺ are divided by the same
        scaled = [share.times(scale) for share in shares]
        if len(outputs) > 1:
            scaled = [Share(self._program.combine(scaled))]
        passed: list[Share] = []
        for values, output in zip(inputs, outputs, strict=True):
            weighting = None if type(rule) is Flat else _laid_out(values.detach())
            passed += [share.times(weighting) for share in self._inside(output, scaled, values)]
        return passed

    def _inside(self, output: Tensor, shares: list[Share], leaf: Tensor) -> list[Share]:
        stop, self._stop = self._stop, None
        try:
            return self._walk(output.grad_fn, shares, leaf)
        finally:
            self._stop = stop


def _laid_out(values: Tensor) -> Tensor:
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values
