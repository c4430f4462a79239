"""Twins of models that lead to their own modules in every way that Python has."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import timm
import torch
import torchvision
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune, weight_norm

from slens_widgets.core.twins import twin_of
from tests.core.parts import Tokens, small_cnn, state_of, unsettled

INPUTS = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))


class Leading(nn.Module):
    """A model whose forward reaches its body by something else than the attribute."""

    def __init__(self, way: Callable[[nn.Module], Any]) -> None:
        super().__init__()
        self.body = small_cnn()
        self.way = way(self.body)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.way(inputs)


class Helper:
    """Plain object that calls a module, and counts."""

    def __init__(self, body: nn.Module) -> None:
        self.body, self.calls = body, 0

    def __call__(self, inputs: Tensor) -> Tensor:
        self.calls += 1
        return self.body(inputs)

    def run(self, inputs: Tensor) -> Tensor:
        return self(inputs)


class Slotted:
    __slots__ = ("body",)

    def __init__(self, body: nn.Module) -> None:
        self.body = body


def closure(body: nn.Module) -> Callable:
    return lambda inputs: body(inputs)


def recursive(body: nn.Module) -> Callable:
    def call(inputs: Tensor, again: bool = True) -> Tensor:
        return call(inputs, False) if again else body(inputs)

    return call


def default(body: nn.Module) -> Callable:
    return lambda inputs, body=body: body(inputs)


def keyword(body: nn.Module) -> Callable:
    def call(inputs: Tensor, *, body: nn.Module = body) -> Tensor:
        return body(inputs)

    return call


def wrapped(body: nn.Module) -> Callable:
    @functools.wraps(body.forward)
    def call(inputs: Tensor) -> Tensor:
        return call.__wrapped__(inputs)

    return call


def weak(body: nn.Module) -> Callable:
    reference = weakref.ref(body)
    return lambda inputs: reference()(inputs)


def weak_proxy(body: nn.Module) -> Callable:
    proxy = weakref.proxy(body)
    return lambda inputs: proxy(inputs)


def deep(body: nn.Module) -> Callable:
    held = {"a": [(Helper(body), 1)]}
    return lambda inputs: held["a"][0][0].run(inputs)


def slotted(body: nn.Module) -> Callable:
    held = Slotted(body)
    return lambda inputs: held.body(inputs)


WAYS = {
    "method": lambda body: body.forward,
    "call": lambda body: body.__call__,
    "closure": closure,
    "recursive closure": recursive,
    "default": default,
    "keyword default": keyword,
    "wrapped": wrapped,
    "partial": lambda body: functools.partial(nn.Module.__call__, body),
    "object": Helper,
    "object with slots": slotted,
    "method of an object": lambda body: Helper(body).run,
    "object in containers": deep,
    "bound by hand": lambda body: types.MethodType(lambda self, inputs: self(inputs), body),
    "weak reference": weak,
    "weak proxy": weak_proxy,
}


def patched(model: nn.Module) -> nn.Module:
    """Exchange a module's forward, as accelerate and many a notebook do."""
    forward = model[4].forward
    model[4].forward = lambda inputs: forward(inputs) * 2
    return model


def hooked(model: nn.Module) -> nn.Module:
    """Put on a hook that asks another module of the model."""
    model[4].register_forward_hook(lambda module, args, output: output * (1 + model[11].training))
    return model


def pruned(model: nn.Module) -> nn.Module:
    prune.random_unstructured(model[4], "weight", 0.5)
    return model


def normed(model: nn.Module) -> nn.Module:
    model[4] = weight_norm(model[4])
    model.train()(INPUTS)  # its weight is now part of a graph
    return model


def parametrised(model: nn.Module) -> nn.Module:
    model[4] = parametrizations.spectral_norm(model[4])
    return model


def scripted_inside(model: nn.Module) -> nn.Module:
    model[4] = torch.jit.script(model[4])
    return model


def compiled_inside(model: nn.Module) -> nn.Module:
    model[4] = torch.compile(model[4], backend="eager")
    model(INPUTS)
    return model


