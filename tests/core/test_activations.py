from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from slens_widgets.core.activations import collect, pool
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import InputError, ModelError
from tests.core.parts import TRANSFORM, Tokens, pictures, small_cnn, state_of, unsettled

IMAGES = pictures(23)


def outputs_of(model: nn.Module, layer: str) -> np.ndarray:
    kept = []
    handle = dict(model.named_modules())[layer].register_forward_hook(lambda m, a, o: kept.append(o.clone()))
    model.eval()
    with torch.no_grad():
        model(torch.stack([TRANSFORM(image) for image in IMAGES]))
    handle.remove()
    return kept[0].numpy()


def pooled(output: np.ndarray, pooling: str) -> np.ndarray:
    if output.ndim == 2:
        return output
    axes = (2, 3) if output.ndim == 4 else 1
    return (
        {"max": output.max(axes), "mean": output.mean(axes)}.get(pooling)
        if pooling != "cls"
        else output[:, 0]
    )


@pytest.mark.parametrize(
    ("model", "layer", "pooling"),
    [
        (small_cnn(), "4", "max"),
        (small_cnn(), "5", "mean"),
        (small_cnn(), "12", "max"),
        (Tokens(), "mlp", "max"),
        (Tokens(), "mlp", "mean"),
        (Tokens(), "mlp", "cls"),
        (Tokens(), "attention", "mean"),
    ],
)
def test_one_pass_equals_all_activations_at_once(
    model: nn.Module, layer: str, pooling: str, device: str
) -> None:
    model = model.train()
    found = collect(
        model,
        ImageSet(IMAGES),
        [layer],
        transform=TRANSFORM,
        pooling=pooling,
        m=5,
        batch_size=4,
        device=device,
    )
    if layer == "attention":
        expected = None
        assert found.shapes[layer] == (17, 8)
    else:
        output = outputs_of(model, layer)
        expected = pooled(output, pooling)
        order = np.argsort(-expected, axis=0, kind="stable")[:5].T
        activations, ids = found.top[layer].result()
        assert np.allclose(activations, np.take_along_axis(expected.T, order, 1), atol=1e-5)
        assert (ids == order).mean() > 0.98  # sums in another order may swap what is equal to 1e-7
        statistics = found.statistics[layer].result()
        rest = tuple(axis for axis in range(output.ndim) if axis != {2: 1, 3: 2, 4: 1}[output.ndim])
        for name, value in {
            "mean": output.mean(rest, dtype=np.float64),
            "pooled_mean": expected.mean(0, dtype=np.float64),
            "pooled_std": expected.std(0, dtype=np.float64),
            "pooled_min": expected.min(0),
            "pooled_max": expected.max(0),
            "pooled_active": (expected > 0).mean(0),
        }.items():
            assert np.allclose(statistics[name], value, atol=1e-5), name
            assert statistics[name].dtype == np.float32


def test_the_result_does_not_depend_on_which_images_share_a_batch() -> None:
    results = [
        collect(small_cnn(), ImageSet(IMAGES), ["4"], transform=TRANSFORM, m=23, batch_size=size)
        .top["4"]
        .result()
        for size in (1, 7, 23)
    ]
    for activations, ids in results[1:]:
        assert np.allclose(activations, results[0][0], atol=1e-5)
        assert np.array_equal(np.sort(ids, 1), np.sort(results[0][1], 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_activations_that_are_not_finite_are_refused_by_name(value: float) -> None:
    class Broken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.break_it = _Break(value)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.conv(self.break_it(inputs))

    model = unsettled(Broken())
    before = state_of(model)
    images = ImageSet([*IMAGES[:5], Image.new("RGB", IMAGES[5].size), *IMAGES[6:]])
    with pytest.raises(ModelError, match=r"'break_it'.*component 2.*'image 5'"):
        collect(model, images, ["break_it"], transform=TRANSFORM, m=3)
    assert state_of(model) == before


class _Break(nn.Module):
    """Breaks on images of one colour."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        output = inputs.clone()
        plain = (inputs.amax((2, 3)) == inputs.amin((2, 3))).all(1)
        output[plain, 2, 1, 1] = self.value
        return output


def test_what_cannot_be_collected_says_why() -> None:
    images = ImageSet(IMAGES)
    with pytest.raises(InputError, match="m=24 examples of 23"):
        collect(small_cnn(), images, ["4"], transform=TRANSFORM, m=24)
    with pytest.raises(InputError, match="cls"):
        collect(small_cnn(), images, ["4"], transform=TRANSFORM, m=1, pooling="cls")
    with pytest.raises(InputError, match="pooling='sum'"):
        collect(small_cnn(), images, ["4"], transform=TRANSFORM, m=1, pooling="sum")
    with pytest.raises(ModelError, match="fails on an input"):
        collect(nn.Sequential(nn.Conv2d(5, 2, 1)), images, ["0"], transform=TRANSFORM, m=1)
    mixed = ImageSet([*pictures(1, size=(40, 40)), *pictures(1, size=(30, 30))])
    with pytest.raises(InputError, match=r"\(3, 40, 40\).*\(3, 30, 30\).*'image 1'"):
        collect(small_cnn(), mixed, ["4"], transform=TRANSFORM.transforms[2], m=1)
    with pytest.raises(InputError, match="fails on image 'image 0'"):
        collect(small_cnn(), images, ["4"], transform=lambda image: 1 / 0, m=1)


def test_pooling_keeps_an_all_negative_map_negative() -> None:
    output = -torch.rand(2, 3, 4, 4) - 1
    assert (pool(output, "max", "x") < 0).all()
    assert pool(output.half(), "mean", "x").dtype == torch.float32


def test_a_model_that_needs_the_default_memory_layout_is_served() -> None:
    class Viewing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.head = nn.Linear(4 * 30 * 30, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            features = self.conv(x)
            return self.head(features.view(len(features), -1))

    model = unsettled(Viewing())
    before, strides = state_of(model), model.conv.weight.stride()
    found = collect(model, ImageSet(IMAGES), ["conv", "head"], transform=TRANSFORM, m=3)
    assert state_of(model) == before
    assert model.conv.weight.stride() == strides
    for layer in ("conv", "head"):
        values = np.sort(pooled(outputs_of(model, layer), "max"), axis=0)[::-1][:3].T
        assert np.allclose(found.top[layer].result()[0], values, atol=1e-6)
