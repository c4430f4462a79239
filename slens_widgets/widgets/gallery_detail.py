"""What the detail pane shows of one component: examples, neighbours, classes, meanings, images."""

from __future__ import annotations

from typing import Any

import numpy as np

from slens_widgets.audit import Audit
from slens_widgets.types import Component, Progress
from slens_widgets.widgets.messages import Answer

MAX_EXAMPLES = 64
MAX_CLASSES = 20
NEIGHBOURS = 12
MAX_FINDINGS = 6


def examples(audit: Audit, component: Component, scores: dict[str, float]) -> Answer:
    """Return a component's examples with their pictures and heatmaps."""
    db = audit.db
    view = db[component.layer]
    k = component.index
    ids = [int(i) for i in view.image_ids[k][:MAX_EXAMPLES]]
    names = audit.class_names
    found = []
    for rank, image_id in enumerate(ids):
        record = db.image(image_id)
        label = None if record.label is None else str(record.label)
        if record.label is not None and 0 <= record.label < len(names):
            label = names[record.label]
        found.append(
            {
                "image": image_id,
                "name": record.name,
                "label": label,
                "activation": float(view.activations[k, rank]),
                "box": [float(edge) for edge in view.boxes[k, rank]],
            }
        )
    heatmaps = db.heatmaps(component)[: len(ids)]
    body = {"examples": found, "scores": scores, "relevance": view.relevance}
    return Answer(body, [heatmaps.tobytes(), *(db.picture(i) for i in ids)])


def neighbours(audit: Audit, component: Component, meaning: int | None = None) -> Answer:
    """Return the components that resemble one most, or one of its meanings, of all layers."""
    table = audit.nearest(component, NEIGHBOURS, cluster=meaning)
    ids = [audit.db.position(row) for row in zip(table["layer"], table["component"], strict=True)]
    return Answer({"ids": ids, "similarity": [round(float(value), 4) for value in table["similarity"]]})


def classes(audit: Audit, component: Component, progress: Progress) -> Answer:
    """Return a component's relevance for the classes, the target first, at most `MAX_CLASSES` of them."""
    target = audit.session.target
    names = list(dict.fromkeys([*([target] if target in audit.class_names else []), *audit.class_names]))
    shown = names[:MAX_CLASSES] or [""]  # without a live model the audit says what is missing
    found: list[dict[str, Any]] = []
    for name in shown:
        if audit._judge is not None and not len(audit._judge.images_of(audit._judge.class_index(name))):
            why = "no evaluation image"
            found.append({"name": name, "relevance": None, "share": None, "place": None, "why": why})
            continue
        table = audit.relevance(name, layer=component.layer, progress=progress)
        values = table["relevance"].to_numpy()
        whole = float(np.abs(values).sum())
        value = float(values[component.index])
        finite = np.isfinite(value) and np.isfinite(whole) and whole > 0
        found.append(
            {
                "name": name,
                "relevance": value if finite else None,
                "share": value / whole if finite else None,
                "place": int((values > value).sum()) + 1 if finite else None,
            }
        )
    return Answer(
        {"classes": found, "left_out": len(names) - len(shown), "components": len(audit.db[component.layer])}
    )


def meanings(audit: Audit, component: Component, progress: Progress) -> Answer:
    """Return the clusters of a component's examples, and what is over-represented among their images."""
    progress(0, 0, "Splitting the examples")
    split = audit.clusters(component, progress=progress)
    clusters = [
        {
            "size": int(row["size"]),
            "clarity": None if np.isnan(row["clarity"]) else round(float(row["clarity"]), 3),
            "label": row["label"],
            "ranks": split.ranks(int(row["cluster"])),
        }
        for _, row in split.table.iterrows()
    ]
    progress(0, 0, "Comparing the images")
    data = audit.data(component)
    rows = data.significant().head(MAX_FINDINGS)
    findings: list[dict[str, Any]] = [
        {
            "column": str(row["column"]),
            "value": str(row["value"]),
            "images": int(row["images"]),
            "expected": round(float(row["expected"]), 1),
            "q": float(row["q"]),
        }
        for _, row in rows.iterrows()
    ]
    return Answer(
        {
            "clusters": clusters,
            "findings": findings,
            "images": len(data),
            "background": data.background,
            "files": data.files,
        }
    )
