"""What pruning some components does to a classifier, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from slens_widgets.analyses import intervals
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
    intervals: dict[str, tuple[float, float]] = field(repr=False)
    """By row of `table`, the ends of the change's 95 % interval in points; NaN for fewer than 10 images."""

    @property
    def table(self) -> pd.DataFrame:
        """Return every accuracy before and after, the change in points (hundredths) and its 95 % interval.

        low and high are the interval's ends, over images and in pairs (`analyses.intervals`): NaN where there
        are too few images. The change is `within_noise` unless the interval excludes 0.
        """
        rows = [("accuracy", self.before.accuracy, self.after.accuracy)]
        if self.before.worst_group is not None and self.after.worst_group is not None:
            rows.append(("worst group", self.before.worst_group, self.after.worst_group))
        rows += [(f"class {k}", v, self.after.per_class[k]) for k, v in self.before.per_class.items()]
        rows += [(f"group {k}", v, self.after.per_group[k]) for k, v in self.before.per_group.items()]
        table = pd.DataFrame(rows, columns=["of", "before", "after"])
        table["points"] = 100 * (table["after"] - table["before"])
        table["low"] = [self.intervals[of][0] for of in table["of"]]
        table["high"] = [self.intervals[of][1] for of in table["of"]]
        table["within_noise"] = ~((table["low"] > 0) | (table["high"] < 0))
        return table

    def __repr__(self) -> str:
        counts = self.flips["change"].value_counts()
        flipped = ", ".join(
            f"{counts[name]} {name}" for name in ("fixed", "broken", "other") if name in counts
        )
        head = f"PruningResult({len(self.components)} components, mode {self.mode!r}, n={self.before.n})"
        signed = dict.fromkeys(("points", "low", "high"), "{:+.1f}".format)
        body = self.table.to_string(index=False, formatters=signed, float_format="%.3f")
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
    ends = _intervals(before == labels, after == labels, labels, class_names, groups, group_names)
    return PruningResult(was, now, _flips(before, after, labels, class_names), components, mode, ends)


def _intervals(
    was: Bool[np.ndarray, " image"],
    now: Bool[np.ndarray, " image"],
    labels: Int[np.ndarray, " image"],
    class_names: tuple[str, ...],
    groups: Int[np.ndarray, " image"] | None,
    group_names: tuple[str, ...],
) -> dict[str, tuple[float, float]]:
    """Return the ends of every change's 95 % interval, in points, by the row of the table."""

    def ends(of: Float[np.ndarray, " 2"]) -> tuple[float, float]:
        return 100 * float(of[0]), 100 * float(of[1])

    def among(images: Bool[np.ndarray, " image"]) -> tuple[float, float]:
        fixed, broken = (now & ~was & images).sum(), (was & ~now & images).sum()
        return ends(intervals.paired_change(fixed, broken, images.sum()))

    found = {"accuracy": among(np.ones(len(labels), bool))}
    found |= {f"class {name}": among(labels == c) for c, name in enumerate(class_names)}
    if groups is not None:
        found["worst group"] = ends(intervals.worst_group_change(was, now, groups))
        for group in np.unique(groups):
            name = group_names[group] if 0 <= group < len(group_names) else group
            found[f"group {name}"] = among(groups == group)
    return found


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
