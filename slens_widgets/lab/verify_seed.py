"""One classifier of the lab measured on the test splits of its world: search, audit, pruning, correction.

What pruning does to accuracies has no gate: it hangs on where the border between the classes comes to lie.
With the spurious channels ablated every classifier tells the classes apart better than before (the AUROC of
its margin, which no border moves), but that of seed 3 then calls 65 % of the images melanoma, by the
renderer's own choice of channels as by the audit's, and its worst group gains nothing. `Audit.correct` sets
the border anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int64

from slens_widgets import lab
from slens_widgets.audit import Audit, Evaluation, PruningResult
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.audit.correct import Method
from slens_widgets.lab import measure
from slens_widgets.lab.captions import PHRASES
from slens_widgets.lab.classifier import predict
from slens_widgets.lab.estimate import Estimate, bootstrap, mean, proportion
from slens_widgets.lab.factors import FACTORS
from slens_widgets.lab.shortcuts import explained
from slens_widgets.lab.verify_alignment import alignment_figures
from slens_widgets.lab.verify_bias import bias_figures
from slens_widgets.lab.verify_concepts import concept_figures
from slens_widgets.lab.verify_labels import label_figures
from slens_widgets.lab.world import groups
from slens_widgets.types import AblationMode, Component
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

MODE: AblationMode = "mean"
RANDOM_DRAWS = 10
METHOD: Method = "dfr"
"""Of the methods of `Audit.correct` one of the best where the choice is made. What learns does so from the
first half of the unbiased validation split, and the second half chooses: biased images bring bias back."""

Hits = Bool[np.ndarray, " image"]


def seed_figures(seed: int, cache: str | Path | None = None, progress: bool = True) -> dict[str, Estimate]:
    """Measure classifier, search, labels, audit, pruning, explanations and correction of one seed."""
    held_out = lab.is_held_out(seed)
    unbiased, biased = (
        lab.open_audit(seed, cache, progress=progress, split=f"test_{kind}")
        for kind in ("unbiased", "biased")
    )
    images, _, present = lab.image_set("channel_test", cache, progress, held_out=held_out)
    area = measure.auroc(present, measure.activations(lab.model(seed, cache=cache), images, lab.LAYER))
    figures = search_figures(unbiased, area)

    truth = measure.artefact_selective(area)
    aligned = alignment_of(unbiased)
    difference, named = aligned["lean"].to_numpy(), leans_to_spurious(aligned)
    figures |= {
        "audit_auroc": bootstrap(lambda drawn: _area(truth[drawn], difference[drawn]), len(truth)),
        "audit_precision": proportion(truth[named]),
        "audit_recall": proportion(named[truth]),
    }

    group, before, on_test = _evaluated(unbiased, seed, cache, "test_unbiased", progress)
    assert unbiased.live is not None
    melanoma = np.asarray(unbiased.live.labels) == 1
    margin, pruned_margin = (_margin(unbiased, pruned) for pruned in ([], components(named)))
    _, biased_before, on_biased = _evaluated(biased, seed, cache, "test_biased", progress)
    after, biased_after, oracle = (
        on_test(components(named)),
        on_biased(components(named)),
        on_test(components(truth)),
    )
    rng = np.random.default_rng(seed)
    draws = [rng.choice(len(named), int(named.sum()), replace=False) for _ in range(RANDOM_DRAWS)]
    random = [on_test([Component(lab.LAYER, int(k)) for k in draw]) for draw in draws]

    def gain(hits: Hits, drawn: Int64[np.ndarray, " drawn"]) -> float:
        return worst(hits, group, drawn) - worst(before, group, drawn)

    n = len(before)
    figures |= {
        "biased": proportion(biased_before),
        "unbiased": proportion(before),
        "worst_group": bootstrap(lambda drawn: worst(before, group, drawn), n),
        "auroc_gain": bootstrap(
            lambda drawn: (
                _area(melanoma[drawn], pruned_margin[drawn]) - _area(melanoma[drawn], margin[drawn])
            ),
            n,
        ),
        "worst_gain": bootstrap(lambda drawn: gain(after, drawn), n),
        "unbiased_gain": mean(after.astype(float) - before),
        "biased_gain": mean(biased_after.astype(float) - biased_before),
        "above_random": bootstrap(
            lambda drawn: (
                worst(after, group, drawn) - float(np.mean([worst(each, group, drawn) for each in random]))
            ),
            n,
        ),
        "below_oracle": bootstrap(lambda drawn: gain(oracle, drawn) - gain(after, drawn), n),
    }
    mended = unbiased.correct(components(named), METHOD, _learning_half(cache, progress, held_out), mode=MODE)
    figures |= {
        "corrected": _proportion(mended.after.accuracy, n),
        "corrected_worst": _worst_group(mended, group),
    }
    figures |= explained(seed, cache, progress)
    figures |= alignment_figures(seed, cache, progress) | concept_figures(seed, cache, progress)
    figures |= label_figures(unbiased, area) | bias_figures(seed, cache, progress)
    logger.info("seed %d: %s", seed, {name: round(each.value, 3) for name, each in figures.items()})
    return figures


def search_figures(audit: Audit, area: Float[np.ndarray, "component factor"]) -> dict[str, Estimate]:
    """Measure search by every phrase of every factor that some channel represents.

    A found channel is a hit if its own activation tells the factor with an AUROC of at least `measure.HIT`.
    """
    asked = [
        (k, phrase)
        for k, factor in enumerate(FACTORS)
        if area[:, k].max() >= measure.REPRESENTED
        for phrase in PHRASES[factor.name]
    ]
    which = np.array([k for k, _ in asked])
    figures = {}
    for k in (1, 3):
        precision = np.array(
            [
                (
                    area[np.argsort(-audit.search_scores(phrase), kind="stable")[:k], factor] >= measure.HIT
                ).mean()
                for factor, phrase in asked
            ]
        )
        figures[f"p_at_{k}"] = mean(precision, which)
    return figures


def _evaluated(
    audit: Audit, seed: int, cache: str | Path | None, split: str, progress: bool
) -> tuple[Int64[np.ndarray, " image"], Hits, Callable[[list[Component]], Hits]]:
    """Return the images' groups, which are classified rightly, and how to ask that without components."""
    held_out = lab.is_held_out(seed)
    images, labels, present = lab.image_set(split, cache, progress, held_out=held_out)
    before = predict(lab.model(seed, cache=cache), images).argmax(axis=1)

    def without(pruned: list[Component]) -> Hits:
        flips: pd.DataFrame = audit.prune(pruned, MODE).flips
        after = before.copy()
        after[flips["image"]] = [lab.CLASS_NAMES.index(name) for name in flips["after"]]
        return after == labels

    return groups(labels, present), before == labels, without


