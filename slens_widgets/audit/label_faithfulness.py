"""Is a component's label true: does the component fire on images of it that did not give the label?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from jaxtyping import Bool

from slens_widgets.analyses import clip_dissect, csp
from slens_widgets.analyses.faithfulness import auc_and_mad, retrieved
from slens_widgets.analyses.search import cosine
from slens_widgets.audit.contrast import Embedded, contrast, probe_of
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

RETRIEVED: Final = 50
"""Images that a text search takes for those of a label, at most a tenth of the kept ones."""


def label_faithfulness(
    audit: Audit,
    labels: pd.DataFrame | None = None,
    *,
    images: Mapping[str, Iterable[int]] | None = None,
    vocabulary: Vocabulary | Mapping[str, Sequence[str]] | Sequence[str] | str | None = None,
    gamma: float = csp.GAMMA,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Measure how far each component fires on images of its label that did not give the label.

    Images of the label are taken from the kept probe images: those that `images` lists, or the 50 most
    similar to the label's text. The others are controls. A component's own examples are neither, nor are the
    images that its method contrasted them with: they made the label and would vouch for themselves.

    The certificate is the activation AUC: the probability that the component fires more on an image of its
    label than on a control. 0.5 says that the label has nothing to do with it. Images found by text share the
    foundation model's mistakes with the label; a list of `images` does not.

    Parameters
    ----------
    labels
        A table with the columns layer, component and label, such as `Audit.label` gives; None: the labels of
        the session.
    images
        Ids of the probe images that show each label, by label. Where labels are class names, with
        ``probe = audit.db.probe``: ``{name: probe.ids[probe.labels == i] for i, name in enumerate(names)}``.
    vocabulary
        What the labels were chosen from, where they have synonyms.
    gamma
        That of the labels, where their method is "csp".

    Returns
    -------
    DataFrame of layer, component, label, auc, mad (difference of the mean activations in standard deviations
    of the controls), images (how many of the label) and certificate, in the order of `labels`. NaN where
    there is no label, or fewer than 10 images of it or of controls.

    Raises
    ------
    InputError
        The database keeps no activations, or a label has no `images`.
    """
    if labels is None:
        labels = audit.labels()
    columns = set(labels) if isinstance(labels, pd.DataFrame) else set()
    missing = {"layer", "component", "label"} - columns
    if missing:
        raise InputError(
            f"The table of labels lacks {', '.join(sorted(missing))}", expected="a table from audit.label(…)"
        )
    probe = probe_of(audit.db)
    method = labels.attrs.get("method", "semanticlens")
    shows = _shows(audit, probe, labels, images, vocabulary, progress)
    rows: list[tuple[float, float, int]] = []
    for layer, part in labels.groupby("layer", sort=False):
        activations = probe.activations(str(layer))
        made = _made(audit, str(layer), method, gamma, progress)
        for number, (component, name) in enumerate(zip(part["component"], part["label"], strict=True)):
            if progress is not None and number % 256 == 0:
                progress(number, len(part), f"Certificates of {layer}")
            if pd.isna(name):
                rows.append((np.nan, np.nan, 0))
                continue
            row = activations[component]
            eligible = ~np.isin(probe.ids, made[component])
            if method == "clip_dissect":
                eligible[np.argsort(-row, kind="stable")[: clip_dissect.TOP]] = False
            found = shows[name]
            if images is None:
                found = retrieved(found, eligible, min(RETRIEVED, len(probe.rows) // 10))
            else:
                found = found & eligible
            rows.append((*auc_and_mad(row[eligible], found[eligible]), int(found.sum())))
    result = labels[["layer", "component", "label"]].reset_index(drop=True)
    order = labels.reset_index(drop=True).groupby("layer", sort=False).indices.values()
    values = np.empty((len(labels), 3))
    values[np.concatenate(list(order))] = rows
    result["auc"], result["mad"] = values[:, 0], values[:, 1]
    result["images"], result["certificate"] = values[:, 2].astype(int), values[:, 0]
    return result


def _shows(
    audit: Audit,
    probe: Embedded,
    labels: pd.DataFrame,
    images: Mapping[str, Iterable[int]] | None,
    vocabulary: Any,
    progress: Progress | None,
) -> dict[str, np.ndarray]:
    """Return for each label which images show it, or where nothing is known how similar they are to it."""
    used = list(dict.fromkeys(labels["label"].dropna()))
    if not used:
        return {}
    if images is not None:
        for name in used:
            if name not in images:
                raise UnknownNameError.of("list of images for the label", name, images)
        return {name: _members(probe, images[name]) for name in used}
    words = vocabulary_of(used if vocabulary is None else vocabulary)
    phrases = Vocabulary(tuple(used), {name: words.phrases_of(name) for name in used})
    queries = audit._queries.vocabulary(phrases, audit.templates, subtract_empty=True, progress=progress)
    return dict(zip(used, cosine(queries, probe.embeddings), strict=True))


def _members(probe: Embedded, ids: Iterable[int]) -> Bool[np.ndarray, " image"]:
    return np.isin(probe.ids, np.fromiter((int(id) for id in ids), np.int64))


def _made(audit: Audit, layer: str, method: str, gamma: float, progress: Progress | None) -> np.ndarray:
    """Return per component the ids of the images that its label comes from."""
    examples = audit.db[layer].image_ids
    if method != "csp":
        return examples
    _, others = contrast(audit.db, gamma, [layer], progress)[layer]
    return np.concatenate([examples, others], axis=1)
