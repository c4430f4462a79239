from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision import models

from slens_widgets.core.activations import collect
from slens_widgets.core.folding import fold_batch_norms
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.images import ImageSet
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of, unsettled

EXAMPLE = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def resnet() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = models.resnet18(num_classes=3)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_mean, -0.3, 0.3)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
                nn.init.uniform_(module.weight, 0.5, 1.5)
    return model.eval()


@pytest.mark.parametrize(("model", "layers", "folded"), [
    (small_cnn(), ["12"], 2),
    (small_cnn(), ["4", "12"], 1),  # its own output is asked for
    (small_cnn(), ["5", "12"], 2),
    (resnet(), ["layer3", "layer4.1.bn2", "layer4.1.conv1"], 19),
])  # fmt: skip
def test_folding_changes_nothing_but_rounding(model: nn.Module, layers: list[str], folded: int) -> None:
    before = state_of(model)
    with evaluating(model) as twin, torch.no_grad():
        expected = twin(EXAMPLE)
        assert fold_batch_norms(twin, EXAMPLE[:1], layers) == folded
        found = twin(EXAMPLE)
        assert not torch.equal(found, expected)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert state_of(model) == before


class Padded(nn.Conv2d):
    """Pads by itself, as ports of TensorFlow's networks do."""

    def forward(self, maps: Tensor) -> Tensor:
        return super().forward(nn.functional.pad(maps, (0, 1, 0, 1)))


class Standardised(nn.Conv2d):
    """Takes its weights by their deviation, so that a factor folded into them is lost."""

    def forward(self, maps: Tensor) -> Tensor:
        weight = self.weight / self.weight.std((1, 2, 3), keepdim=True)
        return nn.functional.conv2d(maps, weight, self.bias)


@pytest.mark.parametrize(("kind", "folded"), [(Padded, 2), (Standardised, 1)])
def test_subclasses_are_folded_if_that_changes_nothing(kind: type[nn.Conv2d], folded: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(
            kind(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 5, 3), nn.BatchNorm2d(5), nn.ReLU()
        )
        for norm in (model[1], model[4]):
            nn.init.uniform_(norm.running_var, 0.5, 1.5)
    with evaluating(model) as model, torch.no_grad():
        expected = model(EXAMPLE)
        assert fold_batch_norms(model, EXAMPLE[:1], ["5"]) == folded
        torch.testing.assert_close(model(EXAMPLE), expected, rtol=1e-4, atol=1e-5)


class Twice(nn.Module):
    """Uses what comes out of the convolution besides the BatchNorm, which must therefore not be folded."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
        self.norm.running_var.fill_(4)
        self.head = nn.Conv2d(4, 2, 1)

    def forward(self, images: Tensor) -> Tensor:
        maps = self.conv(images)
        return self.head(self.norm(maps) + maps)


def test_what_is_used_elsewhere_is_not_folded() -> None:
    model = Twice().eval()
    with evaluating(model) as model, torch.no_grad():
        expected = model(EXAMPLE)
        assert fold_batch_norms(model, EXAMPLE, ["head"]) == 0
        assert torch.equal(model(EXAMPLE), expected)


def test_hooked_layers_are_left_alone() -> None:
    model = small_cnn().eval()
    model[4].register_forward_hook(lambda module, args, output: None)
    with evaluating(model) as model, torch.no_grad():
        assert fold_batch_norms(model, EXAMPLE, ["12"]) == 1


def test_the_same_examples_are_found_and_the_model_is_as_before() -> None:
    images = ImageSet(pictures(40))
    model = unsettled(small_cnn())
    before = state_of(model)
    kinds = {}
    for fold in (True, False):
        found = collect(copy.deepcopy(model), images, ["5", "7"], transform=TRANSFORM, m=5, fold=fold)
        kinds[fold] = {layer: found.top[layer].result() for layer in ("5", "7")}
    collect(model, images, ["5", "7"], transform=TRANSFORM, m=5)
    assert state_of(model) == before
    for layer in ("5", "7"):
        np.testing.assert_allclose(kinds[True][layer][0], kinds[False][layer][0], rtol=1e-4)
        np.testing.assert_array_equal(kinds[True][layer][1], kinds[False][layer][1])