def _margin(audit: Audit, pruned: list[Component]) -> Float[np.ndarray, " image"]:
    """Return how much more each image's logits speak for melanoma."""
    assert audit.live is not None
    logits = np.asarray(audit.live.logits(pruned, MODE))
    return logits[:, 1] - logits[:, 0]


def worst(hits: Hits, group: Int64[np.ndarray, " image"], drawn: Int64[np.ndarray, " drawn"]) -> float:
    """Return the accuracy of the worst group among drawn images."""
    count = np.bincount(group[drawn])
    right = np.bincount(group[drawn], hits[drawn])
    return float((right[count > 0] / count[count > 0]).min())


def _area(truth: Bool[np.ndarray, " component"], score: Float[np.ndarray, " component"]) -> float:
    return float(measure.auroc(truth[:, None], score[:, None])[0, 0])


def _proportion(share: float, n: int) -> Estimate:
    return proportion(np.arange(n) < round(share * n))


def _worst_group(result: PruningResult, group: Int64[np.ndarray, " image"]) -> Estimate:
    assert result.after.worst_group is not None
    shares = result.after.per_group
    name = min(shares, key=lambda each: shares[each])
    return _proportion(shares[name], int((group == lab.GROUP_NAMES.index(name)).sum()))


def _learning_half(cache: str | Path | None, progress: bool, held_out: bool) -> Evaluation:
    whole = lab.evaluation("validation_unbiased", cache, progress, held_out=held_out)
    half = len(whole.images) // 2
    assert whole.labels is not None
    assert whole.groups is not None
    return Evaluation(
        np.array(whole.images[:half]), whole.labels[:half], whole.groups[:half], whole.class_names
    )


def alignment_of(audit: Audit) -> pd.DataFrame:
    """Return the alignment of every channel to the lab's concepts, see `Audit.align`."""
    return audit.align(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, remember=False)


def components(named: Bool[np.ndarray, " component"]) -> list[Component]:
    """Return the components that a boolean vector names."""
    return [Component(lab.LAYER, int(k)) for k in np.flatnonzero(named)]
