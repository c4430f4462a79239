"""What do the classes rest on, and how much of it should they not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.analyses import reliance
from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.audit import concepts
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.thresholds import ConceptSet
from slens_widgets.concept import Concept, named
from slens_widgets.errors import InputError
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

MAX_CLASSES = 20
"""Classes that are audited where none is named; relevance for each takes a pass over its images."""


@dataclass(frozen=True)
class Findings:
    """What each class rests on: component by component, and in sum."""

    classes: tuple[str | None, ...]
    """The audited classes, in the order asked for; None where only the concepts are looked at."""
    components: pd.DataFrame = field(repr=False)
    """One row per class and component: class, the columns of `Audit.align` (relevance is a mean), share
    (of the layer's relevance, by magnitude) and impact (share × lean), the largest impact first; without
    relevance, the largest lean first."""
    shares: pd.DataFrame
    """One row per class, layer and quadrant: class, layer, quadrant, components (how many), share (of the
    layer's relevance), low and high (ends of its bootstrap interval)."""
    valid: tuple[str, ...]
    """Concepts that the classes should rest on."""
    spurious: tuple[str, ...]
    """Concepts that they should not rest on."""
    shown: dict[str, str]
    """Of those that are shown by images, how each was tested."""
    thresholds: tuple[float, float] | None
    """Scores from which on a component counts as valid, as spurious; None where the verdict is withheld."""
    threshold_source: str
    """Where the thresholds come from."""
    withheld: str | None
    """Why there is no verdict, so that there are neither quadrants nor shares; None: there is one."""
    unit: str
    """What the scores "valid", "spurious" and "lean" are."""
    interval: str
    """What the interval of the shares is."""
    unknown_words: dict[str, list[str]]
    """By concept, the words that the foundation model can't know."""


def findings(
    audit: Audit,
    valid: str | Concept | ConceptSet | None = None,
    spurious: str | Concept | ConceptSet | None = None,
    target: str | int | Sequence[str | int] | None = None,
    *,
    layer: str | None = None,
    thresholds: float | tuple[float, float] | None = None,
    templates: Sequence[str] | None = OWN,
    progress: Progress | None = None,
) -> Findings:
    """Say what share of each class's relevance lies on valid, spurious, both and unexpected components.

    Parameters
    ----------
    valid, spurious
        Concepts as in `Audit.align`; None takes those of the session.
    target
        One class or several; None takes the session's, or all of up to 20 where it names none.
    thresholds
        As in `Audit.align`; None takes the session's, else those that chance gives.

    Raises
    ------
    InputError
        There are no concepts, or too many classes and none is named.

    Source: SemanticLens (arXiv 2501.05398), audit.
    """
    session = audit.session
    valid = session.valid if valid is None else valid
    spurious = session.spurious if spurious is None else spurious
    thresholds = session.thresholds if thresholds is None else thresholds
    classes = _classes(audit, target)
    tables, sums = [], []
    interval = "none: there is no relevance"
    for name in classes:
        table = audit.align(
            valid,
            spurious,
            name,
            layer=layer,
            thresholds=thresholds,
            templates=templates,
            remember=False,
            progress=progress,
        )
        attrs = table.attrs
        table.insert(0, "class", name or "")
        table["share"] = np.nan
        for each in audit.db.layers if layer is None else [layer]:
            rows = np.flatnonzero(table["layer"] == each)
            found = _layer_shares(audit, name, each, table.iloc[rows], progress)
            if found is not None:
                strength, part, interval = found
                table.loc[rows, "share"] = strength
                if attrs["withheld"] is None:
                    sums.append(part)
        table["impact"] = table["share"] * table["lean"]
        by = "impact" if table["impact"].notna().any() else "lean"
        tables.append(table.sort_values(by, ascending=False, kind="stable", ignore_index=True))
    empty = ["class", "layer", "quadrant", "components", "share", "low", "high"]
    together = pd.concat(tables, ignore_index=True)
    together.attrs = {}
    return Findings(
        classes=classes,
        components=together,
        shares=pd.concat(sums, ignore_index=True) if sums else pd.DataFrame(columns=empty),
        valid=tuple(named(each) for each in concepts.asked(audit, valid)),
        spurious=tuple(named(each) for each in concepts.asked(audit, spurious)),
        shown=attrs["shown"],
        thresholds=attrs["thresholds"],
        threshold_source=attrs["threshold_source"],
        withheld=attrs["withheld"],
        unit=attrs["unit"],
        interval=interval,
        unknown_words=attrs["unknown_words"],
    )


def _classes(audit: Audit, target: Any) -> tuple[str | None, ...]:
    """Return the names of the classes asked for, checked."""
    if target is None and audit.session.target is not None:
        target = audit.session.target
    if target is None:
        names = audit.class_names
        if len(names) > MAX_CLASSES:
            raise InputError(
                f"The model has {len(names)} classes and none of them is named",
                expected="target='…' or a list of classes",
            )
        return names or (None,)
    several = target if isinstance(target, list | tuple) else [target]
    if not several:
        raise InputError("The list of classes is empty", expected="at least one class, or None")
    if audit._judge is None:
        return tuple(str(each) for each in several)
    return tuple(dict.fromkeys(audit.class_names[audit._judge.class_index(each)] for each in several))


def _layer_shares(
    audit: Audit, name: str | None, layer: str, table: pd.DataFrame, progress: Progress | None
) -> tuple[np.ndarray, pd.DataFrame, str] | None:
    """Return the components' shares, the quadrants' with their interval, and what that is; or None."""
    if audit._judge is None or name is None or table["relevance"].isna().any():
        return None
    kinds = table["quadrant"].to_numpy()
    by_image = audit._judge.image_relevance(layer, audit._judge.class_index(name), progress)
    if by_image is not None:
        strength = reliance.strength(by_image)
        parts = reliance.parts_of(by_image, kinds, QUADRANTS)
        interval = "95 % bootstrap over the evaluation images of the class"
    else:
        mean = table["relevance"].to_numpy()[None]
        strength = reliance.strength(mean)
        parts = np.abs(mean[0])[:, None] * (kinds[:, None] == np.array(QUADRANTS)[None])
        interval = "95 % bootstrap over the components"
    found = reliance.shares(parts)
    rows = pd.DataFrame({"class": name, "layer": layer, "quadrant": list(QUADRANTS)})
    rows["components"] = [int((kinds == quadrant).sum()) for quadrant in QUADRANTS]
    rows["share"], rows["low"], rows["high"] = found.T
    return strength, rows, interval
