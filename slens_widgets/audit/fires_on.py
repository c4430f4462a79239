"""Which classes of the probe images does a component fire on?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from slens_widgets.analyses.over_representation import over_representation

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

LEVEL: Final = 0.05
SAID: Final = 3
"""Classes that are named of one component."""
_COLUMNS: Final = ("layer", "component", "class", "images", "expected", "p")


def fires_on(audit: Audit, components: Any) -> pd.DataFrame:
    """Name the classes of the probe images that components fire on.

    Parameters
    ----------
    components
        (layer, index), or several.

    Returns
    -------
    DataFrame of layer, component, class, images (of the class, among the component's examples), expected (by
    chance) and p: of the classes that are over-represented among the examples, the surest first (Fisher's
    exact test, one-sided, at most 0.05 after Bonferroni's correction for all classes and all components of
    the layer). Where no class has enough images to get there, the classes of the three strongest examples
    are listed, with p NaN. No row where no class stands out, or the probe images have no classes.
    """
    chosen = audit.resolve(components)
    names = probe_class_names(audit)
    probe = audit.db.probe
    kept = {} if probe is None else dict(zip(probe.ids.tolist(), probe.labels.tolist(), strict=True))
    everywhere = Counter(label for label in kept.values() if label >= 0)
    labels: dict[int, int | None] = {id: label if label >= 0 else None for id, label in kept.items()}
    rows: list[tuple[Any, ...]] = []
    for layer, index in chosen:
        view = audit.db[layer]
        ids = [id for id in dict.fromkeys(view.image_ids[index].tolist()) if id >= 0]
        for id in ids:
            if id not in labels:
                labels[id] = audit.db.image(id).label
        classes = [label for label in map(labels.__getitem__, ids) if label is not None]
        background = everywhere + Counter(
            label for id in ids if id not in kept and (label := labels[id]) is not None
        )
        if not classes:
            continue
        found = Counter(classes)
        few, total, tests = list(found), sum(background.values()), len(background) * len(view)
        counts = np.array([found[each] for each in few])
        all_of = np.array([background[each] for each in few])
        p, best = (
            np.minimum(over_representation(drawn, all_of, len(classes), total) * tests, 1)
            for drawn in (counts, np.minimum(all_of, len(classes)))
        )
        tested = bool(probe is not None and (best <= LEVEL).any())
        order = (
            [i for i in np.argsort(p, kind="stable") if p[i] <= LEVEL] if tested else range(len(few))[:SAID]
        )
        rows += [
            (
                *(layer, index, names.get(few[i], str(few[i])), int(counts[i])),
                *(len(classes) * all_of[i] / total, float(p[i]) if tested else np.nan),
            )
            for i in order
        ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def said_of_classes(audit: Audit, components: Any) -> list[str]:
    """Return for each component what a person is told of its classes; empty where there is nothing to say."""
    chosen = audit.resolve(components)
    groups = dict(iter(fires_on(audit, chosen).groupby(["layer", "component"], sort=False)))
    return [_said(groups[tuple(each)]) if tuple(each) in groups else "" for each in chosen]


def _said(rows: pd.DataFrame) -> str:
    names = ", ".join(rows["class"].head(SAID))
    return f"strongest on: {names}" if rows["p"].isna().all() else f"fires on: {names}"


def probe_class_names(audit: Audit) -> dict[int, str]:
    """Return the names of the probe images' classes, by class index."""
    return dict(enumerate(audit.db.provenance.get("images", {}).get("class_names") or audit.class_names))
