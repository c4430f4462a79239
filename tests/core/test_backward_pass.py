from __future__ import annotations

import logging
from typing import Any

import pytest
import torch
from crp.attribution import CondAttribution
from crp.concepts import ChannelConcept
from torch import Tensor, nn
from torch.nn import functional
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import EpsilonPlusFlat
from zennit.torchvision import ResNetCanonizer

from slens_widgets.core.backward_ops import windows
from slens_widgets.core.backward_pass import ROW_BYTES
from slens_widgets.core.composites import Crp
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.relevance import attributing
from slens_widgets.errors import InputError
from tests.core.test_relevance import random_resnet, reference


class Everything(nn.Module):
    """What convolutional networks are made of, also where modules alone don't tell."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.depthwise = nn.Conv2d(8, 8, 3, stride=2, groups=8)
        self.even = nn.ZeroPad2d(1)
        self.grouped = nn.Conv2d(8, 12, 3, groups=4)
        self.dilated = nn.Conv2d(8, 12, 3, padding=2, dilation=2)
        self.squeeze, self.excite = nn.Conv2d(12, 4, 1), nn.Conv2d(4, 12, 1)
        self.pool, self.sigmoid, self.relu = nn.AdaptiveAvgPool2d(1), nn.Sigmoid(), nn.ReLU(inplace=True)
        self.shortcut, self.main = nn.Conv2d(24, 10, 1, stride=2), nn.Conv2d(24, 10, 3, stride=2, padding=1)
        self.last = nn.Conv2d(10, 6, (1, 3), padding=(0, 1))
        self.head = nn.Linear(6, 5)
        self.average = nn.AvgPool2d(2, ceil_mode=True)

    def forward(self, inputs: Tensor) -> Tensor:
        stem = functional.max_pool2d(self.relu(self.stem(inputs)), 3, 2, 1)
        depthwise = functional.hardswish(self.depthwise(self.pad(stem)))  # negative in places
        left = self.grouped(self.even(depthwise))
        right = functional.relu6(self.dilated(depthwise))
        left = left * self.sigmoid(self.excite(self.relu(self.squeeze(self.pool(left)))))
        left += right * 0.5
        both = torch.cat([left, right - 0.25 * left], 1)
        summed = self.shortcut(both) + self.main(both)
        last = self.average(functional.leaky_relu(self.last(summed)))
        return self.head(last.mean((2, 3)).flatten(1))


def both_ways(model: nn.Module, layer: str, inputs: Tensor, asked: list[list[int]]) -> tuple[Any, Any]:
    """Return heatmaps by image and number, and what was reported of them."""
    found = {}
    with evaluating(model) as twin, attributing(twin, [layer], "crp", inputs[:1]) as attribution:
        for images, numbers, maps in attribution.heatmaps(layer, inputs, asked):
            found.update(zip(zip(images, numbers, strict=True), maps, strict=True))
        return found, attribution.report()


@pytest.mark.parametrize("layer", ["depthwise", "grouped", "last", "average", "head"])
def test_the_shared_way_back_equals_zennit_crp_on_every_kind_of_operation(layer: str) -> None:
    torch.manual_seed(0)
    model = Everything().double().eval()
    inputs = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    asked = [[0, 3, 1, 3], [4]]
    found, report = both_ways(model, layer, inputs, asked)
    assert report["engines"] == {layer: "shared"}, report.get("notes")
    assert sorted(found) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
    for (image, number), heatmap in found.items():
        theirs = reference(model, layer, inputs[image], asked[image][number], SequentialMergeBatchNorm())
        assert theirs.abs().max() > 0
        assert (heatmap - theirs).abs().max() <= 1e-10 * theirs.abs().max(), (image, number)


def test_blocks_of_rows_are_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Everything().double().eval()
    inputs = torch.randn(1, 3, 48, 48, dtype=torch.float64)
    whole, _ = both_ways(model, "last", inputs, [list(range(6))])
    monkeypatch.setattr("slens_widgets.core.backward_pass.ROW_BYTES", ROW_BYTES // 10**6)
    single, _ = both_ways(model, "last", inputs, [list(range(6))])
    assert len(single) == 6
    assert all(torch.allclose(single[key], whole[key], rtol=1e-10, atol=0) for key in whole)


def test_block_resolution_is_the_relevance_of_the_first_map_of_that_size() -> None:
    torch.manual_seed(2)
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(8, 9, 3, stride=4, padding=1), nn.ReLU(),
        nn.Conv2d(9, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 7, 3, padding=1), nn.ReLU(),
    ).double().eval()  # fmt: skip
    inputs = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    with (
        evaluating(model) as twin,
        attributing(twin, ["7", "3"], "crp", inputs[:1], "block") as attribution,
    ):
        ((images, _, maps),) = attribution.heatmaps("7", inputs, [[], [5, 2]])
        pixels = torch.cat([each for _, _, each in attribution.heatmaps("3", inputs, [[1], [0]])])
        report = attribution.report()
    assert images == [1, 1]
    assert maps.shape == (2, 8, 8)
    for row, component in enumerate([5, 2]):
        result = CondAttribution(model)(
            inputs[1:].clone().requires_grad_(True), [{"7": [component]}], EpsilonPlusFlat(),
            start_layer="7", record_layer=["3"], mask_map=ChannelConcept.mask,
        )  # fmt: skip
        theirs = result.relevances["3"].sum(1)[0]
        assert (maps[row] - theirs).abs().max() <= 1e-10 * theirs.abs().max()
    assert pixels.shape == (2, 64, 64)
    assert report["resolutions"] == {"7": "block", "3": "pixel"}
    assert "as large as that" in report["notes"]["3"][0]


def test_block_resolution_keeps_what_crosses_on_every_path() -> None:
    model = random_resnet().double()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.bias.data.zero_(), module.running_mean.zero_()
    inputs = torch.randn(1, 3, 64, 64, dtype=torch.float64)
    with evaluating(model) as twin, attributing(twin, ["layer4"], "crp", inputs, "block") as attribution:
        ((_, _, maps),) = attribution.heatmaps("layer4", inputs, [[3]])
        attribution.resolutions["layer4"] = "pixel"
        ((_, _, pixels),) = attribution.heatmaps("layer4", inputs, [[3]])
    assert maps.shape == (1, 8, 8)
    assert maps.sum() == pytest.approx(float(pixels.sum()), rel=1e-3)  # nothing is lost without biases
    theirs = reference(model, "layer4", inputs[0], 3, ResNetCanonizer())
    assert (pixels[0] - theirs).abs().max() <= 1e-10 * theirs.abs().max()


class Flipped(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.last(self.conv(inputs).flip(-1))


def test_what_the_shared_way_back_does_not_know_is_left_to_autograd(caplog: pytest.LogCaptureFixture) -> None:
    model = Flipped().double().eval()
    inputs = torch.randn(2, 3, 16, 16, dtype=torch.float64)
    with (
        caplog.at_level(logging.INFO),
        evaluating(model) as twin,
        attributing(twin, ["last"], "crp", inputs[:1], "block") as attribution,
    ):
        ((_, _, maps),) = attribution.heatmaps("last", inputs, [[1], [2]])
        report = attribution.report()
    assert report["engines"] == {"last": "autograd"}
    assert report["resolutions"] == {"last": "pixel"}
    assert "FlipBackward0" in report["notes"]["last"][0]
    assert "FlipBackward0" in caplog.text
    for row, component in enumerate([1, 2]):
        theirs = reference(model, "last", inputs[row], component, SequentialMergeBatchNorm())
        assert (maps[row] - theirs).abs().max() <= 1e-10 * theirs.abs().max()
    chosen = Crp(composite=EpsilonPlusFlat)
    with evaluating(model) as twin, attributing(twin, ["conv"], chosen, inputs[:1]) as attribution:
        assert attribution.engines == {"conv": "autograd"}


def test_a_resolution_that_does_not_exist_is_refused() -> None:
    model = Flipped()
    with (
        pytest.raises(InputError, match="resolution='fine'"),
        attributing(model, ["last"], "crp", torch.randn(1, 3, 16, 16), "fine"),
    ):
        pass


def test_windows_are_where_a_convolution_with_ones_looks() -> None:
    for length, kernel, stride, padding in [(9, 3, 2, 1), (10, 7, 2, 3), (8, 4, 3, 0)]:
        seen = windows(length, kernel, stride, padding)
        line = torch.randn(1, 1, length, dtype=torch.float64)
        expected = functional.conv1d(
            line, torch.ones(1, 1, kernel, dtype=torch.float64), None, stride, padding
        )
        assert torch.allclose(line[0, 0] @ seen, expected[0, 0])
