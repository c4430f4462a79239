"""Real parts for the core's tests: small, exact, and no mocks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision import transforms

from slens_widgets.core.relevance import Attribution

TRANSFORM = transforms.Compose(
    [
        transforms.Resize(32),
        transforms.CenterCrop(32),
        transforms.ToTensor(),
        transforms.Normalize([0.5, 0.4, 0.6], [0.2, 0.3, 0.25]),
    ]
)


def small_cnn(seed: int = 0, *, inplace: bool = True, classes: int = 4) -> nn.Sequential:
    """Return three convolutions with BatchNorms whose statistics are not trivial."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=inplace),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 10, 3, padding=1, bias=False),
            nn.BatchNorm2d(10),
            nn.ReLU(inplace=inplace),
            nn.Conv2d(10, 12, 3, padding=1),
            nn.ReLU(inplace=inplace),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(12, classes),
        )
    for module in model:
        if isinstance(module, nn.BatchNorm2d):
            n = module.num_features
            module.running_mean.copy_(torch.randn(n, generator=generator) * 0.2)
            module.running_var.copy_(torch.rand(n, generator=generator) + 0.5)
            module.weight.data = torch.rand(n, generator=generator) + 0.5
            module.bias.data = torch.randn(n, generator=generator) * 0.2
    return model


class HashModel:
    """A foundation model without weights: an embedding is a hash of the pixels, or of the text."""

    name = "hash"
    dim = 16
    fingerprint = "hash-v1"

    def __init__(self) -> None:
        self.embedded = 0

    def encode_images(self, images: Sequence[Image.Image]) -> np.ndarray:
        self.embedded += len(images)
        return np.stack([self._row(image.tobytes()) for image in images])

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._row(text.encode()) for text in texts])

    def _row(self, content: bytes) -> np.ndarray:
        digest = hashlib.sha256(content).digest()
        return np.frombuffer(digest, np.uint16).astype(np.float32) / 65535 - 0.5


def pictures(n: int, seed: int = 0, size: tuple[int, int] = (40, 48)) -> list[Image.Image]:
    """Return pictures with a bright blob on noise, at a place that differs from picture to picture."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        array = rng.integers(0, 90, (*size, 3))
        y, x = rng.integers(0, size[0] - 10), rng.integers(0, size[1] - 10)
        array[y : y + 10, x : x + 10] += rng.integers(60, 160, 3)
        found.append(Image.fromarray(array.astype(np.uint8)))
    return found


def state_of(model: nn.Module) -> dict[str, object]:
    """Return everything about a model that a pass over images must leave alone."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {
        "training": [module.training for module in model.modules()],
        "attributes": [sorted(vars(module)) for module in model.modules()],
        "hooks": [[len(vars(module)[kind]) for kind in hooks] for module in model.modules()],
        "names": [name for name, _ in model.named_modules()],
        "requires_grad": [parameter.requires_grad for parameter in model.parameters()],
        "grads": [parameter.grad is None for parameter in model.parameters()],
        "identities": [id(tensor) for tensor in (*model.parameters(), *model.buffers())],
        "devices": [str(tensor.device) for tensor in (*model.parameters(), *model.buffers())],
        "values": [
            tensor.detach().cpu().numpy().tobytes()
            for tensor in model.state_dict().values()
            if tensor.device.type != "meta"
        ],
    }


def unsettled(model: nn.Module) -> nn.Module:
    """Leave a model as in the middle of training: mixed flags, a frozen layer, a hook."""
    model.train()
    modules = list(model.modules())
    modules[2].eval()
    next(model.parameters()).requires_grad_(False)
    modules[1].register_forward_hook(lambda module, args, output: None)
    modules[1].note = "mine"
    return model


class Tokens(nn.Module):
    """A tiny model of tokens: patches, a class token, attention."""

    num_prefix_tokens = 1

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.patch = nn.Conv2d(3, 8, 8, stride=8)
            self.cls = nn.Parameter(torch.randn(1, 1, 8))
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.mlp = nn.Linear(8, 14)
            self.head = nn.Linear(14, 3)

    def forward(self, images: Tensor) -> Tensor:
        tokens = self.patch(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls.expand(len(tokens), -1, -1), tokens], 1)
        tokens = tokens + self.attention(tokens, tokens, tokens)[0]
        return self.head(self.mlp(tokens)[:, 0])


def heatmaps(
    attribution: Attribution, layer: str, inputs: torch.Tensor, components: torch.Tensor
) -> torch.Tensor:
    """One component for each of the inputs."""
    asked = [[int(component)] for component in components]
    found = list(attribution.heatmaps(layer, inputs, asked))
    assert [image for images, _, _ in found for image in images] == list(range(len(inputs)))
    return torch.cat([maps for _, _, maps in found])
