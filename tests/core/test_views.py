from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torchvision import transforms as T

from slens_widgets.core.views import Views
from slens_widgets.errors import InputError
from tests.core.parts import pictures

NORMALISE = T.Normalize([0.48, 0.45, 0.4], [0.23, 0.22, 0.21])


@pytest.mark.parametrize("size", [(500, 375), (333, 480), (64, 64), (1200, 300), (224, 224)])
def test_resize_and_centre_crop(size: tuple[int, int]) -> None:
    views = Views(T.Compose([T.Resize(64), T.CenterCrop(56), T.ToTensor(), NORMALISE]))
    view = views.of(*size)
    width, height = size
    side = min(size) * 56 / 64
    expected = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    assert np.abs(np.array(view.box) - expected).max() < 0.012 * min(size)
    assert (view.height, view.width) == (56, 56)
    assert view.aspect == pytest.approx(1, abs=0.02)
    assert views.of(*size) is view


def test_a_plain_tensor_is_the_whole_image() -> None:
    assert Views(T.ToTensor()).of(50, 40).box == (0, 0, 50, 40)


@pytest.mark.parametrize("size", [(2, 2), (5, 8), (16, 16), (300, 6), (1, 40)])
def test_tiny_images_have_views_too(size: tuple[int, int]) -> None:
    width, height = size
    view = Views(T.Compose([T.Resize(64), T.CenterCrop(64), T.ToTensor(), NORMALISE])).of(width, height)
    side = min(size)
    expected = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    assert np.abs(np.array(view.box) - expected).max() < 0.05 * max(side, 0.02 * max(size))
    assert view.cut(Image.new("RGB", size, (9, 8, 7))).getpixel((0, 0)) == (9, 8, 7)


def test_squashing_keeps_the_aspect_of_the_source() -> None:
    view = Views(T.Compose([T.Resize((32, 32)), T.ToTensor()])).of(90, 60)
    assert view.box == pytest.approx((0, 0, 90, 60), abs=0.7)
    assert view.aspect == pytest.approx(1.5, abs=0.02)


def letterbox(image: Image.Image) -> torch.Tensor:
    return NORMALISE(T.ToTensor()(ImageOps.pad(image, (64, 64), color=(124, 116, 104))))


def test_letterboxing_reaches_beyond_the_source_and_is_drawn_with_its_colour() -> None:
    view = Views(letterbox).of(128, 64)
    assert np.abs(np.array(view.box) - (0, -32, 128, 96)).max() < 1.5
    assert view.fill == (124, 116, 104)
    image = Image.new("RGB", (128, 64), (255, 0, 0))
    picture = np.asarray(view.cut(image, longest=64))
    assert picture.shape == (64, 64, 3)
    assert picture[2, 32].tolist() == [124, 116, 104]
    assert picture[32, 32].tolist() == [255, 0, 0]


CROPPED = T.Compose([T.Resize(64), T.CenterCrop(56), T.ToTensor(), NORMALISE])
IN_GREY = T.Compose([T.Grayscale(3), CROPPED])
SIZES = [(64, 64), (128, 64), (64, 128), (100, 75), (90, 64)]


@pytest.mark.parametrize("transform", [CROPPED, IN_GREY, letterbox, T.Compose([T.Grayscale(), T.ToTensor()])])
def test_a_view_is_the_same_whatever_sizes_were_probed_before(transform: object) -> None:
    first, second = Views(transform), Views(transform)
    found = {size: first.of(*size) for size in SIZES}
    assert found == {size: second.of(*size) for size in reversed(SIZES)}
    assert found == {size: Views(transform).of(*size) for size in SIZES}


def test_sizes_of_one_shape_are_probed_with_one_picture_each() -> None:
    asked: list[tuple[int, int]] = []

    def counting(image: Image.Image) -> torch.Tensor:
        asked.append(image.size)
        return CROPPED(image)

    views = Views(counting)
    for width in (100, 101, 102):
        views.of(width, 80)
    assert [asked.count((width, 80)) for width in (101, 102)] == [1, 1]


def test_a_cut_is_what_the_model_sees() -> None:
    transform = T.Compose([T.Resize(40), T.CenterCrop(32), T.ToTensor()])
    (image,) = pictures(1, size=(200, 320))
    view = Views(transform).of(*image.size)
    seen = transform(image).permute(1, 2, 0).numpy()
    cut = np.asarray(view.cut(image, size=(32, 32))) / 255
    assert np.abs(seen - cut).mean() < 0.03
    corner = np.asarray(view.cut(image, (0.0, 0.0, 0.5, 0.5), size=(16, 16))) / 255
    assert np.abs(seen[:16, :16] - corner).mean() < 0.05
    assert view.cut(image, longest=256).size == pytest.approx((160, 160), abs=2)
    assert view.cut(image, longest=64).size == pytest.approx((64, 64), abs=1)


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (T.Compose([T.RandomCrop(32), T.ToTensor()]), "random"),
        (T.Compose([T.RandomHorizontalFlip(), T.ToTensor()]), "random"),
        (T.Compose([T.RandomResizedCrop(32), T.ToTensor()]), "random"),
        (T.Compose([T.ToTensor(), T.RandomErasing(0.1)]), "random"),
        (T.Compose([T.RandomRotation((30, 30)), T.ToTensor()]), "rotat|rectangle|alike"),
        (T.Compose([T.RandomHorizontalFlip(1.0), T.ToTensor()]), "flips"),
        (T.Compose([T.RandomVerticalFlip(1.0), T.ToTensor()]), "flips"),
        (lambda image: T.ToTensor()(image.transpose(Image.Transpose.ROTATE_90)), "rotates"),
        (lambda image: T.ToTensor()(image)[None], "shape"),
        (lambda image: np.asarray(image), "ndarray"),
        (lambda image: T.ToTensor()(image) * 0, "equal or not finite"),
        (lambda image: T.ToTensor()(image) ** 3, "recolours"),
        (lambda image: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_is_no_scaling_and_cropping_is_refused(transform: object, message: str) -> None:
    state = torch.get_rng_state()
    with pytest.raises(InputError, match=message):
        Views(transform).of(60, 48)
    assert torch.equal(state, torch.get_rng_state())


def test_an_augmentation_that_never_happens_is_accepted() -> None:
    assert Views(T.Compose([T.RandomHorizontalFlip(0.0), T.ToTensor()])).of(30, 20).box == (0, 0, 30, 20)
