"""Where a layer reaches the logits through pooled features and linear layers: pruning as a matrix product."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, fx, nn
from torch.nn import functional

from slens_widgets.core.component_axes import axis_of_components
from slens_widgets.core.layer_graph import LayerGraph, layer_output
from slens_widgets.errors import ModelError

_LINEAR = (nn.Linear,)
_NEUTRAL = (nn.Identity, nn.Dropout, nn.Dropout2d)
_BY_COMPONENT = (
    *_NEUTRAL,
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.CELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish),
    *(nn.Hardsigmoid, nn.Hardtanh, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.PReLU),
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.AvgPool2d, nn.MaxPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d),
)
"""Modules (in evaluation mode) whose component k of the output sees component k of the input only."""
_ELEMENTWISE: frozenset[Any] = frozenset(
    {
        *(functional.relu, functional.relu6, functional.leaky_relu, functional.elu, functional.gelu),
        *(functional.silu, functional.mish, functional.hardswish, functional.hardsigmoid, functional.sigmoid),
        *(functional.dropout, functional.dropout2d, torch.relu, torch.relu_, torch.sigmoid, torch.tanh),
        *(operator.add, operator.iadd, torch.add, operator.sub, operator.mul, operator.imul, torch.mul),
        *("relu", "relu_", "add", "add_", "mul", "mul_", "sub", "sigmoid", "tanh", "contiguous", "clone"),
        *(layer_output, functional.adaptive_avg_pool2d, functional.avg_pool2d, functional.max_pool2d),
        *(functional.adaptive_max_pool2d,),
    }
)
"""Functions and methods that keep the components apart; those of two tensors need equal components."""
_RESHAPING: frozenset[Any] = frozenset(
    {torch.flatten, torch.squeeze, torch.reshape, "flatten", "squeeze", "view", "reshape"}
)
_MEANS: frozenset[Any] = frozenset({torch.mean, "mean"})


@dataclass(frozen=True)
class LinearHead:
    """The part of a model behind pooled features: logits = features @ weight.T + something of the image."""

    features: fx.Node
    """Node of the pooled features (image, component); feature k depends on component k of the layer only."""
    weight: Float[np.ndarray, "class component"]
    alone: bool
    """Nothing else of the image enters the features, so that they are the same for all images where the whole
    layer is ablated."""


def linear_head(graph: LayerGraph, layer: str, example: Tensor) -> LinearHead:
    """Return the pooled features of `layer` and the matrix that makes logits of them.

    Raises
    ------
    ModelError
        The layer reaches the logits in another way; the message says by which operation.
    """
    source = graph.output_of(layer)
    values = graph.run(graph.start(example), keep=graph.nodes)
    output = values[source]
    if not isinstance(output, Tensor):
        raise ModelError(f"layer {layer!r} gives a {type(output).__name__}")
    axis = axis_of_components(graph.layers[layer], output, layer)
    n, count = len(output), output.shape[axis]
    axes: dict[fx.Node, int] = {source: axis}
    features: fx.Node | None = None
    behind: set[fx.Node] = set()
    for node in graph.nodes[graph.place[source] + 1 :]:
        if any(used in behind for used in node.all_input_nodes):
            if not _affine(graph, node, behind):
                raise ModelError(f"{_said(graph, node)} follows the pooled features")
            behind.add(node)
        elif any(used in axes for used in node.all_input_nodes):
            used = [each for each in node.all_input_nodes if each in axes]
            if _linear(graph, node) and values[used[0]].shape == (n, count):
                if features not in (None, used[0]):
                    raise ModelError(f"the layer reaches {_said(graph, node)} by another way too")
                features = used[0]
                behind.add(node)
                continue
            if features is not None and any(each is features for each in used):
                raise ModelError(f"{_said(graph, node)} uses the pooled features besides the linear layer")
            if node.target in ("size", "dim", getattr) and not isinstance(values[node], Tensor):
                continue  # what shape it has does not depend on what is ablated
            axes[node] = _axis_behind(graph, node, axes, values, count)
    if features is None or graph.nodes[-1] not in behind:
        raise ModelError("no linear layer gives the logits from its pooled activations")
    alone = all(
        used in axes or used.op == "get_attr"
        for node in axes
        for used in node.all_input_nodes
        if node is not source
    )
    return LinearHead(features, _weight(graph, features, behind, values[features], count), alone)


def _weight(
    graph: LayerGraph, features: fx.Node, behind: set[fx.Node], example: Tensor, count: int
) -> Float[np.ndarray, "class component"]:
    outside = {
        used
        for node in behind
        for used in node.all_input_nodes
        if used is not features and used not in behind and used.op != "get_attr"
    }
    if outside:
        raise ModelError("the linear layers take other inputs too")
    rows = torch.cat(
        [example.new_zeros(1, count), torch.eye(count, dtype=example.dtype, device=example.device)]
    )
    env = {node: None for node in graph.nodes if node not in behind and node.op != "get_attr"}
    logits = graph.logits(graph.run({**env, features: rows}, keep=[features])).float()
    return (logits[1:] - logits[:1]).T.cpu().numpy()


def _axis_behind(
    graph: LayerGraph, node: fx.Node, axes: dict[fx.Node, int], values: dict[fx.Node, Any], count: int
) -> int:
    """Return the axis of the components behind a node that keeps them apart, or say that it does not."""
    found = values[node]
    used = [each for each in node.all_input_nodes if each in axes]
    given = values[used[0]]
    axis = axes[used[0]]
    module = graph.module_of(node)
    apart = isinstance(found, Tensor) and all(axes[each] == axis for each in used)
    reshapes = node.target in _RESHAPING or isinstance(module, nn.Flatten)
    if apart and reshapes:
        if found.shape == (given.shape[0], count) and found.numel() == given.numel():
            return 1
    elif apart and module is not None:
        spatial = given.ndim == 4 or isinstance(module, _NEUTRAL) or found.shape == given.shape
        ok = isinstance(module, _BY_COMPONENT) and spatial and (axis == 1 or not _channels_first(module))
        if ok and found.shape[axis] == count:
            return axis
    elif apart and node.target in _ELEMENTWISE:
        others = [values[each] for each in node.all_input_nodes if each not in axes]
        fits = all(not isinstance(other, Tensor) or _fits(other, given) for other in others)
        same = all(values[each].shape == given.shape for each in used)
        if fits and same and found.ndim == given.ndim and found.shape[axis] == count:
            return axis
    elif apart and node.target in _MEANS:
        averaged = _dims(node, given.ndim)
        if averaged is not None and axis not in averaged and 0 not in averaged:
            keeps = found.ndim == given.ndim
            return axis if keeps else axis - sum(dim < axis for dim in averaged)
    elif apart and given.ndim == 3 and axis == 2 and _one_token(node) and found.shape == (len(given), count):
        return 1
    raise ModelError(f"{_said(graph, node)} lies between it and the logits")


def _channels_first(module: nn.Module) -> bool:
    places = (nn.AvgPool2d, nn.MaxPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
    return isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.PReLU, *places))


def _fits(other: Tensor, given: Tensor) -> bool:
    return other.ndim == 0 or other.shape == given.shape


def _one_token(node: fx.Node) -> bool:
    index = node.args[1]
    return (
        isinstance(index, tuple) and len(index) == 2 and index[0] == slice(None) and isinstance(index[1], int)
    )


def _dims(node: fx.Node, ndim: int) -> list[int] | None:
    dims = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
    if isinstance(dims, int):
        dims = (dims,)
    if not isinstance(dims, (tuple, list)) or not all(isinstance(dim, int) for dim in dims):
        return None
    return [dim % ndim for dim in dims]


def _linear(graph: LayerGraph, node: fx.Node) -> bool:
    return isinstance(graph.module_of(node), _LINEAR) or node.target is functional.linear


def _affine(graph: LayerGraph, node: fx.Node, behind: set[fx.Node]) -> bool:
    if node.op == "output" or _linear(graph, node):
        return True
    neutral = node.target in (layer_output, functional.dropout, "contiguous")
    return neutral or isinstance(graph.module_of(node), _NEUTRAL)


def _said(graph: LayerGraph, node: fx.Node) -> str:
    module = graph.module_of(node)
    if module is not None:
        return f"{type(module).__name__} {str(node.target).removeprefix('model.')!r}"
    if node.op == "output":
        return "something other than a linear layer"
    return str(getattr(node.target, "__name__", node.target)).strip("_")
