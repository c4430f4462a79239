from __future__ import annotations

import ast
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import slens_widgets
from slens_widgets.core.component_axes import axis_of_components
from slens_widgets.core.hooks import ablate, capture, evaluating, resolve_layer, run_to
from slens_widgets.core.layers import check_layers, layers
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from tests.core.parts import Tokens, small_cnn, state_of, unsettled


class Meddler(nn.Module):
    """A model that changes itself in every pass, even in evaluation mode."""

    def __init__(self) -> None:
        super().__init__()
        self.body = small_cnn()
        self.register_buffer("seen", torch.zeros(1))
        self.calls = 0

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        self.seen += len(inputs)
        self.calls += 1
        self.last = inputs
        self.body[1].running_mean.add_(1)
        return self.body(inputs)


@pytest.mark.parametrize("fails", [False, True])
def test_the_model_is_afterwards_exactly_as_before(fails: bool, device: str) -> None:
    model = unsettled(Meddler())
    before = state_of(model)
    try:
        with evaluating(model, torch.device(device)) as twin:
            assert not any(module.training for module in twin.modules())
            twin.requires_grad_(False)
            twin(torch.randn(2, 3, 16, 16, device=device))
            twin.body[0].weight.data = torch.zeros(6, 3, 3, 3)
            twin.body[0].bias = None
            twin.body.register_forward_hook(lambda *_: None)
            twin.body.add_module("extra", nn.ReLU())
            assert state_of(model) == before
            if fails:
                raise RuntimeError("half-way")
    except RuntimeError:
        assert fails
    assert state_of(model) == before
    assert (model.calls, twin.calls) == (0, 1)
    assert model.body[0].bias is not None


def test_what_a_user_changes_meanwhile_stays() -> None:
    model = Meddler().train()
    head, hook = nn.Linear(12, 7), lambda *_: None
    with evaluating(model) as twin:
        expected = twin(torch.zeros(1, 3, 16, 16))
        model.body[12] = head
        handle = model.body[4].register_forward_hook(hook)
        model.body[0].weight.requires_grad_(False)
        model.body[7].bias.grad = torch.ones(12)
        model.body[1].eval()
        model.note = "mine"
        model.seen = torch.full((1,), 5.0)
        assert torch.equal(twin(torch.zeros(1, 3, 16, 16)), twin(torch.zeros(1, 3, 16, 16)) + 0 * expected)
    assert model.body[12] is head
    assert list(model.body[4]._forward_hooks.values()) == [hook]
    assert not model.body[0].weight.requires_grad
    assert torch.equal(model.body[7].bias.grad, torch.ones(12))
    assert model.training
    assert not model.body[1].training
    assert (model.note, model.seen.item(), model.calls) == ("mine", 5, 0)
    handle.remove()


def test_lazy_models_are_refused() -> None:
    with pytest.raises(ModelError, match="uninitialised"), evaluating(nn.LazyConv2d(3, 3)):
        pass


def test_outputs_are_captured_before_an_in_place_module_changes_them() -> None:
    model = small_cnn(inplace=True).eval()
    inputs = torch.randn(2, 3, 16, 16)
    with torch.no_grad(), capture(model, ["1", "2"], lambda _, output: output.clone()) as outputs:
        model(inputs)
    assert (outputs["1"] < 0).any()
    assert torch.equal(outputs["1"].clamp(min=0), outputs["2"])


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.relu = nn.ReLU()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.relu(self.relu(self.conv(inputs)) - 1)


def test_a_module_called_twice_is_refused() -> None:
    model = Twice()
    with (
        pytest.raises(ModelError, match="'relu' is called more than once"),
        capture(model, ["relu"]),
    ):
        model(torch.randn(1, 3, 8, 8))
    assert not model.relu._forward_hooks
    table = layers(model, input_size=8).set_index("layer")
    assert table.loc["relu", "calls"] == 2


class Outputs(nn.Module):
    """Gives what it is told to, around one tensor."""

    def __init__(self, wrap: object) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.wrap = _Wrap(wrap)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        output = self.wrap(self.conv(inputs))
        while not isinstance(output, torch.Tensor):
            output = next(iter(output.values())) if isinstance(output, dict) else output[0]
        return output.mean((2, 3))


class _Wrap(nn.Module):
    def __init__(self, wrap: object) -> None:
        super().__init__()
        self.how = wrap

    def forward(self, inputs: torch.Tensor) -> object:
        return self.how(inputs)


