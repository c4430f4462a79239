"""What pruning some components does to a classifier, as one value."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from slens_widgets.analyses import intervals, roc
from slens_widgets.analyses.evaluation import Metrics, evaluate, shares
from slens_widgets.class_labels import distinct
from slens_widgets.tasks import Task, decisions
from slens_widgets.types import AblationMode, Component, LiveModel

MOVED = 0.05
"""Excess of a class among the predictions from which on the moved border is told."""


@dataclass(frozen=True)
class PruningResult:
    """Accuracies of the model as it is and with components ablated, on the same images."""

    before: Metrics
    """With nothing ablated."""
    after: Metrics
    """With `components` ablated."""
    flips: pd.DataFrame = field(repr=False)
    """Images whose predicted class changed: image, label, before, after, change ("fixed", "broken", …); where
    each label is decided on its own, a row for each decision that changed ("edema" to "not edema")."""
    components: tuple[Component, ...]
    """What was ablated."""
    mode: AblationMode
    """What replaced their activations."""
    intervals: dict[str, tuple[float, float]] = field(repr=False)
    """By row of `table`, the ends of the change's 95 % interval in points; NaN for fewer than 10 images."""
    border: str | None
    """Says which class is now called much more often than it should be, None if none is: changes then tell
    of where the border between the classes came to lie, too, and `Audit.correct` sets that anew."""

    @property
    def several(self) -> bool:
        """Whether each label of an image is decided on its own."""
        return len(self.before.auroc) > 1

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
        rows += [(f"AUROC {k}", v, self.after.auroc[k]) for k, v in self.before.auroc.items()]
        rows += [(f"group {k}", v, self.after.per_group[k]) for k, v in self.before.per_group.items()]
        table = pd.DataFrame(rows, columns=["of", "before", "after"])
        table["points"] = 100 * (table["after"] - table["before"])
        table["low"] = [self.intervals[of][0] for of in table["of"]]
        table["high"] = [self.intervals[of][1] for of in table["of"]]
        table["within_noise"] = ~((table["low"] > 0) | (table["high"] < 0))
        return table

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("", "before", "after", "points", "95 % interval"))
        lines = []
        for row in self.table.itertuples():
            figures = (f"{row.before:.3f}", f"{row.after:.3f}", f"{row.points:+.1f}", ends(row))
            cells = "".join(f"<td>{html.escape(figure)}</td>" for figure in figures)
            muted = ' style="opacity: 0.6"' if row.within_noise else ""
            lines.append(f"<tr{muted}><th>{html.escape(row.of)}</th>{cells}</tr>")
        notes = [f"{len(self.components)} components pruned, mode {self.mode!r}, n={self.before.n}"]
        notes += [self.border] if self.border else []
        said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
        return f"{said}<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"

    def __repr__(self) -> str:
        counts = self.flips["change"].value_counts()
        flipped = ", ".join(
            f"{counts[name]} {name}" for name in ("fixed", "broken", "other") if name in counts
        )
        head = f"PruningResult({len(self.components)} components, mode {self.mode!r}, n={self.before.n})"
        signed = dict.fromkeys(("points", "low", "high"), "{:+.1f}".format)
        body = self.table.to_string(index=False, formatters=signed, float_format="%.3f")
        lacking = ", ".join(self.before.without_images)
        lacking = f"\nno evaluation image is of: {lacking}" if lacking else ""
        moved = f"\n{self.border}" if self.border else ""
        return f"{head}\n{body}\nflips: {flipped or 'none'}{lacking}{moved}"


def said(row: Any) -> str:
    """Return the change of a row of `PruningResult.table` in points, with its interval."""
    return f"{row.points:+.1f}: {ends(row)}"


def ends(row: Any) -> str:
    """Return the interval of a row's change, and whether the change is within noise."""
    if row.points != row.points:
        return f"unknown: it {roc.UNKNOWN}"
    if row.low != row.low:
        return "too few images"
    return f"{row.low:+.1f} to {row.high:+.1f}" + (", within noise" if row.within_noise else "")


