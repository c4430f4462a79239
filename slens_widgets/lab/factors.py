"""The fifteen factors of the lab's world: what can be present in an image, and which of it is medicine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from slens_widgets.errors import UnknownNameError


@dataclass(frozen=True)
class Factor:
    """One thing that an image of the lab shows or does not show."""

    name: str
    """Identifier, as used in masks and tables."""
    valid: bool
    """Whether a dermatologist may use it; the others are artefacts of how the image was taken."""
    prompt: str
    """The plain phrase for it, known to the lab's CLIP."""


FACTORS: tuple[Factor, ...] = (
    Factor("asymmetry", True, "asymmetric lesion"),
    Factor("irregular_border", True, "irregular border"),
    Factor("multicolour", True, "multiple colours"),
    Factor("blue_white_veil", True, "blue white veil"),
    Factor("large", True, "large lesion"),
    Factor("network", True, "pigment network"),
    Factor("milia", True, "milia"),
    Factor("vessels", True, "blood vessels"),
    Factor("ruler", False, "ruler"),
    Factor("bandaid", False, "band-aid"),
    Factor("ink", False, "ink marking"),
    Factor("hair", False, "hair"),
    Factor("vignette", False, "vignette"),
    Factor("red_skin", False, "red skin"),
    Factor("watermark", False, "watermark"),
)

NAMES: tuple[str, ...] = tuple(factor.name for factor in FACTORS)
VALID: tuple[str, ...] = tuple(factor.name for factor in FACTORS if factor.valid)
ARTEFACTS: tuple[str, ...] = tuple(factor.name for factor in FACTORS if not factor.valid)
INDEX: dict[str, int] = {name: position for position, name in enumerate(NAMES)}


def factor_index(name: str) -> int:
    """Return the column of a factor in every (image, factor) array of the lab."""
    if name not in INDEX:
        raise UnknownNameError.of("factor", name, NAMES)
    return INDEX[name]


def presence(*names: str) -> Bool[np.ndarray, " factor"]:
    """Return the presence vector in which exactly `names` are present."""
    present = np.zeros(len(NAMES), dtype=bool)
    for name in names:
        present[factor_index(name)] = True
    return present