@pytest.mark.parametrize("wrap", [lambda x: x * 1, lambda x: (x, 3), lambda x: [x], lambda x: {"out": x}])
def test_tuple_outputs_are_captured_and_ablated(wrap: object) -> None:
    model, inputs = Outputs(wrap), torch.randn(2, 3, 8, 8)
    with torch.no_grad():
        plain = model(inputs)
        with capture(model, ["wrap"]) as outputs:
            model(inputs)
        assert outputs["wrap"].shape == (2, 4, 6, 6)
        with ablate(model, {"wrap": [2]}, {"wrap": np.array([0, 0, 7.0, 0], np.float32)}):
            changed = model(inputs)
    assert torch.equal(changed[:, 2], torch.full((2,), 7.0))
    assert torch.equal(changed[:, [0, 1, 3]], plain[:, [0, 1, 3]])


def test_ablation_replaces_channels_features_and_units() -> None:
    tokens = Tokens().eval()
    with torch.no_grad(), ablate(tokens, {"mlp": [3]}, None), capture(tokens, ["mlp"]) as outputs:
        tokens(torch.randn(2, 3, 16, 16))
    assert (outputs["mlp"][..., 3] == 0).all()
    model = small_cnn().eval()
    with torch.no_grad(), ablate(model, {"12": [1]}, {"12": np.arange(4.0)}):
        assert (model(torch.randn(2, 3, 16, 16))[:, 1] == 1).all()
    with (
        pytest.raises(UnknownNameError, match=r"no component 99.*0 to 11"),
        ablate(model, {"7": [99]}, None),
    ):
        model(torch.randn(1, 3, 16, 16))
    with pytest.raises(InputError, match="No mean activations"), ablate(model, {"7": [1]}, {}):
        pass


def test_the_model_is_run_no_further_than_needed() -> None:
    model = small_cnn().eval()
    ran = []
    model[12].register_forward_hook(lambda *_: ran.append(1))
    assert run_to(model, "4", torch.randn(1, 3, 16, 16)).shape == (1, 10, 8, 8)
    assert not ran
    unused = nn.ModuleDict({"a": nn.Identity(), "b": nn.ReLU()})
    unused.forward = lambda inputs: inputs
    with pytest.raises(ModelError, match="not reached"):
        run_to(unused, "b", torch.zeros(1, 1))


def test_unknown_layers_are_answered_with_the_nearest() -> None:
    model = nn.Sequential()
    model.add_module("features", small_cnn())
    with pytest.raises(UnknownNameError, match=r"Nearest: .*'features\.1") as caught:
        resolve_layer(model, "feature.10")
    assert "features.10" in caught.value.nearest
    with pytest.raises(InputError, match="No layers"):
        check_layers(model, [])
    assert check_layers(model, "features.0") == ["features.0"]


def test_layers_lists_what_can_be_audited() -> None:
    model = unsettled(small_cnn())
    before = state_of(model)
    table = layers(model, input_size=(16, 20)).set_index("layer")
    assert state_of(model) == before
    assert table.loc["4", ["type", "shape", "components", "kind"]].tolist() == [
        "Conv2d",
        (10, 8, 10),
        10,
        "channel",
    ]
    assert table.loc["12", ["shape", "components", "kind"]].tolist() == [(4,), 4, "unit"]
    assert layers(Tokens(), input_size=16).set_index("layer").loc["mlp", "kind"] == "token feature"
    with pytest.raises(ModelError, match="does not run"):
        layers(model, input_size=(5, 16, 16))


def test_outputs_of_other_shapes_are_no_components() -> None:
    with pytest.raises(ModelError, match="shape"):
        axis_of_components(None, torch.zeros(1, 2, 3, 4, 5), "x")


def test_two_threads_have_twins_of_one_model_at_a_time() -> None:
    model = unsettled(small_cnn())
    before, inputs = state_of(model), torch.randn(2, 3, 16, 16)
    with evaluating(model) as plain:
        expected = plain(inputs)
    both, found = threading.Barrier(2, timeout=10), {}

    def run(index: int) -> None:
        with evaluating(model) as twin, torch.no_grad(), ablate(twin, {"12": [index]}, None):
            both.wait()
            found[index] = twin(inputs)
            both.wait()

    threads = [threading.Thread(target=run, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert state_of(model) == before
    for index in (0, 1):
        assert (found[index] == 0).all(0).tolist() == [each == index for each in range(4)]
        assert torch.equal(found[index][:, 2:], expected[:, 2:])


def test_whoever_asks_for_a_twin_uses_it() -> None:
    for file in Path(slens_widgets.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            for item in node.items if isinstance(node, ast.With) else ():
                call = item.context_expr
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "evaluating":
                    assert item.optional_vars is not None, f"{file}:{node.lineno}"
