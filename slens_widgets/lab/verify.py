"""Measure the whole method against the lab's ground truth: `slens lab verify`.

Every choice (layer, ablation mode) is a constant here, made on the validation splits; what is
reported comes from the test splits.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from slens_widgets import lab
from slens_widgets.analyses.csp import GAMMA
from slens_widgets.audit import Audit, Evaluation, PruningResult
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.audit.correct import Method
from slens_widgets.lab import measure
from slens_widgets.lab.captions import HELD_OUT, PHRASES
from slens_widgets.lab.classifier import SEEDS
from slens_widgets.lab.clip import LabClip, load_clip, zero_shot
from slens_widgets.lab.factors import FACTORS, NAMES
from slens_widgets.lab.shortcuts import explained
from slens_widgets.lab.verify_bias import bias_figures
from slens_widgets.lab.verify_labels import label_figures
from slens_widgets.types import AblationMode, Component

logger = logging.getLogger(__name__)

MODE: AblationMode = "mean"
RANDOM_DRAWS = 10
METHOD: Method = "dfr"
"""Of the methods of `Audit.correct` one of the best where the choice is made. What learns does so from the
first half of the unbiased validation split, and the second half chooses: biased images bring bias back."""


class Gate(TypedDict):
    """One row of the table."""

    name: str
    value: float
    gate: str
    holds: bool | None
    """None where the figure is only reported, because it can't be reached: its module says why."""
    per_seed: list[float]


def run(cache: str | Path | None = None, seeds: Sequence[int] = SEEDS, progress: bool = True) -> list[Gate]:
    """Measure everything over the classifier seeds; the value of a gate is that of its worst seed."""
    clip = load_clip()
    rows = clip_gates(clip, cache, progress)
    figures = [seed_figures(seed, cache, progress) for seed in seeds]

    def worst(name: str, key: str, sign: str, bound: float | None) -> None:
        rows.append(_gate(name, [each[key] for each in figures], sign, bound))

    worst("classifier: accuracy on the biased test set", "biased", ">=", 0.93)
    worst("classifier: accuracy on the unbiased test set", "unbiased", "<=", 0.84)
    worst("classifier: worst group", "worst_group", "<=", 0.30)
    worst("search: precision at 1", "p_at_1", ">=", 0.70)
    worst("search: precision at 3", "p_at_3", ">=", 0.70)
    worst("labels: the right factor first, by SemanticLens", "labels_plain", ">=", 0.80)
    worst(f"labels: the right factor first, by CSP with γ = {GAMMA:g}", "labels_csp", ">=", 0.80)
    worst("labels: CSP above SemanticLens", "labels_gain", ">=", 0.0)
    worst("labels: the same where CSP's own rule lets it", "labels_published", ">=", 0.0)
    worst("labels: AUROC of the certificates, right or wrong", "labels_certificates", ">=", 0.80)
    worst("audit: AUROC of artefact-selective or not", "audit_auroc", ">=", 0.88)
    worst("audit: precision", "audit_precision", ">=", 0.80)
    worst("audit: recall", "audit_recall", ">=", 0.70)
    worst("pruning: gain of the worst group", "worst_gain", ">=", 0.40)
    worst("pruning: gain on the unbiased test set", "unbiased_gain", ">=", 0.05)
    worst("pruning: change on the biased test set", "biased_gain", ">=", -0.05)
    worst("pruning: worst group above random pruning", "above_random", ">=", 0.20)
    worst("pruning: share of the oracle's gain", "of_oracle", ">=", 0.80)
    worst("explanation: a deciding ruler is among the first three", "explained_ruler", ">=", 0.85)
    worst("explanation: a deciding band-aid is among the first three", "explained_bandaid", ">=", 0.85)
    worst("report: rise of the spurious share, training bias 0 to 35 %", "report_0_35", ">", 0.0)
    worst("report: rise of the spurious share, training bias 35 to 70 %", "report_35_70", ">", 0.0)
    worst("compare: place of the later shortcut, bias 70 % against 0 %", "compare_70_0", "<=", 2.0)
    worst("compare: place of the later shortcut, bias 35 % against 0 %", "compare_35_0", "<=", None)
    worst("compare: place of the later shortcut, bias 70 % against 35 %", "compare_70_35", "<=", None)
    worst(f"correction by {METHOD!r}: worst group", "corrected_worst", ">=", 0.80)
    worst(f"correction by {METHOD!r}: accuracy on the unbiased test set", "corrected", ">=", 0.88)
    return rows


def clip_gates(clip: LabClip, cache: str | Path | None = None, progress: bool = True) -> list[Gate]:
    """Measure the CLIP's zero-shot recognition of every factor on whole images of its test split."""
    from PIL import Image

    images, _, present = lab.image_set("clip_test", cache, progress)
    embedded = clip.encode_images([Image.fromarray(image) for image in images])

    def areas(phrases: dict[str, Sequence[str]]) -> list[float]:
        return [
            float(
                np.mean(
                    [
                        measure.auroc(present[:, [k]], zero_shot(clip, embedded, phrase)[:, None])[0, 0]
                        for phrase in phrases[name]
                    ]
                )
            )
            for k, name in enumerate(NAMES)
        ]

    own = areas({factor.name: (factor.prompt,) for factor in FACTORS})
    trained, held_out = areas(dict(PHRASES)), areas(dict(HELD_OUT))
    mean, artefacts, (name, lowest) = measure.mean_zero_shot(own)
    lost = float(np.mean(trained) - np.mean(held_out))
    return [
        _gate("CLIP: mean zero-shot AUROC over the factors", [mean], ">=", 0.93),
        _gate("CLIP: the same over the artefacts", [artefacts], ">=", 0.97),
        _gate(f"CLIP: the weakest factor ({name})", [lowest], ">=", 0.80),
        _gate("CLIP: lost on held-out phrasings", [lost], "<=", 0.02),
    ]


