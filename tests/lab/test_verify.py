"""How `slens lab verify` judges and shows its figures."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets import lab
from slens_widgets.errors import WeightsUnavailableError
from slens_widgets.lab import verify
from slens_widgets.lab.estimate import Estimate, bootstrap, difference, mean, pooled, proportion
from slens_widgets.lab.world import HELD_OUT_SPLITS, SPLITS


def test_a_figure_that_has_no_gate_is_shown_and_not_counted() -> None:
    rows = [
        verify.gate("a", [Estimate(3.0, 1)], "<=", 2.0),
        verify.gate("b", [Estimate(1.0, 1), Estimate(9.0, 1)], "<=", None),
        verify.gate("c", [Estimate(0.0, 1)], ">", 0.0),
    ]
    assert [row["holds"] for row in rows] == ["NO", None, "NO"]
    assert rows[1]["shipped"]["value"] == 5
    assert rows[1]["shipped"]["per_seed"] == [1, 9]
    assert rows[1]["shipped"]["low"] is None
    assert verify.failed(rows) == 2
    assert "2 of 2 gates fail, 0 are open" in verify.table(rows)
    assert "all 1 gates hold" in verify.table([verify.gate("d", [Estimate(0.1, 1)], ">", 0.0), rows[1]])


@pytest.mark.parametrize(
    ("sign", "bound", "figure", "holds"),
    [
        (">=", 0.8, Estimate(0.85, 200, 0.79, 0.9), "open"),
        (">=", 0.8, Estimate(0.85, 200, 0.81, 0.9), "yes"),
        (">=", 0.8, Estimate(0.79, 20, 0.60, 0.95), "NO"),
        (">=", 0.8, Estimate(0.85, 1), "yes"),
        (">", 0.0, Estimate(0.1, 500, -0.1, 0.3), "open"),
        (">", 0.0, Estimate(0.0, 1), "NO"),
        ("<=", 0.1, Estimate(0.09, 200, 0.05, 0.12), "open"),
        ("<=", 0.1, Estimate(0.08, 500, 0.06, 0.1), "yes"),
        (">=", 0.8, Estimate(float("nan"), 0), "NO"),
    ],
)
def test_a_gate_is_judged_by_the_interval_s_nearer_end(sign, bound, figure, holds) -> None:
    row = verify.gate("x", [figure], sign, bound)
    assert row["holds"] == holds
    assert ("1 are open" in verify.table([row])) == (holds == "open")


def test_a_gate_that_only_the_shipped_classifiers_pass_does_not_hold() -> None:
    good, bad = Estimate(0.9, 300, 0.88, 0.92), Estimate(0.7, 300, 0.65, 0.75)
    row = verify.gate("x", [good] * 3, ">=", 0.8, [good, bad, bad])
    assert row["holds"] == "NO"
    assert row["held_out"] is not None
    assert row["held_out"]["n"] == 900
    assert verify.gate("x", [good] * 3, ">=", 0.8, [good] * 3)["holds"] == "yes"
    wide = Estimate(0.9, 20, 0.70, 0.99)
    assert verify.gate("x", [good] * 3, ">=", 0.8, [wide] * 3)["holds"] == "open"


def test_held_out_images_are_others_and_their_classifiers_have_to_be_trained(tmp_path) -> None:
    assert set(HELD_OUT_SPLITS) == {name for name in SPLITS if not name.startswith("clip")}
    seeds = [each.seed for splits in (SPLITS, HELD_OUT_SPLITS) for each in splits.values()]
    assert len(set(seeds)) == len(seeds)
    with pytest.raises(WeightsUnavailableError, match="slens lab train --held-out"):
        lab.open_audit(3, tmp_path, progress=False)
    with pytest.raises(WeightsUnavailableError, match="verify --shipped"):
        verify.run(tmp_path, progress=False)


def test_wilson_s_interval_covers_what_it_promises() -> None:
    rng = np.random.default_rng(0)
    found = [proportion(rng.random(60) < 0.85) for _ in range(2000)]
    assert np.mean([each.low <= 0.85 <= each.high for each in found]) == pytest.approx(0.95, abs=0.02)
    # Wilson 1927, as tabulated by Newcombe 1998, Stat. Med. 17: 81 of 263 is .2553 to .3662.
    tabled = proportion(np.arange(263) < 81)
    assert (round(tabled.low, 4), round(tabled.high, 4)) == (0.2553, 0.3662)


def test_the_bootstrap_s_interval_covers_a_mean_and_clusters_widen_it() -> None:
    rng = np.random.default_rng(1)
    found = [mean(rng.normal(2.0, 1.0, 80)) for _ in range(200)]
    assert np.mean([each.low <= 2.0 <= each.high for each in found]) >= 0.90
    values = np.repeat(rng.normal(size=12), 5)
    alone, together = mean(values), mean(values, np.repeat(np.arange(12), 5))
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    assert np.isnan(bootstrap(lambda drawn: 1.0, 1).low)


def test_pooled_and_differences() -> None:
    both = pooled([Estimate(0.8, 100, 0.7, 0.9), Estimate(0.6, 300, 0.5, 0.7)])
    assert (both.value, both.n) == (pytest.approx(0.7), 400)
    assert both.high - both.value == pytest.approx(0.1 / np.sqrt(2))
    gap = difference(Estimate(0.8, 100, 0.7, 0.9), Estimate(0.6, 300, 0.5, 0.7))
    assert (gap.value, gap.low) == (pytest.approx(0.2), pytest.approx(0.2 - 0.1 * np.sqrt(2)))
