from __future__ import annotations

import logging

import pytest
import torch
from crp.attribution import CondAttribution
from crp.concepts import ChannelConcept
from torch import nn
from torchvision.models import resnet18, vgg11_bn
from zennit.canonizers import Canonizer, SequentialMergeBatchNorm
from zennit.composites import EpsilonPlusFlat
from zennit.torchvision import ResNetCanonizer

from slens_widgets.core.composites import Crp, batch_norm_pairs
from slens_widgets.core.crp_heatmaps import crp_rounds
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.relevance import attributing
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from tests.core.parts import heatmaps, small_cnn, state_of, unsettled


def random_resnet() -> nn.Module:
    """Return a ResNet-18 whose BatchNorms have statistics that matter."""
    generator = torch.Generator().manual_seed(1)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = resnet18(weights=None)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            n = module.num_features
            module.running_mean.copy_(torch.randn(n, generator=generator) * 0.1)
            module.running_var.copy_(torch.rand(n, generator=generator) + 0.5)
    return model


def reference(
    model: nn.Module, layer: str, image: torch.Tensor, component: int, canonizer: Canonizer
) -> torch.Tensor:
    """Return zennit-crp's own heatmap of one component on one image."""
    model.eval()
    attribution = CondAttribution(model)
    data = image[None].clone().requires_grad_(True)
    composite = EpsilonPlusFlat([canonizer])
    result = attribution(
        data, [{layer: [component]}], composite, start_layer=layer, mask_map=ChannelConcept.mask
    )
    return result.heatmap[0]


@pytest.mark.parametrize(
    ("make", "layers", "size", "canonizer"),
    [
        (lambda: small_cnn(inplace=True), ["0", "4", "5", "6", "7", "12"], 24, SequentialMergeBatchNorm),
        (random_resnet, ["layer1.0.conv1", "layer2", "layer3.1.bn2", "layer4", "fc"], 64, ResNetCanonizer),
    ],
)
def test_heatmaps_equal_zennit_crp_one_at_a_time(
    make: object, layers: list[str], size: int, canonizer: type[Canonizer]
) -> None:
    model = make().double()
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(3, 3, size, size, generator=generator, dtype=torch.float64)
    components = torch.tensor([1, 3, 2])
    with evaluating(model) as twin, attributing(twin, layers, "crp", inputs[:1]) as attribution:
        assert set(attribution.methods.values()) == {"crp"}
        assert attribution.registered.merged == attribution.registered.batch_norms > 0
        assert attribution.registered.warnings == []
        ours = {layer: heatmaps(attribution, layer, inputs, components) for layer in layers}
    for layer, maps in ours.items():
        for row in range(3):
            theirs = reference(model, layer, inputs[row], int(components[row]), canonizer())
            error = (maps[row] - theirs).abs().max()
            assert error <= 1e-10 * theirs.abs().max(), (layer, row)
        assert maps.abs().max() > 0, layer


def test_the_model_is_as_before_also_when_attribution_fails() -> None:
    model = unsettled(small_cnn())
    before = state_of(model)
    inputs = torch.randn(2, 3, 16, 16)
    with evaluating(model) as twin, attributing(twin, ["4"], "crp", inputs) as attribution:
        heatmaps(attribution, "4", inputs, torch.tensor([0, 1]))
    assert state_of(model) == before
    with (
        pytest.raises(UnknownNameError, match=r"no component 10.*0 to 9"),
        evaluating(model) as twin,
        attributing(twin, ["4"], "crp", inputs) as attribution,
    ):
        heatmaps(attribution, "4", inputs, torch.tensor([0, 10]))
    assert state_of(model) == before


def test_relevance_is_conserved_without_biases() -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 6, 3, bias=False), nn.ReLU(), nn.Conv2d(6, 5, 3, bias=False), nn.ReLU()
    ).double()
    inputs = torch.rand(4, 3, 12, 12, dtype=torch.float64)
    with evaluating(model) as twin, attributing(twin, ["2"], "crp", inputs) as attribution:
        maps = heatmaps(attribution, "2", inputs, torch.arange(4))
        start = model[:3](inputs)[torch.arange(4), torch.arange(4)].sum((1, 2))
    assert torch.allclose(maps.sum((1, 2)), start, rtol=1e-3)


