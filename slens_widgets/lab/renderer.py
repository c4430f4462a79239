"""Render the lab's world: 96 × 96 dermoscopy images whose every factor is known and masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, UInt8

from slens_widgets.errors import InputError
from slens_widgets.lab import artefacts, lesion
from slens_widgets.lab.factors import INDEX, NAMES
from slens_widgets.lab.lesion import SIZE, Alpha, Canvas

_SHAPE, _SKIN, _PIGMENT = 100, 101, 102


@dataclass(frozen=True)
class Rendering:
    """One image and the truth about it."""

    image: UInt8[np.ndarray, "height width 3"]
    masks: Bool[np.ndarray, "factor height width"]
    """Where each factor is seen: of asymmetry and size the whole lesion, of an irregular border its rim."""
    lesion: Bool[np.ndarray, "height width"]
    """Where the lesion is, whatever lies over it."""


def render(present: Bool[np.ndarray, " factor"], seed: int, index: int = 0) -> Rendering:
    """Render image `index` of the world `seed` with the factors that are `present`.

    Every factor draws from a random stream of its own, so switching one on or off leaves the others as
    they are, and image `index` does not depend on which images were rendered before it.
    """
    if np.shape(present) != (len(NAMES),):
        raise InputError(
            f"A presence vector of shape {np.shape(present)}",
            expected=f"one boolean for each of the {len(NAMES)} factors",
            next_step="Build it with lab.factors.presence('ruler', …)",
        )

    def stream(number: int) -> np.random.Generator:
        return np.random.Generator(np.random.SFC64([seed, index, number]))

    def factor(name: str) -> np.random.Generator | None:
        return stream(INDEX[name]) if present[INDEX[name]] else None

    masks = np.zeros((len(NAMES), SIZE, SIZE), dtype=bool)
    canvas, grain = _skin(stream(_SKIN))
    if rng := factor("red_skin"):
        masks[INDEX["red_skin"]] = artefacts.red_skin(canvas, rng) > 0.35

    lobes, edge = factor("asymmetry"), factor("irregular_border")
    spot, direction = lesion.outline(stream(_SHAPE), lobes, edge, large=bool(present[INDEX["large"]]))
    masks[INDEX["red_skin"]] &= ~spot.mask
    lesion.pigment(canvas, spot, stream(_PIGMENT), direction if lobes is not None else None)
    masks[INDEX["asymmetry"]] = spot.mask & (lobes is not None)
    masks[INDEX["large"]] = spot.mask & present[INDEX["large"]]
    masks[INDEX["irregular_border"]] = spot.rim & (edge is not None)

    structures = (
        ("multicolour", lesion.colour_patches),
        ("vessels", lesion.vessels),
        ("network", lesion.network),
        ("blue_white_veil", lesion.veil),
        ("milia", lesion.milia),
        ("ink", artefacts.ink),
    )
    for name, paint in structures:
        if rng := factor(name):
            masks[INDEX[name]] = paint(canvas, spot, rng) > 0.3
    if present[INDEX["blue_white_veil"]]:
        for name in ("multicolour", "vessels", "network"):
            masks[INDEX[name]] &= ~masks[INDEX["blue_white_veil"]]

    covers = (
        ("hair", artefacts.hair, False),
        ("vignette", artefacts.vignette, True),
        ("bandaid", artefacts.bandaid, True),
        ("ruler", artefacts.ruler, True),
        ("watermark", artefacts.watermark, False),
    )
    for name, paint_over, hides in covers:
        if rng := factor(name):
            alpha = paint_over(canvas, rng)
            if hides:
                masks &= ~(alpha > 0.5)
            masks[INDEX[name]] = alpha > 0.3
    canvas += grain
    pixels = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
    return Rendering(np.ascontiguousarray(pixels.transpose(1, 2, 0)), masks, spot.mask)


def render_many(
    present: Bool[np.ndarray, "image factor"], seed: int, *, start: int = 0
) -> Iterator[Rendering]:
    """Render images `start`, `start` + 1, … of the world `seed`, one row of `present` each."""
    for position, row in enumerate(present):
        yield render(row, seed, start + position)


def _skin(rng: np.random.Generator) -> tuple[Canvas, Alpha]:
    """Return bare skin, and the grain that is added at the end."""
    fair, tan = np.array([240, 208, 186]), np.array([176, 124, 92])
    share = rng.random()
    tone = (1 - share) * fair + share * tan + rng.uniform(-8, 8, 3)
    shade = 1 + 0.035 * lesion.smooth_noise(rng, 4) + 0.03 * lesion.smooth_noise(rng, 24)
    canvas = (shade * tone[:, None, None]).astype(np.float32)
    grain = 4.0 * rng.standard_normal((SIZE, SIZE), dtype=np.float32)
    return canvas, grain
