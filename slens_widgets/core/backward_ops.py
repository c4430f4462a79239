"""The linear maps on relevance's way back: what a module's gradient does to many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from slens_widgets.core.autograd_graph import axis_of, shape_of
from slens_widgets.core.backward_program import Unsupported

Op = Callable[[Tensor], Tensor]

_RESHAPING = {"ViewBackward0", "ReshapeAliasBackward0", "UnsafeViewBackward0", "UnsqueezeBackward0",
              "SqueezeBackward0", "SqueezeBackward1", "SqueezeBackward2"}  # fmt: skip


def convolution(node: Any, padding: list[int], size: Sequence[int], cache: dict[Any, Any]) -> Op:
    """Return the transposed convolution of an autograd node, in the form that is fastest on this shape.

    Parameters
    ----------
    padding
        The node's own and what is padded before it.
    size
        Of the convolution's input: (channel, height, width) or what else it has.
    cache
        Keeps weights in the layout that the form needs.
    """
    weight = node._saved_weight.detach()
    stride, dilation = list(node._saved_stride), list(node._saved_dilation)
    groups, transposed = node._saved_groups, node._saved_transposed
    plane = weight.ndim == 4 and not transposed and list(dilation) == [1, 1]

    def laid_out(form: str, make: Callable[[], Tensor]) -> Tensor:
        key = (form, weight.data_ptr(), tuple(weight.shape))
        if key not in cache:
            cache[key] = (make(), weight)  # which is kept, so that its address isn't given away
        return cache[key][0]

    if plane and groups == 1 and weight.numel() > 1 and _all_ones(weight, cache):
        return _ones(weight, stride, padding, size)
    if plane and groups == 1 and tuple(weight.shape[2:]) == (1, 1) and padding == [0, 0]:
        matrix = laid_out("matrix", lambda: weight[:, :, 0, 0].contiguous())
        return lambda relevance: _spread(_mix(relevance, matrix), stride, size)
    kernel = list(weight.shape[2:])
    if plane and stride == [1, 1] and all(p < k for p, k in zip(padding, kernel, strict=True)):
        mirrored = laid_out("mirrored", lambda: _mirrored(weight, groups))
        border = [k - 1 - p for p, k in zip(padding, kernel, strict=True)]
        return lambda relevance: functional.conv2d(relevance, mirrored, None, 1, border, 1, groups)
    output_padding = list(node._saved_output_padding)
    # Only float32 has convolutions for this layout; others would take ages in it.
    suits = weight.ndim == 4 and weight.dtype != torch.float64
    layout = torch.channels_last if suits else torch.contiguous_format
    weight = laid_out("whole", lambda: weight.contiguous(memory_format=layout))

    def general(relevance: Tensor) -> Tensor:
        like = torch.empty(
            (len(relevance), *size), dtype=relevance.dtype, device=relevance.device, memory_format=layout
        )
        return torch.ops.aten.convolution_backward(
            relevance, like, weight, None, stride, padding, dilation, transposed, output_padding, groups,
            [True, False, False],
        )[0]  # fmt: skip

    return general


def _all_ones(weight: Tensor, cache: dict[Any, Any]) -> bool:
    key = ("all ones", weight.data_ptr(), tuple(weight.shape))
    if key not in cache:
        cache[key] = (bool((weight == 1).all()), weight)
    return bool(cache[key][0])


def _mix(relevance: Tensor, matrix: Tensor) -> Tensor:
    rows, _, height, width = relevance.shape
    places = relevance.permute(0, 2, 3, 1).reshape(-1, matrix.shape[0])
    return (places @ matrix).view(rows, height, width, matrix.shape[1]).permute(0, 3, 1, 2)


def _spread(relevance: Tensor, stride: list[int], size: Sequence[int]) -> Tensor:
    """Return relevance at the places that a kernel of one pixel has seen, and 0 at the others."""
    if stride == [1, 1]:
        return relevance
    spread = torch.empty(
        (len(relevance), *size),
        dtype=relevance.dtype,
        device=relevance.device,
        memory_format=torch.channels_last,
    ).zero_()
    spread[:, :, :: stride[0], :: stride[1]] = relevance
    return spread


def _mirrored(weight: Tensor, groups: int) -> Tensor:
    out, into, *kernel = weight.shape
    grouped = weight.view(groups, out // groups, into, *kernel).transpose(1, 2).flip(-2, -1)
    mirrored = grouped.reshape(groups * into, out // groups, *kernel)
    return mirrored.contiguous(memory_format=torch.channels_last)


def _ones(weight: Tensor, stride: list[int], padding: list[int], size: Sequence[int]) -> Op:
    """Return the transposed convolution with ones: two matrix products on the sum over the channels."""
    vertical, horizontal = (
        windows(size[axis + 1], weight.shape[2 + axis], stride[axis], padding[axis]).to(weight)
        for axis in (0, 1)
    )

    def spread(relevance: Tensor) -> Tensor:
        summed = relevance.sum(1)
        spread = vertical[:, : summed.shape[1]] @ summed @ horizontal[:, : summed.shape[2]].T
        return spread[:, None].expand(-1, size[0], -1, -1)

    return spread


def windows(length: int, kernel: int, stride: int, padding: int) -> Tensor:
    """Return which places of a line (rows) the windows of a convolution (columns) see: 1 or 0."""
    count = (length + 2 * padding - kernel) // stride + 1
    first = torch.arange(count) * stride - padding
    places = torch.arange(length)[:, None]
    return ((places >= first) & (places < first + kernel)).double()


def max_pooling(node: Any, size: Sequence[int]) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the gradient of a max-pooling: relevance goes to the place of the maximum.

    It takes the relevance and, of the rows' images, the places of the maxima (`maxima`).
    """
    channels, height, width = size
    numbers = channels * height * width

    def back(relevance: Tensor, places: Tensor) -> Tensor:
        rows = len(relevance)
        values = relevance.permute(0, 2, 3, 1).reshape(rows, -1)
        flat = torch.zeros(rows, numbers, dtype=relevance.dtype, device=relevance.device)
        flat.scatter_add_(1, places.expand(rows, -1), values)
        return flat.view(rows, height, width, channels).permute(0, 3, 1, 2)

    return back


