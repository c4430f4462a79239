"""What do the classes rest on, and how much of it should they not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Int64

from slens_widgets.analyses import reliance
from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.arguments import as_thresholds
from slens_widgets.audit import concepts
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.thresholds import ConceptSet, redrawn_quadrants
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
    layer's relevance), low and high (ends of its interval, see `interval`)."""
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
    at_chance: str | None
    """Says that the model is no better than chance, so that it means nothing what its decisions rest on; None
    where it is better, or where that is not known."""
    unit: str
    """What the scores "valid", "spurious" and "lean" are."""
    interval: str
    """What the interval of the shares is."""
    unknown_words: dict[str, list[str]]
    """By concept, the words that the foundation model can't know."""
    without_images: tuple[str, ...] = ()
    """Classes of which there is no evaluation image, so that nothing is said of them."""


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

    Each share has a 95 % interval: the evaluation images and the kept probe images are drawn again 400 times,
    and with the latter scores and quadrants move. That takes about 0.5 s for 100 components and 2,500 probe
    images, some 10 s for 2,000 and 10,000, and nothing where only the target is another one.

    Parameters
    ----------
    valid, spurious
        Concepts as in `Audit.align`; None takes those of the session.
    target
        One class or several; None takes the session's, or where it names none all that have evaluation
        images, up to 20.
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
    moved: tuple[np.ndarray, str] | None = None
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
            relevance = _relevance(audit, name, each, table.iloc[rows], progress)
            if relevance is None or name is None:
                continue
            table.loc[rows, "share"] = reliance.strength(relevance)
            if attrs["withheld"] is None:
                if moved is None:
                    moved = _redrawn(audit, (valid, spurious), layer, templates, thresholds, progress)
                sums.append(
                    _layer_shares(
                        name, each, table["quadrant"].to_numpy()[rows], relevance, moved[0][:, rows]
                    )
                )
                interval = _interval(len(relevance) > 1, moved[1])
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
        at_chance=attrs["at_chance"],
        unit=attrs["unit"],
        interval=interval,
        unknown_words=attrs["unknown_words"],
        without_images=_without_images(audit),
    )


def _without_images(audit: Audit) -> tuple[str, ...]:
    judge = audit._judge
    if judge is None:
        return ()
    return tuple(name for c, name in enumerate(judge.class_names) if not len(judge.images_of(c)))


def _classes(audit: Audit, target: Any) -> tuple[str | None, ...]:
    """Return the names of the classes asked for, checked."""
    if target is None and audit.session.target is not None:
        target = audit.session.target
    if target is None:
        lacking = _without_images(audit)
        names = tuple(name for name in audit.class_names if name not in lacking)
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


def _redrawn(
    audit: Audit,
    sets: tuple[Any, Any],
    layer: str | None,
    templates: Sequence[str] | None,
    thresholds: float | tuple[float, float] | None,
    progress: Progress | None,
) -> tuple[Int64[np.ndarray, "draw component"], str]:
    """Return `redrawn_quadrants`; the last ones are remembered."""
    asked = concepts.asked(audit, sets[0]), concepts.asked(audit, sets[1])
    given = None if thresholds is None else as_thresholds(thresholds)
    members = [[each.digest if isinstance(each, Concept) else each for each in side] for side in asked]
    revision = getattr(audit.live, "revision", None)
    key = repr((members, layer, templates, given, audit.db.foundation_model["name"], revision))
    with audit._lock:
        if audit._redrawn is None or audit._redrawn[0] != key:
            found = redrawn_quadrants(audit, asked, layer, templates, given, reliance.DRAWS, progress)
            audit._redrawn = key, found
        return audit._redrawn[1]


def _relevance(
    audit: Audit, name: str | None, layer: str, table: pd.DataFrame, progress: Progress | None
) -> Float[np.ndarray, "image component"] | None:
    """Return the relevance for a class by image, else its mean as a single row; None where there is none."""
    if audit._judge is None or name is None or table["relevance"].isna().any():
        return None
    by_image = audit._judge.image_relevance(layer, audit._judge.class_index(name), progress)
    return table["relevance"].to_numpy()[None] if by_image is None else by_image


def _layer_shares(
    name: str,
    layer: str,
    quadrants: np.ndarray,
    relevance: Float[np.ndarray, "image component"],
    redrawn: Int64[np.ndarray, "draw component"],
) -> pd.DataFrame:
    parts = reliance.parts_of(relevance, quadrants, QUADRANTS)
    drawn = reliance.redrawn_shares(relevance, redrawn, len(QUADRANTS))
    rows = pd.DataFrame({"class": name, "layer": layer, "quadrant": list(QUADRANTS)})
    rows["components"] = [int((quadrants == quadrant).sum()) for quadrant in QUADRANTS]
    rows["share"], rows["low"], rows["high"] = reliance.interval(parts, drawn).T
    return rows


def _interval(by_image: bool, drawn: str) -> str:
    """Return in words what the interval of the shares is."""
    units = [*(["evaluation images of the class"] if by_image else []), *([drawn] if drawn else [])]
    if not units:
        return "none: neither relevance nor quadrants are known by image"
    said = f"95 % bootstrap: the {' and the '.join(units)} are drawn again"
    said += ", and the quadrants move with them" if drawn else "; the quadrants are taken as they are"
    if not by_image:
        said += "; relevance is taken as it is, because the live model does not give it by image"
    return said
