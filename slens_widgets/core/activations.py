"""One pass over the images: the pooled activation of every component of every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Literal, get_args

import numpy as np
import torch
from jaxtyping import Float
from PIL.Image import Image
from torch import Tensor, nn

from slens_widgets.core.collected import Collected, Statistics
from slens_widgets.core.component_axes import axis_of_components, look_at_axes
from slens_widgets.core.folding import fold_batch_norms
from slens_widgets.core.hooks import capture, evaluating
from slens_widgets.core.images import ImageSet
from slens_widgets.core.layers import check_layers
from slens_widgets.core.layout import suit
from slens_widgets.core.rows import Rows, rows_in_memory
from slens_widgets.core.top_samples import TopSamples
from slens_widgets.errors import InputError, ModelError, SlensError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

BATCHES, BLOCKS = 16, 1024
"""The smallest block has as many batches; and as many blocks are there at most."""

Pooling = Literal["max", "mean", "cls"]
"""How a map or a sequence of tokens becomes one number: its maximum, its mean, or the first token."""

Transform = Callable[[Image], Tensor]
"""From a PIL image to the model's input (channel, height, width)."""


def check_pooling(pooling: str) -> Pooling:
    """Return `pooling` if there is such a one."""
    if pooling not in get_args(Pooling):
        raise InputError(f"pooling={pooling!r}", expected='"max", "mean" or "cls"')
    return pooling  # type: ignore[return-value]


def pool(output: Tensor, pooling: Pooling, layer: str) -> Float[Tensor, "image component"]:
    """Reduce a layer's output to one float32 number per image and component."""
    axis_of_components(None, output, layer)
    output = output.float()
    if output.ndim == 2:
        return output
    if pooling == "cls":
        if output.ndim != 3:
            raise InputError(
                f"pooling='cls' for layer {layer!r}, whose output is a map",
                expected="a layer of tokens (image, token, feature), or pooling 'max' or 'mean'",
            )
        return output[:, 0]
    axes = (2, 3) if output.ndim == 4 else (1,)
    return output.amax(axes) if pooling == "max" else output.mean(axes)


def batches(
    images: ImageSet, ids: Sequence[int], transform: Transform, batch_size: int, device: torch.device
) -> Iterator[tuple[list[int], Tensor]]:
    """Yield (ids, inputs) of the readable images, decoded and transformed ahead in threads.

    A batch is of `batch_size` neighbours in `ids`. Unreadable ones leave it smaller, so that a batch is the
    same whether or not those before it have been looked at.

    Raises
    ------
    InputError
        If the transform fails, or gives inputs that cannot be batched.
    """

    held_ids: list[int] = []
    held: list[Tensor] = []
    shape: torch.Size | None = None
    place = batch = 0
    for id, inputs in images.stream(ids, prepared(images, transform), ahead=max(2 * batch_size, 8)):
        while ids[place] != id:
            place += 1
        if held and place // batch_size != batch:
            yield held_ids, as_batch(held, device)
            held_ids, held = [], []
        batch = place // batch_size
        place += 1
        shape = inputs.shape if shape is None else shape
        if inputs.shape != shape:
            raise InputError(
                f"The transform gives {tuple(shape)} for one image and {tuple(inputs.shape)} for "
                f"{images.name(id)!r}",
                expected="inputs of one size",
                next_step="Resize and centre-crop in the transform",
            )
        held_ids.append(id)
        held.append(inputs)
        if len(held) == batch_size:
            yield held_ids, as_batch(held, device)
            held_ids, held = [], []
    if held:
        yield held_ids, as_batch(held, device)


def prepared(images: ImageSet, transform: Transform) -> Callable[[int, Image], Tensor]:
    """Return what makes an image, by its id, a model's input; a transform that fails is an InputError."""
    return lambda id, image: transformed(transform, image, f"image {images.name(id)!r}")


def transformed(transform: Transform, image: Image, what: str) -> Tensor:
    """Return an image as the model's input, or say what is wrong with the transform."""
    try:
        inputs = transform(image)
    except Exception as error:
        raise InputError(
            f"The transform fails on {what}: {type(error).__name__}: {error}",
            expected="a function from a PIL image to a tensor (channel, height, width)",
        ) from error
    if not isinstance(inputs, Tensor) or inputs.ndim != 3:
        got = f"shape {tuple(inputs.shape)}" if isinstance(inputs, Tensor) else type(inputs).__name__
        raise InputError(f"The transform gives {got}", expected="a tensor (channel, height, width)")
    return inputs


def as_batch(inputs: Sequence[Tensor], device: torch.device) -> Tensor:
    """Return inputs as one batch on a device; a GPU goes on computing while they are copied."""
    batch = torch.stack(list(inputs))
    if device.type != "cuda":
        return batch.to(device)
    # From pageable memory the copy would wait for the device, whatever non_blocking says.
    return batch.pin_memory().to(device, non_blocking=True)


def run_model(model: nn.Module, inputs: Tensor) -> Any:
    """Run the user's model; what it raises becomes a ModelError that gives the shape of the input."""
    try:
        return model(inputs)
    except SlensError:
        raise
    except Exception as error:
        raise ModelError(
            f"The model fails on an input of shape {tuple(inputs.shape)}: {type(error).__name__}: {error}",
            next_step="Check that the transform is the model's own",
        ) from error


