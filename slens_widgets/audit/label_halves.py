"""The two halves of every component's examples, and the labels that each gives by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.analyses.csp import contrastive_theta
from slens_widgets.analyses.labels import two_best
from slens_widgets.analyses.search import cosine
from slens_widgets.audit.contrast import contrast, probe_of
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_SLICE = 256
_TEXTS = 512


@dataclass(frozen=True)
class Halves:
    """Directions and images of the even and the odd ranks among the examples."""

    theta: tuple[Float[np.ndarray, "component dim"], ...]
    """By even ranks, by odd ranks, and by all."""
    images: tuple[Int[np.ndarray, "component rank"], ...]
    """Ids of the examples of each half, and of what they were contrasted with."""
    subtract_empty: bool

    def made(self, half: int, component: int) -> Int[np.ndarray, " image"]:
        """Return the images that a half's label comes from."""
        return self.images[half][component]

    def labels(
        self, audit: Audit, words: Vocabulary, templates: tuple[str, ...], progress: Progress | None
    ) -> list[np.ndarray]:
        """Return the label that each half gives to every component."""
        queries = audit._queries.vocabulary(
            words, templates, subtract_empty=self.subtract_empty, progress=progress
        )
        names = np.array([*words.labels, None], dtype=object)
        return [names[nearest(queries, theta)] for theta in self.theta[:2]]


def nearest(queries: Float[np.ndarray, "label dim"], theta: np.ndarray) -> Int[np.ndarray, " component"]:
    """Return the text nearest to each direction, -1 for a direction that is NaN."""
    parts = (cosine(queries[start : start + _TEXTS], theta) for start in range(0, len(queries), _TEXTS))
    labels, scores = two_best(parts)
    return np.where(np.isnan(scores[:, 0]), -1, labels[:, 0])


def halves_of(audit: Audit, layer: str, method: str, gamma: float, progress: Progress | None) -> Halves:
    """Return the halves of a layer's examples as the method sees them."""
    view = audit.db[layer]
    ranks = [np.arange(half, view.image_ids.shape[1], 2) for half in (0, 1)]
    if method != "csp":
        parts = [slice(start, start + _SLICE) for start in range(0, len(view), _SLICE)]
        theta = [
            np.concatenate(
                [view.embeddings_of(part)[:, half].astype(np.float32).mean(axis=1) for part in parts]
            )
            if len(half)
            else np.full_like(view.theta, np.nan)
            for half in ranks
        ]
        whole = np.asarray(view.theta, np.float32)
        return Halves((*theta, whole), tuple(view.image_ids[:, half] for half in ranks), True)
    probe, mean = probe_of(audit.db), view.statistics["pooled_mean"]
    whole, _ = contrast(audit.db, gamma, [layer], progress)[layer]
    thetas: list[list[np.ndarray]] = [[], []]
    others: list[list[np.ndarray]] = [[], []]
    for start in range(0, len(view), _SLICE):
        part = slice(start, start + _SLICE)
        embeddings, activations = view.embeddings_of(part), probe.activations(layer, part)
        for half, rank in enumerate(ranks):
            theta_part, images = contrastive_theta(
                embeddings[:, rank],
                view.activations[part][:, rank],
                probe.embeddings,
                activations,
                mean[part],
                gamma=gamma,
            )
            thetas[half].append(theta_part)
            others[half].append(np.where(images < 0, -1, probe.ids[images]))
    made = [
        np.concatenate([view.image_ids[:, rank], np.concatenate(others[half])], axis=1)
        for half, rank in enumerate(ranks)
    ]
    return Halves((np.concatenate(thetas[0]), np.concatenate(thetas[1]), whole), tuple(made), False)
