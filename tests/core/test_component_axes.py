"""Components are read, pruned and attributed on their own axis, wherever the output holds them."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.models import SwinTransformer

import slens_widgets as sw
from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.activations import collect
from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.core.component_axes import look_at_axes, unusual_axis
from slens_widgets.core.hooks import replaced
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import ModelError
from tests.core.parts import TRANSFORM, pictures

IMAGES = pictures(10)
LABELS = [i % 3 for i in range(10)]
INPUTS = torch.stack([TRANSFORM(image) for image in IMAGES])


def swin() -> nn.Module:
    torch.manual_seed(0)
    return SwinTransformer([4, 4], 16, [1, 1], [2, 2], [4, 4], num_classes=3).eval()


class Lasting(nn.Module):
    """A ConvNeXt-like block: features last inside of it, channels first outside; as wide as it is high."""

    def __init__(self, sides: int = 16) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.stem = nn.Conv2d(3, sides, 2, 2)
        self.norm, self.up, self.act = nn.LayerNorm(sides), nn.Linear(sides, 24), nn.GELU()
        self.down, self.drop, self.keep = nn.Linear(24, sides), nn.Dropout(), nn.Identity()
        self.head = nn.Linear(sides, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        y = self.drop(self.down(self.act(self.up(self.norm(x.permute(0, 2, 3, 1))))))
        x = self.keep(x + y.permute(0, 3, 1, 2))
        return self.head(x.mean((2, 3)))


class OneD(nn.Module):
    """Maps flattened to (image, channel, place), and convolutions over them."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.conv, self.flat, self.mix = nn.Conv2d(3, 6, 4, 4), nn.Flatten(2), nn.Conv1d(6, 7, 3, padding=1)
        self.act, self.norm, self.head = nn.ReLU(), nn.LayerNorm(7), nn.Linear(7, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.mix(self.flat(self.conv(x))))
        return self.head(self.norm(x.transpose(1, 2)).mean(1))


CASES = [
    *(
        (swin, layer, 3, 16)
        for layer in ("features.0", "features.1", "features.1.0.mlp", "features.1.0.attn")
    ),
    (swin, "features.1.0.mlp.1", 3, 64),  # a GELU
    (swin, "features.1.0.mlp.4", 3, 16),
    (swin, "features.2", 3, 32),
    (swin, "permute", 1, 32),
    *((Lasting, layer, 1, 16) for layer in ("stem", "keep")),
    *((Lasting, layer, 3, 16) for layer in ("norm", "down", "drop")),
    *((Lasting, layer, 3, 24) for layer in ("up", "act")),
    (OneD, "conv", 1, 6),
    (OneD, "flat", 1, 6),
    (OneD, "act", 1, 7),
    (OneD, "norm", 2, 7),
]


@pytest.mark.parametrize(("make", "layer", "axis", "count"), CASES)
def test_components_are_read_and_pruned_on_their_own_axis(
    make: Callable[[], nn.Module], layer: str, axis: int, count: int
) -> None:
    model = make().eval()
    listed = sw.layers(model, input_size=32).set_index("layer").loc[layer]
    assert listed["components"] == count
    seen: list[Tensor] = []

    def by_hand(module: nn.Module, args: object, output: Tensor) -> Tensor:
        seen.append(output.detach().clone())
        output = output.clone()
        output.select(axis, 2).fill_(0.25)
        return output

    with torch.no_grad():
        handle = model.get_submodule(layer).register_forward_hook(by_hand)
        true = model(INPUTS).numpy()
        handle.remove()
    moved = seen[0].movedim(axis, 1).flatten(2)
    found = collect(model, ImageSet(IMAGES), [layer], transform=TRANSFORM, m=3)
    best = np.sort(moved.amax(2).numpy(), 0)[::-1][:3].T
    np.testing.assert_allclose(found.top[layer].result()[0], best, atol=1e-4)
    means = {layer: np.full(count, 0.25, np.float32)}
    live = TorchModel(model, IMAGES, LABELS, transform=TRANSFORM, means=means, device="cpu")
    np.testing.assert_allclose(live.logits([(layer, 2)]), true, atol=1e-4)
    singles = live.predictions(layer, [2])  # None where only a full pass will do
    assert singles is None or (singles[0] == true.argmax(1)).all()
    with torch.no_grad():
        np.testing.assert_allclose(live.pruned_model([(layer, 2)])(INPUTS), true, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "layer", "axis"), [(swin, "features.1", 3), (Lasting, "act", 3), (OneD, "act", 1)]
)
def test_relevance_is_summed_over_the_places_of_the_axis(
    make: Callable[[], nn.Module], layer: str, axis: int
) -> None:
    model = make().eval()
    kept: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(
        lambda module, args, output: kept.append(output)
    )
    logits = model(INPUTS.clone().requires_grad_(True))
    handle.remove()
    (gradient,) = torch.autograd.grad(logits[:, 1].sum(), kept[0])
    slow = (gradient * kept[0]).detach().movedim(axis, 1).flatten(2).sum(2).mean(0)
    found = class_relevance(model, INPUTS, layer, 1, relevance="activation", device="cpu")
    np.testing.assert_allclose(found, slow, rtol=1e-3, atol=1e-5)


