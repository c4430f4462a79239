"""Wherever an interrupt falls, model, locks and process are as before, and the next answer is right."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import slens_widgets.core
from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.layer_graph import TRACING
from slens_widgets.core.layers import layers
from slens_widgets.types import Component, CorrectionSettings
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of, unsettled
from tests.interrupting import Interrupts, lines_of

CORE = Path(slens_widgets.core.__file__).parent
FILES = tuple(f"slens_widgets/core/{each.name}" for each in CORE.glob("*.py"))
IMAGES, LABELS = pictures(8), [i % 4 for i in range(8)]
MEANS = {"2": np.zeros(6), "7": np.linspace(-1, 1, 12)}


class Branching(nn.Module):
    """Can't be traced, and meddles with itself in every pass."""

    def __init__(self) -> None:
        super().__init__()
        self.body = small_cnn()
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        self.seen += len(inputs)
        self.last = inputs
        self.body[1].running_mean.add_(0.01)
        return self.body(inputs * (1 if inputs.sum() > -1e9 else 2))


def live_of(model: nn.Module, prefix: str = "") -> TorchModel:
    means = {prefix + layer: values for layer, values in MEANS.items()}
    return TorchModel(model, IMAGES, LABELS, transform=TRANSFORM, means=means, device="cpu", batch_size=4)


def heatmaps(live: TorchModel) -> np.ndarray:
    with live.flow(IMAGES[:2], ["2", "7"], 1, "crp") as flow:
        return flow.heatmaps("7", [2])


def pruned(live: TorchModel) -> np.ndarray:
    model = live.pruned_model([Component("7", 1)])
    return model(torch.zeros(1, 3, 32, 32)).detach().numpy()


def finetuned(live: TorchModel) -> np.ndarray:
    data = live.training_images(IMAGES, LABELS, None)
    settings = CorrectionSettings(epochs=1)
    model, _ = live.corrected("clean", [Component("7", 1)], data, settings)
    return torch.cat([each.detach().flatten() for each in model.parameters()]).numpy()


QUESTIONS: dict[str, tuple[Callable[[], nn.Module], str, Callable[[TorchModel], Any]]] = {
    "full pass": (Branching, "body.", lambda live: live.logits([Component("body.7", 1)])),
    "closed form": (small_cnn, "", lambda live: live.logits([Component("7", 1)])),
    "suffix": (small_cnn, "", lambda live: live.logits([Component("2", 1)], "zero")),
    "class relevance": (small_cnn, "", lambda live: live.class_relevance("7", 1)),
    "flow": (small_cnn, "", heatmaps),
    "given images": (small_cnn, "", lambda live: live.pooled_activations(IMAGES, ["7"], "max")["7"]),
    "pruned copy": (small_cnn, "", pruned),
    "fine-tuning": (small_cnn, "", finetuned),
    "layers": (small_cnn, "", lambda live: layers(live._model, input_size=16)["components"].to_numpy()),
}


def check(name: str, numbers: Callable[[int], list[int]]) -> int:
    make, prefix, ask = QUESTIONS[name]
    model = unsettled(make())
    before, call, grad = state_of(model), nn.Module.__call__, torch.is_grad_enabled()
    live = live_of(model, prefix)
    expected = np.array(ask(live))

    def again() -> Any:
        live.close()
        return ask(live)

    stopped = 0
    for number in numbers(lines_of(again, *FILES)):
        stopped += Interrupts(number, *FILES).run(again)
        assert state_of(model) == before, number
        assert free(live._lock, TRACING), number
        assert nn.Module.__call__ is call, number
        assert torch.is_grad_enabled() == grad, number
    np.testing.assert_allclose(again(), expected, rtol=1e-5, atol=1e-6)
    assert state_of(model) == before
    return stopped


def free(*locks: Any) -> bool:
    """Whether another thread can take the locks."""
    found: list[bool] = []

    def take() -> None:
        for lock in locks:
            found.append(lock.acquire(timeout=1))
            if found[-1]:
                lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return all(found)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_interrupt_at_some_lines_changes_nothing(name: str) -> None:
    rng = random.Random(0)
    # Python itself swallows one that falls into the end of a generator that nobody holds any more.
    assert check(name, lambda count: rng.sample(range(1, count + 1), min(count, 12))) > 8


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_interrupt_at_any_line_changes_nothing(name: str) -> None:
    # Of the passages that are run again and again, every third line.
    assert check(name, lambda count: [*range(1, min(count, 1500) + 1), *range(1501, count + 1, 3)]) > 100
