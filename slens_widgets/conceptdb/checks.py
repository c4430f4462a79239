"""What a writer accepts: shapes that fit each other, boxes that are boxes, pictures that are JPEG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int, UInt8

from slens_widgets.conceptdb.schema import HEATMAP_SIDE
from slens_widgets.errors import InputError


def layer_columns(
    layer: str,
    activations: Float[np.ndarray, "component rank"],
    image_ids: Int[np.ndarray, "component rank"],
    boxes: Float[np.ndarray, "component rank 4"],
    statistics: Mapping[str, Float[np.ndarray, " component"]],
) -> dict[str, np.ndarray]:
    """Return one layer's columns by name, in the types that are stored.

    Raises
    ------
    InputError
        Shapes that don't fit each other, or boxes outside [0, 1].
    """
    activations = np.asarray(activations, np.float32)
    image_ids = np.asarray(image_ids, np.int64)
    boxes = np.asarray(boxes, np.float32)
    if activations.ndim != 2 or 0 in activations.shape:
        raise InputError(
            f"Activations of layer {layer!r} have shape {activations.shape}", expected="(component, rank)"
        )
    n, m = activations.shape
    columns: dict[str, np.ndarray] = {"activations": activations, "image_ids": image_ids, "boxes": boxes}
    shapes: dict[str, tuple[int, ...]] = {"image_ids": (n, m), "boxes": (n, m, 4)}
    for name, values in statistics.items():
        columns[f"statistics/{name}"] = np.asarray(values, np.float32)
        shapes[f"statistics/{name}"] = (n,)
    for name, shape in shapes.items():
        if columns[name].shape != shape:
            raise InputError(
                f"{name} of layer {layer!r} have shape {columns[name].shape}", expected=f"{shape}"
            )
    if not are_boxes(boxes):
        raise InputError(
            f"Boxes of layer {layer!r} are no boxes", expected="(x0, y0, x1, y1) with 0 ≤ x0 < x1 ≤ 1"
        )
    return columns


def are_boxes(boxes: Float[np.ndarray, "component rank 4"]) -> bool:
    """Whether all are (x0, y0, x1, y1) with 0 ≤ x0 < x1 ≤ 1."""
    inside = (boxes >= 0).all() and (boxes <= 1).all()
    return bool(inside and (boxes[..., :2] < boxes[..., 2:]).all())


def check_heatmaps(layer: str, heatmaps: UInt8[np.ndarray, "component rank 28 28"], m: int) -> None:
    """Raise unless these are heatmaps of `m` examples each."""
    if heatmaps.dtype != np.uint8 or heatmaps.shape[1:] != (m, HEATMAP_SIDE, HEATMAP_SIDE):
        raise InputError(
            f"Heatmaps of layer {layer!r} are {heatmaps.dtype} of shape {heatmaps.shape}",
            expected=f"uint8 of shape (component, {m}, {HEATMAP_SIDE}, {HEATMAP_SIDE})",
        )


def checked_dim(layer: str, found: tuple[int, ...], due: tuple[int, int]) -> int:
    """Return the dim of embeddings whose shape is `found`, for examples (component, rank) of shape `due`."""
    if len(found) != 3 or found[:2] != due or found[2] == 0:
        raise InputError(
            f"Embeddings of layer {layer!r} have shape {found}", expected=f"({due[0]}, {due[1]}, dim)"
        )
    return found[2]


def check_jpegs(blobs: Sequence[bytes], what: str) -> None:
    """Raise unless every blob begins as a JPEG does."""
    for i, blob in enumerate(blobs):
        if bytes(blob[:2]) != b"\xff\xd8":
            raise InputError(f"The {what} at position {i} is no JPEG", expected="the bytes of a JPEG file")
