"""A foundation model without a text tower: any network that maps images to vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from PIL.Image import Image
from PIL.Image import new as new_image
from torch import Tensor, nn

from slens_widgets.core.embedding import prepared_batches
from slens_widgets.core.fingerprint import fingerprint_of
from slens_widgets.core.hooks import default_device, evaluating
from slens_widgets.errors import InputError


class ImageEncoder:
    """A network that maps images to vectors, as a foundation model for searching by image.

    For encoders without a text tower (DINO, an ImageNet classifier up to its last layer). Components can be
    searched by image, compared and scored; whatever needs texts is refused.

    Parameters
    ----------
    encoder
        Maps a preprocessed batch (image, channel, height, width) to vectors (image, dim).
    preprocess
        Maps a PIL image to the encoder's input.
    name
        What to call it; kept in the database.
    device
        Default: CUDA where there is one, else the CPU.
    batch_size
        Images per forward pass.

    Raises
    ------
    InputError
        The encoder's output for one image is not one vector.
    """

    name: str
    dim: int
    fingerprint: str

    def __init__(
        self,
        encoder: nn.Module,
        preprocess: Callable[[Image], Tensor],
        *,
        name: str,
        device: torch.device | str | None = None,
        batch_size: int = 32,
    ) -> None:
        self.name = name
        self.device = default_device(device)
        self.batch_size = batch_size
        self._encoder = encoder
        self._preprocess = preprocess
        self.fingerprint = fingerprint_of(encoder, str(preprocess))
        found = self._encode([preprocess(new_image("RGB", (64, 64))).unsqueeze(0)])[0]
        if found.ndim != 2:
            raise InputError(
                f"The encoder maps one image to an array of shape {tuple(found.shape)}",
                expected="(1, dim)",
                next_step="End it in pooling and nn.Flatten()",
            )
        self.dim = int(found.shape[1])

    def __repr__(self) -> str:
        return f"ImageEncoder({self.name!r}, dim={self.dim}, {self.device.type})"

    def encode_images(self, images: Sequence[Image]) -> Float[np.ndarray, "image dim"]:
        """Embed images."""
        rows = self._encode(prepared_batches(images, self._preprocess, self.batch_size))
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Float[np.ndarray, "text dim"]:
        """Refuse: there is no text tower."""
        raise InputError(
            f"The foundation model {self.name!r} knows images only, so {list(texts)[:1]!r} can't be embedded",
            expected="images as queries: audit.search(PIL.Image.open(…))",
            next_step="For texts, build the database with a model like sw.OpenClip('ViT-B-32', …)",
        )

    def _encode(self, batches: Iterable[Tensor]) -> list[np.ndarray]:
        with evaluating(self._encoder, self.device) as encoder, torch.no_grad():
            return [encoder(batch.to(self.device)).float().cpu().numpy() for batch in batches]
