from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import Cancelled, InputError, UnknownNameError
from slens_widgets.types import Component, LiveModel
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of, unsettled

IMAGES = pictures(20)
LABELS = [i % 4 for i in range(20)]
MEANS = {"4": np.linspace(-1, 1, 10, dtype=np.float32), "7": np.linspace(0, 1, 12, dtype=np.float32)}


def live(model: nn.Module, **changes: object) -> TorchModel:
    arguments = {"transform": TRANSFORM, "means": MEANS, "device": "cpu", "batch_size": 8, **changes}
    return TorchModel(model, IMAGES, LABELS, **arguments)


def by_hand(model: nn.Module, layer: int, replaced: dict[int, float]) -> np.ndarray:
    inputs = torch.stack([TRANSFORM(image) for image in IMAGES])
    model.eval()
    with torch.no_grad():
        output = model[: layer + 1](inputs).clone()
        for index, value in replaced.items():
            output[:, index] = float(value)
        return model[layer + 1 :](output).numpy()


def test_logits_are_those_of_a_model_with_the_channels_replaced(device: str) -> None:
    model = unsettled(small_cnn())
    found = live(model, device=device)
    assert isinstance(found, LiveModel)
    before = state_of(model)
    plain = found.logits()
    some = found.logits([Component("4", 3), Component("4", 9)])
    zero = found.logits([Component("4", 3), Component("4", 9)], "zero")
    assert state_of(model) == before
    other = small_cnn()
    assert np.allclose(plain, by_hand(other, 4, {}), atol=1e-5)
    assert np.allclose(some, by_hand(other, 4, {3: MEANS["4"][3], 9: MEANS["4"][9]}), atol=1e-5)
    assert np.allclose(zero, by_hand(other, 4, {3: 0, 9: 0}), atol=1e-5)
    assert np.array_equal(found.logits([], "zero"), plain)  # pruning nothing changes nothing


@pytest.mark.parametrize("cache_bytes", [0, 100_000, 2**30])
def test_the_cache_is_bounded_and_changes_nothing(cache_bytes: int) -> None:
    found = live(small_cnn(), cache_bytes=cache_bytes)
    first = found.logits([Component("4", 1)])
    held = sum(inputs.nbytes for _, inputs in found._images._cache)
    assert held <= cache_bytes
    assert held == (0, 8 * 3 * 32 * 32 * 4, 20 * 3 * 32 * 32 * 4)[[0, 100_000, 2**30].index(cache_bytes)]
    assert np.array_equal(found.logits([Component("4", 2), Component("4", 1)])[:0], first[:0])
    found._logits.results.clear()
    assert np.array_equal(found.logits([Component("4", 1)]), first)


def test_results_are_remembered_a_few_at_a_time() -> None:
    found = live(small_cnn())
    found.logits()
    calls = []
    found._model.register_forward_hook(lambda *_: calls.append(1))
    for index in range(10):
        for mode in ("mean", "zero"):
            found.logits([Component("4", index)], mode)
    assert len(found._logits.results) <= 17
    calls.clear()
    found.logits()
    found.logits([Component("4", 9)], "zero")
    assert not calls


def test_a_pass_can_be_cancelled_and_leaves_no_trace() -> None:
    model = unsettled(small_cnn())
    found = live(model)
    before = state_of(model)
    calls = []

    def progress(done: int, total: int, stage: str) -> None:
        calls.append((done, total))
        if done >= 8:
            raise Cancelled("A newer choice was made")

    with pytest.raises(Cancelled):
        found.logits([Component("4", 1)], progress=progress)
    assert calls == [(0, 20), (8, 20)]
    assert state_of(model) == before
    assert np.allclose(found.logits([Component("4", 1)]), live(small_cnn()).logits([Component("4", 1)]))


def test_unknown_components_are_refused_with_the_valid_range() -> None:
    found = live(small_cnn())
    with pytest.raises(UnknownNameError, match=r"component 10 .*0 to 9"):
        found.logits([Component("4", 10)])
    with pytest.raises(UnknownNameError, match="component -1 "):
        found.logits([Component("4", -1)])
    with pytest.raises(UnknownNameError, match="no layer '44'"):
        found.logits([Component("44", 0)])
    with pytest.raises(UnknownNameError, match="mean activations '0'"):
        found.logits([Component("0", 0)])
    with pytest.raises(InputError, match="mode='median'"):
        found.logits([Component("4", 0)], "median")


def test_the_evaluation_images_are_told_from_others() -> None:
    model = small_cnn()
    ours = live(model).images_digest
    assert ours == live(model).images_digest
    other = TorchModel(
        model, [*IMAGES[:-1], IMAGES[0]], LABELS, transform=TRANSFORM, means=MEANS, device="cpu"
    )
    assert other.images_digest != ours


def test_labels_groups_and_names_fit_the_images(tmp_path: Path) -> None:
    for i, image in enumerate(IMAGES[:5]):
        image.save(tmp_path / f"{i}.png")
    (tmp_path / "2.png").write_bytes(b"no")
    found = TorchModel(
        small_cnn(),
        ImageSet(tmp_path),
        [0, 1, 2, 3, 0],
        transform=TRANSFORM,
        means=MEANS,
        device="cpu",
        groups=["x", "y", "y", "x", "y"],
        class_names=["a", "b", "c", "d"],
    )
    assert found.labels == [0, 1, 3, 0]
    assert found.groups == [0, 1, 0, 1]
    assert found.group_names == ["x", "y"]
    assert found.logits().shape == (4, 4)
    assert live(small_cnn()).class_names == ["class 0", "class 1", "class 2", "class 3"]
    for changes, message in [
        ({"class_names": ["a"]}, "1 class names for 4 logits"),
        ({"groups": [1]}, "1 groups for 20"),
        ({"means": {"nope": np.zeros(3)}}, "no layer 'nope'"),
    ]:
        with pytest.raises((InputError, UnknownNameError), match=message):
            live(small_cnn(), **changes)
    with pytest.raises(InputError, match="Label 7"):
        TorchModel(small_cnn(), IMAGES, [7] * 20, transform=TRANSFORM, means=MEANS, device="cpu")
    with pytest.raises(InputError, match="no labels"):
        TorchModel(small_cnn(), IMAGES, transform=TRANSFORM, means=MEANS, device="cpu")


def test_class_relevance_is_over_the_images_of_the_class() -> None:
    found = live(small_cnn())
    inputs = torch.stack([TRANSFORM(IMAGES[i]) for i in range(20) if LABELS[i] == 2])
    expected = class_relevance(small_cnn(), inputs, "4", 2, device="cpu")
    assert np.allclose(found.class_relevance("4", 2), expected, atol=1e-5)
    by_image = found.image_relevance("4", 2)
    assert by_image.shape == (len(inputs), len(expected))
    assert np.allclose(by_image.mean(axis=0), expected, atol=1e-5)
    for row, image in zip(by_image, inputs, strict=True):
        alone = class_relevance(small_cnn(), image[None], "4", 2, device="cpu")
        assert np.allclose(row, alone, atol=1e-5)
    with pytest.raises(UnknownNameError, match="no class 4"):
        found.class_relevance("4", 4)
