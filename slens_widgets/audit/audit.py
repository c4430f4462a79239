"""Audit: a database, a foundation model for queries and, where there is one, a live model."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses.shown import Evidence
from slens_widgets.audit.align import align
from slens_widgets.audit.clusters import Split, clusters
from slens_widgets.audit.concepts import Agreement, concept
from slens_widgets.audit.correct import correct
from slens_widgets.audit.data import data
from slens_widgets.audit.effects import effects
from slens_widgets.audit.evaluation import Evaluation, live_model
from slens_widgets.audit.evidence import ImageEvidence
from slens_widgets.audit.explain import explain
from slens_widgets.audit.findings import findings
from slens_widgets.audit.fires_on import fires_on
from slens_widgets.audit.label import label
from slens_widgets.audit.label_faithfulness import label_faithfulness
from slens_widgets.audit.labels import labels
from slens_widgets.audit.layout import coordinates
from slens_widgets.audit.leaderboard import evaluate
from slens_widgets.audit.live import Judge, prune
from slens_widgets.audit.match import match
from slens_widgets.audit.nearest import nearest
from slens_widgets.audit.pruned import load_pruned, pruned_model, pruned_set, save_pruned
from slens_widgets.audit.queries import Queries
from slens_widgets.audit.relevance import relevance
from slens_widgets.audit.report import report
from slens_widgets.audit.roles import roles
from slens_widgets.audit.search import search
from slens_widgets.audit.tables import component_table, score_table
from slens_widgets.audit.trails import about_trail, follow_trail, open_trail, save_trail, trail, trails
from slens_widgets.audit.use import use
from slens_widgets.conceptdb import ConceptDB, open_database
from slens_widgets.errors import InputError
from slens_widgets.process import new_lock
from slens_widgets.session import Session
from slens_widgets.trails import Keeper
from slens_widgets.types import Component, FoundationModel, LiveModel


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
    metadata
        What is known of the probe images, a row each: what `data` looks for over-representation in.
    output
        Which of the model's outputs holds the logits, by name or by place in a tuple. None: its only output,
        or the one that is named ``logits``.

    Raises
    ------
    DatabaseError
        The database can't be opened; `FingerprintMismatchError` if another foundation model embedded it.
    """

    db: ConceptDB
    session: Session
    foundation_model: FoundationModel | None
    metadata: pd.DataFrame | None
    """What is known of the probe images, for `data` and the widgets; may be set at any time."""

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
        metadata: pd.DataFrame | None = None,
        output: str | int | None = None,
    ) -> None:
        self.db = db if isinstance(db, ConceptDB) else open_database(db)
        self.foundation_model = foundation_model
        self.metadata = metadata
        self._models = {} if foundation_model is None else {foundation_model.name: foundation_model}
        self._queries = Queries(self.db, foundation_model, templates)
        self._judge: Judge | None = None
        if model is not None:
            self._judge = Judge(live_model(self.db, model, evaluation, transform, device, output))
        elif evaluation is not None:
            raise InputError("Evaluation images were given without a model", expected="model=…, transform=…")
        self.session = Session(self.db.component, self.db.chosen)
        self._keeper = Keeper(self.session, self.db.path, self._about_trail())
        self._lock = new_lock()
        self._projecting = new_lock()
        self._scores: pd.DataFrame | None = None
        self._split: Split | None = None
        self._redrawn: tuple[str, tuple[np.ndarray, str]] | None = None
        self._labelling = new_lock()
        self._labels: tuple[tuple[object, ...], pd.DataFrame] | None = None
        self._evidence = ImageEvidence(self.db, self._queries)
        self._shown_evidence: dict[tuple[str, object], Evidence] = {}
        self._agreements: dict[tuple[str, str], Agreement] = {}

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

    # Each question has a file of its own, named like the method.
    align = align
    clusters = clusters
    concept = concept
    correct = correct
    data = data
    evaluate = evaluate
    explain = explain
    effects = effects
    findings = findings
    fires_on = fires_on
    label = label
    label_faithfulness = label_faithfulness
    labels = labels
    match = match
    nearest = nearest
    prune = prune
    pruned_set = pruned_set
    save_pruned = save_pruned
    load_pruned = load_pruned
    pruned_model = pruned_model
    relevance = relevance
    report = report
    roles = roles
    search = search
    use = use

    # Trails: what was done, kept beside the database.
    trail = property(trail)
    trails = trails
    save_trail = save_trail
    open_trail = open_trail
    follow_trail = follow_trail
    _about_trail = about_trail

    def apart(self) -> Audit:
        """Return the same audit with a session of its own: what is set there moves no view."""
        twin = copy.copy(self)
        twin.session = self.session.copy()
        twin._keeper = Keeper(twin.session, None, {})
        return twin

    def search_scores(self, query: Any) -> Float[np.ndarray, " component"]:
        """Return the cosine of one text or image with every component, in the order of `db.components`."""
        return self._queries.cosines([query])[0]

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

    def project(self) -> pd.DataFrame:
        """Return 2-d coordinates (layer, component, x, y) in which similar components are near.

        The same on every run; computed once per database, by `sw.build` already.
        """
        with self._projecting:
            places = coordinates(self.db)
        return component_table(self.db).assign(x=places[:, 0], y=places[:, 1])

    def resolve(self, components: Any) -> tuple[Component, ...]:
        """Return components given as pairs, as one pair or as a table, each once, or say what is wrong."""
        if isinstance(components, pd.DataFrame):
            components = list(zip(components["layer"], components["component"], strict=True))
        elif isinstance(components, tuple) and len(components) == 2 and isinstance(components[0], str):
            components = [components]
        if isinstance(components, str) or not isinstance(components, Iterable):
            raise InputError(f"{components!r} is no list of components", expected="[(layer, index), …]")
        return tuple(dict.fromkeys(self.db.component(component) for component in components))
