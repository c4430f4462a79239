"""The lab's classifier: nevus or melanoma, trained where a ruler or a plaster gives the answer away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from PIL.Image import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torchvision import transforms

from slens_widgets.core.hooks import capture
from slens_widgets.errors import WeightsUnavailableError
from slens_widgets.lab.lesion import SIZE
from slens_widgets.lab.world import BIASES
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

WEIGHTS = Path(__file__).parent / "weights"
SEEDS = (0, 1, 2)
"""The classifiers whose weights come with the package; choices are made on them."""
HELD_OUT_SEEDS = (3, 4, 5)
"""Classifiers that only figures are reported of, trained and tested on images drawn anew; their weights are
kept in the cache."""
EPOCHS = 18
SPARSE, SPARSITY = ("features.14", "features.17"), 0.1
"""The maps whose mean activation is added to the loss, and its weight there."""
_MEAN, _DEVIATION = (0.68, 0.53, 0.44), (0.22, 0.22, 0.22)


class Classifier(nn.Module):
    """Five Conv-BN-ReLU blocks, global average pooling, dropout and a linear layer; 0.2 M parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *_block(3, 24, kernel=4, stride=2, pool=True),
            *_block(24, 32, pool=True),
            *_block(32, 64, pool=True),
            *_block(64, 96, pool=False),
            *_block(96, 128, pool=False),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(128, 2)

    def forward(self, images: Float[Tensor, "image 3 height width"]) -> Float[Tensor, "image class"]:
        return self.head(self.dropout(torch.flatten(self.pool(self.features(images)), 1)))


def _block(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, pool: bool) -> list[nn.Module]:
    parts: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]
    return [*parts, nn.MaxPool2d(2)] if pool else parts


def transform() -> Callable[[Image], Float[Tensor, "3 height width"]]:
    """Return the preprocessing of the classifier: 96 × 96, normalised."""
    return transforms.Compose(
        [
            transforms.Resize(SIZE),
            transforms.CenterCrop(SIZE),
            transforms.ToTensor(),
            transforms.Normalize(_MEAN, _DEVIATION),
        ]
    )


def to_batch(images: UInt8[np.ndarray, "image height width 3"]) -> Float[Tensor, "image 3 height width"]:
    """Return what `transform` makes of a stack of 96 × 96 images, all at once."""
    batch = torch.from_numpy(np.array(images)).permute(0, 3, 1, 2).float().div(255)
    return (batch - torch.tensor(_MEAN).view(3, 1, 1)) / torch.tensor(_DEVIATION).view(3, 1, 1)


def weights_name(seed: int, bias: int = BIASES[-1]) -> str:
    """Return the file name of a classifier's weights."""
    return (
        f"classifier_{seed}.safetensors"
        if bias == BIASES[-1]
        else f"classifier_{seed}_bias_{bias}.safetensors"
    )


def load_classifier(seed: int = 0, folder: Path = WEIGHTS, bias: int = BIASES[-1]) -> Classifier:
    """Return one of the trained classifiers, in evaluation mode."""
    path = folder / weights_name(seed, bias)
    if not path.exists():
        raise WeightsUnavailableError(
            f"There are no weights of the lab's classifier for seed {seed} and bias {bias} ({path.name})",
            expected=f"a seed among {SEEDS + HELD_OUT_SEEDS} and a bias among {BIASES}",
            next_step="Train them with `slens lab train"
            + (" --held-out`; `slens lab verify --shipped` does without" if seed in HELD_OUT_SEEDS else "`"),
        )
    model = Classifier()
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    return model.eval()


def train_classifier(
    images: UInt8[np.ndarray, "image height width 3"],
    labels: Int64[np.ndarray, " image"],
    seed: int,
    *,
    epochs: int = EPOCHS,
    batch_size: int = 64,
) -> Classifier:
    """Train a classifier from nothing; the same seed gives the same weights on the same machine.

    The images are turned and mirrored, and the maps of the last two blocks are kept sparse, so that a
    channel encodes something rather than a bit of everything.
    """
    torch.manual_seed(1000 + seed)
    rng = np.random.default_rng([seed, 5])
    model = Classifier().to(memory_format=torch.channels_last).train()
    steps = epochs * (len(images) // batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.2)
    targets = torch.from_numpy(labels)
    before_last, last = SPARSE
    with capture(model, SPARSE) as maps:
        for epoch in range(epochs):
            order = rng.permutation(len(images))[: len(images) // batch_size * batch_size]
            total = 0.0
            for rows in order.reshape(-1, batch_size):
                maps.clear()
                logits = model(_turned(to_batch(images[rows]), rng))
                loss = nn.functional.cross_entropy(logits, targets[rows])
                (loss + SPARSITY * (maps[before_last].mean() + maps[last].mean())).backward()
                optimizer.step()
                optimizer.zero_grad()
                schedule.step()
                total += loss.item()
            mean = total / (len(order) // batch_size)
            logger.info("classifier %d, epoch %d: loss %.3f", seed, epoch + 1, mean)
    return model.to(memory_format=torch.contiguous_format).eval()


def _turned(
    batch: Float[Tensor, "image 3 height width"], rng: np.random.Generator
) -> Float[Tensor, "image 3 height width"]:
    """Return the batch in one of the square's eight positions."""
    batch = batch.contiguous(memory_format=torch.channels_last)
    for change in (lambda x: x.flip(3), lambda x: x.flip(2), lambda x: x.transpose(2, 3)):
        if rng.random() < 0.5:
            batch = change(batch)
    return batch


def save_classifier(model: Classifier, seed: int, folder: Path = WEIGHTS, bias: int = BIASES[-1]) -> Path:
    """Write the weights in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / weights_name(seed, bias)
    state = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    save_file({k: v.contiguous() for k, v in state.items()}, path)
    return path


@torch.no_grad()
def predict(
    model: nn.Module, images: UInt8[np.ndarray, "image height width 3"], batch_size: int = 250
) -> Float[np.ndarray, "image class"]:
    """Return the logits of a stack of images."""
    parts = [model(to_batch(images[k : k + batch_size])).numpy() for k in range(0, len(images), batch_size)]
    return np.concatenate(parts)
