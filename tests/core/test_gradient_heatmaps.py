"""Heatmaps from gradients equal their papers' formulas, written slowly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import slens_widgets as sw
from slens_widgets.core.gradient_heatmaps import METHODS, integrated_rounds
from slens_widgets.core.hooks import run_to
from slens_widgets.core.relevance import attributing
from slens_widgets.errors import InputError
from tests.core.parts import TRANSFORM, HashModel, Tokens, pictures, small_cnn, state_of

BATCH = torch.stack([TRANSFORM(image) for image in pictures(3)])
ASKED = [[1, 4], [2], [0, 3]]
MODEL = small_cnn().eval()


def energy(inputs: torch.Tensor, component: int, layer: str = "6") -> torch.Tensor:
    return 0.5 * (run_to(MODEL, layer, inputs)[:, component] ** 2).sum()


def slow_gradient(image: torch.Tensor, component: int) -> torch.Tensor:
    leaf = image[None].clone().requires_grad_(True)
    return torch.autograd.grad(energy(leaf, component), leaf)[0][0]


def found_by(method: str, **options) -> dict[tuple[int, int], torch.Tensor]:
    maps = {}
    counts = [0] * len(ASKED)
    for images, heatmaps in METHODS[method](MODEL, "6", BATCH, ASKED, **options):
        for image, heatmap in zip(images, heatmaps, strict=True):
            maps[image, ASKED[image][counts[image]]] = heatmap
            counts[image] += 1
    assert set(maps) == {(i, k) for i, components in enumerate(ASKED) for k in components}
    return maps


def test_gradient_times_input() -> None:
    for (i, k), heatmap in found_by("gradient").items():
        slow = (slow_gradient(BATCH[i], k) * BATCH[i]).sum(0)
        np.testing.assert_allclose(heatmap, slow, rtol=1e-3, atol=1e-6)


def test_integrated_gradients_add_up_to_the_difference() -> None:
    for (i, k), heatmap in found_by("integrated", steps=200).items():
        with torch.no_grad():
            difference = energy(BATCH[i : i + 1], k) - energy(torch.zeros_like(BATCH[:1]), k)
        assert float(heatmap.sum()) == pytest.approx(float(difference), rel=0.02, abs=1e-3)


def test_integrated_gradients_follow_the_path() -> None:
    (images, heatmaps), *_ = list(integrated_rounds(MODEL, "6", BATCH, [[1], [], []], steps=5))
    assert images == [0]
    gradients = [slow_gradient(BATCH[0] * (step + 0.5) / 5, 1) for step in range(5)]
    slow = (torch.stack(gradients).mean(0) * BATCH[0]).sum(0)
    np.testing.assert_allclose(heatmaps[0], slow, rtol=1e-3, atol=1e-6)


def test_grad_cam_on_the_map_below() -> None:
    for (i, k), heatmap in found_by("gradcam").items():
        below = MODEL[:4](BATCH[i : i + 1]).detach().requires_grad_(True)
        gradient = torch.autograd.grad(0.5 * (MODEL[4:7](below)[:, k] ** 2).sum(), below)[0]
        cam = (gradient.mean((2, 3), keepdim=True) * below).sum(1).clamp(min=0)
        slow = nn.functional.interpolate(cam[None], (32, 32), mode="bilinear", align_corners=False)[0, 0]
        np.testing.assert_allclose(heatmap, slow.detach(), rtol=1e-3, atol=1e-7)


def test_smoothgrad_is_the_gradient_where_there_is_no_noise_and_the_same_twice(monkeypatch) -> None:
    first, second = found_by("smoothgrad"), found_by("smoothgrad")
    for key in first:
        assert torch.equal(first[key], second[key])
    monkeypatch.setattr("slens_widgets.core.gradient_heatmaps.NOISE", 0.0)
    for (i, k), heatmap in found_by("smoothgrad").items():
        np.testing.assert_allclose(heatmap, slow_gradient(BATCH[i], k).abs().sum(0), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_database_can_be_built_with_each_and_the_model_is_as_before(method, tmp_path) -> None:
    model = small_cnn()
    before = state_of(model)
    db = sw.build(
        model, pictures(8), ["6"], HashModel(), tmp_path / "x.slens", transform=TRANSFORM, m=3,
        relevance=method, progress=False,
    )  # fmt: skip
    assert state_of(model) == before
    assert db["6"].relevance == method
    assert db.provenance["relevance"]["method"] == method
    assert db.heatmap(("6", 0), 0).max() == 255


def test_grad_cam_without_a_convolution_says_what_it_does_instead(caplog) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 5)).eval()
    with attributing(model, ["1"], "gradcam", BATCH) as attribution:
        assert attribution.methods == {"1": "activation"}
    assert "no convolution" in caplog.text


def test_tokens_have_gradients_too() -> None:
    batch = torch.randn(2, 3, 16, 16)
    for method in ("gradient", "integrated", "smoothgrad"):
        with attributing(Tokens().eval(), ["mlp"], method, batch) as attribution:
            ((images, _, heatmaps),) = attribution.heatmaps("mlp", batch, [[3], [5]])
        assert images == [0, 1]
        assert float(heatmaps.abs().sum()) > 0


def test_an_unknown_method_names_the_nearest() -> None:
    with pytest.raises(InputError, match="'gradcam'"), attributing(MODEL, ["6"], "grad-cam", BATCH):
        pass
