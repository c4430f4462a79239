"""Heatmaps of several components of each image, a round at a time: one component of every image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jaxtyping import Float
from torch import Tensor

Asked = Sequence[Sequence[int]]
"""For each image, its components."""
Rounds = Iterator[tuple[list[int], Float[Tensor, "row height width"]]]
"""The images of a round, and their heatmaps."""


def rounds_of(asked: Asked) -> list[tuple[list[int], list[int]]]:
    """Return the images that have a first component and these, then those that have a second, and so on."""
    found = []
    for number in range(max(len(components) for components in asked)):
        images = [image for image, components in enumerate(asked) if len(components) > number]
        found.append((images, [asked[image][number] for image in images]))
    return found
