"""What a foundation model makes of images, checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from PIL.Image import Image

from slens_widgets.errors import ModelError, SlensError
from slens_widgets.types import FoundationModel


def encode_images(model: FoundationModel, images: Sequence[Image]) -> Float[np.ndarray, "image dim"]:
    """Return the embeddings of images.

    Raises
    ------
    ModelError
        The foundation model fails, whatever it raises, or gives values of another shape, or not finite ones.
    """
    try:
        given = model.encode_images(images)
    except SlensError:
        raise
    except Exception as error:
        raise ModelError(
            f"The foundation model {model.name!r} fails on {len(images)} images "
            f"({type(error).__name__}: {error})"
        ) from error
    if hasattr(given, "detach"):
        given = given.detach().float().cpu().numpy()
    found = np.asarray(given, np.float32)
    if found.shape != (len(images), model.dim) or not np.isfinite(found).all():
        raise ModelError(
            f"The foundation model {model.name!r} gives embeddings of shape {found.shape}"
            + ("" if np.isfinite(found).all() else " that are not finite"),
            expected=f"finite values of shape ({len(images)}, {model.dim})",
        )
    return found
