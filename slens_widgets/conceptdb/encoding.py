"""What a foundation model makes of images and texts, checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from PIL.Image import Image

from slens_widgets.errors import ModelError, SlensError
from slens_widgets.types import FoundationModel, KnownTexts


def encode_images(model: FoundationModel, images: Sequence[Image]) -> Float[np.ndarray, "image dim"]:
    """Return the embeddings of images.

    Raises
    ------
    ModelError
        The foundation model fails, whatever it raises, or gives values of another shape, or not finite ones.
    """
    return _encoded(model, lambda: model.encode_images(images), len(images), "images")


def try_foundation_model(model: FoundationModel, image: Image) -> None:
    """Embed one image and one text: what is wrong with a foundation model shows before hours of work.

    Raises
    ------
    ModelError
        As `encode_images` does, of either.
    """
    encode_images(model, [image])
    text = next(iter(model.known_texts()), "image") if isinstance(model, KnownTexts) else "image"
    _encoded(model, lambda: model.encode_texts([text]), 1, "texts")


def _encoded(model: FoundationModel, call: Callable[[], Any], count: int, what: str) -> np.ndarray:
    try:
        given = call()
        if hasattr(given, "detach"):
            given = given.detach().float().cpu().numpy()
        found = np.asarray(given, np.float32)
    except SlensError:
        raise
    except Exception as error:
        raise ModelError(
            f"The foundation model {model.name!r} fails on {count} {what} ({type(error).__name__}: {error})",
            expected="encode_images(images) and encode_texts(texts), each an array (image or text, dim)",
        ) from error
    if found.shape != (count, model.dim) or not np.isfinite(found).all():
        raise ModelError(
            f"The foundation model {model.name!r} gives embeddings of {what} of shape {found.shape}"
            + ("" if np.isfinite(found).all() else " that are not finite"),
            expected=f"finite values of shape ({count}, {model.dim})",
        )
    return found
