"""Models named by a short text: `torchvision:resnet50`, `timm:NAME`, `package.module:factory`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from slens_widgets.errors import InputError, ModelError, UnknownNameError, WeightsUnavailableError

_WAYS_OUT = (
    "Pass --weights PATH with a downloaded file (safetensors or torch), put it into {cache}, "
    "or pass --weights none for random weights"
)


@dataclass(frozen=True)
class NamedModel:
    """A model with the transform that it expects, and what was chosen, in words."""

    model: torch.nn.Module
    transform: Callable[[Any], torch.Tensor]
    name: str
    said: str


def load_model(spec: str, weights: str | None = None) -> NamedModel:
    """Return the model named by `spec`.

    Parameters
    ----------
    spec
        ``torchvision:NAME``, ``timm:NAME``, or ``package.module:factory``, where ``factory()`` returns a
        module or (module, transform).
    weights
        None for the pretrained ones, "none" for random ones, or the path of a state dict.

    Raises
    ------
    UnknownNameError
        The library has no such model; names the nearest.
    WeightsUnavailableError
        The weights can be neither found nor downloaded; names the ways out.
    """
    source, separator, name = spec.partition(":")
    if not separator or not source or not name:
        raise InputError(
            f"The model {spec!r} can't be read",
            expected="torchvision:NAME, timm:NAME or package.module:factory",
        )
    path = Path(weights).expanduser() if weights not in (None, "none") else None
    if path is not None and not path.is_file():
        raise WeightsUnavailableError(
            f"There is no file of weights at {str(path)!r}", expected="a state dict"
        )
    pretrained = weights is None
    if source == "torchvision":
        found = _torchvision(name, pretrained)
    elif source == "timm":
        found = _timm(name, pretrained)
    else:
        found = _factory(source, name)
    if path is not None:
        _load_weights(found.model, path)
    found.model.eval()
    return found


def imagenet_transform() -> Callable[[Any], torch.Tensor]:
    """Return ImageNet's usual evaluation transform: shorter side 256, centre 224, mean and deviation."""
    from torchvision import transforms

    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )


def _torchvision(name: str, pretrained: bool) -> NamedModel:
    from torchvision import models

    names = models.list_models(module=models)
    if name not in names:
        raise UnknownNameError.of("torchvision model", name, names)
    default = models.get_model_weights(name).DEFAULT
    if pretrained:
        try:
            model = models.get_model(name, weights=default)
        except (OSError, RuntimeError) as error:
            cache = os.path.join(torch.hub.get_dir(), "checkpoints")
            raise WeightsUnavailableError(
                f"The weights of torchvision:{name} can be neither found nor downloaded ({error})",
                next_step=_WAYS_OUT.format(cache=f"{cache} as {Path(default.url).name}"),
            ) from error
    else:
        model = _seeded(lambda: models.get_model(name, weights=None))
    return NamedModel(model, default.transforms(), f"torchvision:{name}", f"the transform of {default}")


def _timm(name: str, pretrained: bool) -> NamedModel:
    try:
        import timm
    except ImportError as error:
        raise ModelError("timm is not installed", next_step="pip install 'slens-widgets[timm]'") from error
    if not timm.is_model(name.split(".")[0]):
        raise UnknownNameError.of("timm model", name, timm.list_models())
    if pretrained:
        try:
            model = timm.create_model(name, pretrained=True)
        except Exception as error:
            raise WeightsUnavailableError(
                f"The weights of timm:{name} can be neither found nor downloaded ({_first_line(error)})",
                next_step=_WAYS_OUT.format(cache="the Hugging Face cache (HF_HOME)"),
            ) from error
    else:
        model = _seeded(lambda: timm.create_model(name, pretrained=False))
    config = timm.data.resolve_model_data_config(model)
    transform = timm.data.create_transform(**config, is_training=False)
    return NamedModel(model, transform, f"timm:{name}", "the transform of timm's data config")


def _factory(module_name: str, attribute: str) -> NamedModel:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ModelError(
            f"The module {module_name!r} can't be imported: {error}",
            expected="torchvision:NAME, timm:NAME or package.module:factory",
        ) from error
    factory = getattr(module, attribute, None)
    if factory is None:
        raise UnknownNameError.of(
            f"factory in {module_name}", attribute, [n for n in vars(module) if not n.startswith("_")]
        )
    made = factory() if not isinstance(factory, torch.nn.Module) else factory
    model, transform = made if isinstance(made, tuple) and len(made) == 2 else (made, None)
    if not isinstance(model, torch.nn.Module):
        raise ModelError(
            f"{module_name}:{attribute} returned {type(model).__name__}",
            expected="a torch module, or (module, transform)",
        )
    said = "the factory's own transform"
    if transform is None:
        transform, said = imagenet_transform(), "ImageNet's usual transform (224 px), as none was given"
    return NamedModel(model, transform, f"{module_name}:{attribute}", said)


def _load_weights(model: torch.nn.Module, path: Path) -> None:
    state: dict[str, Any]
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        # Torch's own message proposes to load the file unsafely.
        raise WeightsUnavailableError(
            f"The file {str(path)!r} holds no weights that can be read safely",
            expected="a state dict as safetensors or torch.save wrote it; other pickles are refused",
        ) from error
    if not isinstance(state, dict):
        raise WeightsUnavailableError(f"The file {str(path)!r} holds no state dict")
    for key in ("state_dict", "model"):
        inner = state.get(key)
        if isinstance(inner, dict):
            state = inner
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError) as error:
        raise WeightsUnavailableError(
            f"The weights at {str(path)!r} don't fit the model ({_first_line(error)})",
            expected="the state dict of this very architecture",
        ) from error


def _seeded(make: Callable[[], torch.nn.Module]) -> torch.nn.Module:
    """Random weights, but the same ones each time, so that two builds agree."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return make()


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return " ".join(text.splitlines()[:2])[:300] if text else type(error).__name__
