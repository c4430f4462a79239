from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import slens_widgets as sw
from slens_widgets.errors import InputError
from slens_widgets.types import FoundationModel
from tests.core.parts import TRANSFORM, pictures, small_cnn


def encoder() -> nn.Module:
    return small_cnn()[:11]


def test_rows_are_the_encoders_own_and_the_encoder_is_left_as_it_was() -> None:
    network = encoder().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    model = sw.ImageEncoder(network, TRANSFORM, name="small", batch_size=4)
    assert isinstance(model, FoundationModel)
    assert (model.name, model.dim) == ("small", 12)
    images = pictures(10)
    found = model.encode_images(images)
    assert network.training
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    network.eval()
    with torch.no_grad():
        expected = torch.cat([network(TRANSFORM(image)[None]) for image in images]).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert model.encode_images([]).shape == (0, 12)


def test_weights_make_the_fingerprint() -> None:
    one, two = encoder(), encoder()
    assert (
        sw.ImageEncoder(one, TRANSFORM, name="a").fingerprint
        == sw.ImageEncoder(two, TRANSFORM, name="a").fingerprint
    )
    with torch.no_grad():
        two[0].weight[0, 0, 0, 0] += 1
    assert (
        sw.ImageEncoder(one, TRANSFORM, name="a").fingerprint
        != sw.ImageEncoder(two, TRANSFORM, name="a").fingerprint
    )


def test_texts_are_refused_with_the_way_out() -> None:
    model = sw.ImageEncoder(encoder(), TRANSFORM, name="small")
    with pytest.raises(InputError, match=r"small.*images only.*ruler(.|\n)*OpenClip"):
        model.encode_texts(["ruler"])


def test_an_encoder_that_gives_maps_is_refused() -> None:
    with pytest.raises(InputError, match=r"\(1, 12, 16, 16\)(.|\n)*Flatten"):
        sw.ImageEncoder(small_cnn()[:9], TRANSFORM, name="maps")
