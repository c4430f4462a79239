"""Trust in labels against the renderer's truth, on the split on which its border was chosen."""

from __future__ import annotations

import pytest
import torch

from slens_widgets import lab
from slens_widgets.lab import measure
from slens_widgets.lab.clip import random_clip
from slens_widgets.lab.estimate import pooled
from slens_widgets.lab.verify_labels import chance_figure, trust_figures


def test_random_weights_are_others_for_every_draw() -> None:
    before = torch.random.get_rng_state()
    assert random_clip(0).fingerprint != random_clip(1).fingerprint
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.slow
@pytest.mark.parametrize("bias", [70, 0])
def test_right_labels_are_trusted_and_wrong_ones_are_not(user_cache, bias: int) -> None:
    cache = user_cache / "slens_widgets"
    images, _, present = lab.image_set("channel_validation", cache, progress=False)
    area = measure.auroc(present, measure.activations(lab.model(0, bias, cache), images, lab.LAYER))
    found = trust_figures(lab.open_audit(0, cache, progress=False, bias=bias), area)
    assert found["labels_certificates"].value >= 0.80
    assert found["labels_trusted_right"].value >= 0.60
    assert found["labels_trusted_wrong"].value <= 0.10


@pytest.mark.slow
def test_a_clip_that_knows_nothing_has_hardly_a_trusted_label(user_cache) -> None:
    found = pooled(chance_figure(cache=user_cache / "slens_widgets", progress=False))
    assert found.n == 5 * 96
    assert found.value <= 0.05
