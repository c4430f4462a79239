"""Two live models at work in two threads, over one model or over two, give what each gives alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from slens_widgets.core.ablation import TorchModel
from slens_widgets.types import Component
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of, unsettled

IMAGES, LABELS = pictures(12), [i % 4 for i in range(12)]
MEANS = {"2": np.zeros(6), "7": np.linspace(-1, 1, 12)}


def live_of(model: nn.Module) -> TorchModel:
    return TorchModel(model, IMAGES, LABELS, transform=TRANSFORM, means=MEANS, device="cpu", batch_size=4)


def heatmaps(live: TorchModel) -> np.ndarray:
    with live.flow(IMAGES[:2], ["2", "7"], 1, "crp") as flow:
        return flow.heatmaps("7", [2])


QUESTIONS: list[Callable[[TorchModel], np.ndarray]] = [
    lambda live: live.logits([Component("7", 1)]),
    lambda live: live.logits([Component("2", 1)], "zero"),
    lambda live: live._logits.full_pass({"7": [3, 4]}, "mean", None),
    lambda live: live.class_relevance("7", 1),
    heatmaps,
    lambda live: live.pooled_activations(IMAGES, ["2"], "max")["2"],
]


def models(count: int) -> list[nn.Module]:
    found = [unsettled(small_cnn(seed)) for seed in range(count)]
    return found if count == 2 else found * 2


def run_both(count: int, seconds: float) -> None:
    both = models(count)
    before = [state_of(model) for model in both]
    lives = [live_of(model) for model in both]
    expected = [[ask(live) for ask in QUESTIONS] for live in lives]
    end, failures, asked = time.monotonic() + seconds, [], [0, 0]

    def work(mine: int) -> None:
        try:
            while time.monotonic() < end or asked[mine] < 2 * len(QUESTIONS):
                for ask, answer in zip(QUESTIONS, expected[mine], strict=True):
                    np.testing.assert_allclose(ask(lives[mine]), answer, rtol=1e-4, atol=1e-5)
                    asked[mine] += 1
                lives[mine].close()  # so that it is traced anew
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (0, 1)]
    for thread in threads:
        thread.start()
    other, inputs = small_cnn(5), torch.stack([TRANSFORM(each) for each in IMAGES])
    frozen = next(both[0].parameters())
    while time.monotonic() < end and not failures:
        # Meanwhile the user trains a model, and sets flags of the one that is looked at.
        other(inputs).sum().backward()
        for requires_grad in (True, False):
            frozen.requires_grad_(requires_grad)
            both[0].train(requires_grad)
            time.sleep(0.01)
            assert (frozen.requires_grad, both[0].training) == (requires_grad, requires_grad)
    for thread in threads:
        thread.join(60)
    assert not failures
    assert min(asked) >= 2 * len(QUESTIONS)
    for live, model, was in zip(lives, both, before, strict=True):
        now = state_of(model)
        changed = {"training"} if model is both[0] else set()
        assert {key for key in was if was[key] != now[key]} <= changed
        assert live._lock.acquire(timeout=1)


@pytest.mark.parametrize("count", [1, 2])
def test_two_at_once_give_what_each_gives_alone(count: int) -> None:
    run_both(count, 1.5)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
def test_two_at_once_give_what_each_gives_alone_for_a_minute(count: int) -> None:
    run_both(count, 60)


@pytest.mark.parametrize("count", [1, 2])
def test_neither_waits_for_the_other(count: int) -> None:
    lives = [live_of(model) for model in models(count)]
    meet, found = threading.Barrier(2, timeout=20), {}

    def work(mine: int) -> None:
        # Each goes on only when the other is in the midst of an evaluation too.
        found[mine] = lives[mine]._logits.full_pass({"7": [mine]}, "zero", lambda *_: meet.wait())

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for mine in (0, 1):
        alone = lives[mine]._logits.full_pass({"7": [mine]}, "zero", None)
        np.testing.assert_allclose(found[mine], alone, rtol=1e-4, atol=1e-5)
