"""Layers that CRP does not reach get activation maps, and it is said."""

from __future__ import annotations

import logging

import pytest
import torch
from torch import nn

from slens_widgets.core.activation_maps import token_grid
from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.relevance import attributing
from tests.core.parts import Tokens, heatmaps


def test_tokens_get_activation_maps_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    model, inputs = Tokens(), torch.randn(2, 3, 32, 32)
    with (
        caplog.at_level(logging.WARNING),
        evaluating(model) as twin,
        attributing(twin, ["patch", "mlp", "head"], "crp", inputs) as found,
    ):
        assert found.methods == {"patch": "crp", "mlp": "activation", "head": "activation"}
        maps = heatmaps(found, "mlp", inputs, torch.tensor([0, 5]))
        units = heatmaps(found, "head", inputs, torch.tensor([0, 1]))
        report = found.report()
    assert "tokens" in report["reasons"]["mlp"]
    assert "MultiheadAttention" in report["reasons"]["head"]
    assert "'mlp' gets activation maps" in caplog.text
    assert maps.shape == (2, 32, 32)
    assert (units == 1).all()


def test_tokens_of_a_timm_transformer(caplog: pytest.LogCaptureFixture) -> None:
    timm = pytest.importorskip("timm")
    model = timm.create_model("vit_tiny_patch16_224", pretrained=False, img_size=64, depth=2)
    inputs = torch.randn(2, 3, 64, 64)
    with evaluating(model) as twin, attributing(twin, ["blocks.1.mlp.act"], "crp", inputs) as found:
        assert found.methods == {"blocks.1.mlp.act": "activation"}
        assert heatmaps(found, "blocks.1.mlp.act", inputs, torch.tensor([3, 4])).shape == (2, 64, 64)
    relevance = class_relevance(model, inputs, "blocks.1.mlp.act", 3, device="cpu")
    assert relevance.shape == (768,)
    assert "gradient × activation" in caplog.text


def test_activation_maps_are_positive_parts_or_above_the_minimum() -> None:
    model = nn.Sequential(nn.Identity()).eval()
    inputs = torch.stack([torch.arange(4.0).view(1, 2, 2) - 1, -1 - torch.arange(4.0).view(1, 2, 2)])
    with evaluating(model) as twin, attributing(twin, ["0"], "activation", inputs) as found:
        maps = heatmaps(found, "0", inputs, torch.tensor([0, 0]))
    assert maps[0].tolist() == [[0, 0], [1, 2]]
    assert maps[1].tolist() == [[3, 2], [1, 0]]


def test_patch_grids_are_found_for_the_shape_of_the_input() -> None:
    assert token_grid(197, 224, 224) == (1, 14, 14)
    assert token_grid(201, 224, 224) == (5, 14, 14)
    assert token_grid(256, 224, 224, 0) == (0, 16, 16)
    assert token_grid(1 + 8 * 16, 128, 256) == (1, 8, 16)
    assert token_grid(3, 224, 224) == (2, 1, 1)
    assert token_grid(1, 100, 37) is None
