"""What would pruning each single component change?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.audit.live import Judge, need
from slens_widgets.errors import InputError
from slens_widgets.types import AblationMode, Component, Progress, SinglePrunings

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

AT_ONCE = 32
"""Components of one call where each is a matrix product; where it is not, each waits for its turn."""


def effects(
    audit: Audit,
    components: Any = None,
    mode: AblationMode | None = None,
    *,
    layer: str | None = None,
    target: str | int | None = None,
    images: int | None = None,
    seconds: float = 20.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Say for each component what pruning it alone would change.

    Where a layer reaches the logits linearly this is cheap for all of its components. Elsewhere each one
    takes a pass through the rest of the network; what that takes in all is measured first.

    Parameters
    ----------
    components
        Only these: (layer, index) pairs, one pair or a table; None: all.
    mode
        "mean" or "zero"; None: the session's.
    layer
        Only this layer's components.
    target
        Class whose accuracy is told too; None: the session's.
    images
        Judge on this many images, drawn at random (always the same ones), instead of all.
    seconds
        How long it may take. Nothing is computed where more is expected.
    progress
        Called as progress(done, total, stage); may raise `Cancelled`.

    Returns
    -------
    DataFrame of layer, component, accuracy, worst_group, target (changes in points), fixed, broken (numbers
    of images), low, high (ends of the 95 % interval of accuracy's change, over images in pairs; NaN for fewer
    than 10 images; of one component, not corrected for how many are looked at), within_noise (the interval
    doesn't exclude 0), worst_group_low, worst_group_high, target_low and target_high (the same of the other
    changes). ``attrs`` holds the mode, the target and the number of images.

    Raises
    ------
    InputError
        There is no live model, or it would take longer than `seconds`; the error says how long.
    """
    judge = need(audit._judge, "The effect of pruning")
    mode = audit.session.mode if mode is None else mode
    if target is None and audit.session.target in judge.class_names:
        target = audit.session.target
    index = None if target is None else judge.class_index(target)
    wanted = tuple(audit.db.components) if components is None else audit.resolve(components)
    if layer is not None:
        audit.db[layer]
        wanted = tuple(each for each in wanted if each.layer == layer)
    n = len(judge.live.labels)
    if images is not None and (isinstance(images, bool) or not isinstance(images, int) or images < 1):
        raise InputError(f"images is {images!r}", expected="a number of images, at least 1")
    rows = None
    if images is not None and images < n:
        rows = tuple(np.sort(np.random.default_rng(0).choice(n, images, replace=False)).tolist())
    _predict(judge, wanted, mode, rows, seconds, progress)
    found = judge.effects(wanted, mode, index, rows)
    table = pd.DataFrame(
        {
            "layer": [each.layer for each in wanted],
            "component": [each.index for each in wanted],
            **{
                name: getattr(found, name)
                for name in ("accuracy", "worst_group", "target", "fixed", "broken")
            },
        }
    )
    table["low"], table["high"] = found.ends[:, 0], found.ends[:, 1]
    table["within_noise"] = ~((table["low"] > 0) | (table["high"] < 0))
    for name, ends in (("worst_group", found.worst_group_ends), ("target", found.target_ends)):
        table[f"{name}_low"], table[f"{name}_high"] = ends[:, 0], ends[:, 1]
    table.attrs = {
        "mode": mode,
        "target": None if index is None else judge.class_names[index],
        "images": n if rows is None else len(rows),
    }
    return table


def _predict(
    judge: Judge,
    wanted: tuple[Component, ...],
    mode: AblationMode,
    rows: tuple[int, ...] | None,
    seconds: float,
    progress: Progress | None,
) -> None:
    """Have the judge know the classes after each single pruning, within the time allowed."""
    layers = list(dict.fromkeys(each.layer for each in wanted))
    open_ = {
        layer: [each for each in judge.unknown(wanted, mode, rows) if each.layer == layer] for layer in layers
    }
    done, total = len(wanted) - sum(map(len, open_.values())), len(wanted)
    for layer, components in open_.items():
        engine = (
            judge.live.engine(layer, progress=progress) if isinstance(judge.live, SinglePrunings) else None
        )
        quick = engine is not None and engine.kind == "closed form"
        step = AT_ONCE if quick else 1
        start, worked = time.perf_counter(), 0
        for place in range(0, len(components), step):
            if progress is not None:
                progress(done, total, "effects")
            part = components[place : place + step]
            judge.predict(part, mode, rows, progress)
            done, worked = done + len(part), worked + len(part)
            spent = time.perf_counter() - start
            expected = spent / worked * len(components)
            if expected > seconds and spent > min(1.0, seconds / 4) and spent < expected / 2:
                why = "" if engine is None else f" ({engine.kind}: {engine.why})"
                raise InputError(
                    f"The effects of {len(components)} components of layer {layer!r} would take about "
                    f"{expected:.0f} s{why}",
                    expected=f"at most {seconds:g} s",
                    next_step=f"Allow it with seconds={int(expected * 1.3) + 1}, name fewer components=…, or "
                    "judge on fewer images=…; what was computed is kept",
                )
    if progress is not None:
        progress(total, total, "effects")
