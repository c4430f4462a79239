"""Measure the whole method against the lab's ground truth: `slens lab verify`.

Every choice (layer, margin, ablation mode) is a constant, made on the validation splits of the shipped
classifiers (seeds 0 to 2). What is reported comes from their test splits, and from held-out classifiers
(seeds 3 to 5), which were trained on images drawn anew and on which nothing was ever chosen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

import numpy as np

from slens_widgets.analyses.csp import GAMMA
from slens_widgets.lab import weights_folder
from slens_widgets.lab.classifier import HELD_OUT_SEEDS, SEEDS, load_classifier
from slens_widgets.lab.clip import load_clip
from slens_widgets.lab.estimate import Estimate, pooled
from slens_widgets.lab.verify_alignment import SIZES
from slens_widgets.lab.verify_clip import clip_figures
from slens_widgets.lab.verify_labels import chance_figure
from slens_widgets.lab.verify_seed import METHOD, seed_figures
from slens_widgets.lab.world import BIASES

Verdict = Literal["yes", "open", "NO"]
"""Whether a gate holds. "open": the figure passes, but its interval reaches across the gate, so that other
units might not pass."""


class Measured(TypedDict):
    """A figure over several classifiers."""

    value: float
    """Mean over the classifiers."""
    n: int
    """Units (images, channels, queries) behind it, of all classifiers together."""
    low: float | None
    """Lower end of the 95 % interval; None where there is none."""
    high: float | None
    per_seed: list[float]


class Gate(TypedDict):
    """One row of the table."""

    name: str
    gate: str
    holds: Verdict | None
    """The worse of the two groups' verdicts; None where the figure is only reported: its module says why."""
    shipped: Measured
    held_out: Measured | None
    """None where no held-out classifiers were measured, or the figure is not one of classifiers."""


def run(
    cache: str | Path | None = None,
    seeds: Sequence[int] = SEEDS,
    progress: bool = True,
    held_out: Sequence[int] = HELD_OUT_SEEDS,
) -> list[Gate]:
    """Measure everything over the classifiers; a gate must hold over the shipped and over the held-out ones.

    Raises
    ------
    WeightsUnavailableError
        The held-out classifiers have not been trained: `slens lab train --held-out`.
    """
    for seed in held_out:
        for bias in BIASES:
            load_classifier(seed, weights_folder(seed, cache), bias)
    of_clip, weakest = clip_figures(load_clip(), cache, progress)
    shipped = [seed_figures(seed, cache, progress) for seed in seeds]
    kept = [seed_figures(seed, cache, progress) for seed in held_out]
    rows = [
        gate("CLIP: mean zero-shot AUROC over the factors", [of_clip["mean"]], ">=", 0.93),
        gate("CLIP: the same over the artefacts", [of_clip["artefacts"]], ">=", 0.97),
        gate(f"CLIP: the weakest factor ({weakest})", [of_clip["weakest"]], ">=", 0.80),
        gate("CLIP: lost on held-out phrasings", [of_clip["lost"]], "<=", 0.02),
    ]

    def row(name: str, key: str, sign: str, bound: float | None) -> None:
        rows.append(gate(name, [each[key] for each in shipped], sign, bound, [each[key] for each in kept]))

    row("classifier: accuracy on the biased test set", "biased", ">=", 0.93)
    row("classifier: accuracy on the unbiased test set", "unbiased", "<=", 0.84)
    row("classifier: worst group", "worst_group", "<=", 0.30)
    row("search: precision at 1", "p_at_1", ">=", 0.70)
    row("search: precision at 3", "p_at_3", ">=", 0.70)
    row("labels: the right factor first, by SemanticLens", "labels_plain", ">=", 0.80)
    row(f"labels: the right factor first, by CSP with γ = {GAMMA:g}", "labels_csp", ">=", 0.80)
    row("labels: CSP above SemanticLens", "labels_gain", ">=", 0.0)
    row("labels: the same where CSP's own rule lets it", "labels_published", ">=", 0.0)
    row("labels: AUROC of the certificates, right or wrong", "labels_certificates", ">=", 0.80)
    row("labels: share of the right ones that is trusted", "labels_trusted_right", ">=", 0.60)
    row("labels: share of the wrong ones that is trusted", "labels_trusted_wrong", "<=", 0.10)
    name = "labels: share that is trusted with a CLIP of random weights"
    rows.append(gate(name, chance_figure(cache=cache, progress=progress), "<=", 0.05))
    row("audit: AUROC of artefact-selective or not", "audit_auroc", ">=", 0.88)
    row("audit: precision", "audit_precision", ">=", 0.80)
    row("audit: recall", "audit_recall", ">=", 0.70)
    for side, bound in (("valid", 0.80), ("spurious", 0.90)):
        row(f"alignment: false alarms on the {side} side, bias 0 %", f"false_alarms_{side}_0", "<=", 0.10)
        for bias in (0, 70):
            name = f"alignment: AUROC of the {side} score, bias {bias} %"
            row(name, f"aligned_{side}_{bias}", ">=", bound)
    row("alignment: precision of what is named as spurious, bias 0 %", "named_0", ">=", 0.80)
    for size in SIZES:
        name = f"alignment: texts about nothing, {size} at a time, reach p = .05"
        row(f"{name}: at least", f"chance_{size}", ">=", 0.03)
        row(f"{name}: at most", f"chance_{size}", "<=", 0.075)
    for bias in (0, 70):
        for kind in ("images", "pairs"):
            name = f"concepts: five {kind} find the channels of what they show (AUROC), bias {bias} %"
            row(name, f"shown_{kind}_{bias}", ">=", 0.90)
    row("pruning: rise of the classes' AUROC, unbiased test set", "auroc_gain", ">=", 0.04)
    row("pruning: gain of the worst group", "worst_gain", ">=", None)
    row("pruning: gain on the unbiased test set", "unbiased_gain", ">=", None)
    row("pruning: change on the biased test set", "biased_gain", ">=", None)
    row("pruning: worst group above random pruning", "above_random", ">=", 0.20)
    row("pruning: worst group's gain below the oracle's", "below_oracle", "<=", 0.10)
    row("explanation: a deciding ruler is among the first three", "explained_ruler", ">=", 0.85)
    row("explanation: a deciding band-aid is among the first three", "explained_bandaid", ">=", 0.85)
    row("report: rise of the spurious share, training bias 0 to 35 %", "report_0_35", ">", 0.0)
    row("report: rise of the spurious share, training bias 35 to 70 %", "report_35_70", ">", 0.0)
    row("compare: place of the later shortcut, bias 70 % against 0 %", "compare_70_0", "<=", 2.0)
    row("compare: place of the later shortcut, bias 35 % against 0 %", "compare_35_0", "<=", None)
    row("compare: place of the later shortcut, bias 70 % against 35 %", "compare_70_35", "<=", None)
    row(f"correction by {METHOD!r}: worst group", "corrected_worst", ">=", 0.80)
    row(f"correction by {METHOD!r}: accuracy on the unbiased test set", "corrected", ">=", 0.88)
    return rows


