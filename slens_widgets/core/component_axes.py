"""Which axis of a module's output its components are on, read off what made it."""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from slens_widgets.core.autograd_graph import axis_of, shape_of
from slens_widgets.errors import ModelError

USUAL = {2: 1, 3: 2, 4: 1}
"""By the number of axes: units of a vector, features of tokens, channels of a map."""
_UNCLEAR = -1
_AXES: WeakKeyDictionary[nn.Module, int] = WeakKeyDictionary()
"""Modules whose components are on another axis than the usual one."""
_KNOWN: WeakKeyDictionary[nn.Module, tuple[list[str], dict[str, int]]] = WeakKeyDictionary()
"""Models that were looked at: the modules that they had, and the unusual axes by their names."""
_ORIGINS: WeakKeyDictionary[nn.Module, weakref.ref[nn.Module]] = WeakKeyDictionary()
"""Of which model a twin is one."""

_CHANNELS_FIRST = ("Conv", "BatchNorm", "GroupNorm", "MaxPool", "AvgPool", "Upsample", "ReflectionPad")
"""Kinds of operations that take the first axis after the image's for channels."""
_MOVES_LAST = ("Addmm", "Mm", "Linear", "ScaledDotProduct")
"""Kinds whose result has its features on the last axis."""
_VIEWS = ("ViewBackward0", "UnsafeViewBackward0", "ReshapeAliasBackward0")
_REDUCTIONS = ("MeanBackward1", "SumBackward1", "AmaxBackward0")


def axis_of_components(module: nn.Module | None, output: Tensor, layer: str) -> int:
    """Return the axis of a module's components: channels of a map, features of tokens, units of a vector.

    Raises
    ------
    ModelError
        The output has another number of axes, or it is not clear which axis it is.
    """
    if output.ndim not in USUAL:
        raise ModelError(
            f"Layer {layer!r} gives an output of shape {tuple(output.shape)}",
            expected="(image, channel, height, width), (image, token, feature) or (image, unit)",
        )
    axis = USUAL[output.ndim] if module is None else _AXES.get(module, USUAL[output.ndim])
    if axis == _UNCLEAR:
        raise ModelError(
            f"Layer {layer!r} gives {tuple(output.shape)}: nothing tells which axis its components are on",
            expected="a module that ends in a convolution, a linear layer or a normalisation",
            next_step="Choose the module before or after it (slens_widgets.layers(model))",
        )
    return axis


def usual(module: nn.Module, output: Tensor, layer: str) -> Tensor:
    """Return a view of a module's output that has its components on the usual axis."""
    axis = axis_of_components(module, output, layer)
    return output if axis == USUAL[output.ndim] else output.movedim(axis, USUAL[output.ndim])


def own(module: nn.Module, output: Tensor, layer: str) -> Tensor:
    """Return what `usual` made of a module's output as the module itself gives it."""
    axis = axis_of_components(module, output, layer)
    return output if axis == USUAL[output.ndim] else output.movedim(USUAL[output.ndim], axis)


def unusual_axis(module: nn.Module) -> int | None:
    """Return the axis of a module's components where it is not the usual one."""
    return _AXES.get(module)


def look_at_axes(model: nn.Module, inputs: Tensor) -> None:
    """Find out which axis the components of each module are on, once for each model, from one input.

    What counts is the operation that made the output: a convolution or a pooling has channels first, a linear
    layer or a LayerNorm features last, and permutations, views and sums in between are followed. `model` is a
    twin, as `hooks.evaluating` gives it out; what is found holds for the model itself as well.
    """
    origin = _origin(model)
    modules = [f"{name} {type(module).__name__}" for name, module in model.named_modules()]
    known = _KNOWN.get(origin)
    if (known is not None and known[0] == modules) or not inputs.is_floating_point():
        return
    found: dict[nn.Module, tuple[Any, tuple[int, ...]]] = {}

    def hook(module: nn.Module, args: Any, output: Any) -> None:
        tensor = output if isinstance(output, Tensor) else _first(output)
        if tensor is not None and tensor.ndim in (3, 4) and module not in found:
            found[module] = tensor.grad_fn, tuple(tensor.shape)

    leaf = inputs[:1].detach().requires_grad_(True)
    handles = [module.register_forward_hook(hook) for module in model.modules()]
    try:
        with torch.enable_grad():
            model(leaf.clone())
    except Exception:
        # What is wrong with the model is told where it is run for its result.
        return
    finally:
        for handle in handles:
            handle.remove()
    memo: dict[Any, int | None] = {}
    axes: dict[str, int] = {}
    for name, module in model.named_modules():
        if module not in found:
            continue
        node, shape = found[module]
        axis = None if node is None else _features(node, leaf, memo)
        if axis is None and len(shape) == 4 and shape[1] == shape[2] != shape[3]:
            axis = _UNCLEAR  # a square map, if features come last
        if axis is not None and axis != USUAL[len(shape)] and axis != 0:
            axes[name] = axis
    _KNOWN[origin] = modules, axes
    _give(origin, axes)
    _give(model, axes)


