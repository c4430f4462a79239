"""An audit of a real (small) torch model: built, searched, pruned; and the model is as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import slens_widgets as sw
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import LiveModel
from tests.core.parts import TRANSFORM, pictures, small_cnn, state_of
from tests.small_database import HashModel

LAYERS = ["4", "7"]
NAMES = ["ash", "birch", "cedar", "dogwood"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("torch") / "small.slens"
    model = small_cnn().eval()
    sw.build(model, pictures(24), LAYERS, HashModel(), path, transform=TRANSFORM, m=5, progress=False).close()
    return path, model


def audit_of(built, **evaluation):
    path, model = built
    given = {"labels": [i % 4 for i in range(20)], "class_names": NAMES} | evaluation
    return sw.Audit(
        path,
        HashModel(),
        model,
        sw.Evaluation(pictures(20, seed=1), **given),
        transform=TRANSFORM,
        device="cpu",
    )


def test_pruning_equals_ablation_by_hand(built):
    audit = audit_of(built, groups=["even", "odd"] * 10)
    _, model = built
    before = state_of(model)
    found = audit.prune([("7", 2), ("7", 5)], "zero")
    assert state_of(model) == before
    batch = torch.stack([TRANSFORM(image) for image in pictures(20, seed=1)])
    with torch.inference_mode():
        hidden = model[:8](batch).clone()
        plain = model[8:](hidden.clone()).argmax(1).numpy()
        hidden[:, [2, 5]] = 0
        pruned = model[8:](hidden).argmax(1).numpy()
    labels = np.arange(20) % 4
    assert found.before.accuracy == pytest.approx((plain == labels).mean())
    assert found.after.accuracy == pytest.approx((pruned == labels).mean())
    np.testing.assert_array_equal(found.flips["image"], np.flatnonzero(plain != pruned))
    assert set(found.before.per_group) == {"even", "odd"}
    assert set(found.before.per_class) == set(NAMES)


def test_mean_pruning_puts_the_probe_images_mean_in_place(built):
    audit = audit_of(built)
    _, model = built
    batch = torch.stack([TRANSFORM(image) for image in pictures(24)])
    with torch.inference_mode():
        means = model[:5](batch).mean(dim=(0, 2, 3)).numpy()
    np.testing.assert_allclose(audit.db["4"].statistics["mean"], means, atol=1e-4)
    assert audit.prune([("4", 0)]).mode == "mean"


def test_labels_may_be_names_and_are_checked(built):
    by_name = audit_of(built, labels=[NAMES[i % 4] for i in range(20)])
    assert by_name.prune([]).before == audit_of(built).prune([]).before
    assert isinstance(by_name.live, LiveModel)
    with pytest.raises(UnknownNameError, match="no class 'elm'"):
        audit_of(built, labels=["elm"] * 20)
    with pytest.raises(InputError, match="class_names="):
        audit_of(built, labels=["ash"] * 20, class_names=None)
    with pytest.raises(InputError, match="no labels"):
        audit_of(built, labels=None)
    with pytest.raises(InputError, match="19 labels for 20 images"):
        audit_of(built, labels=[0] * 19)


def test_relevance_comes_from_the_live_model(built):
    audit = audit_of(built)
    found = audit.align(["ruler"], ["ink"], "birch", layer="7")
    np.testing.assert_allclose(found["relevance"], audit.live.class_relevance("7", 1), rtol=1e-5)
    assert found["relevance"].abs().sum() > 0


def test_the_last_layer_s_database_answers_without_the_model(built):
    path, _ = built
    audit = sw.Audit(path, HashModel())
    assert len(audit.search("ruler", k=3, layer="7")) == 3
    assert len(audit.project()) == audit.db.n_components == 22
