"""Models that are broken, compiled, wrapped or unusual: each works or is refused, and is as it was."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision import transforms

from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.build import build
from slens_widgets.core.layers import layers
from slens_widgets.errors import ModelError, SlensError
from slens_widgets.types import Component
from tests.core.networks import Twice
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn, state_of, unsettled

IMAGES = pictures(10)
LABELS = [i % 2 for i in range(10)]
HALF = transforms.Compose([TRANSFORM, transforms.Lambda(lambda image: image.half())])


class Bare(nn.Module):
    """Has no parameters at all."""

    def __init__(self) -> None:
        super().__init__()
        self.pool, self.flat = nn.AvgPool2d(8), nn.Flatten()

    def forward(self, x: Tensor) -> Tensor:
        return self.flat(self.pool(x).clamp(min=0))[:, :5]


class Noisy(nn.Module):
    """Drops activations in evaluation mode, too."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(nn.functional.dropout(torch.relu(self.conv(x)), 0.5, True).mean((2, 3)))


def with_weight(value: float, at: int = 4) -> nn.Module:
    model = small_cnn()
    model[at].weight.data[3, 0, 0, 0] = value
    return model


def frozen() -> nn.Module:
    return small_cnn().requires_grad_(False)


def compiled() -> nn.Module:
    """Compiled and already run: hooks that come later are not seen by what was compiled."""
    model = torch.compile(small_cnn().eval(), backend="eager")
    with torch.no_grad():
        model(torch.zeros(2, 3, 32, 32))
    return model


def compiled_in_place() -> nn.Module:
    model = small_cnn().eval()
    model.compile(backend="eager")
    with torch.no_grad():
        model(torch.zeros(2, 3, 32, 32))
    return model


def half() -> nn.Module:
    return small_cnn().half()


def meta() -> nn.Module:
    return small_cnn().to("meta")


class Case(NamedTuple):
    make: Callable[[], nn.Module]
    layer: str = "4"
    refused: str = ""
    """What every question answers with; nothing where all work."""
    same_as: Callable[[], nn.Module] | None = None
    """A plain model that gives the same."""
    transform: Callable = TRANSFORM


CASES = {
    "NaN weight": Case(lambda: with_weight(math.nan), refused="nan|NaN|not finite"),
    "infinite weight": Case(lambda: with_weight(math.inf), refused="inf|nan|NaN|not finite"),
    "in-place ReLU": Case(small_cnn, "6", same_as=lambda: small_cnn(inplace=False)),
    "frozen": Case(frozen, same_as=small_cnn),
    "mixed modes, hooks": Case(lambda: unsettled(small_cnn()), same_as=small_cnn),
    "dropout in train mode": Case(lambda: small_cnn().train(), same_as=small_cnn),
    "compiled": Case(compiled, same_as=small_cnn),
    "compiled in place": Case(compiled_in_place, same_as=small_cnn),
    "data parallel": Case(lambda: nn.DataParallel(small_cnn()), same_as=small_cnn),
    "half precision, float32 inputs": Case(half, refused="Half|half"),
    "half precision": Case(half, transform=HALF),
    "meta device": Case(meta, refused="meta"),
    "without parameters": Case(Bare, "pool"),
}


def asked(case: Case, model: nn.Module, out: Path) -> dict[str, object]:
    """Return what each question about a model answers, or its error."""

    def live() -> TorchModel:
        size = 3 if case.layer == "pool" else 10
        means = {case.layer: np.linspace(-1, 1, size)}
        return TorchModel(model, IMAGES, LABELS, transform=case.transform, means=means, device="cpu")

    def database() -> object:
        with build(
            model, IMAGES, [case.layer], HashModel(), out, transform=case.transform, m=3, device="cpu",
            progress=False,
        ) as db:  # fmt: skip
            view = db[case.layer]
            return [np.asarray(each) for each in (view.image_ids, view.activations, view.boxes)]

    questions = {
        "build": database,
        "class relevance": lambda: live().class_relevance(case.layer, 1),
        "pruning": lambda: live().logits([Component(case.layer, 1), Component(case.layer, 2)]),
    }
    found: dict[str, object] = {}
    for name, question in questions.items():
        before = state_of(model)
        try:
            found[name] = question()
        except SlensError as error:
            found[name] = error
        assert state_of(model) == before, name
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_model_works_or_is_refused_and_is_as_it_was(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = asked(case, case.make(), tmp_path / "x.slens")
    if case.refused:
        for question, answer in found.items():
            assert isinstance(answer, ModelError), (question, answer)
            assert re.search(case.refused, str(answer)), (question, answer)
        assert not (tmp_path / "x.slens").exists()
        return
    for question, answer in found.items():
        assert not isinstance(answer, Exception), (question, answer)
    if case.same_as is not None:
        expected = asked(case, case.same_as(), tmp_path / "y.slens")
        for question, answer in found.items():
            for mine, plain in zip(answer, expected[question], strict=True):
                np.testing.assert_allclose(mine, plain, atol=1e-4, err_msg=question)


def test_nan_behind_the_layer_is_told_by_whoever_looks_there(tmp_path: Path) -> None:
    found = asked(CASES["frozen"]._replace(), with_weight(math.nan, 7), tmp_path / "x.slens")
    plain = asked(CASES["frozen"], small_cnn(), tmp_path / "y.slens")
    for mine, expected in zip(found["build"], plain["build"], strict=True):
        np.testing.assert_allclose(mine, expected, atol=1e-4)
    assert isinstance(found["class relevance"], ModelError)
    assert "not finite" in str(found["class relevance"])
    assert isinstance(found["pruning"], ModelError)
    assert "NaN for image 'image 0'" in str(found["pruning"])


def test_a_module_that_is_called_twice_has_no_clear_components_but_can_be_pruned(tmp_path: Path) -> None:
    model = Twice()
    with torch.no_grad():
        found = asked(Case(Twice, "same"), model, tmp_path / "x.slens")
        inputs = torch.stack([TRANSFORM(image) for image in IMAGES])
        for question in ("build", "class relevance"):
            assert isinstance(found[question], ModelError), found[question]
            assert "more than once" in str(found[question])
        means, x = np.linspace(-1, 1, 10), model.conv(inputs)
        for _ in range(2):
            x = model.same(x)
            x[:, 1], x[:, 2] = means[1], means[2]
            x = torch.relu(x)
        np.testing.assert_allclose(found["pruning"], model.head(x.mean((2, 3))), atol=1e-5)


@pytest.mark.parametrize("wrap", [lambda model: torch.compile(model, backend="eager"), nn.DataParallel])
def test_layers_of_a_wrapped_model_have_their_own_names(wrap: Callable) -> None:
    plain = layers(small_cnn(), input_size=32)
    assert layers(wrap(small_cnn()), input_size=32).equals(plain)


def test_a_model_that_drops_at_random_in_evaluation_mode_is_left_as_it_was(tmp_path: Path) -> None:
    found = asked(Case(Noisy, "conv"), Noisy(), tmp_path / "x.slens")
    assert not isinstance(found["build"], Exception)


@pytest.mark.parametrize("given", [None, "resnet50", small_cnn, np.zeros(3)])
def test_what_is_no_module_is_refused(given: object, tmp_path: Path) -> None:
    found = {
        "build": lambda: build(given, IMAGES, ["4"], HashModel(), tmp_path / "x", transform=TRANSFORM),
        "layers": lambda: layers(given),
        "live": lambda: TorchModel(given, IMAGES, LABELS, transform=TRANSFORM, means={}),
    }
    for question in found.values():
        with pytest.raises(SlensError, match=r"A model of type .*torch\.nn\.Module"):
            question()
