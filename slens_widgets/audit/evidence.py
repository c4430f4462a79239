"""What the kept probe images say of texts: how much more each component fires on the images of a text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float, UInt16

from slens_widgets.analyses import evidence
from slens_widgets.analyses.reliance import redrawn
from slens_widgets.analyses.search import cosine
from slens_widgets.audit.contrast import Embedded, probe_of
from slens_widgets.audit.queries import OWN, Queries, check_templates
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.process import new_lock
from slens_widgets.types import Progress

_REMEMBERED = 1024
"""Texts whose images and sums are kept: 16 kB each at 4,000 components."""
_TEXTS = 64
"""Texts of the null that are embedded at a time."""
_RANKED = 256
"""Components whose activations are in memory at a time."""
_NULLS = 32
_DRAWN = 50
"""Bootstrap draws whose images are in memory at a time."""


class ImageEvidence:
    """Ranks of the kept probe images by layer, and of each text its images and the sums over them.

    The first question of a database reads its activations and ranks them; later ones read nothing.
    """

    def __init__(self, db: ConceptDB, queries: Queries) -> None:
        self._db, self._queries = db, queries
        self._lock = new_lock()
        self._probe: Embedded | None = None
        self._ranks: dict[str, np.ndarray] = {}
        self._texts: OrderedDict[tuple[str, tuple[str, ...]], tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._nulls: OrderedDict[tuple, tuple[np.ndarray, np.ndarray]] = OrderedDict()

    def lacking(self) -> str | None:
        """Return why the images can say nothing of a text, or None where they can."""
        probe = self._db.probe
        if probe is None or probe.embeddings is None:
            return "the database keeps no probe images with embeddings (it was built with keep=0)"
        count = len(self._images().rows)
        if count < evidence.MIN_IMAGES:
            return (
                f"the database keeps {count} probe images, and fewer than {evidence.MIN_IMAGES} "
                "can't tell an effect from chance"
            )
        return None

    def effects(
        self, texts: Sequence[str], templates: Sequence[str] | None = OWN, progress: Progress | None = None
    ) -> Float[np.ndarray, "text component"]:
        """Return each text's effect on every component, given the other texts."""
        members, sums = self._of(texts, templates, progress)
        return evidence.effects_given_others(members, sums)

    def single_effects(
        self,
        texts: Sequence[str],
        templates: Sequence[str] | None = OWN,
        progress: Progress | None = None,
        stage: str = "",
    ) -> Float[np.ndarray, "text component"]:
        """Return each text's effect on every component by itself."""
        parts = []
        for start in range(0, len(texts), _TEXTS):
            if progress is not None and stage:
                progress(start, len(texts), stage)
            some = texts[start : start + _TEXTS]
            parts.append(evidence.single_effects(*self._of(some, templates, progress)))
        return np.concatenate(parts)

    def by_chance(
        self, sets: tuple[Sequence[str], Sequence[str]], templates: Sequence[str] | None
    ) -> tuple[Float[np.ndarray, " draw"], Float[np.ndarray, " draw"]]:
        """Return what the best text of either set reaches where the images are permuted."""
        key = (tuple(sets[0]), tuple(sets[1]), self._templates(templates))
        with self._lock:
            if key not in self._nulls:
                members, _ = self._of([*sets[0], *sets[1]], templates, None)
                sizes = len(sets[0]), len(sets[1])
                drawn = [
                    evidence.effects_by_chance(members, sizes, self._ranked(layer, None))
                    for layer in self._db.layers
                ]
                first, second = zip(*drawn, strict=True)
                self._nulls[key] = np.concatenate(first), np.concatenate(second)
                if len(self._nulls) > _NULLS:
                    self._nulls.popitem(last=False)
            return self._nulls[key]

    def redrawn_effects(
        self,
        texts: Sequence[str],
        templates: Sequence[str] | None,
        draws: int,
        progress: Progress | None = None,
    ) -> Iterator[Float[np.ndarray, "draw text component"]]:
        """Yield each text's effect on every component, the images drawn again, for some draws at a time."""
        probe = self._images()
        similarities = cosine(self._queries.embed(texts, templates), probe.embeddings)
        counts = redrawn(len(probe.rows), draws)
        ranked = [self._ranked(layer, progress) for layer in self._db.layers]
        for start in range(0, draws, _DRAWN):
            if progress is not None:
                progress(start, draws, "Drawing the probe images again")
            some = counts[start : start + _DRAWN]
            found = [evidence.redrawn_effects(similarities, each, some) for each in ranked]
            yield np.concatenate(found, axis=2)

    def unrelated(
        self, texts: Sequence[str], templates: Sequence[str] | None, progress: Progress | None
    ) -> Float[np.ndarray, "text component"]:
        """Return what unrelated texts reach by themselves; computed once for each set of templates."""
        key = (tuple(texts), self._templates(templates))
        with self._lock:
            if key not in self._nulls:
                found = self.single_effects(texts, templates, progress, "Calibrating the thresholds")
                self._nulls[key] = found, found
            return self._nulls[key][0]

    def _templates(self, templates: Sequence[str] | None) -> tuple[str, ...]:
        return self._queries.templates if templates is OWN else check_templates(templates)

    def _images(self) -> Embedded:
        with self._lock:
            if self._probe is None:
                self._probe = probe_of(self._db)
            return self._probe

    def _ranked(self, layer: str, progress: Progress | None) -> UInt16[np.ndarray, "component image"]:
        with self._lock:
            if layer not in self._ranks:
                probe, count = self._images(), len(self._db[layer])
                parts = []
                for start in range(0, count, _RANKED):
                    if progress is not None:
                        progress(start, count, f"Ranking the probe images of {layer}")
                    parts.append(evidence.ranks(probe.activations(layer, slice(start, start + _RANKED))))
                self._ranks[layer] = np.concatenate(parts)
            return self._ranks[layer]

    def _of(
        self, texts: Sequence[str], templates: Sequence[str] | None, progress: Progress | None
    ) -> tuple[Bool[np.ndarray, "text image"], Float[np.ndarray, "text component"]]:
        own = self._templates(templates)
        with self._lock:
            ranked = [self._ranked(layer, progress) for layer in self._db.layers]
            new = [text for text in dict.fromkeys(texts) if (text, own) not in self._texts]
            if new:
                directions = self._queries.embed(new, templates)
                members = evidence.images_of(cosine(directions, self._images().embeddings))
                sums = np.concatenate([evidence.rank_sums(members, each) for each in ranked], axis=1)
                for text, of, total in zip(new, members, sums, strict=True):
                    self._texts[text, own] = of, total
            found = [self._texts[text, own] for text in texts]
            for text in texts:
                self._texts.move_to_end((text, own))
            while len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)
        return np.stack([of for of, _ in found]), np.stack([total for _, total in found])
