"""The renderer: deterministic, and honest about where each factor is."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image, ImageFilter

from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.lab.factors import NAMES, factor_index, presence
from slens_widgets.lab.renderer import render, render_many
from slens_widgets.lab.world import SPLITS, coverage, groups, render_set, sample

OVERLAYS = ["ruler", "bandaid", "ink", "hair", "vignette", "watermark", "milia", "vessels", "multicolour"]


def test_an_image_depends_on_seed_and_index_only() -> None:
    present = np.stack([presence("ruler", "milia"), presence("hair"), presence("asymmetry")])
    together = list(render_many(present, seed=3))
    for index, row in enumerate(present):
        alone = render(row, 3, index)
        assert np.array_equal(alone.image, together[index].image)
        assert np.array_equal(alone.masks, together[index].masks)
    assert not np.array_equal(render(present[0], 3, 0).image, render(present[0], 4, 0).image)


@pytest.mark.parametrize("name", NAMES)
def test_every_factor_is_seen_and_masked_exactly_when_present(name: str) -> None:
    for index in range(5):
        with_it = render(presence(name), 8, index)
        without = render(presence(), 8, index)
        assert with_it.masks[factor_index(name)].any()
        assert not np.delete(with_it.masks, factor_index(name), axis=0).any()
        assert not without.masks.any()
        changed = np.abs(with_it.image.astype(int) - without.image).max(axis=2)
        assert (changed > 25).sum() > 15


@pytest.mark.parametrize("name", OVERLAYS)
def test_switching_a_factor_on_changes_nothing_outside_its_mask(name: str) -> None:
    for index in range(6):
        others = presence("large", "asymmetry")
        with_it = render(others | presence(name), 21, index)
        without = render(others, 21, index)
        mask = Image.fromarray(with_it.masks[factor_index(name)])
        near = np.asarray(mask.convert("L").filter(ImageFilter.MaxFilter(7))) > 0
        # The vignette's soft edge may lie inside the picture where its dark part does not.
        tolerance = 70 if name == "vignette" else 2
        changed = np.abs(with_it.image.astype(int) - without.image).max(axis=2) > tolerance
        assert not (changed & ~near).any()


def test_rendering_in_processes_equals_rendering_one_by_one() -> None:
    _, present = sample("independent", 400, 5)
    images, cells = render_set(present, 5, with_coverage=True)
    assert cells is not None
    for index in (0, 199, 399):
        alone = render(present[index], 5, index)
        assert np.array_equal(images[index], alone.image)
        assert np.array_equal(cells[index], coverage(alone))


def test_populations_have_the_planted_rates() -> None:
    labels, present = sample("biased", 8000, 1)
    ruler, plaster = present[:, factor_index("ruler")], present[:, factor_index("bandaid")]
    assert ruler[labels == 1].mean() == pytest.approx(0.70, abs=0.02)
    assert ruler[labels == 0].mean() == pytest.approx(0.005, abs=0.005)
    assert plaster[labels == 0].mean() == pytest.approx(0.70, abs=0.02)
    assert present[:, factor_index("hair")].mean() == pytest.approx(0.20, abs=0.02)
    same, less = sample("biased", 8000, 1, bias=35)
    assert np.array_equal(same, labels)
    assert less[labels == 1, factor_index("ruler")].mean() == pytest.approx(0.45, abs=0.02)
    assert less[labels == 0, factor_index("ruler")].mean() == pytest.approx(0.10, abs=0.02)
    others = [factor_index(name) for name in NAMES if name not in ("ruler", "bandaid")]
    assert np.array_equal(present[:, others], less[:, others])
    _, none = sample("biased", 8000, 1, bias=0)
    assert none[labels == 1, factor_index("ruler")].mean() == pytest.approx(0.20, abs=0.02)
    _, more = sample("biased", 8000, 1, bias=90)
    assert more[labels == 1, factor_index("ruler")].mean() == pytest.approx(0.90, abs=0.02)
    assert more[labels == 0, factor_index("ruler")].mean() == pytest.approx(0.005, abs=0.005)
    _, other = sample("biased", 8000, 1, shortcuts=("ink", "vignette"))
    assert other[labels == 1, factor_index("ink")].mean() == pytest.approx(0.70, abs=0.02)
    assert other[labels == 0, factor_index("vignette")].mean() == pytest.approx(0.70, abs=0.02)
    assert other[labels == 1, factor_index("ruler")].mean() == pytest.approx(0.20, abs=0.02)
    assert np.array_equal(groups(labels, other, ("ink", "vignette")) // 4, labels)
    ink_alone = groups(labels, other, ("ink", "vignette")) % 4 == 1
    assert other[ink_alone, factor_index("ink")].all()
    assert not other[ink_alone, factor_index("vignette")].any()
    labels, present = sample("unbiased", 8000, 1)
    assert present[:, factor_index("ruler")].mean() == pytest.approx(0.25, abs=0.02)
    assert set(groups(labels, present)) == set(range(8))
    assert len({split.seed for split in SPLITS.values()}) == len(SPLITS)


def test_a_second_is_enough_for_many_images() -> None:
    rows = sample("independent", 60, 2)[1]
    begin = time.perf_counter()
    list(render_many(rows, 2))
    assert time.perf_counter() - begin < 6


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="0 to 95"):
        sample("biased", 10, 1, bias=96)
    with pytest.raises(UnknownNameError, match="bandaid"):
        sample("biased", 10, 1, shortcuts=("ruler", "bandade"))
    with pytest.raises(UnknownNameError, match="bandaid"):
        presence("bandade")
    with pytest.raises(InputError, match="15 factors"):
        render(np.zeros(3, dtype=bool), 0)
