"""Audit: a database, a foundation model for queries and, where there is one, a live model."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses import alignment, projection, search
from slens_widgets.analyses.labels import two_best
from slens_widgets.audit.evaluation import Evaluation, live_model
from slens_widgets.audit.live import Judge, need
from slens_widgets.audit.pruning import PruningResult
from slens_widgets.audit.queries import Queries, query_name
from slens_widgets.audit.tables import component_table, rows_of, score_table
from slens_widgets.conceptdb import ConceptDB, open_database
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.session import Session, as_texts
from slens_widgets.types import AblationMode, Component, FoundationModel, LiveModel, Progress

_OWN: Final = ("the audit's own templates",)
_TEXTS: Final = 512
"""Texts of a vocabulary that are compared with all components at a time."""


class Audit:
    """Everything one asks of one concept database, as tables.

    Parameters
    ----------
    db
        A concept database, or where it lies.
    foundation_model
        Embeds the queries; must be the one that embedded the database. Search and alignment need it.
    model
        The audited torch model, or any `LiveModel`. Pruning and class relevance need it.
    evaluation
        Labelled images for the model.
    transform
        The model's preprocessing, as given to `sw.build`.
    templates
        Prompts with one ``{}`` each, used by every text query unless others are given.
    device
        Where the model runs; None chooses.

    Raises
    ------
    DatabaseError
        The database can't be opened; `FingerprintMismatchError` if another foundation model embedded it.
    """

    db: ConceptDB
    session: Session
    foundation_model: FoundationModel | None

    def __init__(
        self,
        db: str | Path | ConceptDB,
        foundation_model: FoundationModel | None = None,
        model: Any = None,
        evaluation: Evaluation | None = None,
        *,
        transform: Any = None,
        templates: Sequence[str] | None = None,
        device: Any = None,
    ) -> None:
        self.db = db if isinstance(db, ConceptDB) else open_database(db)
        self.foundation_model = foundation_model
        self._queries = Queries(self.db, foundation_model, templates)
        self._judge: Judge | None = None
        if model is not None:
            self._judge = Judge(live_model(self.db, model, evaluation, transform, device))
        elif evaluation is not None:
            raise InputError("Evaluation images were given without a model", expected="model=…, transform=…")
        self.session = Session(self.db.component)
        self._lock = threading.RLock()
        self._projecting = threading.RLock()
        self._scores: pd.DataFrame | None = None

    def __repr__(self) -> str:
        model = f"live model {'/'.join(self.class_names[:4])}" if self.live else "no live model"
        if len(self.class_names) > 4:
            model += f"/… ({len(self.class_names)} classes)"
        queries = (
            self.db.foundation_model["name"] if self.foundation_model else "no foundation model for queries"
        )
        layers = len(self.db.layers)
        return (
            f"Audit({layers} layer{'s' * (layers != 1)}, {self.db.n_components} components, m={self.db.m}, "
            f"{queries}, {model})"
        )

    @property
    def live(self) -> LiveModel | None:
        """The model that pruning evaluates, if there is one."""
        return self._judge.live if self._judge else None

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the live model's classes, in the order of its logits; empty without one."""
        return self._judge.class_names if self._judge else ()

    @property
    def templates(self) -> tuple[str, ...]:
        """Prompts that text queries are put into."""
        return self._queries.templates

    def search(
        self,
        query: Any,
        k: int = 10,
        *,
        layer: str | None = None,
        templates: Sequence[str] | None = _OWN,
    ) -> pd.DataFrame:
        """Rank the components by how well they match a text or an image.

        Parameters
        ----------
        query
            A text, a PIL image, or a list of either: one ranking each, told apart by the column "query".
            A list of images inside a list is one query, the mean of their embeddings.
        k
            Number of components of each ranking.
        layer
            Search in this layer only.
        templates
            Prompts with one ``{}`` each; None searches for the bare text.

        Returns
        -------
        DataFrame of layer, component, score (cosine), clarity, polysemanticity, redundancy, best first.
        Where a closed vocabulary lacks words of a text, a column "unknown_words" names them, and
        ``attrs["unknown_words"]`` does so per text.
        """
        several = isinstance(query, list | tuple)
        queries = list(query) if several else [query]
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise InputError(f"k is {k!r}", expected="a whole number of components, at least 1")
        where = rows_of(self.db, layer)
        found = self._cosines(queries, templates)[:, where]
        table = self.scores()
        tables = []
        for number, row in enumerate(found):
            rows = search.best(row, k)
            ranking = table.iloc[where[rows]].reset_index(drop=True)
            ranking.insert(2, "score", row[rows])
            if several:
                ranking.insert(0, "query", query_name(queries[number], number))
            tables.append(ranking)
        result = pd.concat(tables, ignore_index=True) if several else tables[0]
        unknown = self._queries.unknown(queries)
        if unknown:
            texts = result["query"] if several else [query] * len(result)
            result["unknown_words"] = [", ".join(unknown.get(text, ())) for text in texts]
        result.attrs = {"unknown_words": unknown}
        return result

    def search_scores(self, query: Any) -> Float[np.ndarray, " component"]:
        """Return the cosine of one text or image with every component, in the order of `db.components`."""
        return self._cosines([query], _OWN)[0]

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of `text` that the foundation model cannot know; empty where it is open."""
        return self._queries.unknown_words(text)

    def scores(self) -> pd.DataFrame:
        """Return clarity, polysemanticity and redundancy of every component, in the order of `db.components`.

        ``attrs["layer_redundancy"]`` holds the mean redundancy of each layer.
        """
        with self._lock:
            if self._scores is None:
                self._scores = score_table(self.db)
            return self._scores.copy()

    def align(
        self,
        valid: str | Sequence[str],
        spurious: str | Sequence[str],
        target: str | int | None = None,
        *,
        layer: str | None = None,
        threshold: float | None = None,
        templates: Sequence[str] | None = _OWN,
        remember: bool = True,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Place every component between what a class should rest on and what it should not.

        Parameters
        ----------
        valid, spurious
            Concepts as texts. Alignment to a set is the largest cosine with any of it; NaN for an empty set.
        target
            Class whose images give the relevance; None leaves it NaN.
        threshold
            Alignment from which on a component counts as valid or spurious; None takes two robust deviations
            above the median cosine of all given concepts with all components.
        remember
            Set `session.valid`, `session.spurious` and `session.target` too, so that every view follows.

        Returns
        -------
        DataFrame of layer, component, valid, spurious, lean, relevance, quadrant ("valid", "spurious",
        "both", "unexpected"), in the order of `db.components`. A component leans to the spurious concepts
        where `lean` is above 0: the difference of both alignments, each concept measured from its median
        over the layer. ``attrs`` holds the threshold, the unknown words, and under "relevance" what
        relevance is or why it is missing.
        """
        where = rows_of(self.db, layer)
        target_index = self._judge.class_index(target) if self._judge and target is not None else None
        name = self.class_names[target_index] if target_index is not None else target
        valid, spurious = as_texts(valid), as_texts(spurious)
        concepts = (*valid, *spurious)
        if not concepts:
            raise InputError("Neither valid nor spurious concepts are given", expected="at least one text")
        if remember:
            self.session.update(valid=valid, spurious=spurious, target=None if name is None else str(name))
        cosines = self._cosines(concepts, templates)
        if threshold is None:
            threshold = alignment.default_threshold(cosines)
        to_valid = alignment.set_alignment(cosines[: len(valid)])[where]
        to_spurious = alignment.set_alignment(cosines[len(valid) :])[where]
        relevance, said = self._relevance(target_index, layer, progress)
        result = component_table(self.db, where)
        result["valid"], result["spurious"] = to_valid, to_spurious
        result["lean"] = self._lean(cosines[: len(valid)], cosines[len(valid) :])[where]
        result["relevance"] = relevance
        result["quadrant"] = alignment.quadrants(to_valid, to_spurious, threshold)
        result.attrs = {
            "threshold": float(threshold),
            "unknown_words": self._queries.unknown(concepts),
            "relevance": said,
        }
        return result

    def label(
        self,
        vocabulary: Sequence[str],
        *,
        layer: str | None = None,
        templates: Sequence[str] | None = _OWN,
    ) -> pd.DataFrame:
        """Name every component by the text of a vocabulary that matches it best.

        Parameters
        ----------
        vocabulary
            Texts to choose from.
        layer
            Label this layer only.
        templates
            Prompts with one ``{}`` each; None compares the bare texts.

        Returns
        -------
        DataFrame of layer, component, label, score (cosine), second (the second best text) and margin (by how
        much its score is lower; NaN for a vocabulary of one), in the order of `db.components`. A label of
        small margin is one not to rely on. ``attrs["unknown_words"]`` names words that can't be known.
        """
        where = rows_of(self.db, layer)
        texts = as_texts(vocabulary)
        if not texts:
            raise InputError("The vocabulary is empty", expected="at least one text")
        slices = [texts[start : start + _TEXTS] for start in range(0, len(texts), _TEXTS)]
        labels, scores = two_best(self._cosines(part, templates)[:, where] for part in slices)
        names = np.array([*texts, None], dtype=object)  # the last one for what has no second
        result = component_table(self.db, where)
        result["label"], result["score"] = names[labels[:, 0]], scores[:, 0]
        result["second"], result["margin"] = names[labels[:, 1]], scores[:, 0] - scores[:, 1]
        result.attrs = {"unknown_words": self._queries.unknown(texts)}
        return result

    def prune(
        self, components: Any, mode: AblationMode = "mean", *, progress: Progress | None = None
    ) -> PruningResult:
        """Evaluate the live model with components ablated; the model itself is not changed.

        Parameters
        ----------
        components
            (layer, index) pairs, one pair, or a DataFrame with the columns layer and component.
        mode
            "mean" puts each component's mean activation over the probe images in its place, "zero" zero.
        progress
            Called as progress(done, total, stage); may raise `Cancelled`.

        Raises
        ------
        InputError
            There is no live model.
        """
        judge = need(self._judge, "Pruning")
        if mode not in get_args(AblationMode):
            raise UnknownNameError.of("ablation mode", mode, get_args(AblationMode))
        return judge.prune(self.resolve(components), mode, progress)

    def project(self) -> pd.DataFrame:
        """Return 2-d coordinates (layer, component, x, y) in which similar components are near.

        The same on every run; computed once per database.
        """
        with self._projecting:
            coordinates = self.db.projection(projection.KEY)
            if coordinates is None:
                coordinates = projection.project(self.db.theta())
                self.db.save_projection(projection.KEY, coordinates)
        return component_table(self.db).assign(x=coordinates[:, 0], y=coordinates[:, 1])

    def resolve(self, components: Any) -> tuple[Component, ...]:
        """Return components given as pairs, as one pair or as a table, each once, or say what is wrong."""
        if isinstance(components, pd.DataFrame):
            components = list(zip(components["layer"], components["component"], strict=True))
        elif isinstance(components, tuple) and len(components) == 2 and isinstance(components[0], str):
            components = [components]
        if isinstance(components, str) or not isinstance(components, Iterable):
            raise InputError(f"{components!r} is no list of components", expected="[(layer, index), …]")
        return tuple(dict.fromkeys(self.db.component(component) for component in components))

    def _cosines(
        self, queries: Sequence[Any], templates: Sequence[str] | None
    ) -> Float[np.ndarray, "query component"]:
        return self._queries.cosines(queries, self.templates if templates is _OWN else templates)

    def _lean(
        self, valid: Float[np.ndarray, "valid component"], spurious: Float[np.ndarray, "spurious component"]
    ) -> Float[np.ndarray, " component"]:
        places = [rows_of(self.db, name) for name in self.db.layers]
        return np.concatenate([alignment.lean(valid[:, place], spurious[:, place]) for place in places])

    def _relevance(
        self, target: int | None, layer: str | None, progress: Progress | None
    ) -> tuple[Float[np.ndarray, " component"], str]:
        layers = self.db.layers if layer is None else [layer]
        sizes = {name: len(self.db[name]) for name in layers}
        if self._judge is None or target is None:
            why = "no live model" if self._judge is None else "no target class"
            return np.full(sum(sizes.values()), np.nan, np.float32), f"not computed: {why}"
        return self._judge.relevance_of(sizes, target, progress)
