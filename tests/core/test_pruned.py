from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from torch import nn

from slens_widgets.core.ablation import TorchModel
from slens_widgets.errors import UnknownNameError
from slens_widgets.types import Component, Prunable
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of
from tests.core.test_reevaluation import Residual, inputs_of, live, resnet18, seeded

CASES = [
    (small_cnn, [("4", 1), ("4", 8), ("7", 2)]),
    (Residual, [("conv1", 3), ("stem", 2)]),
    (resnet18, [("layer3.1", 5), ("layer4", 7), ("layer4.1", 9)]),
]


@pytest.mark.parametrize("mode", ["mean", "zero"])
@pytest.mark.parametrize(("make", "pruned"), CASES, ids=["sequential", "residual", "nested"])
def test_a_pruned_copy_gives_the_logits_of_live_pruning(make, pruned, mode) -> None:
    model = seeded(make)
    before = state_of(model)
    found = live(model, sorted({layer for layer, _ in pruned}))
    assert isinstance(found, Prunable)
    copy = found.pruned_model([Component(*each) for each in pruned], mode)
    assert state_of(model) == before
    with torch.no_grad():
        logits = copy(inputs_of()).numpy()
    expected = found.logits([Component(*each) for each in pruned], mode)
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4)
    assert not copy.training
    assert {id(each) for each in copy.parameters()}.isdisjoint({id(each) for each in model.parameters()})

    # Its weights are saved under the original's names and load again; the original's load too.
    file = io.BytesIO()
    torch.save(copy.state_dict(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    assert set(model.state_dict()) < set(state)
    again = live(seeded(make), sorted({layer for layer, _ in pruned})).pruned_model(
        [Component(*each) for each in pruned], mode
    )
    with torch.no_grad():
        for parameter in again.parameters():
            parameter.zero_()
        again.load_state_dict(state)
        assert np.array_equal(again(inputs_of()).numpy(), logits)
        for parameter in again.parameters():
            parameter.zero_()
        again.load_state_dict(model.state_dict())
        assert np.array_equal(again(inputs_of()).numpy(), logits)


def test_it_trains_on_and_stays_pruned() -> None:
    found = live(seeded(small_cnn), ["4"])
    copy = found.pruned_model([Component("4", 1)], "zero").train()
    optimizer = torch.optim.SGD(copy.parameters(), 0.1)
    copy(inputs_of()).square().sum().backward()
    optimizer.step()
    outputs = []
    copy[4].register_forward_hook(lambda module, args, output: outputs.append(output))
    copy(inputs_of())
    assert outputs[0][:, 1].abs().max() == 0
    assert outputs[0][:, 2].abs().max() > 0


def test_a_shared_module_is_replaced_wherever_it_is() -> None:
    conv = nn.Conv2d(3, 4, 1)
    model = nn.ModuleDict({"a": conv, "b": conv})

    class Either(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts, self.head = model, nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(self.parts["b"](x).mean((2, 3)))

    found = TorchModel(
        Either(),
        pictures(4),
        [0] * 4,
        transform=TRANSFORM,
        means={"parts.a": np.zeros(4)},
        device="cpu",
    )
    copy = found.pruned_model([Component("parts.a", 2)], "zero")
    assert copy.parts["a"] is copy.parts["b"]
    assert copy.parts["b"](torch.ones(1, 3, 2, 2))[:, 2].abs().max() == 0
    with pytest.raises(UnknownNameError, match="component 4"):
        found.pruned_model([Component("parts.a", 4)])
