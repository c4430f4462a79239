"""What a report holds: what was asked of which model, what was found and what was done."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.audit.findings import findings
from slens_widgets.audit.fires_on import said_of_classes
from slens_widgets.types import Component, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

FORMAT = "slens-report-1"
HARMFUL, OTHERS = 12, 6
"""Components that are shown of what a class should not rest on, and of what else it rests on."""
EXAMPLES = 12
"""Examples shown of each."""
POINTS = 1500
"""Components drawn in the figure of a class, those with most relevance."""


def contents(
    audit: Audit,
    target: str | int | Sequence[str | int] | None = None,
    *,
    layer: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return everything that a report says, as plain values; see `report`."""
    found = findings(audit, target=target, layer=layer, progress=progress)
    session = audit.session
    labels = _labels(audit)

    def described(row: Any) -> dict[str, Any]:
        place = audit.db.position((row.layer, row.component))
        return {
            "layer": row.layer,
            "component": int(row.component),
            **(labels[place] if labels else _UNLABELLED),
            "classes": said_of_classes(audit, (row.layer, int(row.component)))[0],
            "closest_concept": row.closest,
            **{name: _number(getattr(row, name)) for name in _FIGURES},
            "quadrant": row.quadrant,
            "examples": _examples(audit, Component(row.layer, int(row.component))),
        }

    classes = []
    for name in found.classes:
        rows = found.components[found.components["class"] == (name or "")]
        shares = found.shares[found.shares["class"] == name] if len(found.shares) else found.shares
        chosen = _chosen(rows)
        drawn = rows.nlargest(POINTS, "share") if rows["share"].notna().any() else rows.head(POINTS)
        classes.append(
            {
                "name": name,
                "relevance": bool(rows["relevance"].notna().any()),
                "shares": [
                    {key: _plain(value) for key, value in row.items() if key != "class"}
                    for row in shares.to_dict("records")
                ],
                "counts": {each: int((rows["quadrant"] == each).sum()) for each in QUADRANTS},
                **{kind: [described(row) for row in part.itertuples()] for kind, part in chosen.items()},
                "points": [
                    [
                        *(row.layer, int(row.component), _number(row.valid), _number(row.spurious)),
                        *(_number(row.share), row.quadrant),
                    ]
                    for row in drawn.itertuples()
                ],
                "points_left_out": len(rows) - len(drawn),
            }
        )
    provenance = audit.db.provenance
    return {
        "format": FORMAT,
        "model": {**provenance.get("model", {}), "classes": list(audit.class_names)},
        "database": {
            "name": audit.db.path.name,
            "created": provenance.get("created"),
            "layers": {name: len(audit.db[name]) for name in audit.db.layers},
            "m": audit.db.m,
            **{key: provenance[key] for key in _PROVENANCE if key in provenance},
        },
        "foundation_model": audit.db.foundation_model,
        "templates": list(audit.templates),
        "concepts": {
            "valid": list(found.valid),
            "spurious": list(found.spurious),
            "shown": found.shown,
            "unknown_words": found.unknown_words,
        },
        "thresholds": {
            "valid": found.thresholds[0] if found.thresholds else None,
            "spurious": found.thresholds[1] if found.thresholds else None,
            "withheld": found.withheld,
            "unit": found.unit,
            "source": "set by hand" if found.threshold_source == "given" else found.threshold_source,
        },
        "at_chance": found.at_chance,
        "interval": found.interval,
        "labels": _about_labels(audit),
        "evaluation": _evaluation(audit, progress),
        "classes": classes,
        "pruned": _pruned(audit, progress, labels) if session.pruned else None,
    }


_UNLABELLED: dict[str, Any] = dict.fromkeys(("label", "margin", "certificate", "images", "trusted"))
_FIGURES = ("valid", "spurious", "lean", "p_valid", "p_spurious", "relevance", "share", "impact")
_PROVENANCE = ("images", "pooling", "relevance", "crop", "view", "versions")


def _chosen(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a class's components that a reviewer has to see, by what they mean for the class."""
    known = rows["share"].notna().any()
    harmful = rows[leans_to_spurious(rows)]
    by = "share" if known else "lean"
    others = {name: rows[rows["quadrant"] == name] for name in ("unexpected", "valid")}
    return {
        "harmful": harmful.head(HARMFUL),
        **{
            name: part.sort_values(by, ascending=not known, kind="stable").head(OTHERS)
            for name, part in others.items()
        },
    }


def _labels(audit: Audit) -> list[dict[str, Any]]:
    if not audit.session.vocabulary:
        return []
    table = audit.labels()
    return [
        {
            "label": row.label,
            "margin": _number(row.margin),
            "certificate": _number(row.certificate),
            "images": int(row.images),
            "trusted": bool(row.trusted),
        }
        for row in table.itertuples()
    ]


def _about_labels(audit: Audit) -> dict[str, Any]:
    if not audit.session.vocabulary:
        return {"vocabulary": 0, "trusted_from": None, "uncertified": None}
    table = audit.labels()
    attrs = table.attrs
    return {
        "vocabulary": len(audit.session.vocabulary),
        "trusted_from": _number(attrs.get("trusted_from", math.nan)),
        "uncertified": attrs.get("uncertified") if table["certificate"].isna().any() else None,
    }


def _examples(audit: Audit, component: Component) -> list[dict[str, Any]]:
    view = audit.db[component.layer]
    count = min(EXAMPLES, audit.db.m)
    ids, activations = view.image_ids[component.index], view.activations[component.index]
    boxes = view.boxes[component.index]
    return [
        {
            "image": audit.db.image(int(ids[rank])).name,
            "activation": _number(activations[rank]),
            "box": [round(float(edge), 4) for edge in boxes[rank]],
        }
        for rank in range(count)
        if ids[rank] >= 0
    ]


def _evaluation(audit: Audit, progress: Progress | None) -> dict[str, Any] | None:
    if audit._judge is None:
        return None
    metrics = audit._judge.prune((), audit.session.mode, progress).before
    return {
        "images": metrics.n,
        "accuracy": _number(metrics.accuracy),
        "worst_group": None if metrics.worst_group is None else _number(metrics.worst_group),
        "per_class": {name: _number(value) for name, value in metrics.per_class.items()},
        "per_group": {name: _number(value) for name, value in metrics.per_group.items()},
        "auroc": {name: _number(value) for name, value in metrics.auroc.items()},
        "without_images": list(metrics.without_images),
    }


def _pruned(
    audit: Audit, progress: Progress | None, labels: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    session = audit.session
    named = [
        {"layer": each.layer, "component": each.index}
        | (labels[audit.db.position(each)] if labels else _UNLABELLED)
        for each in session.pruned
    ]
    effect = None
    if audit._judge is not None:
        result = audit.prune(session.pruned, session.mode, progress=progress)
        changes = result.flips["change"].value_counts()
        effect = {
            "table": [
                {key: _plain(value) for key, value in row.items()} for row in result.table.to_dict("records")
            ],
            "flips": {name: int(changes.get(name, 0)) for name in ("fixed", "broken", "other")},
            "border": result.border,
        }
    return {"mode": session.mode, "components": named, "effect": effect}


def _number(value: Any) -> float | None:
    """Return a float that JSON can hold: six significant digits, None for what is no number."""
    return float(f"{float(value):.6g}") if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    return _number(value) if isinstance(value, float | np.floating) else value