def maxima(node: Any, size: Sequence[int]) -> Tensor:
    """Return for each image where in its (height, width, channel) map each maximum was."""
    places = node._saved_result1
    channels = torch.arange(size[0], device=places.device)[:, None, None]
    return (places * size[0] + channels).permute(0, 2, 3, 1).reshape(len(places), -1)


def average_pooling(node: Any, size: Sequence[int]) -> Op:
    """Return the gradient of `avg_pool2d`."""
    kernel, stride, padding = node._saved_kernel_size, node._saved_stride, node._saved_padding
    ceil, counted, divisor = (
        node._saved_ceil_mode, node._saved_count_include_pad, node._saved_divisor_override
    )  # fmt: skip

    def back(relevance: Tensor) -> Tensor:
        like = relevance.new_empty((len(relevance), *size)).contiguous(memory_format=torch.channels_last)
        return torch.ops.aten.avg_pool2d_backward(
            relevance, like, kernel, stride, padding, ceil, counted, divisor
        )

    return back


def adaptive_average_pooling(node: Any, size: Sequence[int]) -> Op:
    """Return the gradient of `adaptive_avg_pool2d`."""

    def back(relevance: Tensor) -> Tensor:
        like = relevance.new_empty((len(relevance), *size)).contiguous(memory_format=torch.channels_last)
        return torch.ops.aten._adaptive_avg_pool2d_backward(relevance.contiguous(), like)

    return back


def operation(name: str, node: Any, target: Any) -> Callable[..., Tensor]:
    """Return the linear map that an operation's gradient is: of (image, relevance)."""
    size = shape_of(target)[1:]
    if name in ("AddmmBackward0", "MmBackward0"):
        if name == "AddmmBackward0" and (node._saved_alpha != 1 or node._saved_beta != 1):
            raise Unsupported(name)
        matrix = node._saved_mat2.detach()
        return lambda image, relevance: relevance @ matrix.T
    if name == "MaxPool2DWithIndicesBackward0":
        back, places = max_pooling(node, size), maxima(node, size)
        return lambda image, relevance: back(relevance, places[image : image + 1])
    if name == "AvgPool2DBackward0":
        return of_any_image(average_pooling(node, size))
    if name == "AdaptiveAvgPool2DBackward0":
        return of_any_image(adaptive_average_pooling(node, size))
    if name == "MeanBackward1":
        axes = sorted(axis_of(axis, target) for axis in node._saved_dim)
        keep = node._saved_keepdim
        count = 1
        for axis in axes:
            count *= shape_of(target)[axis]

        def even(image: int, relevance: Tensor) -> Tensor:
            for axis in [] if keep else axes:
                relevance = relevance.unsqueeze(axis)
            return (relevance / count).expand(len(relevance), *size)

        return even
    if name in _RESHAPING:
        return lambda image, relevance: relevance.reshape(len(relevance), *size)
    if name == "ConstantPadNdBackward0":
        before = [0] * (len(size) - len(node._saved_pad) // 2) + list(node._saved_pad[-2::-2])

        def inner(image: int, relevance: Tensor) -> Tensor:
            for axis, (edge, length) in enumerate(zip(before, size, strict=True), start=1):
                relevance = relevance.narrow(axis, edge, length)
            return relevance

        return inner
    raise Unsupported(name)


def of_any_image(operation: Op) -> Callable[[int, Tensor], Tensor]:
    """Return an operation that is the same for every image in the form of one that is not."""
    return lambda image, relevance: operation(relevance)
