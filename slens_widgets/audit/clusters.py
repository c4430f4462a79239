"""What a polysemantic component means: its examples in clusters, each with a meaning of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses import scores
from slens_widgets.analyses.clusters import cluster, one_meaning
from slens_widgets.analyses.evidence import adjusted
from slens_widgets.analyses.labels import two_best
from slens_widgets.analyses.search import cosine
from slens_widgets.arguments import whole
from slens_widgets.audit import concepts
from slens_widgets.audit.shown_labels import MARKS
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import InputError
from slens_widgets.types import Component, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_KEY = "one-meaning-v1"


@dataclass(frozen=True)
class Clusters:
    """The meanings of one component, the one with most examples first; see `Audit.clusters`."""

    component: Component
    """Whose examples these are."""
    table: pd.DataFrame = field(repr=False)
    """One row per cluster: cluster, size, share, clarity, label (the nearest text, unknown whether true: no
    certificate is for a part of the examples), score, second, margin."""
    members: pd.DataFrame = field(repr=False)
    """One row per example: rank, image (its id), name, activation, cluster."""
    theta: Float[np.ndarray, "cluster dim"] = field(repr=False)
    """The mean embedding of each cluster's examples."""
    silhouette: dict[int, float] = field(repr=False)
    """The mean silhouette for every number of clusters that was tried."""
    p: float
    """The probability of examples so far apart where there is one meaning, corrected for the number of
    components (Benjamini and Hochberg); NaN where the number of clusters was given."""

    def __len__(self) -> int:
        return len(self.table)

    def ranks(self, cluster: int) -> list[int]:
        """Return the ranks of one cluster's examples."""
        if cluster not in self.table["cluster"].tolist():
            raise InputError(
                f"There is no cluster {cluster!r} of {self.component}", expected=f"0 to {len(self) - 1}"
            )
        return self.members.loc[self.members["cluster"] == cluster, "rank"].tolist()

    def __repr__(self) -> str:
        head = f"Clusters({self.component}: {len(self)} meaning{'s' * (len(self) != 1)}"
        if len(self) in self.silhouette and len(self) > 1:
            head += f", silhouette {self.silhouette[len(self)]:.2f}"
        head += f", p {self.p:.2g} for one meaning" if np.isfinite(self.p) else ""
        return f"{head})\n{self._shown().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return self._shown().to_html(index=False, escape=True)

    def _shown(self) -> pd.DataFrame:
        label = self.table["label"]
        unchecked = self.table.assign(label=label.where(label.isna(), label + MARKS["unknown"]))
        return unchecked.dropna(axis=1, how="all").round(3)


