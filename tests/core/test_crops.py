from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms.functional import gaussian_blur

from slens_widgets.core.crops import CropSettings, blur, boxes_of, gaussian_sigma, thumbnails
from slens_widgets.errors import InputError


def reference_box(heatmap: np.ndarray, threshold: float, kernel: int) -> tuple[float, ...]:
    """The recipe, one map at a time."""
    height, width = heatmap.shape
    smooth = gaussian_blur(torch.from_numpy(heatmap)[None], [kernel, kernel])[0].abs().numpy()
    if smooth.max() == 0:
        return (0, 0, 1, 1)
    rows, columns = np.nonzero(smooth / smooth.max() > threshold)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    side = max(bottom - top, right - left)
    tall, wide = min(side, height), min(side, width)
    y0 = min(max((top + bottom - tall) / 2, 0), height - tall)
    x0 = min(max((left + right - wide) / 2, 0), width - wide)
    return (x0 / width, y0 / height, (x0 + wide) / width, (y0 + tall) / height)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from([(32, 32), (28, 44), (50, 30)]), st.sampled_from([0.01, 0.1, 0.4])
)
def test_boxes_follow_the_recipe(seed: int, shape: tuple[int, int], threshold: float) -> None:
    rng = np.random.default_rng(seed)
    maps = np.zeros((4, *shape), np.float32)
    for each in maps[:3]:
        for _ in range(rng.integers(1, 4)):
            y, x = rng.integers(0, shape[0]), rng.integers(0, shape[1])
            each[y, x] = rng.normal()
    chosen = CropSettings(threshold=threshold, kernel=9, kernel_at=32)
    boxes = boxes_of(torch.from_numpy(maps), chosen)
    expected = [reference_box(each, threshold, chosen.kernel_for(*shape)) for each in maps]
    assert np.allclose(boxes, expected, atol=1e-5)
    assert tuple(boxes[3]) == (0, 0, 1, 1)


def test_the_blur_is_torchvisions_at_the_papers_size() -> None:
    assert CropSettings().kernel_for(224, 224) == 51
    assert CropSettings().kernel_for(96, 96) == 21
    assert gaussian_sigma(51) == pytest.approx(8.0)
    maps = torch.randn(2, 60, 70, dtype=torch.float64)
    assert torch.allclose(blur(maps, 51), gaussian_blur(maps, [51, 51]), atol=1e-12)


def test_boxes_are_square_in_the_source_and_inside_the_view() -> None:
    maps = torch.zeros(3, 40, 40)
    maps[0, 0, 0] = maps[1, 39, 20] = 1
    maps[2] = float("nan")
    boxes = boxes_of(maps, CropSettings(threshold=0.5, kernel=5, kernel_at=40), np.array([1.5, 1.5, 1.5]))
    for x0, y0, x1, y1 in boxes[:2]:
        assert (x1 - x0) * 1.5 == pytest.approx(y1 - y0, rel=1e-3)
    assert (boxes >= 0).all()
    assert (boxes <= 1).all()
    assert tuple(boxes[2]) == (0, 0, 1, 1)


def test_a_view_too_narrow_for_a_square_is_taken_whole() -> None:
    maps = torch.zeros(1, 60, 20)
    maps[0, 5:55, 10] = 1
    ((x0, y0, x1, y1),) = boxes_of(maps, CropSettings(threshold=0.5, kernel=1))
    assert (x0, x1) == (0, 1)
    assert y1 - y0 == pytest.approx(50 / 60)


def test_thumbnails_are_area_averages_with_the_highest_at_255() -> None:
    maps = torch.zeros(3, 56, 56)
    maps[0, :2, :2] = -4
    maps[0, 10, 10] = 4
    maps[1, 0, 0] = float("nan")
    small = thumbnails(maps)
    assert small.shape == (3, 28, 28)
    assert small[0, 0, 0] == 255
    assert small[0, 5, 5] == 64
    assert small[1:].max() == 0


def test_nonsense_settings_are_refused() -> None:
    with pytest.raises(InputError, match="threshold"):
        CropSettings(threshold=1.0)
    with pytest.raises(InputError, match="crop_kernel"):
        CropSettings(kernel=0)
