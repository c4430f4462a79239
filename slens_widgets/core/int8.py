"""An image tower whose linear layers multiply 8-bit integers: twice as fast where a CPU has no bfloat16."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from open_clip.transformer import ResidualAttentionBlock
from torch import Tensor, nn

from slens_widgets.errors import InputError

LEVELS = 127
_multiply: Any = getattr(torch, "_int_mm", None)
"""int8 × int8 → int32; what PyTorch's own quantisation (torchao) multiplies with."""


def quantize(tower: nn.Module, example: Float[Tensor, "1 channel height width"]) -> None:
    """Replace the linear layers of an image tower in place, the one that embeds patches included.

    Weights are rounded to 8 bits by output channel once, inputs by token or patch as they come; sums are
    exact. All else (attention, norms, activations) stays float32. An embedding does not depend on the images
    beside it.

    Raises
    ------
    InputError
        If this PyTorch can't multiply integers, or the tower is none that can be so replaced (a ResNet).
    """
    next_step = 'Use precision="float32"'
    if _multiply is None:
        raise InputError(
            f'precision="int8" needs a product of integers, which PyTorch {torch.__version__} lacks',
            next_step=next_step,
        )
    try:
        if not _replace(tower):
            raise TypeError("it has no linear layers")
        with torch.inference_mode():
            tower(example)
    except Exception as error:  # layers that use each other's weights raise whatever they like
        raise InputError(
            f'precision="int8" can\'t be had for {type(tower).__name__}: {error}',
            expected="a transformer as image tower",
            next_step=next_step,
        ) from error


def _replace(parent: nn.Module) -> int:
    count = 0
    for name, child in parent.named_children():
        if isinstance(child, nn.MultiheadAttention):
            # Others, of a pooler with queries of its own, are a single layer at the end.
            if isinstance(parent, ResidualAttentionBlock) and not hasattr(parent, "ln_1_kv"):
                setattr(parent, name, SelfAttention8(child))
                count += 1
        elif type(child) is nn.Linear:
            setattr(parent, name, Linear8(child.weight, child.bias))
            count += 1
        elif type(child) is nn.Conv2d and _takes_patches(child):
            setattr(parent, name, Patches8(child))
        else:
            count += _replace(child)
    return count


def _takes_patches(conv: nn.Conv2d) -> bool:
    apart = conv.kernel_size == conv.stride and conv.kernel_size[0] > 1
    return apart and set(conv.padding) == {0} and set(conv.dilation) == {1} and conv.groups == 1


class Linear8(nn.Module):
    """A linear layer with weights of 8 bits, which rounds every input vector to 8 bits."""

    int8_original_dtype = torch.float32
    """Where open_clip looks for the type of the inputs."""
    weight8: Tensor
    steps: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        weight = weight.detach().float()
        steps = weight.abs().amax(1).clamp(min=1e-12) / LEVELS
        self.register_buffer("weight8", (weight / steps[:, None]).round().to(torch.int8).t().contiguous())
        self.register_buffer("steps", steps)
        self.register_buffer("bias", torch.zeros_like(steps) if bias is None else bias.detach().float())

    def forward(self, inputs: Float[Tensor, "*tokens in"]) -> Float[Tensor, "*tokens out"]:
        rows = inputs.reshape(-1, inputs.shape[-1])
        # Two passes, each of them vectorised: `aminmax` and the norms of rows take several times as long.
        largest = torch.maximum(rows.amax(1, keepdim=True), rows.amin(1, keepdim=True).neg_())
        scale = largest.clamp_(min=1e-12).div_(LEVELS)
        products = _multiply((rows / scale).round_().to(torch.int8), self.weight8)
        found = torch.addcmul(self.bias, products.float().mul_(scale), self.steps)
        return found.view(*inputs.shape[:-1], -1)


class SelfAttention8(nn.Module):
    """`nn.MultiheadAttention` as a transformer's block calls it, with 8-bit projections."""

    def __init__(self, attention: nn.MultiheadAttention) -> None:
        super().__init__()
        self.heads = attention.num_heads
        self.batch_first = attention.batch_first
        self.inwards = Linear8(attention.in_proj_weight, attention.in_proj_bias)
        self.outwards = Linear8(attention.out_proj.weight, attention.out_proj.bias)

    def forward(
        self, tokens: Tensor, keys: Tensor, values: Tensor, need_weights: bool, attn_mask: Tensor | None
    ) -> tuple[Tensor, None]:
        if not self.batch_first:
            tokens = tokens.transpose(0, 1)
        images, count, width = tokens.shape
        parts = self.inwards(tokens).view(images, count, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask)
        found = self.outwards(attended.transpose(1, 2).reshape(images, count, width))
        return (found if self.batch_first else found.transpose(0, 1)), None


class Patches8(nn.Module):
    """A convolution whose windows lie side by side, as a linear layer of 8 bits on each of them."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.size = conv.kernel_size
        # As a patch lies in memory: rows, columns, then colours.
        self.linear = Linear8(conv.weight.permute(0, 2, 3, 1).flatten(1), conv.bias)

    def forward(
        self, images: Float[Tensor, "image in height width"]
    ) -> Float[Tensor, "image out row column"]:
        high, wide = self.size
        rows, columns = images.shape[2] // high, images.shape[3] // wide
        whole = images[:, :, : rows * high, : columns * wide].permute(0, 2, 3, 1)
        patches = whole.unflatten(2, (columns, wide)).unflatten(1, (rows, high)).transpose(2, 3)
        return self.linear(patches.flatten(3)).permute(0, 3, 1, 2)