def pruning_result(
    live: LiveModel,
    before: Float[np.ndarray, "image class"],
    after: Float[np.ndarray, "image class"],
    components: tuple[Component, ...],
    mode: AblationMode,
) -> PruningResult:
    """Return what pruning does, of the logits of each evaluation image."""
    class_names = tuple(distinct(live.class_names))
    group_names = tuple(getattr(live, "group_names", None) or ())
    groups = None if live.groups is None else np.asarray(live.groups)
    labels, task = np.asarray(live.labels), task_of_live(live)
    was, now = decisions(before, task), decisions(after, task)
    alone = {"multiclass": slice(0), "binary": slice(1, 2), "multilabel": slice(None)}[task]
    areas = None if task == "multiclass" else (before[:, alone], after[:, alone])
    scores = (None, None) if areas is None else areas
    first, second = (
        evaluate(each, labels, class_names, groups, group_names, scored)
        for each, scored in zip((was, now), scores, strict=True)
    )
    ends = _intervals(was == labels, now == labels, labels, class_names, groups, group_names)
    if areas is not None:
        shows = labels.reshape(len(labels), -1) == 1
        for c, name in enumerate(first.auroc):
            ends[f"AUROC {name}"] = _points(roc.auroc_change(areas[0][:, c], areas[1][:, c], shows[:, c]))
    flips = _flips(was, now, labels, class_names)
    border = _border(first, second, shares(labels, class_names))
    return PruningResult(first, second, flips, components, mode, ends, border)


def task_of_live(live: LiveModel) -> Task:
    """Return what a live model's logits decide; one that says nothing has a class for each image."""
    return getattr(live, "task", "multiclass")


def _points(of: Float[np.ndarray, " 2"]) -> tuple[float, float]:
    return 100 * float(of[0]), 100 * float(of[1])


def _border(was: Metrics, now: Metrics, shown: dict[str, float]) -> str | None:
    class_names = list(shown)
    before, after, due = (np.array(list(each.values())) for each in (was.predicted, now.predicted, shown))
    # Beyond what drawing other images would change, and further off than before.
    noise = 1.96 * np.sqrt(due * (1 - due) / now.n)
    excess = np.where(after - due > noise + np.abs(before - due), after - due, 0.0)
    if excess.max() < MOVED:
        return None
    most = int(excess.argmax())
    return (
        f"The border moved: {after[most]:.1%} of the images are now called {class_names[most]!r}, "
        f"{before[most]:.1%} before; {due[most]:.1%} are."
    )


def _intervals(
    was: Bool[np.ndarray, " image *label"],
    now: Bool[np.ndarray, " image *label"],
    labels: Int[np.ndarray, " image *label"],
    class_names: tuple[str, ...],
    groups: Int[np.ndarray, " image"] | None,
    group_names: tuple[str, ...],
) -> dict[str, tuple[float, float]]:
    """Return the ends of every change's 95 % interval, in points, by the row of the table."""

    def among(images: Any, decided: Any = slice(None)) -> tuple[float, float]:
        some = (each[images] if each.ndim == 1 else each[images][:, decided] for each in (was, now))
        first, second = (each[None] for each in some)
        return _points(intervals.mean_change(first, second)[0])

    found = {"accuracy": among(slice(None))}
    for c, name in enumerate(class_names):
        found[f"class {name}"] = among(labels == c) if labels.ndim == 1 else among(slice(None), [c])
    if groups is not None:
        found["worst group"] = _points(intervals.worst_group_change(was, now, groups))
        for group in np.unique(groups):
            name = group_names[group] if 0 <= group < len(group_names) else group
            found[f"group {name}"] = among(groups == group)
    return found


def _flips(
    before: Int[np.ndarray, " image *label"],
    after: Int[np.ndarray, " image *label"],
    labels: Int[np.ndarray, " image *label"],
    class_names: tuple[str, ...],
) -> pd.DataFrame:
    images, *decided = np.nonzero(before != after)
    if decided:
        # Each decision on a label has two sides: the label, and not the label.
        names = np.array([*class_names, *(f"not {name}" for name in class_names)], dtype=object)
        side = decided[0] + len(class_names) * (1 - np.stack([labels, before, after])[:, images, decided[0]])
        due, was, became = side
    else:
        names = np.array(class_names, dtype=object)
        due, was, became = labels[images], before[images], after[images]
    change = np.select([became == due, was == due], ["fixed", "broken"], "other")
    return pd.DataFrame(
        {
            "image": images,
            "label": names[due],
            "before": names[was],
            "after": names[became],
            "change": change,
        }
    )
