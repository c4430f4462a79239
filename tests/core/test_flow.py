"""Relevance on its way back: conserved, equal to one layer at a time, or to the gradient where it is that."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import zennit.composites

from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.core.composites import Crp
from slens_widgets.core.flow import flowing
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from tests.core.parts import TRANSFORM, Tokens, pictures, small_cnn, state_of, unsettled

BATCH = torch.stack([TRANSFORM(image) for image in pictures(5)])


def test_every_layer_s_relevance_is_what_one_layer_alone_gets() -> None:
    model = unsettled(small_cnn())
    before = state_of(model)
    for method, relevance in (("crp", "crp"), ("gradient", "activation")):
        with flowing(model, BATCH, ["7", "2", "5"], 1, method=method) as flow:
            assert flow.order == ["2", "5", "7"]
            for layer in flow.order:
                slow = class_relevance(model, BATCH, layer, 1, relevance=relevance)
                np.testing.assert_allclose(flow.relevance(layer).mean(0), slow, rtol=1e-3, atol=1e-5)
    assert state_of(model) == before


def test_one_composite_serves_two_passes_at_a_time() -> None:
    model = small_cnn()
    crp = Crp(zennit.composites.EpsilonPlusFlat())
    with flowing(model, BATCH, ["7"], 1, crp=crp) as flow:
        expected = flow.heatmaps("7", [3])
    with flowing(model, BATCH, ["7"], 1, crp=crp) as flow:
        class_relevance(model, BATCH, "7", 2, relevance=crp)
        np.testing.assert_array_equal(flow.heatmaps("7", [3]), expected)
    assert crp.composite.canonizers == []
    assert not crp.composite.handles


def test_what_feeds_a_component_adds_up_to_it() -> None:
    model = small_cnn().eval()
    torch.nn.init.zeros_(model[7].bias)  # a bias takes relevance of its own
    with flowing(model, BATCH, ["6", "8"], 2) as flow:
        whole = flow.relevance("8")
        parts = np.stack([flow.feeding("8", k, "6") for k in range(12)])
        np.testing.assert_allclose(parts.sum(0), flow.relevance("6"), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(parts.sum(2).T, whole, rtol=1e-3, atol=1e-5)


def test_heatmaps_of_all_components_add_up_to_the_whole_heatmap() -> None:
    model = small_cnn().eval()
    with flowing(model, BATCH, ["2", "6"], 0) as flow:
        lower, upper = flow.heatmaps("2", range(6)).sum(0), flow.heatmaps("6", range(10)).sum(0)
    np.testing.assert_allclose(lower, upper, rtol=1e-3, atol=1e-5)
    assert lower.shape == (5, 32, 32)


def test_a_component_s_feed_by_gradient_is_its_own_derivative() -> None:
    model = small_cnn(inplace=False).eval()
    with flowing(model, BATCH, ["6", "8"], 3, method="gradient") as flow:
        found = flow.feeding("8", 4, "6")
    below = model[:7](BATCH).detach().requires_grad_(True)
    above = model[7:9](below)
    held = above.detach().requires_grad_(True)
    gradient = torch.autograd.grad(model[9:](held)[:, 3].sum(), held)[0]
    part = (gradient[:, 4] * above[:, 4]).sum()
    slow = (torch.autograd.grad(part, below)[0] * below).sum((2, 3)).detach().numpy()
    np.testing.assert_allclose(found, slow, rtol=1e-4, atol=1e-6)


def test_without_a_target_each_image_s_own_prediction_is_explained() -> None:
    model = small_cnn().eval()
    with flowing(model, BATCH, ["7"]) as flow:
        assert flow.targets == model(BATCH).argmax(1).tolist()
        np.testing.assert_allclose(flow.logits, model(BATCH).detach(), rtol=1e-3, atol=1e-4)
        chosen = [flow.relevance("7")[i] for i in range(5)]
    for i, target in enumerate(flow.targets):
        slow = class_relevance(model, BATCH[i : i + 1], "7", target)
        np.testing.assert_allclose(chosen[i], slow, rtol=1e-3, atol=1e-4)


def test_attention_is_explained_by_gradients_and_says_so(caplog) -> None:
    batch = torch.randn(2, 3, 16, 16)
    with flowing(Tokens().eval(), batch, ["patch", "mlp"], 0) as flow:
        assert flow.method == "gradient"
        assert flow.relevance("mlp").shape == (2, 14)
        assert flow.heatmaps("mlp", [3]).shape == (1, 2, 16, 16)
    assert "gradient × activation" in caplog.text


def test_wrong_questions_are_errors_and_leave_the_model_alone() -> None:
    model = unsettled(small_cnn())
    before = state_of(model)
    with flowing(model, BATCH, ["2", "6"], 0) as flow:
        with pytest.raises(UnknownNameError, match="0 to 9"):
            flow.heatmaps("6", [10])
        with pytest.raises(InputError, match="does not feed"):
            flow.feeding("2", 0, "6")
    with pytest.raises(UnknownNameError, match="0 to 3"), flowing(model, BATCH, ["2"], 9, method="gradient"):
        pass
    with pytest.raises(UnknownNameError), flowing(model, BATCH, ["nothing"], 0):
        pass
    twice = torch.nn.Sequential(model[:1], model[1:3], model[2], model[3:])
    with (
        pytest.raises(ModelError, match="more than once"),
        flowing(twice, BATCH, ["1.2"], 0, method="gradient"),
    ):
        pass
    assert state_of(model) == before
