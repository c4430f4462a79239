"""A pretrained ImageNet classifier over real photographs, where a folder of them can be had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision import transforms

import slens_widgets as sw
from tests.photographs_space import PhotographSpace, efficientnet_lite, photographs, preprocessing

CLASSES, VIEWS = 40, 6


class Features(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network.extract_features(pixels).mean((2, 3))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_photograph_of_a_class_finds_that_classs_output(tmp_path: Path) -> None:
    """The probe images are cut from other places and at other scales than the photographs searched with."""
    images, classes, _ = photographs()
    step = len(images) // CLASSES
    images, classes = images[::step][:CLASSES], classes[::step][:CLASSES]
    space = sw.ImageEncoder(Features(efficientnet_lite(2)), preprocessing(260), name="efficientnet-lite2")
    torch.manual_seed(0)
    cut = transforms.RandomResizedCrop(256, scale=(0.3, 0.8))
    views = [cut(image) for image in images for _ in range(VIEWS)]

    db = sw.build(
        efficientnet_lite(0),
        views,
        ["_fc"],
        space,
        tmp_path / "lite0.slens",
        transform=preprocessing(224),
        m=VIEWS,
        relevance=None,
        progress=False,
    )
    scores = np.stack([sw.Audit(db, space).search_scores(image) for image in images])
    found = classes[scores[:, classes].argmax(axis=1)]
    assert (found == classes).mean() >= 0.8


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_text_space_knows_what_a_photograph_shows() -> None:
    """85 % of 300 photographs are nearest to their own of all 1,000 class names."""
    from slens_widgets.analyses.search import cosine
    from tests.photographs_space import imagenet_names

    space = PhotographSpace()
    images, classes, _ = photographs()
    images, classes = images[::6], classes[::6]
    assert not space.encode_texts([""]).any()
    found = cosine(space.encode_images(images), space.encode_texts(imagenet_names())).argmax(axis=1)
    assert (found == classes).mean() >= 0.7
