"""The m images that activate each component most: streaming, exact, mergeable."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from slens_widgets.errors import InputError

_NO_IMAGE = 2**62


class TopSamples:
    """Keep the m highest activations of every component, with the ids of their images.

    Activations are compared in float32; of equal ones the image with the lower id comes first. The result
    depends neither on the order of the updates nor on how the images were split between merged parts.
    Memory: O(components · m).
    """

    def __init__(self, n_components: int, m: int, device: torch.device | str = "cpu") -> None:
        if m < 1 or n_components < 1:
            raise InputError(f"{n_components} components, m={m}", expected="at least one of each")
        self.m = m
        self.count = 0
        # One empty place is below every activation, −inf included, because its id is above every id.
        self._values = torch.full((n_components, m), -torch.inf, dtype=torch.float32, device=device)
        self._ids = torch.full((n_components, m), _NO_IMAGE, dtype=torch.int64, device=device)

    @classmethod
    def of(
        cls,
        values: Float[np.ndarray, "component rank"],
        ids: Int[np.ndarray, "component rank"],
        count: int,
        device: torch.device | str = "cpu",
    ) -> TopSamples:
        """Return what had `values` and `ids` after `count` images."""
        found = cls(values.shape[0], values.shape[1], device)
        found._values = torch.as_tensor(values, device=device)
        found._ids = torch.as_tensor(ids, device=device)
        found.count = count
        return found

    @property
    def values(self) -> Float[np.ndarray, "component rank"]:
        """The activations kept so far, the highest first; −∞ where there are not m images yet."""
        return self._values.cpu().numpy()

    @property
    def ids(self) -> Int[np.ndarray, "component rank"]:
        """Ids of their images."""
        return self._ids.cpu().numpy()

    @property
    def n_components(self) -> int:
        """Number of components."""
        return self._values.shape[0]

    def update(self, values: Float[Tensor, "image component"], ids: Int[Tensor, " image"]) -> None:
        """Take in the activations of some images, each of them once.

        Raises
        ------
        InputError
            If a value is NaN, or the shapes don't fit.
        """
        if values.ndim != 2 or values.shape[1] != self.n_components or len(ids) != len(values):
            raise InputError(
                f"Activations of shape {tuple(values.shape)} for {len(ids)} images",
                expected=f"(image, {self.n_components})",
            )
        values = values.detach().to(self._values.device, torch.float32)
        if torch.isnan(values).any():
            raise InputError("An activation is NaN")
        self._keep(values.T, ids.to(self._ids.device).expand(self.n_components, -1))
        self.count += len(ids)

    def merge(self, other: TopSamples) -> None:
        """Take in what `other` kept of other images."""
        if (other.n_components, other.m) != (self.n_components, self.m):
            raise InputError(
                f"{other.n_components} components × {other.m} examples",
                expected=f"{self.n_components} × {self.m}, as in what it is merged into",
            )
        self._keep(other._values.to(self._values.device), other._ids.to(self._ids.device))
        self.count += other.count

    def _keep(self, values: Tensor, ids: Tensor) -> None:
        values, ids = torch.cat([self._values, values], 1), torch.cat([self._ids, ids], 1)
        order = torch.argsort(ids, dim=1, stable=True)
        values, ids = values.gather(1, order), ids.gather(1, order)
        order = torch.argsort(values, dim=1, descending=True, stable=True)[:, : self.m]
        self._values, self._ids = values.gather(1, order), ids.gather(1, order)

    def result(self) -> tuple[Float[np.ndarray, "component rank"], Int[np.ndarray, "component rank"]]:
        """Return activations and image ids, the highest first.

        Raises
        ------
        InputError
            If fewer than m images were taken in.
        """
        if self.count < self.m:
            raise InputError(
                f"m={self.m} examples of {self.count} images", expected=f"m from 1 to {self.count}",
                next_step="Give more images or a smaller m",
            )  # fmt: skip
        return self.values, self.ids