def gate(
    name: str,
    shipped: Sequence[Estimate],
    sign: str,
    bound: float | None,
    held_out: Sequence[Estimate] = (),
) -> Gate:
    """Return a row of the table; it holds if it does over the shipped and over the held-out classifiers."""
    row = Gate(
        name=name,
        gate="none" if bound is None else f"{sign} {bound:g}",
        holds=None,
        shipped=_measured(shipped),
        held_out=_measured(held_out) if held_out else None,
    )
    if bound is not None:
        verdicts = {_judged(pooled(each), sign, bound) for each in (shipped, held_out) if each}
        row["holds"] = next(each for each in ("NO", "open", "yes") if each in verdicts)
    return row


def _judged(figure: Estimate, sign: str, bound: float) -> Verdict:
    """Judge a figure by the end of its interval that is nearer to the gate; without one by itself."""

    def passes(value: float) -> bool:
        return {"<=": value <= bound, ">=": value >= bound, ">": value > bound}[sign]

    near = figure.high if sign == "<=" else figure.low
    if not passes(figure.value):
        return "NO"
    return "yes" if np.isnan(near) or passes(near) else "open"


def _measured(estimates: Sequence[Estimate]) -> Measured:
    together = pooled(estimates)
    low, high = (None if np.isnan(end) else round(end, 4) for end in (together.low, together.high))
    return Measured(
        value=round(together.value, 4),
        n=together.n,
        low=low,
        high=high,
        per_seed=[round(each.value, 4) for each in estimates],
    )


def failed(gates: Sequence[Gate]) -> int:
    """Return how many gates don't hold; one that is open is none of them."""
    return sum(gate["holds"] == "NO" for gate in gates)


def table(gates: Sequence[Gate]) -> str:
    """Return the gates as one printable table: mean, 95 % interval, n, and each classifier's figure."""
    names = [row["name"] for row in gates]
    columns: list[list[str]] = [
        names,
        [row["gate"] for row in gates],
        [row["holds"] or "-" for row in gates],
        [_shown(row["shipped"]) for row in gates],
        [_shown(row["held_out"]) for row in gates],
    ]
    heads = ["what", "gate", "holds", "shipped classifiers", "held-out classifiers"]
    widths = [max(map(len, [head, *column])) for head, column in zip(heads, columns, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in [heads, *zip(*columns, strict=True)]
    ]
    count, total = failed(gates), sum(row["holds"] is not None for row in gates)
    undecided = sum(row["holds"] == "open" for row in gates)
    if count:
        lines.append(f"{count} of {total} gates fail, {undecided} are open")
    elif undecided:
        lines.append(f"none of {total} gates fails, {undecided} are open: their intervals reach across")
    else:
        lines.append(f"all {total} gates hold")
    return "\n".join(lines)


def _shown(measured: Measured | None) -> str:
    if measured is None:
        return "-"
    interval = "" if measured["low"] is None else f" [{measured['low']:.3f}, {measured['high']:.3f}]"
    each = ", ".join(f"{value:.3f}" for value in measured["per_seed"])
    several = f": {each}" if len(measured["per_seed"]) > 1 else ""
    return f"{measured['value']:6.3f}{interval} n={measured['n']}{several}"


def verify(json_path: str | Path | None = None, **options: Any) -> list[Gate]:
    """Run everything and, if asked, write the rows as JSON."""
    gates = run(**options)
    if json_path is not None:
        Path(json_path).write_text(json.dumps(gates, indent=2) + "\n", encoding="utf-8")
    return gates
