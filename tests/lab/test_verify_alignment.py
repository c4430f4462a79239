"""The verdicts hold against the renderer's truth, on the split on which they were chosen."""

from __future__ import annotations

import pytest

from slens_widgets.lab.verify_alignment import SIZES, alignment_figures


@pytest.mark.slow
def test_the_verdicts_hold_on_the_validation_split(user_cache) -> None:
    found = alignment_figures(0, user_cache / "slens_widgets", progress=False, split="channel_validation")
    for side, least in (("valid", 0.80), ("spurious", 0.90)):
        assert found[f"false_alarms_{side}_0"].value <= 0.10
        for bias in (0, 70):
            assert found[f"aligned_{side}_{bias}"].value >= least
    assert found["named_0"].value >= 0.80
    assert found["named_recall_70"].value >= 0.70
    for size in SIZES:
        assert 0.03 <= found[f"chance_{size}"].value <= 0.075