def pass_on_axes(model: nn.Module, twin: nn.Module) -> None:
    """Let a twin know of the axes that were found of its model."""
    origin = _origin(model)
    _ORIGINS[twin] = weakref.ref(origin)
    if origin in _KNOWN:
        _give(twin, _KNOWN[origin][1])


def _origin(model: nn.Module) -> nn.Module:
    origin = _ORIGINS.get(model)
    found = None if origin is None else origin()
    return model if found is None else found


def _give(model: nn.Module, axes: dict[str, int]) -> None:
    for name, module in model.named_modules():
        if name in axes:
            _AXES[module] = axes[name]
        else:
            _AXES.pop(module, None)


def _first(output: Any) -> Tensor | None:
    values = output.values() if hasattr(output, "values") else output
    if not isinstance(values, (tuple, list)) and not hasattr(output, "values"):
        return None
    return next((value for value in values if isinstance(value, Tensor)), None)


def _features(node: Any, leaf: Tensor, memo: dict[Any, int | None]) -> int | None:
    """Return the axis of channels or features in what an operation gives; None where nothing tells."""
    if node not in memo:
        memo[node] = None  # while it is looked for
        try:
            memo[node] = _made_by(node, leaf, memo)
        except (RecursionError, AttributeError):
            memo[node] = None
    return memo[node]


def _made_by(node: Any, leaf: Tensor, memo: dict[Any, int | None]) -> int | None:
    kind = type(node).__name__
    if hasattr(node, "variable"):
        return 1 if node.variable is leaf else None
    shape = shape_of(node)
    if any(name in kind for name in _CHANNELS_FIRST):
        return 1
    if kind.startswith(_MOVES_LAST):
        return len(shape) - 1
    if kind == "NativeLayerNormBackward0" and len(node._saved_normalized_shape) == 1:
        return len(shape) - 1
    given = [target for target, _ in node.next_functions if target is not None]
    if not given:
        return None
    before = shape_of(given[0])
    if kind == "PermuteBackward0":
        axis = _features(given[0], leaf, memo)
        dims = [axis_of(dim, given[0]) for dim in node._saved_dims]
        return None if axis is None else dims.index(axis)
    if kind in ("TransposeBackward0", "TBackward0"):
        axis = _features(given[0], leaf, memo)
        pair = (0, 1) if kind == "TBackward0" else (node._saved_dim0, node._saved_dim1)
        first, second = (axis_of(each, given[0]) for each in pair)
        return {first: second, second: first}.get(axis, axis) if axis is not None else None
    if kind in _VIEWS:
        axis = _features(given[0], leaf, memo)
        return None if axis is None else _viewed(axis, before, shape)
    if kind in _REDUCTIONS:
        axis = _features(given[0], leaf, memo)
        dims = [axis_of(dim, given[0]) for dim in _numbers(node._saved_dim)]
        if axis is None or axis in dims:
            return None
        return axis if node._saved_keepdim else axis - sum(dim < axis for dim in dims)
    if len(shape) == len(before) - 1 and kind in ("SelectBackward0", "SqueezeBackward1"):
        axis, dim = _features(given[0], leaf, memo), axis_of(node._saved_dim, given[0])
        return None if axis is None or axis == dim else axis - (dim < axis)
    if kind == "UnsqueezeBackward0":
        axis, dim = _features(given[0], leaf, memo), axis_of(node._saved_dim, node)
        return None if axis is None else axis + (dim <= axis)
    # What is left works on each value, or moves values along axes that stay.
    for target in given:
        if len(shape_of(target)) == len(shape):
            axis = _features(target, leaf, memo)
            if axis is not None and (kind == "CatBackward0" or shape_of(target)[axis] in (shape[axis], 1)):
                return axis
    return None


def _numbers(dims: Any) -> Sequence[int]:
    return (dims,) if isinstance(dims, int) else dims


def _viewed(axis: int, before: tuple[int, ...], after: tuple[int, ...]) -> int | None:
    """Return the axis of a view that holds an axis, whole or merged with what comes before it."""
    start, size = math.prod(before[:axis]), before[axis]
    for place in range(len(after) - 1, -1, -1):
        if math.prod(after[:place]) == start and after[place] == size:
            return place
    end = start * size
    for place in range(1, len(after)):
        if math.prod(after[:place]) <= start and math.prod(after[: place + 1]) == end and after[place] > 1:
            return place
    return None