def clusters(
    audit: Audit,
    component: Any,
    k: int | None = None,
    *,
    vocabulary: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Clusters:
    """Split a component's examples into its meanings.

    k-means on the directions of the embeddings; the number is that of the best silhouette where the examples
    lie in more than one heap, else 1. That is a dip test along a direction found on other examples, corrected
    for the number of components: of those that are split at most 5 % have one meaning. The first question
    tests all of them, which the database keeps (`sw.build` has done so).

    Parameters
    ----------
    component
        (layer, index).
    k
        Number of clusters; None lets the silhouette choose from 1 to 6.
    vocabulary
        Texts that the clusters are labelled with; None takes the session's. Without any, or without a
        foundation model, there are no labels. Concepts shown by images are left out.

    Returns
    -------
    `Clusters`: a table of the clusters, their members, and each cluster's θ, which searches like a
    component's own (see `search(…, split=True)`).
    """
    chosen = one(audit, component)
    view = audit.db[chosen.layer]
    k = None if k is None else whole("k", k, 1, view.m)
    embeddings = view.embeddings_of([chosen.index])[0]
    p = None if k is not None else p_values(audit.db, progress)[audit.db.position(chosen)]
    found = cluster(embeddings, k, p=p)
    thetas = thetas_of(embeddings, found.labels)
    sizes = np.bincount(found.labels)
    table = pd.DataFrame(
        {
            "cluster": np.arange(found.k),
            "size": sizes,
            "share": sizes / view.m,
            "clarity": clarities(embeddings, found.labels),
        }
    )
    words = concepts.asked(audit, audit.session.vocabulary if vocabulary is None else vocabulary)
    # The evidence for a shown concept is of whole components, so it names no cluster.
    texts = [each for each in words if isinstance(each, str)]
    if texts and (audit.foundation_model is not None or vocabulary is not None):
        best, cosines = two_best([cosine(audit._queries.embed(texts), thetas)])
        names = np.array([*texts, None], dtype=object)
        table["label"], table["score"] = names[best[:, 0]], cosines[:, 0]
        table["second"], table["margin"] = names[best[:, 1]], cosines[:, 0] - cosines[:, 1]
    else:
        table = table.assign(label=None, score=np.nan, second=None, margin=np.nan)
    ids = view.image_ids[chosen.index]
    members = pd.DataFrame(
        {
            "rank": np.arange(view.m),
            "image": ids,
            "name": [audit.db.image(id).name for id in ids],
            "activation": view.activations[chosen.index],
            "cluster": found.labels,
        }
    )
    return Clusters(chosen, table, members, thetas, found.silhouette, found.p)


def one(audit: Audit, component: Any) -> Component:
    """Return the one component that is given, or say that it is not one."""
    found = audit.resolve(component)
    if len(found) != 1:
        raise InputError(f"{len(found)} components were given", expected="one, as (layer, index)")
    return found[0]


def thetas_of(
    embeddings: Float[np.ndarray, "rank dim"], labels: np.ndarray
) -> Float[np.ndarray, "cluster dim"]:
    """Return the mean embedding of each cluster."""
    members = labels == np.arange(labels.max() + 1)[:, None]
    return (members @ embeddings / members.sum(axis=1, keepdims=True)).astype(np.float32)


def clarities(embeddings: Float[np.ndarray, "rank dim"], labels: np.ndarray) -> list[float]:
    """Return the clarity of each cluster's examples."""
    return [float(scores.clarity(embeddings[None, labels == k])[0]) for k in range(labels.max() + 1)]


def p_values(db: ConceptDB, progress: Progress | None = None) -> Float[np.ndarray, " component"]:
    """Return each component's p-value of one meaning, corrected for their number; the database keeps them."""
    by_layer = db.scores(_KEY)
    if by_layer is None:
        by_layer, done = {}, 0
        for layer in db.layers:
            view = db[layer]
            found = np.empty(len(view))
            for index in range(len(view)):
                if progress is not None:
                    progress(done, db.n_components, "meanings")
                found[index] = one_meaning(view.embeddings_of([index])[0])
                done += 1
            by_layer[layer] = found
        db.save_scores(_KEY, by_layer)
    return adjusted(np.concatenate([by_layer[layer] for layer in db.layers]))


class Split:
    """The clusters of all components, to search in."""

    table: pd.DataFrame
    """layer, component, cluster, size, clarity."""
    theta: Float[np.ndarray, "cluster dim"]
    """The mean embedding of each cluster's examples, in the order of `table`."""

    def __init__(self, db: ConceptDB, progress: Progress | None = None) -> None:
        p = p_values(db, progress)
        rows: list[tuple[str, int, int, int, float]] = []
        thetas: list[np.ndarray] = []
        for layer in db.layers:
            for index in range(len(db[layer])):
                if progress is not None:
                    progress(len(thetas), db.n_components, "clusters")
                embeddings = db[layer].embeddings_of([index])[0]
                labels = cluster(embeddings, p=float(p[len(thetas)])).labels
                thetas.append(thetas_of(embeddings, labels))
                sizes = np.bincount(labels)
                clarity = clarities(embeddings, labels)
                rows += [(layer, index, k, int(sizes[k]), clarity[k]) for k in range(len(sizes))]
        self.table = pd.DataFrame(rows, columns=["layer", "component", "cluster", "size", "clarity"])
        self.theta = np.concatenate(thetas)


def split(audit: Audit, progress: Progress | None = None) -> Split:
    """Return the clusters of all components, found on first use."""
    with audit._lock:
        if audit._split is None:
            audit._split = Split(audit.db, progress)
        return audit._split