def tied(model: nn.Module) -> nn.Module:
    model.add_module("again", nn.Linear(4, 12, bias=False))
    model.add_module("back", nn.Linear(12, 4))
    model.back.weight = model[12].weight
    return model


class CompiledForward(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = small_cnn()

    @torch.compile(backend="eager")
    def forward(self, inputs: Tensor) -> Tensor:
        return self.body(inputs)


MODELS = {
    "plain": small_cnn,
    "unsettled": lambda: unsettled(small_cnn()),
    "tokens": Tokens,
    "patched forward": lambda: patched(small_cnn()),
    "hook on another module": lambda: hooked(small_cnn()),
    "pruned": lambda: pruned(small_cnn()),
    "weight norm": lambda: normed(small_cnn()),
    "parametrised": lambda: parametrised(small_cnn()),
    "scripted inside": lambda: scripted_inside(small_cnn()),
    "compiled inside": lambda: compiled_inside(small_cnn()),
    "compiled forward": CompiledForward,
    "tied": lambda: tied(small_cnn()),
    "traced": lambda: torch.fx.symbolic_trace(small_cnn()),
    "resnet": lambda: torchvision.models.resnet18(num_classes=4),
    "mobilenet": lambda: timm.create_model("mobilenetv3_small_050", num_classes=4),
    "vit": lambda: timm.create_model("vit_tiny_patch16_224", img_size=32, num_classes=4),
    **{f"by {name}": functools.partial(Leading, way) for name, way in WAYS.items()},
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("name", MODELS)
def test_a_twin_gives_the_same_and_never_reaches_its_model(name: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MODELS[name]()
    flags = {each: each.training for each in model.modules()}
    with torch.no_grad():
        expected = model.eval()(INPUTS)
    for each, training in flags.items():
        each.training = training
    before = state_of(model)
    twin = twin_of(model).eval()
    ran = []
    for each in model.modules():  # no pass of the twin runs a module of the model
        if not isinstance(each, torch.jit.ScriptModule):
            each.register_forward_pre_hook(lambda module, args: ran.append(module))
    with torch.no_grad():
        assert torch.equal(twin(INPUTS), expected)
    assert not ran
    for each in model.modules():
        if not isinstance(each, torch.jit.ScriptModule):
            each._forward_pre_hooks.popitem()
    twin.train()
    if name != "traced":
        twin(INPUTS)
    twin.requires_grad_(False).half().to(memory_format=torch.channels_last)
    for each in twin.modules():
        each.note = "the twin's"
        if not isinstance(each, torch.jit.ScriptModule):
            each.register_forward_hook(lambda *_: None)
    assert state_of(model) == before


def test_a_twin_shares_the_memory_of_the_weights() -> None:
    model = tied(small_cnn())
    twin = twin_of(model)
    for old, new in zip(model.parameters(), twin.parameters(), strict=True):
        assert new is not old
        assert new.data_ptr() == old.data_ptr()
    assert twin.back.weight is twin[12].weight
    for old, new in zip(model.buffers(), twin.buffers(), strict=True):
        assert new.data_ptr() != old.data_ptr()


def test_a_twin_made_in_inference_mode_can_be_part_of_a_graph() -> None:
    model = small_cnn()
    with torch.inference_mode():
        twin, other = twin_of(model).eval(), twin_of(small_cnn()).eval()
    inputs = INPUTS.clone().requires_grad_(True)
    for each in (twin, other):
        each(inputs).sum().backward()
    assert inputs.grad is not None


def test_what_does_not_lead_to_a_module_is_shared() -> None:
    model = small_cnn()
    model.recorder = recorder = types.SimpleNamespace(outputs=[])
    model[4].register_forward_hook(lambda module, args, output: recorder.outputs.append(output))
    generator = model.generator = (each for each in model)
    twin = twin_of(model)
    assert twin.recorder is recorder
    assert twin.generator is generator  # it can't be made anew
    with torch.no_grad():
        twin(INPUTS)
    assert len(recorder.outputs) == 1
