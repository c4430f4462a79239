"""What the pruning panel shows of an evaluation: figures, confusions, images."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from slens_widgets.analyses import evaluation, roc
from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.audit import Audit, Correction, PruningResult, concepts
from slens_widgets.errors import UnknownNameError
from slens_widgets.tasks import decisions, said
from slens_widgets.types import Component, Pictured, Progress, SinglePrunings
from slens_widgets.widgets.explained import THUMBNAIL, small_jpeg
from slens_widgets.widgets.messages import Answer

MOST_EFFECTS = 500
"""Selected components whose own effect is asked for at a time."""
PAGE = 24
"""Flipped images of one answer."""
MATRIX = 6
"""Classes up to which the whole matrix of confusions is drawn."""
LARGEST = 30
"""Changed confusions that are listed where there are more classes."""
PICTURE = 288
CHANGES = ("fixed", "broken", "other")


def figures(metrics: evaluation.Metrics) -> dict[str, Any]:
    """Return what is shown of one evaluation."""
    return {
        "accuracy": metrics.accuracy,
        "worst_group": metrics.worst_group,
        "per_class": metrics.per_class,
        "per_group": metrics.per_group,
        "auroc": {name: area if area == area else None for name, area in metrics.auroc.items()},
        "no_auroc": roc.UNKNOWN,
        "without_images": list(metrics.without_images),
        "n": metrics.n,
    }


def summary(result: PruningResult) -> dict[str, Any]:
    """Return what is shown at once of a pruned set."""
    changes = result.flips["change"].value_counts()
    return {
        "before": figures(result.before),
        "after": figures(result.after),
        "flips": {name: int(changes.get(name, 0)) for name in CHANGES},
        "several": result.several,
        "pruned": len(result.components),
        "mode": result.mode,
        "intervals": {of: ends for of, ends in result.intervals.items() if ends[0] == ends[0]},
        "border": result.border,
    }


def mended(result: Correction) -> dict[str, Any]:
    """Return what is shown of a mended model, and where Python has it."""
    said = (
        f"A copy mended by {result.method!r} against {len(result.components):,} components; the audited "
        "model is as it was. Python has the copy: panel.corrected.model, where panel is this widget, "
        "sw.PruningPanel(audit) or dashboard.panels['pruning']."
    )
    return {**summary(result), "said": said}


def engine(audit: Audit) -> str | None:
    """Return how the pruned set is evaluated, where the live model says so."""
    layers = {component.layer for component in audit.session.pruned}
    known = getattr(audit.live, "known_engine", None)
    if not layers or known is None or not isinstance(audit.live, SinglePrunings):
        return None
    found = known(layers)
    return None if found is None else str(found)


def quadrant_counts(audit: Audit, progress: Progress) -> dict[str, int] | None:
    """Return how many components lie in each quadrant; None without concepts or without a verdict."""
    table = _aligned(audit, progress)
    if table is None or table.attrs["withheld"]:
        return None
    counts = table["quadrant"].value_counts()
    return {name: int(counts.get(name, 0)) for name in QUADRANTS}


def in_quadrant(audit: Audit, name: str, progress: Progress) -> list[Component]:
    """Return the components of one quadrant."""
    if name not in QUADRANTS:
        raise UnknownNameError.of("quadrant", name, QUADRANTS)
    table = _aligned(audit, progress)
    if table is None:
        return []
    chosen = table[table["quadrant"] == name]
    return [Component(layer, int(i)) for layer, i in zip(chosen["layer"], chosen["component"], strict=True)]


def _aligned(audit: Audit, progress: Progress) -> Any:
    session = audit.session
    members = (*session.valid, *session.spurious)
    if not members or not concepts.answerable(audit, members):
        return None
    return audit.align(
        session.valid,
        session.spurious,
        thresholds=session.thresholds,
        remember=False,
        progress=progress,
    )


def confusion(audit: Audit, result: PruningResult) -> Answer:
    """Return how many images of each class get each class, before and after, or the largest changes."""
    before, after = _predicted(audit, result)
    names: tuple[str, ...] = audit.class_names
    labels = np.asarray(audit.live.labels)  # type: ignore[union-attr]
    if labels.ndim == 2:
        # Each decision on a label has two sides: the label, and not the label.
        sides = np.arange(len(names)) + len(names) * (1 - np.stack([labels, before, after]))
        labels, before, after = sides.reshape(3, -1)
        names = (*names, *(f"not {name}" for name in names))
    was = evaluation.confusion(labels, before, len(names))
    now = evaluation.confusion(labels, after, len(names))
    change = now - was
    order = np.argsort(-np.abs(change), axis=None, kind="stable")[:LARGEST]
    rows, columns = np.unravel_index(order, change.shape)
    cells = [
        {
            "label": names[i],
            "predicted": names[j],
            "right": bool(i == j),
            "before": int(was[i, j]),
            "after": int(now[i, j]),
        }
        for i, j in zip(rows, columns, strict=True)
        if change[i, j]
    ]
    small = len(names) <= MATRIX and len(names) == len(audit.class_names)
    matrix = {"before": was.tolist(), "after": now.tolist()} if small else None
    return Answer({"classes": list(names) if small else [], "matrix": matrix, "changes": cells})


def flips(audit: Audit, result: PruningResult, change: str, start: int) -> Answer:
    """Return some of the images whose class changed, with a small picture each where there are any."""
    if change not in ("all", *CHANGES):
        raise UnknownNameError.of("kind of flip", change, ("all", *CHANGES))
    table = result.flips if change == "all" else result.flips[result.flips["change"] == change]
    part = table.iloc[start : start + PAGE]
    positions = [int(position) for position in part["image"]]
    texts = part[["label", "before", "after", "change"]].to_dict("records")
    rows = [
        {**said, "image": position, "group": _group(audit, position)}
        for position, said in zip(positions, texts, strict=True)
    ]
    pictures = [_picture(audit, position, THUMBNAIL) for position in positions]
    return Answer({"total": len(table), "rows": rows}, pictures)


def image(audit: Audit, result: PruningResult, position: int) -> Answer:
    """Return one image large, with its logits before and after."""
    assert audit._judge is not None
    before, after = audit._judge.logits(result.components, result.mode, None)
    was, now = before[position], after[position]
    names, task = audit.class_names, audit._judge.task
    label = audit.live.labels[position]  # type: ignore[union-attr]
    own = [int(label)] if task != "multilabel" else np.flatnonzero(label).tolist()
    shown = dict.fromkeys([*own, int(was.argmax()), int(now.argmax()), *np.argsort(-now)[:4].tolist()])
    body = {
        "image": position,
        "label": said(label, names, task),
        "group": _group(audit, position),
        "before": said(decisions(was, task), names, task),
        "after": said(decisions(now, task), names, task),
        "logits": [{"name": names[i], "before": float(was[i]), "after": float(now[i])} for i in shown],
    }
    return Answer(body, [_picture(audit, position, PICTURE)])


def _predicted(audit: Audit, result: PruningResult) -> tuple[np.ndarray, np.ndarray]:
    assert audit._judge is not None
    return audit._judge.classes(result.components, result.mode, None)


def _group(audit: Audit, position: int) -> str | None:
    groups = audit.live.groups  # type: ignore[union-attr]
    if groups is None:
        return None
    names = getattr(audit.live, "group_names", None) or ()
    group = int(groups[position])
    return str(names[group]) if 0 <= group < len(names) else str(group)


def _picture(audit: Audit, position: int, side: int) -> bytes:
    """Return the middle square of an evaluation image as JPEG; nothing where the live model shows none."""
    if not isinstance(audit.live, Pictured):
        return b""
    picture = audit.live.picture(position)
    half = min(picture.size) / 2
    x, y = picture.width / 2, picture.height / 2
    box = (x - half, y - half, x + half, y + half)
    square = picture.resize((side, side), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    return small_jpeg(square)
