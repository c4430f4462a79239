"""Is a component's label true: does the component fire on images of it that did not give the label?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from slens_widgets.analyses import clip_dissect, csp
from slens_widgets.analyses.faithfulness import MIN_IMAGES, auc_and_mad, showing, standardised
from slens_widgets.analyses.search import cosine
from slens_widgets.audit import concepts
from slens_widgets.audit.contrast import Embedded, probe_of
from slens_widgets.audit.label_halves import Halves, halves_of
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_TEXTS = 512
"""Texts of a vocabulary that are compared with all images at a time."""


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

    Images of the label are taken from the kept probe images: those that `images` lists, or those whose
    similarity to the label stands out from chance (two robust deviations above the median, and at least 0.7
    of the deviations of the image's nearest text of the vocabulary). The others are controls.

    No image vouches for a label that it made. Where one half of the examples (every second by rank) gives the
    label by itself, the other half and all other images certify it, and the certificate is the mean over
    both ways; else no example takes part, nor, ever, what a half was contrasted with. With `images` no
    example takes part at all.

    The certificate is the activation AUC: the probability that the component fires more on an image of its
    label than on a control. 0.5 says that the label has nothing to do with it. Images found by text share the
    foundation model's mistakes with the label; a list of `images` does not.

    A label that is shown by images (`sw.Concept`) is certified by these, against what does not show it: where
    one half of them gives the label by itself, the other half certifies it. No foundation model takes part.

    Parameters
    ----------
    labels
        A table with the columns layer, component and label, such as `Audit.label` gives; None: the labels of
        the session.
    images
        Ids of the probe images that show each label, by label. Where labels are class names, with
        ``probe = audit.db.probe``: ``{name: probe.ids[probe.labels == i] for i, name in enumerate(names)}``.
    vocabulary
        What the labels were chosen from, shown concepts included; None: the labels themselves, without
        synonyms and rivals.
    gamma
        That of the labels, where their method is "csp".

    Returns
    -------
    DataFrame of layer, component, label, auc, mad (difference of the mean activations in standard deviations
    of the controls; NaN of a shown concept), images (how many of the label; of a shown concept its sources),
    halves (how many of the two halves of the examples, or of the images that show it, give this label by
    themselves; NaN where that is not asked) and certificate, in the order of `labels`. NaN where there is no
    label, or fewer than 10 images of it or of controls.

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
    labels = labels.reset_index(drop=True)
    words = _words(audit, labels, vocabulary)
    by_images = labels["label"].isin([name for name in words.shown if name not in (images or {})])
    values = np.full((len(labels), 4), np.nan)
    values[:, 2] = 0
    if by_images.any():
        values[by_images] = _certified_by_own(audit, labels, labels[by_images], words, progress)
    if not by_images.all():
        values[~by_images] = _certified(
            audit, labels[~by_images].reset_index(drop=True), images, words.worded, gamma, progress
        )
    result = labels[["layer", "component", "label"]].copy()
    result["auc"], result["mad"] = values[:, 0], values[:, 1]
    result["images"], result["halves"] = values[:, 2].astype(int), values[:, 3]
    result["certificate"] = values[:, 0]
    return result


def _certified(
    audit: Audit,
    labels: pd.DataFrame,
    images: Mapping[str, Iterable[int]] | None,
    words: Vocabulary,
    gamma: float,
    progress: Progress | None,
) -> Float[np.ndarray, "label 4"]:
    """Return AUC, MAD, number of images and of halves of labels by the kept probe images."""
    probe = probe_of(audit.db)
    method = labels.attrs.get("method", "semanticlens")
    shows = _shows(audit, probe, labels, images, words, progress)
    asked = images is None and method in ("semanticlens", "csp") and len(words.labels) > 0
    values = np.full((len(labels), 4), np.nan)
    values[:, 2] = 0
    for layer, places in labels.groupby("layer", sort=False).indices.items():
        activations = probe.activations(str(layer))
        parts = halves_of(audit, str(layer), method, gamma, progress)
        if asked:
            names = parts.labels(audit, words, labels.attrs.get("templates", audit.templates), progress)
        for number, place in enumerate(places):
            if progress is not None and number % 256 == 0:
                progress(number, len(places), f"Certificates of {layer}")
            component, name = int(labels["component"].iloc[place]), labels["label"].iloc[place]
            if pd.isna(name):
                continue
            agrees = [bool(half[component] == name) for half in names] if asked else []
            values[place] = certified(
                activations[component], shows[name], probe.ids, parts, component, agrees, method
            )
    return values


def _certified_by_own(
    audit: Audit, labels: pd.DataFrame, rows: pd.DataFrame, words: Vocabulary, progress: Progress | None
) -> Float[np.ndarray, "label 4"]:
    """Return the same of labels that are shown by images, of which each half is judged by the other."""
    halves = {name: words.shown[name].halves for name in words.shown}
    attrs = labels.attrs
    names = [
        audit.label(
            replace(
                words, shown={name: words.shown[name] if h is None else h[k] for name, h in halves.items()}
            ),
            templates=attrs.get("templates", audit.templates),
            method=attrs.get("method", "semanticlens"),
            always_on=attrs.get("always_on", csp.ALWAYS_ON),
            progress=progress,
        )["label"]
        for k in (0, 1)
    ]
    values = np.full((len(rows), 4), np.nan)
    for place, (layer, component, name) in enumerate(
        zip(rows["layer"], rows["component"], rows["label"], strict=True)
    ):
        values[place, 2], values[place, 3] = words.shown[name].units, 0
        parts = halves[name]
        if parts is None:
            continue
        position = audit.db.position((layer, component))
        agrees = [bool(half[position] == name) for half in names]
        values[place, 3] = sum(agrees)
        judged = [
            concepts.evidence(audit, parts[1 - k]).auroc[position]
            for k in (0, 1)
            if agrees[k] or not any(agrees)
        ]
        if words.shown[name].units >= MIN_IMAGES:
            values[place, 0] = np.mean(judged)
    return values


def certified(
    activations: np.ndarray,
    shows: np.ndarray,
    ids: np.ndarray,
    halves: Halves,
    component: int,
    agrees: Sequence[bool],
    method: str = "csp",
) -> tuple[float, float, int, float]:
    """Return AUC, MAD, number of images, and how many halves agree; `agrees` is empty where none is asked."""
    whole = np.concatenate([halves.made(half, component) for half in (0, 1)])
    found = []
    for half in (0, 1):
        gone = halves.made(half, component) if agrees and agrees[half] else whole
        eligible = ~np.isin(ids, gone)
        if method == "clip_dissect":
            eligible[np.argsort(-activations, kind="stable")[: clip_dissect.TOP]] = False
        shown = shows & eligible
        found.append((*auc_and_mad(activations[eligible], shown[eligible]), int(shown.sum())))
        if not any(agrees):
            found.append(found[0])
            break
    (auc, mad, n), (other, other_mad, m) = found
    return (auc + other) / 2, (mad + other_mad) / 2, min(n, m), float(sum(agrees)) if agrees else np.nan


def _words(audit: Audit, labels: pd.DataFrame, vocabulary: Any) -> Vocabulary:
    if vocabulary is None:
        known = labels.attrs.get("shown", {})
        vocabulary = [known.get(name, name) for name in dict.fromkeys(labels["label"].dropna())]
        if not vocabulary:
            return Vocabulary((), {})
    return vocabulary_of(concepts.in_vocabulary(audit, vocabulary))


def _shows(
    audit: Audit,
    probe: Embedded,
    labels: pd.DataFrame,
    images: Mapping[str, Iterable[int]] | None,
    words: Vocabulary,
    progress: Progress | None,
) -> dict[str, Bool[np.ndarray, " image"]]:
    """Return for each label which images show it."""
    used = list(dict.fromkeys(labels["label"].dropna()))
    if not used:
        return {}
    if images is not None:
        for name in used:
            if name not in images:
                raise UnknownNameError.of("list of images for the label", name, images)
        return {name: _members(probe, images[name]) for name in used}
    queries = audit._queries.vocabulary(words, audit.templates, subtract_empty=True, progress=progress)
    return dict(
        zip(used, shown(queries, probe.embeddings, [words.labels.index(n) for n in used]), strict=True)
    )


def shown(queries: np.ndarray, embeddings: np.ndarray, used: Sequence[int]) -> np.ndarray:
    """Return which images show each of the `used` texts, all the others being rivals."""
    nearest = np.full(len(embeddings), -np.inf, np.float32)
    kept = np.empty((len(used), len(embeddings)), np.float32)
    place: dict[int, list[int]] = {}
    for i, number in enumerate(used):
        place.setdefault(number, []).append(i)
    for start in range(0, len(queries), _TEXTS):
        z = standardised(cosine(queries[start : start + _TEXTS], embeddings))
        nearest = np.maximum(nearest, z.max(axis=0))
        for row in range(len(z)):
            kept[place.get(start + row, [])] = z[row]
    return showing(kept, nearest)


def _members(probe: Embedded, ids: Iterable[int]) -> Bool[np.ndarray, " image"]:
    return np.isin(probe.ids, np.fromiter((int(id) for id in ids), np.int64))
