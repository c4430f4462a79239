"""The kept probe images as contrast: those with an embedding, and θ of CSP, computed once per database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.analyses.csp import contrastive_theta
from slens_widgets.conceptdb import ConceptDB, ProbeImages
from slens_widgets.errors import InputError
from slens_widgets.types import Progress

_SLICE = 256
"""Components whose embeddings and activations are in memory at a time."""
_SAVED = 1 << 28
"""Bytes of θ up to which it is kept in the database."""


@dataclass(frozen=True)
class Embedded:
    """The kept probe images that the foundation model has embedded."""

    images: ProbeImages
    rows: Int[np.ndarray, " image"]
    """Their places among the kept images."""
    embeddings: Float[np.ndarray, "image dim"]

    @property
    def ids(self) -> Int[np.ndarray, " image"]:
        """Their ids."""
        return self.images.ids[self.rows]

    def activations(
        self, layer: str, components: slice = slice(None)
    ) -> Float[np.ndarray, "component image"]:
        """Return the pooled activations in these images."""
        return self.images.activations(layer, components)[:, self.rows]


def probe_of(db: ConceptDB) -> Embedded:
    """Return the kept probe images with embeddings, or say that there are none and what to do."""
    if db.probe is None or db.probe.embeddings is None:
        raise InputError(
            f"The database {db.path.name!r} lacks {'; '.join(db.lacks)}",
            next_step="Build it again with sw.build(…), which keeps them, or use method='semanticlens'",
        )
    embeddings = np.asarray(db.probe.embeddings, np.float32)
    rows = np.flatnonzero(np.isfinite(embeddings).all(axis=1))
    return Embedded(db.probe, rows, embeddings[rows])


def contrast(
    db: ConceptDB, gamma: float, layers: Sequence[str], progress: Progress | None = None
) -> dict[str, tuple[Float[np.ndarray, "component dim"], Int[np.ndarray, "component rank"]]]:
    """Return θ of CSP by layer, and the ids of the images that were contrast (−1: none)."""
    key = f"{gamma:g}-v1"
    found = {}
    for layer in layers:
        theta, ids = db.array("csp", f"theta-{key}", layer), db.array("csp", f"contrast-{key}", layer)
        if theta is None or ids is None:
            theta, ids = _compute(db, layer, gamma, progress)
            if theta.nbytes + ids.nbytes <= _SAVED:
                db.save_array("csp", f"theta-{key}", layer, theta)
                db.save_array("csp", f"contrast-{key}", layer, ids)
        found[layer] = theta, ids
    return found


def _compute(
    db: ConceptDB, layer: str, gamma: float, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray]:
    probe, view = probe_of(db), db[layer]
    mean = view.statistics["pooled_mean"]
    thetas, contrasts = [], []
    for start in range(0, len(view), _SLICE):
        part = slice(start, start + _SLICE)
        if progress is not None:
            progress(start, len(view), f"Contrast of {layer}")
        theta, images = contrastive_theta(
            view.embeddings_of(part),
            view.activations[part],
            probe.embeddings,
            probe.activations(layer, part),
            mean[part],
            gamma=gamma,
        )
        thetas.append(theta)
        contrasts.append(np.where(images < 0, -1, probe.ids[images]))
    return np.concatenate(thetas), np.concatenate(contrasts)
