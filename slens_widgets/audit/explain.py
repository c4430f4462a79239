"""Why does the model decide as it does on an image?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
from PIL.Image import Image

from slens_widgets.analyses.alignment import QUADRANTS, WITHHELD
from slens_widgets.arguments import whole
from slens_widgets.audit import concepts
from slens_widgets.audit.explanation import Explanation
from slens_widgets.audit.figures import crops
from slens_widgets.audit.fires_on import said_of_classes
from slens_widgets.audit.live import need
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.tasks import decisions, probability, said
from slens_widgets.types import Component, ExplainingModel, RelevanceMethod

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_CROPS = 5


def explain(
    audit: Audit,
    image: Any,
    target: str | int | None = None,
    k: int = 5,
    *,
    layer: str | None = None,
    method: RelevanceMethod = "crp",
) -> Explanation:
    """Name the components that a decision on one image rests on, and where in the image they see it.

    Parameters
    ----------
    image
        An index into the evaluation images, a PIL image, or a file's path.
    target
        The class to explain; None explains the model's own prediction.
    k
        Number of components.
    layer
        Look at this layer only; None takes the most relevant of all layers, by their share of the layer's
        relevance.
    method
        "crp", or the faster "gradient" for gradient × activation.

    Returns
    -------
    `Explanation`: a table, heatmaps, and `save(path)`. Labels come from the session's vocabulary, and are
    shown as far as they are trusted; classes from `Audit.fires_on`; valid, spurious or unexpected from the
    session's concept sets.

    Raises
    ------
    InputError
        There is no live model, or one that can't explain; the image can't be read.

    Source: SemanticLens (arXiv 2501.05398); CRP (arXiv 2206.03208).
    """
    judge = need(audit._judge, "An explanation")
    live = explaining(audit)
    check_method(method)
    k = whole("k", k, 1)
    class_index = None if target is None else judge.class_index(target)
    picture, name, label = picture_of(audit, live, image)
    layers = audit.db.layers if layer is None else [audit.db[layer].name]
    table = component_table(audit.db, rows_of(audit.db, layer))
    with live.flow([picture], layers, class_index, method) as flow:
        by_layer = {each: flow.relevance(each)[0] for each in layers}
        totals = {each: max(float(np.abs(values).sum()), 1e-12) for each, values in by_layer.items()}
        table["relevance"] = np.concatenate([by_layer[each] for each in layers])
        table["share"] = np.concatenate([by_layer[each] / totals[each] for each in layers])
        table["activation"] = np.concatenate([flow.activations(each)[0] for each in layers])
        rows = named(audit, table)
        first = np.argsort(-table["share"].to_numpy(), kind="stable")[:k]
        chosen = rows.iloc[first].reset_index(drop=True)
        heatmaps = np.concatenate(
            [
                flow.heatmaps(each, [index])[:, 0]
                for each, index in zip(chosen["layer"], chosen["component"], strict=True)
            ]
        )
        logits, explained, used = flow.logits[0].astype(np.float64), flow.targets[0], flow.method
    components = [
        Component(each, int(i)) for each, i in zip(chosen["layer"], chosen["component"], strict=True)
    ]
    chosen["classes"] = said_of_classes(audit, components)
    return Explanation(
        table=chosen,
        heatmaps=heatmaps,
        view=live.view(picture),
        crops=tuple(crops(audit.db, component, _CROPS) for component in components),
        target=judge.class_names[explained],
        prediction=said(decisions(logits, judge.task), judge.class_names, judge.task),
        probability=probability(logits, judge.task, explained),
        label=None if label is None else said(label, judge.class_names, judge.task),
        method=used,
        quadrants=_shares(rows),
        name=name,
    )


def explaining(audit: Audit) -> ExplainingModel:
    """Return the live model as one that can explain, or say what is lacking."""
    live = need(audit._judge, "An explanation").live
    if not isinstance(live, ExplainingModel):
        raise InputError(
            f"The live model, a {type(live).__name__}, can't explain images",
            expected="the methods picture, view and flow of slens_widgets.types.ExplainingModel",
            next_step="Open the audit with the torch model itself, its transform and an sw.Evaluation",
        )
    return live


def check_method(method: str) -> None:
    """Raise unless there is such a method."""
    if method not in get_args(RelevanceMethod):
        raise UnknownNameError.of("relevance method", method, get_args(RelevanceMethod))


def picture_of(audit: Audit, live: ExplainingModel, image: Any) -> tuple[Image, str, Any]:
    """Return the image, its name and its label."""
    if isinstance(image, Image):
        return image.convert("RGB"), "", None
    if isinstance(image, int | np.integer) and not isinstance(image, bool):
        labels = audit.live.labels if audit.live else ()
        index = int(image)
        if not 0 <= index < len(labels):
            raise UnknownNameError(
                f"There is no evaluation image {index}", expected=f"0 to {len(labels) - 1}"
            )
        return live.picture(index), f"evaluation image {index}", labels[index]
    if isinstance(image, str | Path):
        from slens_widgets.core.images import ImageSet

        return ImageSet([Path(image).expanduser()], on_bad="raise")[0], Path(image).name, None
    raise InputError(
        f"An image of type {type(image).__name__} can't be explained",
        expected="an index into the evaluation images, a PIL image, or a path",
    )


def named(audit: Audit, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with labels and quadrants, as far as the session knows a vocabulary and concepts."""
    session = audit.session
    place = [
        audit.db.position((layer, index))
        for layer, index in zip(table["layer"], table["component"], strict=True)
    ]
    if session.vocabulary and concepts.answerable(audit, session.vocabulary):
        labels = audit.labels().iloc[place]
        columns = ("label", "score", "margin", "certificate", "images", "trusted")
        table = table.assign(**{column: labels[column].to_numpy() for column in columns})
    named_by = (*session.valid, *session.spurious)
    if named_by and concepts.answerable(audit, named_by):
        aligned = audit.align(
            session.valid, session.spurious, thresholds=session.thresholds, remember=False
        ).iloc[place]
        verdicts = ("valid", "spurious", "lean", "quadrant")
        table = table.assign(**{column: aligned[column].to_numpy() for column in verdicts})
    return table


def _shares(table: pd.DataFrame) -> dict[str, float]:
    """Return how the relevance for the class divides over the quadrants, each layer counting the same."""
    if "quadrant" not in table or (table["quadrant"] == WITHHELD).all():
        return {}
    positive = table["share"].clip(lower=0)
    total = max(float(positive.sum()), 1e-12)
    return {name: float(positive[table["quadrant"] == name].sum()) / total for name in QUADRANTS}
