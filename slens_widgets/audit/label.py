"""What is each component called?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses import clip_dissect, csp
from slens_widgets.analyses.alignment import standardised
from slens_widgets.analyses.labels import two_best
from slens_widgets.analyses.search import cosine
from slens_widgets.audit import concepts
from slens_widgets.audit.contrast import contrast, probe_of
from slens_widgets.audit.queries import OWN, check_templates
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.concept import Concept
from slens_widgets.errors import UnknownNameError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

Method = Literal["semanticlens", "csp", "clip_dissect"]
_TEXTS: Final = 512
"""Texts of a vocabulary that are compared with all components at a time."""


def label(
    audit: Audit,
    vocabulary: str | Sequence[str | Concept] | Mapping[str, Sequence[str]] | Vocabulary,
    *,
    layer: str | None = None,
    templates: Sequence[str] | None = OWN,
    method: Method = "semanticlens",
    gamma: float = csp.GAMMA,
    always_on: float | None = csp.ALWAYS_ON,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Name every component by the text of a vocabulary that matches it best.

    Parameters
    ----------
    vocabulary
        Texts to choose from, a mapping from each label to its synonyms, or a name: "english" (25,000 nouns
        and adjectives; needs the extra ``words``), "lab" (the lab's factors with synonyms). Among texts a
        `sw.Concept`, or the name of one of the session's, is a label that is shown by images.
    layer
        Label this layer only.
    templates
        Prompts with one ``{}`` each; None compares the bare texts. Without any of its own, an audit uses
        CSP's six for "csp".
    method
        "semanticlens": cosine of the text, less the empty template, with θ, the mean of the examples.
        "csp": cosine with θ less what similar images share that leave the component cold.
        "clip_dissect": soft WPMI over the 100 kept probe images that excite the component most.
        The last two need a database that keeps activations of its probe images.
    gamma
        Share of the contrast that "csp" takes away, 0 to 1.
    always_on
        "csp" gives no label to components that fire on at least this share of the images; None also labels
        those. A component without any image below its mean has no contrast, hence no label, either way.
    progress
        Called as progress(done, total, stage); may raise `Cancelled`.

    Returns
    -------
    DataFrame of layer, component, label (None where the method gives none), score (cosine or soft WPMI),
    second (the second best text) and margin (by how much its score is lower; NaN for a vocabulary of one), in
    the order of `db.components`. A label of small margin is one not to rely on. ``attrs["unknown_words"]``
    names words that can't be known, ``attrs["method"]`` the method, ``attrs["shown"]`` the shown concepts.

    The score of a shown concept is its effect (see `Audit.concept`). Beside texts, every score is measured in
    robust deviations from the median component of the layer.

    Raises
    ------
    InputError
        The vocabulary is empty, there is no foundation model, or the database keeps no activations.
    """
    if method not in get_args(Method):
        raise UnknownNameError.of("labelling method", method, get_args(Method))
    layers = audit.db.layers if layer is None else [layer]
    where = rows_of(audit.db, layer)
    vocabulary = vocabulary_of(concepts.in_vocabulary(audit, vocabulary))
    words = vocabulary.worded
    own = audit.templates if templates is OWN else check_templates(templates)
    if method == "csp" and templates is OWN and not own:
        own = csp.TEMPLATES
    by_layer: Iterable[Iterable[Float[np.ndarray, "label component"]]] = [()] * len(layers)
    if words.labels:
        queries = audit._queries.vocabulary(
            words, own, subtract_empty=method == "semanticlens", progress=progress
        )
        by_layer = _scores(audit, layers, queries, method, gamma, always_on, progress)
    if vocabulary.shown:
        by_layer = _with_shown(audit, layers, by_layer, vocabulary, progress)
    found = [two_best(parts) for parts in by_layer]
    labels = np.concatenate([numbers for numbers, _ in found])
    scores = np.concatenate([values for _, values in found])
    labels = np.where(np.isnan(scores), -1, labels)
    names = np.array([*words.labels, *vocabulary.shown, None], dtype=object)  # the last one for what has none
    result = component_table(audit.db, where)
    result["label"], result["score"] = names[labels[:, 0]], scores[:, 0]
    result["second"], result["margin"] = names[labels[:, 1]], scores[:, 0] - scores[:, 1]
    texts = (text for name in words.labels for text in words.phrases_of(name))
    result.attrs = {
        "unknown_words": audit._queries.unknown(texts),
        "method": method,
        "templates": own,
        "always_on": always_on,
        "shown": dict(vocabulary.shown),
    }
    return result


def _with_shown(
    audit: Audit,
    layers: Sequence[str],
    texts: Iterable[Iterable[Float[np.ndarray, "label component"]]],
    vocabulary: Vocabulary,
    progress: Progress | None,
) -> Iterator[Iterable[Float[np.ndarray, "label component"]]]:
    """Yield for each layer the scores of texts and of shown concepts, so that they can be compared."""
    effects = np.stack(
        [concepts.evidence(audit, each, progress).effect for each in vocabulary.shown.values()]
    ).astype(np.float32)
    for layer, parts in zip(layers, texts, strict=True):
        own = effects[:, rows_of(audit.db, layer)]
        if len(vocabulary.shown) == len(vocabulary.labels):
            yield [own]
        else:
            yield (standardised(part) for part in (*parts, own))


def _scores(
    audit: Audit,
    layers: Sequence[str],
    queries: Float[np.ndarray, "label dim"],
    method: Method,
    gamma: float,
    always_on: float | None,
    progress: Progress | None,
) -> Iterator[Iterable[Float[np.ndarray, "label component"]]]:
    """Yield for each layer the scores of the labels, some labels at a time."""
    if method == "clip_dissect":
        probe = probe_of(audit.db)
        for layer in layers:
            k = min(clip_dissect.TOP, len(probe.rows))
            top = np.argsort(-probe.activations(layer), axis=1, kind="stable")[:, :k]
            yield clip_dissect.soft_wpmi(probe.embeddings, queries, top)
        return
    directions = {}
    if method == "csp":
        directions = {name: theta for name, (theta, _) in contrast(audit.db, gamma, layers, progress).items()}
    for layer in layers:
        theta = directions.get(layer, audit.db.theta(layer))
        if method == "csp" and always_on is not None:
            skipped = audit.db[layer].statistics["pooled_active"] >= always_on
            theta = np.where(skipped[:, None], np.float32(np.nan), theta)
        yield (cosine(queries[start : start + _TEXTS], theta) for start in range(0, len(queries), _TEXTS))
