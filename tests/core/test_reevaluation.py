"""The quick ways to prune against the full pass with hooks, on architectures that call for each of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision import transforms

from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.fingerprint import weights_checksum
from slens_widgets.core.hooks import ablate, capture
from slens_widgets.errors import Cancelled, ModelError
from slens_widgets.types import Component
from tests.core.networks import Branching, Dense, FixedBatch, Residual, Twice, resnet18, seeded, vit
from tests.core.parts import TRANSFORM, Tokens, pictures, small_cnn, state_of

IMAGES = pictures(21)


def inputs_of(transform: Callable = TRANSFORM) -> Tensor:
    return torch.stack([transform(image) for image in IMAGES])


def means_of(model: nn.Module, layers: list[str], inputs: Tensor) -> dict[str, np.ndarray]:
    with capture(model, layers) as outputs, torch.no_grad():
        model(inputs)
    return {
        layer: out.float().movedim(-1 if out.ndim == 3 else 1, 0).flatten(1).mean(1).numpy()
        for layer, out in outputs.items()
    }


def live(model: nn.Module, layers: list[str], transform: Callable = TRANSFORM, **more: object) -> TorchModel:
    given = {"device": "cpu", "batch_size": 8, **more}
    try:
        means = means_of(model, layers, inputs_of(transform))
    except ModelError:
        means = {layer: np.linspace(-1, 1, 6) for layer in layers}
    return TorchModel(model, IMAGES, [0] * len(IMAGES), transform=transform, means=means, **given)


def full_pass(
    found: TorchModel, model: nn.Module, pruned: list, mode: str, transform: Callable
) -> np.ndarray:
    indices: dict[str, list[int]] = {}
    for layer, index in pruned:
        indices.setdefault(layer, []).append(index)
    with torch.no_grad(), ablate(model, indices, found._means if mode == "mean" else None):
        return model(inputs_of(transform)).float().numpy()


CASES = [
    (small_cnn, ["7"], "closed form"),
    (small_cnn, ["4"], "suffix"),
    (small_cnn, ["4", "7"], "suffix"),
    (Residual, ["bn2"], "closed form"),
    (Residual, ["relu"], "closed form"),
    (Residual, ["stem", "bn1"], "suffix"),
    (Residual, ["conv2"], "closed form"),
    (Dense, ["first"], "suffix"),
    (Dense, ["first", "third"], "suffix"),
    (resnet18, ["layer4"], "closed form"),
    (resnet18, ["layer4.1.bn2"], "closed form"),
    (resnet18, ["layer3.1", "layer4.0.bn1", "layer4"], "suffix"),
    (vit, ["encoder.ln"], "closed form"),
    (vit, ["encoder.layers.encoder_layer_0"], "suffix"),
    (Tokens, ["mlp"], "full pass"),
    (Branching, ["conv"], "full pass"),
    (Twice, ["same"], "full pass"),
    (FixedBatch, ["conv"], "full pass"),
]


@pytest.mark.parametrize(
    ("make", "layers", "kind"),
    CASES,
    ids=[f"{make.__name__}-{'+'.join(layers)}" for make, layers, _ in CASES],
)
def test_the_quick_ways_give_the_logits_of_the_full_pass(make, layers: list[str], kind: str) -> None:
    model = seeded(make)
    before = state_of(model)
    found = live(model, layers)
    rng, changes = np.random.default_rng(1), []
    for mode in ("mean", "zero"):
        for count in (1, 4):
            pruned = [
                Component(layer, int(index))
                for layer in layers
                for index in rng.choice(len(found._means[layer]), count, replace=False)
            ]
            expected = full_pass(found, model, pruned, mode, TRANSFORM)
            logits = found.logits(pruned, mode)
            scale = max(1.0, np.abs(expected).max())
            np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4 * scale)
            changes.append(np.abs(expected - found.logits()).max())
    assert max(changes) > 1e-2
    engine = found.engine(layers)
    assert engine.kind == kind, engine
    assert engine.why
    assert state_of(model) == before


@pytest.mark.parametrize(
    ("memory", "disk", "said"), [(10**9, 0, "in memory"), (150_000, 0, "half"), (0, 10**9, "temporary file")]
)
def test_what_is_kept_is_bounded_and_changes_no_logit(memory: int, disk: int, said: str) -> None:
    model = seeded(small_cnn)
    found = live(model, ["4"], activation_bytes=memory, disk_bytes=disk)
    pruned = [Component("4", 1), Component("4", 7)]
    expected = full_pass(found, model, pruned, "mean", TRANSFORM)
    np.testing.assert_allclose(found.logits(pruned), expected, rtol=0, atol=1e-4)
    assert found.engine("4").kind == "suffix"
    assert said in found.engine("4").kept
    [(stored, _)] = found._logits.quick._suffixes._stored.values()
    assert stored.in_file == (disk > 0)
    assert stored.lossy == (memory < 10**9)
    assert stored.bytes <= (disk or memory)
    files = list(stored._files)
    found.close()
    assert all(file.closed for file in files)
    np.testing.assert_allclose(found.logits(pruned), expected, rtol=0, atol=1e-4)


def test_without_any_room_the_full_pass_runs_and_says_so() -> None:
    model = seeded(small_cnn)
    found = live(model, ["4", "7"], activation_bytes=0, disk_bytes=0)
    pruned = [Component("4", 1), Component("7", 3)]
    np.testing.assert_allclose(
        found.logits(pruned), full_pass(found, model, pruned, "mean", TRANSFORM), atol=1e-5
    )
    assert found.engine(["4", "7"]).kind == "full pass"
    assert "more than memory" in found.engine(["4", "7"]).why


def test_layers_share_the_room() -> None:
    found = live(seeded(small_cnn), ["0", "4"], activation_bytes=21 * 6 * 32 * 32 * 4, disk_bytes=0)
    first = found.logits([Component("0", 1)])
    assert list(found._logits.quick._suffixes._stored) == ["0"]
    found.logits([Component("4", 1)])
    assert list(found._logits.quick._suffixes._stored) == ["4"]
    found._logits.results.clear()
    assert np.array_equal(found.logits([Component("0", 1)]), first)


def test_half_precision_gives_the_half_precision_model_s_logits() -> None:
    half = transforms.Compose([TRANSFORM, transforms.Lambda(lambda image: image.half())])
    model = seeded(small_cnn).half()
    for layer in ("4", "7"):
        found = live(model, [layer], half)
        pruned = [Component(layer, 1), Component(layer, 5)]
        for mode in ("mean", "zero"):
            expected = full_pass(found, model, pruned, mode, half)
            np.testing.assert_allclose(found.logits(pruned, mode), expected, rtol=0, atol=1e-4)
        assert found.engine(layer).kind == "suffix"


@pytest.mark.parametrize("layer", ["4", "7"])
@pytest.mark.parametrize("through_data", [False, True])
def test_changed_weights_are_noticed(layer: str, through_data: bool) -> None:
    model = seeded(small_cnn)
    found = live(model, [layer])
    pruned = [Component(layer, 2)]
    before, revision = found.logits(pruned), found.revision
    with torch.no_grad():
        weight = model[0].weight.data if through_data else model[0].weight
        weight[:3] = weight[[1, 2, 0]].clone()  # the same numbers in another order
    expected = full_pass(found, model, pruned, "mean", TRANSFORM)
    assert np.abs(expected - before).max() > 1e-3
    np.testing.assert_allclose(found.logits(pruned), expected, rtol=0, atol=1e-4)
    np.testing.assert_allclose(found.logits(), full_pass(found, model, [], "mean", TRANSFORM), atol=1e-4)
    assert found.revision > revision


def test_hooks_send_it_to_the_full_pass() -> None:
    model = seeded(small_cnn)
    model[7].register_forward_hook(lambda module, args, output: output * 2)
    found = live(model, ["4"])
    pruned = [Component("4", 2)]
    np.testing.assert_allclose(
        found.logits(pruned), full_pass(found, model, pruned, "mean", TRANSFORM), atol=1e-5
    )
    assert found.engine("4").kind == "full pass"
    assert "hooks" in found.engine("4").why


@pytest.mark.parametrize("layer", ["4", "7"])
def test_each_component_s_own_effect(layer: str) -> None:
    model = seeded(small_cnn)
    found = live(model, [layer])
    for mode in ("mean", "zero"):
        classes = found.predictions(layer, [3, 0, 9], mode)
        for row, index in zip(classes, [3, 0, 9], strict=True):
            expected = full_pass(found, model, [(layer, index)], mode, TRANSFORM).argmax(1)
            assert np.array_equal(row, expected)
        told: list[tuple[int, int, str]] = []
        found.predictions(layer, [3, 0], mode, progress=lambda *said, told=told: told.append(said))
        assert set(told) == {(0, 2, "effects"), (1, 2, "effects")}
        # Where images are run again they tell of every batch, so that they can be ended there.
        assert (len(told) > 2) == (found.engine(layer).kind == "suffix")
        sample = found.predictions(layer, [3], mode, rows=[5, 17, 2])
        assert np.array_equal(sample[0], classes[0][[5, 17, 2]])
    assert live(seeded(Branching), ["conv"]).predictions("conv", [1]) is None


def test_keeping_activations_can_be_cancelled_and_begun_again() -> None:
    model = seeded(small_cnn)
    before = state_of(model)
    found = live(model, ["4"])

    def stop(done: int, total: int, stage: str) -> None:
        if stage == "activations" and done:
            raise Cancelled("A newer choice was made")

    found.logits()
    with pytest.raises(Cancelled):
        found.logits([Component("4", 1)], progress=stop)
    assert state_of(model) == before
    expected = full_pass(found, model, [("4", 1)], "mean", TRANSFORM)
    np.testing.assert_allclose(found.logits([Component("4", 1)]), expected, rtol=0, atol=1e-4)


def test_other_threads_models_are_not_traced() -> None:
    """Tracing redirects calls of modules in the whole process; others must not notice."""
    other, inputs = seeded(small_cnn), inputs_of()
    expected = other(inputs).detach()
    failures: list[object] = []
    stop = threading.Event()

    def use() -> None:
        while not stop.is_set():
            try:
                if not torch.equal(other(inputs), expected):
                    failures.append("another result")
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    for _ in range(3):
        live(seeded(resnet18), ["layer4"]).engine("layer4")
    stop.set()
    thread.join()
    assert not failures


def test_weights_are_looked_at_once_while_they_are_said_to_be_steady() -> None:
    model = seeded(small_cnn)
    found = live(model, ["7"])
    pruned = [Component("7", 2)]
    before = found.logits(pruned)
    with found.steady():
        model[0].weight.data *= -1
        assert np.array_equal(found.logits(pruned), before)
    assert np.abs(found.logits(pruned) - before).max() > 1e-3


@pytest.mark.parametrize(
    "change",
    [
        lambda weight: weight.data.neg_(),
        lambda weight: weight.data.copy_(weight.data.flip(0).clone()),
        lambda weight: weight.data.view(-1)[-1].add_(1e-6),
        lambda weight: weight.data.view(-1).__setitem__([3, 5000], weight.data.view(-1)[[5000, 3]]),
        lambda weight: weight.data.zero_(),
    ],
    ids=["negated", "reversed", "one by a millionth", "two exchanged", "zero"],
)
def test_a_change_behind_the_version_counter_changes_the_checksum(change: Callable) -> None:
    layer = seeded(lambda: nn.Linear(97, 211))
    before = weights_checksum(layer)
    assert weights_checksum(layer) == before
    held = layer.weight.detach().clone()
    change(layer.weight)
    assert not torch.equal(held, layer.weight)
    assert weights_checksum(layer) != before
    layer.weight.data.copy_(held)
    assert weights_checksum(layer) == before


def test_a_map_that_is_viewed_keeps_its_layout() -> None:
    class Viewing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.next = nn.Conv2d(3, 6, 5, 3), nn.Conv2d(6, 6, 3, padding=1)
            self.head = nn.Linear(600, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(torch.relu_(self.next(self.conv(x))).view(x.size(0), -1))

    model = seeded(Viewing)
    found = live(model, ["conv"])
    expected = full_pass(found, model, [("conv", 1)], "mean", TRANSFORM)
    np.testing.assert_allclose(found.logits([Component("conv", 1)]), expected, rtol=0, atol=1e-4)
    assert found.engine("conv").kind == "suffix"
