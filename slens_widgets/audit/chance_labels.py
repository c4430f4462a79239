"""Which certificates do labels have that are drawn at random? They tell from where on to trust one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from slens_widgets.analyses import csp
from slens_widgets.audit.contrast import probe_of
from slens_widgets.audit.label_faithfulness import certified, shown
from slens_widgets.audit.label_halves import halves_of, nearest
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

DRAWS: Final = 30
_COMPONENTS = 32
_TEXTS = 2000


def certificates_by_chance(
    audit: Audit, table: pd.DataFrame, words: Vocabulary, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the certificates of labels that are drawn at random, in two ways.

    The first are those of the whole procedure with all texts turned by one random rotation, which is what a
    foundation model gives whose texts have nothing to do with its images; as in `Audit.labels`, only labels
    on which both halves of the examples agree count, the others are 0. The second are those of any other
    text of the vocabulary.
    """
    rng = np.random.default_rng(0)
    probe, method = probe_of(audit.db), table.attrs["method"]
    templates = table.attrs["templates"]
    asked = audit._queries.vocabulary(words, templates, subtract_empty=method == "semanticlens")
    found_by = audit._queries.vocabulary(words, audit.templates, subtract_empty=True)
    if len(asked) > _TEXTS:
        few = np.sort(rng.choice(len(asked), _TEXTS, replace=False))
        asked, found_by = asked[few], found_by[few]
    layers = list(audit.db.layers)
    halves = {layer: halves_of(audit, layer, method, csp.GAMMA, progress) for layer in layers}
    activations = {layer: probe.activations(layer) for layer in layers}
    rotated, drawn = [], []
    for draw in range(DRAWS):
        if progress is not None:
            progress(draw, DRAWS, "Labels drawn at random")
        layer = layers[draw % len(layers)]
        parts, n = halves[layer], len(activations[layer])
        some = rng.choice(n, min(_COMPONENTS, n), replace=False)
        turn = _rotation(asked.shape[1], rng)
        first, second, names = (nearest(asked @ turn, theta[some]) for theta in parts.theta)
        shows = shown(found_by @ turn, probe.embeddings, names.tolist())
        for i, component in enumerate(some):
            agrees = [bool(first[i] == names[i]), bool(second[i] == names[i])]
            value = certified(activations[layer][component], shows[i], probe.ids, parts, component, agrees)[0]
            rotated.append(value if all(agrees) and value == value else 0.0)
        if len(asked) > 1:
            own = nearest(asked, parts.theta[2][some])
            other = rng.integers(0, len(asked) - 1, len(some))
            other += other >= own
            shows = shown(found_by, probe.embeddings, other.tolist())
            for i, component in enumerate(some):
                row = activations[layer][component]
                drawn.append(certified(row, shows[i], probe.ids, parts, component, [True, True])[0])
    others = np.array(drawn)
    return np.array(rotated), others[~np.isnan(others)]


def _rotation(dim: int, rng: np.random.Generator) -> np.ndarray:
    """Return an orthogonal matrix drawn evenly (Haar)."""
    q, r = np.linalg.qr(rng.normal(size=(dim, dim)))
    return np.asarray(q * np.sign(np.diag(r)), np.float32)
