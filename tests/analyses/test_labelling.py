"""CSP, CLIP-Dissect and faithfulness equal slow versions written from their papers."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses import faithfulness
from slens_widgets.analyses.clip_dissect import soft_wpmi
from slens_widgets.analyses.csp import contrastive_theta
from slens_widgets.analyses.faithfulness import auc_and_mad, showing, standardised
from slens_widgets.errors import InputError
from tests import reference


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_contrast_equals_the_paper(gamma: float) -> None:
    rng = np.random.default_rng(0)
    examples, images = rng.standard_normal((7, 5, 8)), rng.standard_normal((60, 8)) * 3
    activations, weights = rng.standard_normal((7, 60)), rng.random((7, 5)) + 1
    theta, contrast = contrastive_theta(
        examples, weights, images, activations, activations.mean(axis=1), gamma=gamma
    )
    for k in range(7):
        mean = activations[k].mean()
        slow = reference.csp(examples[k], weights[k], images, activations[k], mean, gamma)
        np.testing.assert_allclose(theta[k], slow, atol=1e-5)
        assert (activations[k][contrast[k]] < mean).all()


def test_full_contrast_leaves_nothing_of_the_one_image_that_is_contrast() -> None:
    rng = np.random.default_rng(1)
    only = rng.standard_normal(6)
    theta, contrast = contrastive_theta(
        rng.standard_normal((1, 9, 6)), np.ones((1, 9)), np.stack([only, -only]), np.array([[0.0, 2.0]]),
        np.array([1.0]), gamma=1.0,
    )  # fmt: skip
    assert abs(theta[0] @ only) < 1e-5
    assert (contrast == 0).all()


def test_odd_components_get_what_can_be_had() -> None:
    rng = np.random.default_rng(2)
    examples, images = rng.standard_normal((3, 4, 5)), rng.standard_normal((20, 5))
    activations = np.stack([np.full(20, 2.0), -rng.random(20), -rng.random(20)])
    weights = np.array([[1, 1, 1, 1], [-1, -2, -3, -4], [2, 0, 0, -5]], float)
    theta, contrast = contrastive_theta(examples, weights, images, activations, activations.mean(axis=1))
    assert np.isnan(theta[0]).all()
    assert (contrast[0] == -1).all()
    equal, _ = contrastive_theta(
        examples[1:2], np.ones((1, 4)), images, activations[1:2], activations[1:2].mean(axis=1)
    )
    np.testing.assert_allclose(theta[1], equal[0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(theta[1:], axis=1), 1, atol=1e-6)
    with pytest.raises(InputError, match="gamma=2"):
        contrastive_theta(examples, weights, images, activations, activations.mean(axis=1), gamma=2)


def test_soft_wpmi_equals_the_paper(monkeypatch) -> None:
    monkeypatch.setattr("slens_widgets.analyses.clip_dissect._TEXTS", 4)
    monkeypatch.setattr("slens_widgets.analyses.clip_dissect._LEAST", 0.0)
    rng = np.random.default_rng(3)
    images, labels, activations = (rng.standard_normal(shape) for shape in ((40, 6), (9, 6), (5, 40)))
    similarities = np.array([[reference.cos(image, label) for label in labels] for image in images])
    top = np.argsort(-activations, axis=1)[:, :12]
    found = np.concatenate(list(soft_wpmi(images, labels, top)))
    np.testing.assert_allclose(found, reference.soft_wpmi(similarities, activations, 12), atol=1e-4)


def test_auc_equals_its_definition() -> None:
    rng = np.random.default_rng(4)
    activations, shows = rng.integers(0, 6, 80).astype(np.float32), rng.random(80) < 0.3
    auc, mad = auc_and_mad(activations, shows)
    assert auc == pytest.approx(reference.auc(activations[shows], activations[~shows]))
    control = activations[~shows]
    assert mad == pytest.approx((activations[shows].mean() - control.mean()) / control.std(), abs=1e-5)
    assert all(np.isnan(auc_and_mad(activations, np.arange(80) < 9)))
    level = auc_and_mad(np.ones(80, np.float32), shows)
    assert level[0] == 0.5
    assert np.isnan(level[1])


def test_only_what_stands_out_from_chance_shows_a_label() -> None:
    rng = np.random.default_rng(0)
    similarities = rng.standard_normal((2, 400))
    similarities[0, :20] += 12
    similarities[1, :5] += 30  # shows the second label far more than the first
    z = standardised(similarities.astype(np.float32))
    shows = showing(z, z.max(axis=0))
    assert not shows[0, :5].any()
    assert shows[0, 5:20].all()
    assert shows[1, :5].all()
    assert shows[:, 20:].mean() < 0.04
    assert not standardised(np.ones((1, 20), np.float32)).any()


def test_labels_that_mean_nothing_are_not_trusted_however_many_there_are() -> None:
    rng = np.random.default_rng(0)
    chance = np.clip(rng.normal(0.5, 0.08, 960), 0, 1), np.clip(rng.normal(0.52, 0.08, 900), 0, 1)
    true, false = rng.normal(0.85, 0.06, 20), rng.normal(0.52, 0.08, 76)
    border = faithfulness.trusted_border(np.concatenate([true, false]), *chance)
    assert border >= max(np.quantile(chance[0], 0.95), np.quantile(chance[1], 0.975))
    assert (true >= border).mean() > 0.9
    assert (false >= border).mean() <= 0.05
    shares = []
    for _ in range(200):
        nothing = rng.choice(chance[1], 96)
        found = faithfulness.trusted_border(nothing, *chance)
        shares.append(0.0 if np.isnan(found) else (nothing >= found).mean())
    assert np.mean(shares) < 0.015, "the levels alone would let through a fortieth"
    none = np.array([])
    assert np.isnan(faithfulness.trusted_border(none, *chance))
    assert np.isnan(faithfulness.trusted_border(true, none, none))
    assert faithfulness.trusted_border(np.full(50, 0.45), np.zeros(900), none) == 0.5