def test_a_database_of_a_channels_last_layer_looks_where_it_fires(tmp_path) -> None:
    class Where(nn.Module):
        """Feature 0 is the brightness of a place, on the last axis."""

        def __init__(self) -> None:
            super().__init__()
            self.last, self.head = nn.Linear(3, 8), nn.Linear(8, 3)

        def forward(self, x: Tensor) -> Tensor:
            x = nn.functional.avg_pool2d(x, 4).permute(0, 2, 3, 1)
            return self.head(self.last(x).mean((1, 2)))

    model = Where().eval()
    with torch.no_grad():
        model.last.weight[0], model.last.bias[0] = torch.ones(3), 10.0
    from tests.small_database import HashModel

    path = tmp_path / "a.slens"
    sw.build(
        model,
        IMAGES,
        "last",
        HashModel(),
        path,
        transform=TRANSFORM,
        m=2,
        relevance="activation",
        progress=False,
    ).close()
    with torch.no_grad():
        bright = INPUTS.sum(1)
    view = sw.open(path)["last"]
    assert len(view) == 8
    image = int(view.image_ids[0, 0])
    pooled = nn.functional.avg_pool2d(bright[image][None, None], 4)[0, 0]
    row, column = divmod(int(pooled.argmax()), 8)
    box = view.boxes[0, 0]
    assert box[0] <= (column + 0.5) / 8 <= box[2]
    assert box[1] <= (row + 0.5) / 8 <= box[3]


def test_a_square_map_of_which_nothing_tells_the_axis_is_refused_and_not_listed() -> None:
    class Opaque(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.mean(1, keepdim=True)[:, 0, ::4, ::4, None].expand(-1, -1, -1, 5).clone()

        @staticmethod
        def backward(ctx, grad):
            return None

    class Wrapped(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return Opaque.apply(x)

    model = nn.Sequential(Wrapped(), nn.Flatten(), nn.Linear(320, 3)).eval()
    assert "0" not in set(sw.layers(model, input_size=32)["layer"])
    with pytest.raises(ModelError, match="which axis"):
        collect(model, ImageSet(IMAGES), ["0"], transform=TRANSFORM, m=3)


def test_the_usual_axes_stay(tmp_path) -> None:
    from torchvision.models import resnet18

    model = resnet18(num_classes=3).eval()
    look_at_axes(model, INPUTS)
    assert [name for name, module in model.named_modules() if unusual_axis(module) is not None] == []


Named = namedtuple("Named", ["map", "extra"])


class Wrapping(nn.Module):
    """A layer whose output is something around a tensor."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.conv, self.kind = nn.Conv2d(3, 6, 3, padding=1), kind

    def forward(self, x: Tensor):
        x = torch.relu(self.conv(x))
        if self.kind == "model output":
            from transformers.modeling_outputs import BaseModelOutput

            return BaseModelOutput(last_hidden_state=x, hidden_states=(x,))
        return {
            "tuple": (x, None), "list": [x, 3], "dict": {"map": x, "n": 1},
            "ordered": OrderedDict(map=x), "named tuple": Named(x, None), "nested": ({"map": x}, x),
        }[self.kind]  # fmt: skip


class Around(nn.Module):
    def __init__(self, kind: str) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.layer, self.head = Wrapping(kind), nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        found = self.layer(x)
        if self.layer.kind == "model output":
            found = found.hidden_states[-1]
        elif self.layer.kind in ("dict", "ordered"):
            found = found["map"]
        elif self.layer.kind == "nested":
            found = found[0]["map"]
        else:
            found = found[0]
        return self.head(found.mean((2, 3)))


@pytest.mark.parametrize(
    "kind", ["tuple", "list", "dict", "ordered", "named tuple", "nested", "model output"]
)
def test_outputs_around_a_tensor_are_pruned_as_they_are_read(kind: str) -> None:
    model = Around(kind).eval()
    assert "layer" in set(sw.layers(model, input_size=32)["layer"])
    means = {"layer": np.zeros(6, np.float32), "layer.conv": np.zeros(6, np.float32)}
    live = TorchModel(model, IMAGES, LABELS, transform=TRANSFORM, means=means, device="cpu")
    # The layer's output is its convolution's, without what is negative.
    np.testing.assert_allclose(
        live.logits([("layer", 2)], "zero"), live.logits([("layer.conv", 2)], "zero"), atol=1e-5
    )
    assert np.abs(live.logits([("layer", 2)], "zero") - live.logits()).max() > 1e-3
    with torch.no_grad():
        pruned = live.pruned_model([("layer", 2)], "zero")(INPUTS)
    np.testing.assert_allclose(pruned, live.logits([("layer", 2)], "zero"), atol=1e-5)
    assert np.abs(live.class_relevance("layer", 1)).sum() > 0


def test_an_output_that_can_t_be_changed_is_not_listed() -> None:
    class Odd(nn.Module):
        def forward(self, x: Tensor):
            return type("Found", (), {"map": x})()

    class Using(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.odd = Odd()

        def forward(self, x: Tensor) -> Tensor:
            return self.odd(x).map.mean((2, 3))

    assert "odd" not in set(sw.layers(Using(), input_size=32)["layer"])
    tensor = torch.zeros(2)
    with pytest.raises(ModelError, match="can't be changed"):
        replaced({tensor}, tensor, tensor + 1)