def seed_figures(seed: int, cache: str | Path | None = None, progress: bool = True) -> dict[str, float]:
    """Measure classifier, search, audit and pruning of one seed on the test splits."""
    unbiased, biased = (
        lab.open_audit(seed, cache, progress=progress, split=f"test_{kind}")
        for kind in ("unbiased", "biased")
    )
    images, _, present = lab.image_set("channel_test", cache, progress)
    area = measure.auroc(present, measure.activations(lab.model(seed), images, lab.LAYER))

    scores = np.stack([unbiased.search_scores(factor.prompt) for factor in FACTORS])
    truth = measure.artefact_selective(area)
    aligned = alignment_of(unbiased)
    difference, named = aligned["lean"].to_numpy(), leans_to_spurious(aligned)
    precision, recall = measure.precision_recall(truth, named)

    pruned = unbiased.prune(components(named), MODE)
    on_biased = biased.prune(components(named), MODE)
    oracle = unbiased.prune(components(truth), MODE)
    rng = np.random.default_rng(seed)
    draws = [rng.choice(len(named), int(named.sum()), replace=False) for _ in range(RANDOM_DRAWS)]
    random = [unbiased.prune([Component(lab.LAYER, int(k)) for k in draw], MODE) for draw in draws]
    mended = unbiased.correct(components(named), METHOD, _learning_half(cache, progress), mode=MODE)
    why = explained(seed, cache, progress)
    figures = {
        "biased": on_biased.before.accuracy,
        "unbiased": pruned.before.accuracy,
        "worst_group": _worst(pruned, after=False),
        "p_at_1": measure.search_precision(scores, area, 1),
        "p_at_3": measure.search_precision(scores, area, 3),
        "represented": float((area.max(axis=0) >= measure.REPRESENTED).sum()),
        "audit_auroc": float(measure.auroc(truth[:, None], difference[:, None])[0, 0]),
        "audit_precision": precision,
        "audit_recall": recall,
        "named": float(named.sum()),
        "selective": float(truth.sum()),
        "worst_gain": _gain(pruned),
        "unbiased_gain": pruned.after.accuracy - pruned.before.accuracy,
        "biased_gain": on_biased.after.accuracy - on_biased.before.accuracy,
        "above_random": _worst(pruned) - float(np.mean([_worst(each) for each in random])),
        "corrected": mended.after.accuracy,
        "corrected_worst": _worst(mended),
        "explained_ruler": why["ruler"],
        "explained_bandaid": why["bandaid"],
        "of_oracle": _gain(pruned) / max(_gain(oracle), 1e-9),
        "oracle_gain": _gain(oracle),
    }
    figures |= label_figures(unbiased, area) | bias_figures(seed, cache, progress)
    logger.info("seed %d: %s", seed, {name: round(value, 3) for name, value in figures.items()})
    return figures


def _learning_half(cache: str | Path | None, progress: bool) -> Evaluation:
    whole = lab.evaluation("validation_unbiased", cache, progress)
    half = len(whole.images) // 2
    assert whole.labels is not None
    assert whole.groups is not None
    return Evaluation(
        np.array(whole.images[:half]), whole.labels[:half], whole.groups[:half], whole.class_names
    )


def alignment_of(audit: Audit) -> pd.DataFrame:
    """Return the alignment of every channel to the lab's concepts, see `Audit.align`."""
    return audit.align(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, remember=False)


def components(named: np.ndarray) -> list[Component]:
    """Return the components that a boolean vector names."""
    return [Component(lab.LAYER, int(k)) for k in np.flatnonzero(named)]


def _worst(result: PruningResult, after: bool = True) -> float:
    metrics = result.after if after else result.before
    assert metrics.worst_group is not None
    return metrics.worst_group


def _gain(result: PruningResult) -> float:
    return _worst(result) - _worst(result, after=False)


def _gate(name: str, values: Sequence[float], sign: str, bound: float | None) -> Gate:
    value = max(values) if sign == "<=" else min(values)
    shown = [round(float(each), 4) for each in values]
    row = Gate(name=name, value=round(float(value), 4), gate="none", holds=None, per_seed=shown)
    if bound is not None:
        holds = {">=": value >= bound, "<=": value <= bound, ">": value > bound}[sign]
        row |= {"gate": f"{sign} {bound:g}", "holds": bool(holds)}
    return row


def failed(gates: Sequence[Gate]) -> int:
    """Return how many gates don't hold."""
    return sum(gate["holds"] is False for gate in gates)


def table(gates: Sequence[Gate]) -> str:
    """Return the gates as one printable table."""
    width = max(len(gate["name"]) for gate in gates)
    lines = [f"{'what':{width}}  {'value':>7}  {'gate':>8}  holds  per seed"]
    for gate in gates:
        seeds = ", ".join(f"{value:.3f}" for value in gate["per_seed"]) if len(gate["per_seed"]) > 1 else ""
        holds = {True: "yes", False: "NO", None: "-"}[gate["holds"]]
        lines.append(f"{gate['name']:{width}}  {gate['value']:7.3f}  {gate['gate']:>8}  {holds:5}  {seeds}")
    count, total = failed(gates), sum(gate["holds"] is not None for gate in gates)
    lines.append(f"{count} of {total} gates fail" if count else f"all {total} gates hold")
    return "\n".join(lines)


def verify(json_path: str | Path | None = None, **options: Any) -> list[Gate]:
    """Run everything and, if asked, write the rows as JSON."""
    gates = run(**options)
    if json_path is not None:
        Path(json_path).write_text(json.dumps(gates, indent=2) + "\n", encoding="utf-8")
    return gates