def collect(
    model: nn.Module,
    images: ImageSet,
    layers: Sequence[str],
    *,
    transform: Transform,
    pooling: Pooling = "max",
    m: int = 30,
    batch_size: int = 8,
    device: torch.device | str = "cpu",
    fold: bool = True,
    keep: Iterable[int] = (),
    rows: Callable[[str, tuple[int, ...], Any], Rows] = rows_in_memory,
    begun: Collected | None = None,
    stop: int | None = None,
    advance: Callable[[int], None] | None = None,
    checkpoint: Callable[[Collected], None] | None = None,
) -> Collected:
    """Find the top m images of every component of `layers`, in one pass.

    Parameters
    ----------
    fold
        Fold BatchNorms into the layers before them: faster, equal but for float32's rounding.
    keep
        Ids of images whose pooled activations are kept, each that can be read.
    rows
        Makes the arrays for them, by name, shape and type.
    begun
        What was found in the first images before: the pass goes on after them, at `begun.next`.
    stop
        The id before which the pass ends, at the end of a block (`block_of`); None: with the last image.
    advance
        Called with the number of images done, after every batch.
    checkpoint
        Called with what was found so far, after every batch.

    Raises
    ------
    ModelError
        If an activation is NaN or infinite (layer, image and component are named), or the model fails.
    InputError
        If m exceeds the number of readable images.
    """
    layers = check_layers(model, layers)
    pooling = check_pooling(pooling)
    device = torch.device(device)
    found = begun or Collected()
    begin, end = found.next, len(images) if stop is None else stop
    block = block_of(len(images), batch_size)
    wanted = set(keep)

    def reduce(layer: str, output: Tensor) -> tuple[Tensor, Tensor, tuple[int, ...]]:
        pooled = pool(output, pooling, layer)
        raw_mean = pooled if output.ndim == 2 or pooling == "mean" else pool(output, "mean", layer)
        # In-place modules downstream would change a view of the output (2-d units, the CLS token).
        return pooled.clone(), raw_mean.clone(), tuple(output.shape)

    with evaluating(model, device) as model, torch.no_grad(), ExitStack() as stack:
        layout = torch.contiguous_format
        if begin < end:
            # The same image whatever was looked at before: what it decides holds for all.
            id = images.first_readable()
            example = prepared(images, transform)(id, images[id])[None].to(device)
            look_at_axes(model, example)
            layout = _suited(model, example, layers, fold)
        outputs = stack.enter_context(capture(model, layers, reduce))
        for ids, inputs in batches(images, range(begin, end), transform, batch_size, device):
            if found.block and ids[0] // block != (found.next - 1) // block:
                found.close_block()
            found.input_shape = tuple(inputs.shape[1:])
            outputs.clear()
            run_model(model, inputs.contiguous(memory_format=layout))
            ids_tensor = torch.as_tensor(ids, device=device)
            kept = [row for row, id in enumerate(ids) if id in wanted]
            first = len(found.kept_ids)
            found.kept_ids += [ids[row] for row in kept]
            for layer in layers:
                if layer not in outputs:
                    raise ModelError(f"Layer {layer!r} is not reached in a forward pass")
                pooled, raw_mean, shape = outputs[layer]
                if shape[0] != len(ids):
                    raise ModelError(
                        f"Layer {layer!r} gives shape {shape} for {len(ids)} images",
                        expected="the image as the first axis",
                    )
                _check_finite(layer, pooled, raw_mean, [images.name(id) for id in ids])
                if layer not in found.top:
                    found.top[layer] = TopSamples(pooled.shape[1], m, device)
                    found.shapes[layer] = shape[1:]
                if wanted and layer not in found.kept:
                    found.kept[layer] = rows(f"kept {layer}", (len(wanted), pooled.shape[1]), np.float32)
                found.top[layer].update(pooled, ids_tensor)
                if kept:
                    found.kept[layer][first : len(found.kept_ids)] = pooled[kept].cpu().numpy()
                positions = int(np.prod(shape)) // (shape[0] * pooled.shape[1])
                found.block.setdefault(layer, Statistics()).update(raw_mean, pooled, positions)
            found.count += len(ids)
            found.next = min(end, begin + ((ids[0] - begin) // batch_size + 1) * batch_size)
            if advance is not None:
                advance(len(ids))
            if checkpoint is not None:
                checkpoint(found)
    found.close_block()
    found.next = end
    if stop is None:
        check_count(found.count, m, images)
    return found


def block_of(n_images: int, batch_size: int) -> int:
    """Return how many images have their statistics added up before they are taken in with the others'."""
    return batch_size * max(BATCHES, -(-n_images // (batch_size * BLOCKS)))


def check_count(count: int, m: int, images: ImageSet) -> None:
    """Refuse an `m` above the number of readable images."""
    if count < m:
        reasons = "; ".join(f"{s.name}: {s.reason}" for s in images.skipped[:3])
        raise InputError(
            f"m={m} examples of {count} readable images", expected=f"m from 1 to {count}",
            next_step=f"Skipped: {reasons}" if reasons else "Give more images or a smaller m",
        )  # fmt: skip


def _suited(model: nn.Module, example: Tensor, layers: Sequence[str], fold: bool) -> torch.memory_format:
    """Make the model fast, and return the layout that its inputs should have."""
    if fold:
        fold_batch_norms(model, example, layers)
    return suit(model, example)


def _check_finite(layer: str, pooled: Tensor, raw_mean: Tensor, names: list[str]) -> None:
    bad = ~(torch.isfinite(pooled) & torch.isfinite(raw_mean))
    if bad.any():
        image, component = (int(index) for index in bad.nonzero()[0])
        value = float(pooled[image, component])
        raise ModelError(
            f"Layer {layer!r} gives {value if not np.isfinite(value) else 'a value that is not finite'} "
            f"for component {component} on image {names[image]!r}",
            expected="finite activations",
            next_step="Check the transform's normalisation and the model's weights",
        )