class Padded(nn.Module):
    """Padding between convolution and BatchNorm, as in efficientnet-lite: nothing to merge."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.last = nn.Conv2d(4, 5, 3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.last(self.norm(nn.functional.pad(self.conv(inputs), (1, 1, 1, 1))).relu())


def test_canonizers_that_merge_nothing_or_do_harm_are_noticed(caplog: pytest.LogCaptureFixture) -> None:
    model, inputs = Padded().eval(), torch.randn(1, 3, 12, 12)
    model.norm.running_mean.fill_(-3.0)
    assert batch_norm_pairs(model, inputs) == []
    with (
        caplog.at_level(logging.WARNING),
        evaluating(model) as twin,
        attributing(twin, ["last"], "crp", inputs) as found,
    ):
        report = found.report()
    assert "merge none of the 1 BatchNorms" in report["warnings"][0]
    assert "merge none" in caplog.text
    wrong = Crp(canonizers=[SequentialMergeBatchNorm()])  # neighbours by declaration, not by data flow
    with evaluating(model) as twin, attributing(twin, ["last"], wrong, inputs) as found:
        assert "change the model's output" in found.report()["warnings"][0]


def test_batch_norms_are_found_by_data_flow() -> None:
    assert batch_norm_pairs(small_cnn().eval(), torch.randn(1, 3, 16, 16)) == [(("0",), "1"), (("4",), "5")]
    vgg = vgg11_bn(weights=None).features.eval()
    found = batch_norm_pairs(vgg, torch.randn(1, 3, 32, 32))
    assert len(found) == sum(isinstance(module, nn.BatchNorm2d) for module in vgg)


def test_batch_norms_with_activations_inside_are_merged() -> None:
    timm = pytest.importorskip("timm")
    model = timm.create_model("efficientnet_lite0", pretrained=False).eval()
    inputs = torch.randn(1, 3, 64, 64)
    with evaluating(model) as twin, attributing(twin, ["blocks.2"], "crp", inputs) as found:
        assert found.registered.merged == found.registered.batch_norms == 49
        assert found.registered.deviation < 0.05


def test_composites_and_canonizers_can_be_chosen() -> None:
    model, inputs = small_cnn(), torch.randn(1, 3, 16, 16)
    default = EpsilonPlusFlat(canonizers=[SequentialMergeBatchNorm()])
    for crp in (Crp(composite=default), Crp(composite=EpsilonPlusFlat), Crp()):
        with evaluating(model) as twin, attributing(twin, ["4"], crp, inputs) as found:
            maps = heatmaps(found, "4", inputs, torch.tensor([2]))
            assert found.registered.merged == 2
        with evaluating(model) as twin, attributing(twin, ["4"], "crp", inputs) as found:
            assert torch.allclose(maps, heatmaps(found, "4", inputs, torch.tensor([2])), atol=1e-6)


def test_explicit_crp_is_not_replaced() -> None:
    class Detached(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.conv(inputs.detach())

    model, inputs = Detached(), torch.randn(1, 3, 8, 8)
    with evaluating(model) as twin, attributing(twin, ["conv"], "crp", inputs) as found:
        assert found.methods == {"conv": "activation"}
        assert "CRP fails there" in found.reasons["conv"]
    with (
        pytest.raises(ModelError, match="does not reach layer 'conv'"),
        evaluating(model) as twin,
        attributing(twin, ["conv"], Crp(), inputs),
    ):
        pass
    with pytest.raises(InputError, match="relevance='lime'"), attributing(twin, ["conv"], "lime", inputs):
        pass


def test_a_second_pass_over_a_registered_model_is_deterministic() -> None:
    model, inputs = small_cnn(), torch.randn(2, 3, 16, 16)
    with evaluating(model) as twin, attributing(twin, ["4"], "crp", inputs):
        ((_, first),) = crp_rounds(model, "4", inputs, [[1], [2]])
        ((_, second),) = crp_rounds(model, "4", inputs, [[1], [2]])
    assert torch.equal(first, second)


@pytest.mark.parametrize("relevance", ["crp", Crp(composite=EpsilonPlusFlat)])
def test_components_that_share_a_forward_pass_get_the_heatmaps_they_get_alone(relevance: object) -> None:
    model = random_resnet().double()
    inputs = torch.randn(3, 3, 64, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    asked = [[5, 0, 9, 5], [], [7, 2]]
    with evaluating(model) as twin, attributing(twin, ["layer3"], relevance, inputs[:1]) as attribution:
        assert attribution.engines == {"layer3": "shared" if relevance == "crp" else "autograd"}
        rows = list(attribution.heatmaps("layer3", inputs, asked))
        attribution.engines["layer3"] = "autograd"
        rows_of_autograd = list(attribution.heatmaps("layer3", inputs, asked))
    for found in (rows, rows_of_autograd):
        heatmap_of = {
            (image, number): heatmap
            for images, numbers, maps in found
            for image, number, heatmap in zip(images, numbers, maps, strict=True)
        }
        assert sorted(heatmap_of) == [(0, 0), (0, 1), (0, 2), (0, 3), (2, 0), (2, 1)]
        for (image, number), heatmap in heatmap_of.items():
            theirs = reference(model, "layer3", inputs[image], asked[image][number], ResNetCanonizer())
            assert (heatmap - theirs).abs().max() <= 1e-10 * theirs.abs().max()
