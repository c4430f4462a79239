"""What pruning some components does to a classifier, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from jaxtyping import Int

from slens_widgets.analyses.evaluation import Metrics, evaluate
from slens_widgets.types import AblationMode, Component, LiveModel


@dataclass(frozen=True)
class PruningResult:
    """Accuracies of the model as it is and with components ablated, on the same images."""

    before: Metrics
    """With nothing ablated."""
    after: Metrics
    """With `components` ablated."""
    flips: pd.DataFrame = field(repr=False)
    """Images whose predicted class changed: image, label, before, after, change ("fixed", "broken", …)."""
    components: tuple[Component, ...]
    """What was ablated."""
    mode: AblationMode
    """What replaced their activations."""

    @property
    def table(self) -> pd.DataFrame:
        """Return every accuracy before and after, and the change in points (hundredths)."""
        rows = [("accuracy", self.before.accuracy, self.after.accuracy)]
        if self.before.worst_group is not None and self.after.worst_group is not None:
            rows.append(("worst group", self.before.worst_group, self.after.worst_group))
        rows += [(f"class {k}", v, self.after.per_class[k]) for k, v in self.before.per_class.items()]
        rows += [(f"group {k}", v, self.after.per_group[k]) for k, v in self.before.per_group.items()]
        table = pd.DataFrame(rows, columns=["of", "before", "after"])
        table["points"] = 100 * (table["after"] - table["before"])
        return table

    def __repr__(self) -> str:
        counts = self.flips["change"].value_counts()
        flipped = ", ".join(
            f"{counts[name]} {name}" for name in ("fixed", "broken", "other") if name in counts
        )
        head = f"PruningResult({len(self.components)} components, mode {self.mode!r}, n={self.before.n})"
        body = self.table.to_string(index=False, formatters={"points": "{:+.1f}".format}, float_format="%.3f")
        return f"{head}\n{body}\nflips: {flipped or 'none'}"


def pruning_result(
    live: LiveModel,
    before: Int[np.ndarray, " image"],
    after: Int[np.ndarray, " image"],
    components: tuple[Component, ...],
    mode: AblationMode,
) -> PruningResult:
    """Return what pruning does, of the classes that are predicted of each evaluation image."""
    class_names = tuple(str(name) for name in live.class_names)
    group_names = tuple(getattr(live, "group_names", None) or ())
    groups = None if live.groups is None else np.asarray(live.groups)
    labels = np.asarray(live.labels)
    was, now = (evaluate(each, labels, class_names, groups, group_names) for each in (before, after))
    return PruningResult(was, now, _flips(before, after, labels, class_names), components, mode)


def _flips(
    before: Int[np.ndarray, " image"],
    after: Int[np.ndarray, " image"],
    labels: Int[np.ndarray, " image"],
    class_names: tuple[str, ...],
) -> pd.DataFrame:
    images = np.flatnonzero(before != after)
    due, was, became = labels[images], before[images], after[images]
    change = np.select([became == due, was == due], ["fixed", "broken"], "other")
    names = np.array(class_names, dtype=object)
    return pd.DataFrame(
        {
            "image": images,
            "label": names[due],
            "before": names[was],
            "after": names[became],
            "change": change,
        }
    )
